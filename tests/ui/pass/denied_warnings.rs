//! Generated code gives no warnings, whatever the user's crate denies, and takes none of the user's
//! names.
#![deny(warnings, missing_docs, unsafe_code, unused)]

use std::ops::{Mul, MulAssign};

use chainrule::{Differentiable, differentiable};

/// A pair.
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Pair {
    /// The first.
    pub first: f64,
    /// The second.
    pub second: f64,
}

#[differentiable]
impl Pair {
    const GAIN: f64 = 1.5;

    /// A method with attributes.
    #[must_use]
    #[inline]
    pub fn gained(&self) -> f64 {
        self.first * Self::GAIN + self.second
    }
}

#[differentiable]
impl Mul for Pair {
    type Output = Self;

    fn mul(self, other: Self) -> Self::Output {
        let this = self.first * other.first;
        Self { first: this, second: self.second * other.second }
    }
}

#[differentiable]
impl MulAssign<f64> for Pair {
    fn mul_assign(&mut self, factor: f64) {
        self.first *= factor;
        self.second *= factor;
    }
}

/// The import is used by the attributes inside.
#[differentiable]
pub mod inner {
    use chainrule::differentiable;

    use super::Pair;

    /// Of operators.
    #[differentiable]
    #[must_use]
    pub fn product(a: Pair, b: Pair) -> f64 {
        let mut c = a * b;
        c *= 2.0;
        c.gained()
    }
}

/// Names that derived code uses, too.
#[differentiable]
#[must_use]
pub fn names(tape: f64, record: f64, seed: f64, lanes: f64, out: &mut [f64]) -> f64 {
    let value = tape * record;
    let x_bar = seed.sin() * lanes;
    let mut results = value + x_bar;
    for (index, called) in out.iter_mut().enumerate() {
        results += *called * index as f64;
        *called = results * tape;
    }
    results
}

/// Raw names.
#[differentiable]
#[must_use]
pub fn raw(r#type: f64, r#match: &[f64]) -> f64 {
    let r#fn = r#type * r#match[0];
    r#fn.sin() * r#type
}

/// Names in Greek.
#[differentiable]
#[must_use]
pub fn größe(θ: f64, λ: f64) -> f64 {
    let ψ = θ.sin() * λ;
    ψ * ψ
}

fn main() {
    let (a, b) = (Pair { first: 1.0, second: 2.0 }, Pair { first: 0.5, second: 3.0 });
    let slope = inner::product::grad(a, b).0;
    assert_eq!((slope.first, slope.second), (1.5, 6.0));
    assert_eq!(raw::jvp(0.0, &[2.0], 1.0, &[0.0]), (0.0, 0.0));
    assert_eq!(größe::grad(0.0, 2.0), (0.0, 0.0));
    let (mut out, mut bar) = ([1.0, 2.0], [0.0; 2]);
    let mut bars = [0.0; 4];
    let [t, r, s, l] = &mut bars;
    let value = names::adjoint(2.0, 3.0, 0.0, 1.0, &mut out, 1.0, t, r, s, l, &mut bar);
    assert_eq!((value, out, bars), (8.0, [12.0, 16.0], [3.0, 2.0, 1.0, 0.0]));
}
