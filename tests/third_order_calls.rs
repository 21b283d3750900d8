//! Functions of third order that call others, and gradients of such functions inside of functions of
//! second order: the Hessian by all four compositions.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, assert_gradients, differentiable};

const MODES: [HessianMode; 4] = [
    HessianMode::ForwardOverForward,
    HessianMode::ForwardOverReverse,
    HessianMode::ReverseOverForward,
    HessianMode::ReverseOverReverse,
];

#[differentiable(order = 3)]
fn sine(x: f64) -> f64 {
    x.sin()
}

#[differentiable(order = 3)]
fn product(x: f64) -> f64 {
    sine(x) * x
}

/// `(sin x + x cos x) x`.
#[differentiable(order = 2)]
fn slope(x: f64) -> f64 {
    product::grad(x) * x
}

#[test]
fn a_gradient_in_a_product() {
    for x in [0.3_f64, -1.2, 2.5] {
        let (s, c) = x.sin_cos();
        let first = s + 3.0 * x * c - x * x * s;
        let second = 4.0 * c - 5.0 * x * s - x * x * c;
        assert!((slope::grad(x) - first).abs() < 1e-12);
        for mode in MODES {
            assert!((slope::hessian_with(mode, x) - second).abs() < 1e-12);
        }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Model {
    scale: f64,
    weights: Vec<f64>,
}

#[differentiable(order = 3)]
impl Model {
    fn weighted(&self, x: f64) -> f64 {
        let mut sum: f64 = 0.0;
        for weight in &self.weights {
            sum += self.scale * x * x * weight * sum.cos() + x.sin();
        }
        sum
    }
}

#[differentiable(order = 3)]
fn of_a_method(model: &Model, x: f64) -> f64 {
    model.weighted(x) * model.scale * sine(x)
}

#[differentiable(order = 3)]
fn in_place(y: &mut [f64], x: f64) {
    for v in y.iter_mut() {
        *v = sine(*v) * x;
    }
}

#[differentiable(order = 3)]
fn in_a_loop(model: &Model, x: f64, rounds: usize) -> f64 {
    let mut y = [x, x * x, 1.0];
    let mut s = x;
    for round in 0..rounds {
        in_place(&mut y, s);
        s = of_a_method(model, s * 0.3) + y[round % 3];
        if s > 2.0 {
            s = sine(s);
        }
    }
    s + y[0]
}

#[differentiable(order = 3)]
fn recursive(x: f64, depth: usize) -> f64 {
    if depth == 0 { x } else { sine(x) * recursive(x * 1.1, depth - 1) }
}

#[differentiable(order = 2)]
fn slopes_of_a_loop(x: f64, rounds: usize) -> f64 {
    let model = Model { scale: 0.7, weights: vec![0.3, 0.5] };
    let (by_model, by_x) = in_a_loop::grad(&model, x, rounds);
    by_x * by_model.scale + by_model.weights[1]
}

#[differentiable(order = 2)]
fn slope_of_a_recursion(x: f64) -> f64 {
    recursive::grad(x, 4)
}

fn assert_modes_agree(hessian: impl Fn(HessianMode) -> f64) {
    let [first, rest @ ..] = MODES.map(hessian);
    for other in rest {
        assert!((other - first).abs() <= 1e-10 * first.abs().max(1.0), "{other} {first}");
    }
}

#[test]
fn all_modes_agree_with_each_other_and_with_differences() {
    for x in [0.3, 0.8] {
        assert_modes_agree(|mode| slopes_of_a_loop::hessian_with(mode, x, 3));
        assert_gradients!(slopes_of_a_loop(x, 3));
        assert_modes_agree(|mode| slope_of_a_recursion::hessian_with(mode, x));
        assert_gradients!(slope_of_a_recursion(x));
        let model = Model { scale: 0.7, weights: vec![0.3, 0.5] };
        assert_gradients!(in_a_loop(&model, x, 3));
    }
}
