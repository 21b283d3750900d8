use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[differentiable(partials(gravity = self.mass))]
impl Body {
    fn weight(&self, gravity: f64) -> f64 {
        self.mass * gravity
    }
}

fn main() {}
