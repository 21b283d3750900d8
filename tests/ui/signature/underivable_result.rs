use chainrule::differentiable;

struct Force {
    x: f64,
}

#[differentiable]
fn force(stiffness: f64, x: f64) -> Force {
    Force { x: -stiffness * x }
}

fn main() {}
