use chainrule::differentiable;

#[differentiable]
fn largest(x: f64, y: f64) -> f64 {
    std::convert::identity(x) + y
}

fn main() {}
