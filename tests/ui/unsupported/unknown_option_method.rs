use chainrule::differentiable;

#[differentiable]
fn both(x: Option<f64>, y: Option<f64>) -> f64 {
    x.xor(y).unwrap_or(0.0)
}

fn main() {}
