use chainrule::differentiable;

#[differentiable]
fn area(width: f64, height: f64) -> f64 {
    widht * height
}

fn main() {}
