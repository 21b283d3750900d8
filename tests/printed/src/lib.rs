//! Random programs, printed as Rust: the attribute's code, compiled by rustc, against the interpreter.
//!
//! The build script writes the programs and what their derivatives have to be.

#![cfg(test)]
// The programs are not written by hand: they compute much that they do not use.
#![allow(
    unused,
    unused_comparisons,
    unconditional_panic,
    arithmetic_overflow,
    clippy::all,
    missing_docs
)]

use chainrule::differentiable;

/// The floats of a value, in order.
trait Floats {
    fn floats(&self, into: &mut Vec<f64>);
}

impl Floats for f64 {
    fn floats(&self, into: &mut Vec<f64>) {
        into.push(*self);
    }
}

impl Floats for usize {
    fn floats(&self, _: &mut Vec<f64>) {}
}

impl Floats for () {
    fn floats(&self, _: &mut Vec<f64>) {}
}

impl<T: Floats + ?Sized> Floats for &T {
    fn floats(&self, into: &mut Vec<f64>) {
        (**self).floats(into);
    }
}

impl<T: Floats, const N: usize> Floats for [T; N] {
    fn floats(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|elem| elem.floats(into));
    }
}

impl<T: Floats> Floats for Vec<T> {
    fn floats(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|elem| elem.floats(into));
    }
}

impl<A: Floats, B: Floats> Floats for (A, B) {
    fn floats(&self, into: &mut Vec<f64>) {
        self.0.floats(into);
        self.1.floats(into);
    }
}

impl<A: Floats, B: Floats, C: Floats> Floats for (A, B, C) {
    fn floats(&self, into: &mut Vec<f64>) {
        self.0.floats(into);
        self.1.floats(into);
        self.2.floats(into);
    }
}

macro_rules! floats {
    ($($value:expr),*) => {{
        let mut all = Vec::new();
        $(Floats::floats(&$value, &mut all);)*
        all
    }};
}

fn same(found: Vec<f64>, expected: &[f64]) {
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&found), bits(expected), "{found:?}, not {expected:?}");
}

/// Compares derivatives; `steepest` is the greatest partial involved.
fn near(found: Vec<f64>, expected: &[f64], steepest: f64) {
    assert_eq!(found.len(), expected.len());
    for (found_one, expected_one) in found.iter().zip(expected) {
        let near = (found_one - expected_one).abs() <= 1e-9 * steepest;
        assert!(near, "{found:?}, not {expected:?}");
    }
}

include!(concat!(env!("OUT_DIR"), "/programs.rs"));
