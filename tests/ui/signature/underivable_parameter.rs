use chainrule::differentiable;

struct Spring {
    stiffness: f64,
}

#[differentiable]
fn force(spring: &Spring, x: f64) -> f64 {
    -spring.stiffness * x
}

fn main() {}
