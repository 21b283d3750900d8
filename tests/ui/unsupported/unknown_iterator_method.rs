use chainrule::differentiable;

#[differentiable]
fn halves(x: &[f64]) -> f64 {
    let (small, large): (Vec<f64>, Vec<f64>) = x.iter().partition(|v| **v < 1.0);
    small[0] * large[0]
}

fn main() {}
