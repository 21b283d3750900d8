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

/// The values for functions without derivatives, or what comes back from them.
#[differentiable]
fn without_derivatives(x: f64, known_late: fn(f64) -> f64, #[constant] table: &Table) -> f64 {
    let shifted = detach(x + 1.0);
    let before = foreign::cube(detach(x)) + known_late(detach(x)) + foreign::cube(shifted - detach(x));
    let after = detach(foreign::cube(x)) + detach(table.look_up(x)) + detach(square(foreign::cube(x)));
    x * (before + after + table.look_up(detach(x) * 2.0))
}

#[differentiable]
fn through_a_closure(x: f64) -> f64 {
    let twice = |y: f64| y + y;
    x * detach(square(twice(x))) + twice(x)
}

struct Table(Vec<f64>);

impl Table {
    fn look_up(&self, x: f64) -> f64 {
        self.0[x as usize]
    }
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
    let table = Table(vec![0.0, 10.0, 20.0, 30.0, 40.0]);
    let (value, gradient) = without_derivatives::value_and_grad(2.0, f64::exp2, &table);
    assert_eq!(gradient, 8.0 + 4.0 + 1.0 + 8.0 + 20.0 + 64.0 + 40.0);
    assert_eq!(value, 2.0 * gradient);
    assert_eq!(without_derivatives::jvp(2.0, f64::exp2, &table, 1.0), (value, gradient));
    assert_eq!(through_a_closure::grad(3.0), 36.0 + 2.0);
    assert_eq!(quantised::grad(3.0), 3.0);
    assert_eq!(rounded::grad(3.0), 3.0);
    assert_eq!(first::jvp(&[3.0], &[1.0]).1, Some(6.0));
    assert_eq!(square::grad(3.0), 6.0);
    assert_eq!(damped::grad(3.0), 0.5);
    assert_eq!(late::grad(2.0), 12.0);
}
