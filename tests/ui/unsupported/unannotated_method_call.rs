use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

impl Body {
    fn weight(&self, gravity: f64) -> f64 {
        self.mass * gravity
    }
}

#[differentiable]
fn force(body: &Body, gravity: f64) -> f64 {
    2.0 * body.weight(gravity)
}

fn main() {}
