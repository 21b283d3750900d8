use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[differentiable]
impl Body {
    #[differentiable(companion = Weight)]
    fn weight(&self, gravity: f64) -> f64 {
        self.mass * gravity
    }
}

fn main() {}
