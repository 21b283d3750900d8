use chainrule::differentiable;

#[differentiable]
fn late(x: f64) -> f64 {
    let (a, b);
    (a, b) = (x, x * x);
    a * b
}

fn main() {}
