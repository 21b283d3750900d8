use chainrule::differentiable;

#[differentiable]
fn skipped(x: &[f64]) -> f64 {
    let mut values = x.iter().chain(&[1.0]);
    let first = values.next().unwrap();
    first * values.sum::<f64>()
}

fn main() {}
