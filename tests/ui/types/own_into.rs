//! A method `into` of a type's own, beside the standard library's.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
pub struct Polar {
    r: f64,
}

#[derive(Clone, Differentiable)]
pub struct Cartesian {
    x: f64,
}

impl Polar {
    pub fn into(self) -> Cartesian {
        Cartesian { x: self.r * 2.0 }
    }
}

#[differentiable]
impl From<Polar> for Cartesian {
    fn from(p: Polar) -> Cartesian {
        Cartesian { x: p.r * p.r }
    }
}

#[differentiable]
pub fn f(x: f64) -> f64 {
    let p = Polar { r: x };
    let c: Cartesian = p.into();
    c.x
}

fn main() {}
