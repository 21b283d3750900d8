use chainrule::{Differentiable, differentiable};

pub trait Norm {
    fn norm(&self) -> f64;
}

#[derive(Clone, Copy, Differentiable)]
pub struct Pair {
    x: f64,
    y: f64,
}

impl Pair {
    pub fn norm(&self) -> f64 {
        self.x * self.y
    }
}

#[differentiable]
impl Norm for Pair {
    fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

#[differentiable]
pub fn f(p: f64) -> f64 {
    let pair = Pair { x: p, y: 2.0 };
    pair.norm()
}

fn main() {}
