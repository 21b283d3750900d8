use chainrule::differentiable;

#[differentiable]
fn square(#[constant(yes)] x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
