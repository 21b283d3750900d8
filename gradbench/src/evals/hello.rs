//! `hello`: the square of a number, and its derivative.

use chainrule::differentiable;

use crate::evaluation::{Function, evaluate};

/// `x²`.
#[differentiable]
pub fn square(x: f64) -> f64 {
    x * x
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("square", |input| evaluate(input, Ok, |x: &mut f64| square(*x), |_, y| y)),
    ("double", |input| evaluate(input, Ok, |x: &mut f64| square::grad(*x), |_, y| y)),
];
