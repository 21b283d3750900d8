use chainrule::differentiable;

#[differentiable]
fn area(radius: f64) -> f64 {
    square(radius) * 3.0
}

fn main() {}
