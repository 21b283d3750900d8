use chainrule::differentiable;

#[differentiable]
async fn remote(x: f64) -> f64 {
    fetch(x).await
}

async fn fetch(x: f64) -> f64 {
    x
}

fn main() {}
