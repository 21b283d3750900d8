use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    #[constant]
    gravity: f64,
}

#[differentiable]
fn fall(body: &Body, x: f64) -> f64 {
    let moved = Body { mass: body.mass, gravity: x };
    moved.mass * moved.gravity
}

fn main() {}
