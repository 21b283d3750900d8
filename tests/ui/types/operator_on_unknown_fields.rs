//! Nothing here tells that the fields are structs.

use std::ops::{Add, Mul};

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
pub struct Vector {
    pub x: f64,
}

#[differentiable]
impl Add for Vector {
    type Output = Vector;

    fn add(self, other: Vector) -> Vector {
        Vector { x: self.x + other.x }
    }
}

#[differentiable]
impl Mul<f64> for Vector {
    type Output = Vector;

    fn mul(self, factor: f64) -> Vector {
        Vector { x: self.x * factor }
    }
}

#[derive(Clone, Copy, Differentiable)]
pub struct Body {
    pub at: Vector,
    pub velocity: Vector,
}

#[differentiable]
fn drift(body: &mut Body, dt: f64) {
    body.at = body.at + body.velocity * dt;
}

fn main() {}
