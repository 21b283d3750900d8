use chainrule::differentiable;

#[differentiable]
fn skipped(x: &[f64]) -> f64 {
    let mut values = x.iter();
    let first = values.next().unwrap();
    first * values.sum::<f64>()
}

fn main() {}
