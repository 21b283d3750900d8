//! For each refusal the way out that its help names.

use chainrule::{Real, detach, differentiable};

mod foreign {
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }
}

/// A rule for a foreign function.
#[differentiable(partials(x = 3.0 * x * x))]
fn cube(x: f64) -> f64 {
    foreign::cube(x)
}

#[differentiable(rules(foreign::cube = cube))]
fn by_rule(x: f64) -> f64 {
    foreign::cube(x) + x
}

/// `unsafe` behind a rule.
#[differentiable(partials(x = 0.5 / result))]
fn root(x: f64) -> f64 {
    let number = [x];
    unsafe { *number.get_unchecked(0) }.sqrt()
}

#[differentiable]
fn by_wrapper(x: f64) -> f64 {
    root(x) * x
}

#[differentiable]
fn scale(x: f64, #[constant] factor: f64) -> f64 {
    x * factor
}

#[differentiable]
fn detached(x: f64) -> f64 {
    scale(x, detach(x))
}

#[differentiable]
fn quantised(x: f64) -> f64 {
    let steps = (detach(x) * 16.0) as i64;
    x * (steps as f64 / 16.0)
}

#[differentiable]
fn rounded(x: f64) -> f64 {
    x * (x * 16.0).floor() / 16.0
}

#[differentiable]
fn first(x: &[f64]) -> Option<f64> {
    let Some(first) = x.first() else { return None };
    Some(first * first)
}

#[differentiable]
fn square<T: Real>(x: T) -> T {
    x * x
}

#[differentiable]
fn damped(x: f64) -> f64 {
    if cfg!(any()) { 0.0 } else { 0.5 * x }
}

#[differentiable]
fn late(x: f64) -> f64 {
    let a;
    let b;
    a = x;
    b = a * a;
    a * b
}

fn main() {
    assert_eq!(by_rule::grad(2.0), 13.0);
    assert_eq!(by_wrapper::grad(4.0), 3.0);
    assert_eq!(detached::grad(3.0), 3.0);
    assert_eq!(quantised::grad(3.0), 3.0);
    assert_eq!(rounded::grad(3.0), 3.0);
    assert_eq!(first::jvp(&[3.0], &[1.0]).1, Some(6.0));
    assert_eq!(square::grad(3.0), 6.0);
    assert_eq!(damped::grad(3.0), 0.5);
    assert_eq!(late::grad(2.0), 12.0);
}
