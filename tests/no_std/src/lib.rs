//! Generated code names nothing that a crate without the standard library has not: this one compiles,
//! by `cargo build --package chainrule-no-std`, and its tests compare what it computes.

#![no_std]
#![deny(warnings)]

extern crate alloc;

use alloc::vec::Vec;

use chainrule::{Differentiable, differentiable};

/// Scalars, and matrices in arrays.
#[differentiable(order = 2)]
pub fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x)
}

/// Loops over slices and vectors, with a tape.
#[differentiable(order = 2)]
pub fn iterated(x: &[f64], rounds: usize) -> f64 {
    let mut sum = 0.0;
    let mut v: Vec<f64> = x.to_vec();
    for round in 0..rounds {
        for w in v.iter_mut() {
            *w = *w * *w + round as f64;
        }
        sum += v[round % x.len()];
    }
    sum
}

/// Several results, in place.
#[differentiable]
pub fn step(state: &mut [f64], rate: f64) -> (f64, f64) {
    for i in 1..state.len() {
        state[i] -= rate * state[i - 1];
    }
    (state[0] * rate, state.iter().map(|v| v * v).sum())
}

/// A structure with a vector.
#[derive(Clone, Debug, Differentiable)]
pub struct Polynomial {
    /// From the constant term on.
    pub coefficients: Vec<f64>,
}

/// An enum.
#[derive(Clone, Debug, Differentiable)]
pub enum Curve {
    /// A line through the origin.
    Line(f64),
    /// A polynomial.
    Polynomial(Polynomial),
}

#[differentiable]
impl Polynomial {
    /// The value, by Horner's rule; the degree is in the error of one that has no terms.
    pub fn value(&self, x: f64) -> Result<f64, usize> {
        let mut sum = *self.coefficients.last().ok_or(0usize)?;
        for c in self.coefficients.iter().rev().skip(1) {
            sum = sum * x + c;
        }
        Ok(sum)
    }
}

/// Matching, and calls of methods.
#[differentiable]
pub fn height(curve: &Curve, x: f64) -> Option<f64> {
    match curve {
        Curve::Line(slope) => Some(slope * x),
        Curve::Polynomial(polynomial) => polynomial.value(x).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients() {
        assert_eq!(rosenbrock::grad(1.0, 2.0), (-400.0, 200.0));
        assert_eq!(rosenbrock::hvp(1.0, 2.0, 1.0, 0.0), (402.0, -400.0));
        assert_eq!(iterated::grad(&[2.0, 3.0], 2), [4.0, 108.0]);
        let mut state = [1.0, 2.0];
        let mut dots = [0.0, 1.0];
        let (_, (_, by_state)) = step::jvp(&mut state, 0.5, &mut dots, 0.0);
        assert_eq!(by_state, 3.0);
    }

    #[test]
    fn structures() {
        let polynomial = Polynomial { coefficients: alloc::vec![1.0, 2.0, 3.0] };
        let curve = Curve::Polynomial(polynomial);
        let (value, pullback) = height::vjp(&curve, 2.0);
        assert_eq!(value, Some(17.0));
        let (curve, x) = pullback(Some(1.0));
        assert_eq!(x, 14.0);
        match curve {
            CurveTangent::Polynomial(polynomial) => {
                assert_eq!(polynomial.coefficients, [1.0, 2.0, 4.0]);
            }
            CurveTangent::Line(_) => unreachable!(),
        }
    }
}
