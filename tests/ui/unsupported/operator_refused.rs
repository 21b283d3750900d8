//! An operator whose method is outside the language: one error, none where it is used.

use std::ops::Neg;

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
pub struct Vector {
    pub x: f64,
}

#[differentiable]
impl Neg for Vector {
    type Output = Vector;

    fn neg(self) -> Vector {
        unsafe { Vector { x: -self.x } }
    }
}

#[differentiable]
fn negated(a: Vector) -> f64 {
    let b = -a;
    b.x
}

fn main() {}
