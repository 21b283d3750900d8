use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[differentiable]
fn weight(body: &Body, gravity: f64) -> f64 {
    body.mas * gravity
}

fn main() {}
