//! What has no derivative and is changed all the same: counters, logs, and type parameters of any name.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, Real, assert_gradients, differentiable};

#[differentiable(order = 2)]
fn counted(x: f64, calls: &mut usize) -> f64 {
    *calls += 1;
    x * x * *calls as f64
}

#[differentiable(order = 2)]
fn logged(x: f64, log: &mut Vec<String>) -> f64 {
    log.push("called".to_string());
    x * x * x
}

#[test]
fn of_second_order() {
    let mut calls = 1;
    assert_eq!(counted::hvp(0.5, &mut calls, 1.0), 4.0);
    assert_eq!(calls, 2);
    assert_eq!(counted::grad(0.5, &mut 0), 1.0);
    let mut log = Vec::new();
    assert_eq!(logged::hvp(2.0, &mut log, 1.0), 12.0);
    assert_eq!(log, ["called"]);
    assert_gradients!(counted(0.5, &mut 0));
}

#[derive(Clone, Debug, Differentiable)]
struct Scaled<A> {
    by: A,
}

#[differentiable(order = 2)]
impl<A: Real> Scaled<A> {
    fn of(&self, x: A) -> A {
        self.by * x * x
    }
}

#[test]
fn a_type_parameter_called_a() {
    let (by, x) = Scaled { by: 2.0 }.of_grad(3.0);
    assert_eq!((by.by, x), (9.0, 12.0));
}
