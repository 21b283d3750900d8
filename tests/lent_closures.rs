//! Closures that are passed to annotated functions, against the same functions with the closure's body
//! written out: by each mode, and at second order.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]
#![allow(
    clippy::needless_borrows_for_generic_args,
    clippy::useless_vec,
    reason = "references to closures and vectors that they capture are what is tested"
)]

use chainrule::{HessianMode, differentiable};

#[differentiable(order = 2)]
fn weighted(x: f64, w: impl Fn(f64) -> f64) -> f64 {
    x.sin() * w(2.0) + x * x * w(3.0)
}

#[differentiable(order = 2)]
fn by_reference(x: f64, w: &dyn Fn(f64) -> f64) -> f64 {
    x.sin() * w(2.0) + x * x * w(3.0)
}

#[differentiable(order = 2)]
fn written_out(x: f64, #[constant] two: f64, #[constant] three: f64) -> f64 {
    x.sin() * two + x * x * three
}

macro_rules! cases {
    ($($name:ident: |$x:ident, $n:ident| $lent:expr, $written:expr;)+) => { $(
        mod $name {
            use super::*;

            #[differentiable(order = 2)]
            pub fn lent($x: f64, $n: usize) -> f64 { $lent }

            #[differentiable(order = 2)]
            pub fn written($x: f64, $n: usize) -> f64 { $written }

            #[test]
            fn derivatives_are_those_of_the_body() {
                for (x, n) in [(0.7, 3), (-1.2, 1), (2.5, 0)] {
                    let close = |found: f64, expected: f64| {
                        let error = (found - expected).abs();
                        assert!(error <= 1e-12 * (1.0 + expected.abs()), "{found}, not {expected}");
                    };
                    for _ in 0..2 {
                        close(lent(x, n), written(x, n));
                        close(lent::jvp(x, n, 1.0).1, written::jvp(x, n, 1.0).1);
                        close(lent::grad(x, n), written::grad(x, n));
                        close(lent::vjp(x, n).1(0.5), 0.5 * written::grad(x, n));
                        for mode in HessianMode::ALL {
                            close(lent::hessian_with(mode, x, n), written::hessian(x, n));
                        }
                    }
                }
            }
        }
    )+ };
}

cases! {
    literal: |x, n| {
        weighted(x, |t| t) * x + n as f64
    }, {
        written_out(x, 2.0, 3.0) * x + n as f64
    };
    named: |x, n| {
        let k = n as f64;
        let w = |t: f64| -> f64 { t * k };
        weighted(x, w) * weighted(x * x, &w)
    }, {
        let k = n as f64;
        written_out(x, 2.0 * k, 3.0 * k) * written_out(x * x, 2.0 * k, 3.0 * k)
    };
    dynamic: |x, n| {
        by_reference(x, &|t| t / (n + 1) as f64)
    }, {
        written_out(x, 2.0 / (n + 1) as f64, 3.0 / (n + 1) as f64)
    };
    captures_of_a_loop: |x, n| {
        let mut s = x;
        #[constant]
        let mut k = 1.0;
        for i in 0..n {
            let table = vec![i as f64, 2.0];
            s = weighted(s, |t: f64| t * k + table[0]) * x;
            k += 0.5;
            if s > 4.0 {
                return s * weighted(x, move |t: f64| table[1] + t);
            }
            s = (s + weighted(x, move |t: f64| table[1] * t)).sin();
        }
        s
    }, {
        let mut s = x;
        let mut k = 1.0;
        for i in 0..n {
            let first = i as f64;
            s = written_out(s, 2.0 * k + first, 3.0 * k + first) * x;
            k += 0.5;
            if s > 4.0 {
                return s * written_out(x, 4.0, 5.0);
            }
            s = (s + written_out(x, 4.0, 6.0)).sin();
        }
        s
    };
}
