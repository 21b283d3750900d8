use chainrule::differentiable;

#[differentiable]
fn merged(x: Vec<f64>) -> f64 {
    let mut x = x;
    x.dedup();
    x.iter().sum()
}

fn main() {}
