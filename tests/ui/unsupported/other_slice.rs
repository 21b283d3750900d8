use chainrule::differentiable;

#[differentiable]
fn of_another(x: &[f64], y: &[f64]) -> f64 {
    let mut rest = x;
    if x[0] > 0.0 {
        rest = &y[1..];
    }
    rest[0]
}

fn main() {}
