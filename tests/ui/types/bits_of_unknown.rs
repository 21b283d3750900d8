//! Operators of bits on what may be a struct.

use std::ops::{BitXor, Not, Shl};

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Vector {
    x: f64,
    y: f64,
}

#[differentiable]
impl Not for Vector {
    type Output = Vector;
    fn not(self) -> Vector {
        Vector { x: -self.y, y: self.x }
    }
}

#[differentiable]
impl BitXor for Vector {
    type Output = f64;
    fn bitxor(self, other: Vector) -> f64 {
        self.x * other.y - self.y * other.x
    }
}

#[differentiable]
impl Shl<f64> for Vector {
    type Output = Vector;
    fn shl(self, by: f64) -> Vector {
        Vector { x: self.x + by, y: self.y * by }
    }
}

#[differentiable]
fn made(p: f64) -> Vector {
    Vector { x: p, y: 2.0 }
}

#[differentiable]
fn is_small(x: f64) -> bool {
    x < 1.0
}

#[differentiable]
fn not(p: f64) -> f64 {
    let b = !made(p);
    b.x * b.y * p
}

#[differentiable]
fn xor(p: f64) -> f64 {
    let a = made(p);
    let b = made(p * p);
    (a ^ b) * p
}

#[differentiable]
fn shifted(p: f64) -> f64 {
    let b = made(p) << 2.0;
    b.x * p
}

#[differentiable]
fn accepted(p: f64) -> f64 {
    let a: Vector = made(p);
    let b: Vector = !a;
    let large = !is_small(p);
    if large && !is_small(p * p) { b.x * b.y } else { p }
}

fn main() {}
