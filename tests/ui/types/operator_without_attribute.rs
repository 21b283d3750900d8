//! An operator whose `impl` is not annotated.

use std::ops::Add;

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
pub struct Vector {
    pub x: f64,
    pub y: f64,
}

impl Add for Vector {
    type Output = Vector;

    fn add(self, other: Vector) -> Vector {
        Vector { x: self.x + other.x, y: self.y + other.y }
    }
}

#[differentiable]
fn sum(a: Vector, b: Vector) -> f64 {
    let c = a + b;
    c.x
}

fn main() {}
