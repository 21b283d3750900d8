use chainrule::differentiable;

#[differentiable]
fn area(shape: &Shape, scale: f64) -> f64 {
    shape.width * scale
}

fn main() {}
