//! A struct in a field that is shifted: what an integer's shift would lose.

use std::ops::Shl;

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
pub struct Vector {
    x: f64,
}

#[differentiable]
impl Shl<u32> for Vector {
    type Output = Vector;

    fn shl(self, k: u32) -> Vector {
        Vector { x: self.x * k as f64 }
    }
}

#[derive(Clone, Copy, Differentiable)]
pub struct Body {
    v: Vector,
}

#[differentiable]
fn square(v: Vector) -> f64 {
    v.x * v.x
}

#[differentiable]
fn shifted(body: &Body) -> f64 {
    square(body.v << 2)
}

fn main() {}
