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

/// Derivatives of methods, themselves differentiated twice.
mod derivatives {
    use super::close;
    use chainrule::{Differentiable, HessianMode, assert_gradients, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    struct Cubic {
        a: f64,
    }

    #[differentiable(order = 3)]
    impl Cubic {
        fn at(&self, x: f64) -> f64 {
            self.a * x * x * x
        }
    }

    /// 3 a x⁵
    #[differentiable(order = 2)]
    fn of_gradient(cubic: &Cubic, x: f64) -> f64 {
        let (by_cubic, by_x) = cubic.at_grad(x);
        by_x * by_cubic.a
    }

    /// Gradient descent on all there is, by the method's own gradient.
    #[differentiable(order = 2)]
    fn descent(cubic: &Cubic, start: f64) -> f64 {
        let mut cubic = cubic.clone();
        let mut x = start;
        for _ in 0..3 {
            let (by_cubic, by_x) = cubic.at_grad(x);
            cubic.a -= 0.1 * by_cubic.a;
            x -= 0.1 * by_x;
        }
        cubic.a * x * x
    }

    #[differentiable(order = 2)]
    fn of_others(cubic: &Cubic, x: f64) -> f64 {
        let (value, along) = cubic.at_jvp(x, &CubicTangent { a: 1.0 }, x);
        let (_, (by_cubic, by_x)) = cubic.at_value_and_grad(x);
        let (_, pullback) = cubic.at_vjp(x);
        let (pulled, back) = pullback(value);
        along * by_cubic.a * by_x * pulled.a * back
    }

    #[test]
    fn twice_more() {
        for (a, x) in [(1.0, 0.7), (-0.4, 1.2)] {
            let cubic = Cubic { a };
            for mode in HessianMode::ALL {
                let (_, (by_a, by_x)) = of_gradient::hessian_with(mode, &cubic, x);
                close(by_a[[0, 0]], 15.0 * x.powi(4));
                close(by_x, 60.0 * a * x.powi(3));
            }
            assert_gradients!(of_gradient(&cubic, x));
            assert_gradients!(descent(&cubic, x));
            assert_gradients!(of_others(&cubic, x));
        }
    }
}
