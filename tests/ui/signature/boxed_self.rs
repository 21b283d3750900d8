use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[differentiable]
impl Body {
    fn energy(self: Box<Self>, speed: f64) -> f64 {
        0.5 * self.mass * speed * speed
    }
}

fn main() {}
