//! Methods that a function of second order calls, by each kind of receiver, with arguments that read the
//! receiver, and a value that cannot be cloned.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, differentiable};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
}

#[derive(Clone, Copy, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable(order = 3)]
impl Spring {
    fn step(&mut self, dt: f64) -> f64 {
        self.k += dt * self.k;
        self.k * self.k
    }
    fn moved(self, x: f64) -> f64 {
        self.k * x * x
    }
    fn force(&self, x: f64) -> f64 {
        self.k * x.sin() * x
    }
}

#[differentiable(order = 2)]
fn of_methods(k: f64, x: f64) -> f64 {
    let mut spring = Spring { k: k * x };
    let first = spring.step(spring.k);
    let second = spring.step(x * spring.k);
    let force = spring.force(spring.k) + spring.moved(x);
    first * second + force + spring.k
}

#[differentiable(order = 2)]
fn by_hand(k: f64, x: f64) -> f64 {
    let a = k * x;
    let b = a + a * a;
    let c = b + x * b * b;
    (b * b) * (c * c) + c * c.sin() * c + c * x * x + c
}

#[test]
fn second_derivatives_through_methods() {
    for (k, x) in [(0.7, 0.4), (-0.3, 1.1), (0.0, 0.5)] {
        close(of_methods(k, x), by_hand(k, x));
        let ((kk, kx), (xk, xx)) = by_hand::hessian(k, x);
        for mode in HessianMode::ALL {
            let ((a, b), (c, d)) = of_methods::hessian_with(mode, k, x);
            close(a, kk);
            close(b, kx);
            close(c, xk);
            close(d, xx);
        }
        let (hk, hx) = of_methods::hvp(k, x, 0.5, -1.0);
        close(hk, 0.5 * kk - kx);
        close(hx, 0.5 * xk - xx);
    }
}

#[derive(Differentiable)]
struct Once {
    a: f64,
}

#[differentiable(order = 2)]
fn used_up(once: Once, x: f64) -> f64 {
    once.a * x * x * x
}

#[test]
fn values_that_cannot_be_cloned() {
    let (by_once, by_x) = used_up::hvp(Once { a: 2.0 }, 0.5, OnceTangent { a: 1.0 }, 1.0);
    close(by_once.a, 3.0 * 0.25);
    close(by_x, 3.0 * 0.25 + 2.0 * 6.0 * 0.5);
}
