use chainrule::differentiable;

#[differentiable]
fn square(#[constants] x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
