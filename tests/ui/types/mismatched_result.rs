use chainrule::differentiable;

#[differentiable]
fn area(width: f64, height: f64) -> f32 {
    width * height
}

fn main() {}
