//! Whether the numbers that are multiplied are floats, and which, cannot be told from the cast.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
pub struct Mixed {
    pub single: f32,
    pub count: i32,
}

#[differentiable]
fn floats(m: &Mixed) -> f64 {
    (m.single * m.single) as f64
}

#[differentiable]
fn integers(m: &Mixed, x: f64) -> f64 {
    (m.count * m.count) as f64 * x
}

#[differentiable]
fn named(m: &Mixed, x: f64) -> f64 {
    let n = m.count + m.count;
    x * m.count as f64 / n as f64
}

fn main() {}
