//! Gradients of functions that change the length, or the variant, of what they take by `&mut`: the
//! cotangent starts as a zero of what is left, and has the shape of what was given in the end.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, assert_gradients, differentiable};

#[differentiable]
fn pushes(x: f64, log: &mut Vec<f64>) -> f64 {
    log.push(x * x);
    x * log[0]
}

#[differentiable]
fn pops(x: f64, stack: &mut Vec<f64>) -> f64 {
    let top = stack.pop().unwrap_or(x);
    top * x
}

#[differentiable]
fn takes(x: f64, slot: &mut Option<f64>) -> f64 {
    slot.take().map_or(x, |v| v * x)
}

#[derive(Clone, Debug, Differentiable)]
struct History {
    values: Vec<f64>,
}

#[differentiable]
impl History {
    fn step(&mut self, x: f64) -> f64 {
        let last = self.values.last().copied().unwrap_or(x);
        self.values.push(last * x);
        last * x * x
    }
}

#[test]
fn the_gradient_has_the_shape_of_what_was_given() {
    for _ in 0..2 {
        let mut log = vec![2.0];
        assert_eq!(pushes::value_and_grad(3.0, &mut log), (6.0, (2.0, vec![3.0])));
        assert_eq!(log, [2.0, 9.0]);
        let mut stack = vec![2.0, 5.0];
        assert_eq!(pops::grad(3.0, &mut stack), (5.0, vec![0.0, 3.0]));
        assert_eq!(pops::grad(3.0, &mut Vec::new()), (6.0, vec![]));
        assert_eq!(takes::grad(3.0, &mut Some(4.0)), (4.0, Some(3.0)));
        assert_eq!(takes::grad(3.0, &mut None), (1.0, None));
        let mut history = History { values: vec![2.0] };
        let (by_history, by_x) = history.step_grad(3.0);
        assert_eq!((by_history.values, by_x), (vec![9.0], 12.0));
        assert_eq!(history.values, [2.0, 6.0]);
    }
    assert_gradients!(pushes(3.0, &mut vec![2.0]));
    assert_gradients!(pops(3.0, &mut vec![2.0, 5.0]));
}

#[differentiable(order = 2)]
fn grows(v: &mut Vec<f64>, k: f64) -> f64 {
    let t = v[0] * k;
    v.push(t);
    t * t
}

#[differentiable]
fn inside(a: f64) -> f64 {
    let (by_v, by_k) = grows::grad(&mut vec![a, 0.6], a);
    by_v[0] * by_k
}

/// What is not supported says so, and gives no number.
#[test]
#[should_panic = "changes the length of a `Vec`"]
fn inside_of_another_derivative() {
    inside::grad(0.7);
}
