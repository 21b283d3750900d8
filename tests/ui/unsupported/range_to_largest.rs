//! Inclusive ranges that end with the largest number of their type.

use chainrule::differentiable;

#[differentiable]
fn by_name(p: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..=u8::MAX {
        s += p * (i >> 7) as f64;
    }
    s
}

#[differentiable]
fn by_value(p: f64) -> f64 {
    (0u8..=255).rev().map(|i| p * i as f64).sum()
}

#[differentiable]
fn signed(p: f64) -> f64 {
    let mut s = 0.0;
    for i in -3..=127i8 {
        s += p * i as f64;
    }
    s
}

const MAX: usize = 4;

#[differentiable]
fn accepted(p: f64, m: u8) -> f64 {
    let mut s = 0.0;
    for i in 0..=MAX {
        s += p * i as f64;
    }
    for i in 0..=254u8 {
        s += p * i as f64;
    }
    for _ in 0..=m {
        s += p;
    }
    s
}

fn main() {}
