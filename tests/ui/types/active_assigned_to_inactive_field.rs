use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    #[constant]
    gravity: f64,
}

#[differentiable]
fn fall(body: &mut Body, x: f64) -> f64 {
    body.gravity = x;
    body.mass * body.gravity
}

fn main() {}
