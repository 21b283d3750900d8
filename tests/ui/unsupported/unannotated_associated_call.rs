use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

impl Body {
    fn of_mass(mass: f64) -> Body {
        Body { mass }
    }
}

#[differentiable]
fn force(mass: f64, gravity: f64) -> f64 {
    let body = Body::of_mass(mass);
    body.mass * gravity
}

fn main() {}
