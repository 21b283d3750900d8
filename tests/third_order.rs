//! Third derivatives: the Hessian, by all four compositions, of a function that asks for a gradient,
//! against numbers with three infinitesimal parts. So each composition of three transforms is run.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

use chainrule::{HessianMode, differentiable};

/// A value and its derivatives by up to three directions at once: the index has a bit for each.
#[derive(Clone, Copy)]
struct Jet([f64; 8]);

impl Jet {
    fn constant(value: f64) -> Jet {
        let mut parts = [0.0; 8];
        parts[0] = value;
        Jet(parts)
    }

    /// Of a function with these derivatives at the value (Faà di Bruno).
    fn of(self, [f, f1, f2, f3]: [f64; 4]) -> Jet {
        let x = self.0;
        let pair = |a: usize, b: usize| f1 * x[a | b] + f2 * x[a] * x[b];
        let thrice = f2 * (x[1] * x[6] + x[2] * x[5] + x[4] * x[3]);
        let all = f1 * x[7] + thrice + f3 * x[1] * x[2] * x[4];
        Jet([f, f1 * x[1], f1 * x[2], pair(1, 2), f1 * x[4], pair(1, 4), pair(2, 4), all])
    }

    fn sin(self) -> Jet {
        let (s, c) = self.0[0].sin_cos();
        self.of([s, c, -s, -c])
    }

    fn cos(self) -> Jet {
        let (s, c) = self.0[0].sin_cos();
        self.of([c, -s, -c, s])
    }

    fn exp(self) -> Jet {
        self.of([self.0[0].exp(); 4])
    }

    fn ln(self) -> Jet {
        let x = self.0[0];
        self.of([x.ln(), 1.0 / x, -1.0 / (x * x), 2.0 / (x * x * x)])
    }

    fn sqrt(self) -> Jet {
        let (x, r) = (self.0[0], self.0[0].sqrt());
        self.of([r, 0.5 / r, -0.25 / (r * x), 0.375 / (r * x * x)])
    }

    fn tanh(self) -> Jet {
        let t = self.0[0].tanh();
        let d = 1.0 - t * t;
        self.of([t, d, -2.0 * t * d, d * (6.0 * t * t - 2.0)])
    }

    fn powi(self, n: i32) -> Jet {
        (0..n).fold(Jet::constant(1.0), |product, _| product * self)
    }

    fn max(self, other: Jet) -> Jet {
        if self.0[0] >= other.0[0] { self } else { other }
    }
}

impl Add for Jet {
    type Output = Jet;
    fn add(self, other: Jet) -> Jet {
        Jet(std::array::from_fn(|part| self.0[part] + other.0[part]))
    }
}

impl Neg for Jet {
    type Output = Jet;
    fn neg(self) -> Jet {
        Jet(self.0.map(|part| -part))
    }
}

impl Sub for Jet {
    type Output = Jet;
    fn sub(self, other: Jet) -> Jet {
        self + -other
    }
}

impl Mul for Jet {
    type Output = Jet;
    fn mul(self, other: Jet) -> Jet {
        let part = |part: usize| {
            let subsets = (0..8).filter(|subset| subset & part == *subset);
            subsets.map(|subset| self.0[subset] * other.0[part ^ subset]).sum()
        };
        Jet(std::array::from_fn(part))
    }
}

impl Div for Jet {
    type Output = Jet;
    fn div(self, other: Jet) -> Jet {
        let x = other.0[0];
        self * other.of([1.0 / x, -1.0 / (x * x), 2.0 / x.powi(3), -6.0 / x.powi(4)])
    }
}

impl AddAssign for Jet {
    fn add_assign(&mut self, other: Jet) {
        *self = *self + other;
    }
}

impl MulAssign for Jet {
    fn mul_assign(&mut self, other: Jet) {
        *self = *self * other;
    }
}

macro_rules! with_floats {
    ($($op:ident $method:ident)*) => {$(
        impl $op<f64> for Jet {
            type Output = Jet;
            fn $method(self, other: f64) -> Jet {
                self.$method(Jet::constant(other))
            }
        }
        impl $op<Jet> for f64 {
            type Output = Jet;
            fn $method(self, other: Jet) -> Jet {
                Jet::constant(self).$method(other)
            }
        }
    )*};
}
with_floats!(Add add Sub sub Mul mul Div div);

impl PartialEq<f64> for Jet {
    fn eq(&self, other: &f64) -> bool {
        self.0[0] == *other
    }
}

impl PartialOrd<f64> for Jet {
    fn partial_cmp(&self, other: &f64) -> Option<std::cmp::Ordering> {
        self.0[0].partial_cmp(other)
    }
}

/// The Hessian of the slope along `w`, by point and `w`: in four compositions.
type Hessians = fn(&[f64], &[f64]) -> [chainrule::ndarray::Array2<f64>; 4];

fn check(name: &str, hessians: Hessians, on_jets: fn(&[Jet]) -> Jet) {
    for n in [2, 4] {
        for shift in 0..3 {
            let at = |i: usize, k: usize| ((i * k + 3 * shift) as f64 * 0.61).sin();
            let x: Vec<f64> = (0..n).map(|i| 0.4 + at(i, 7).abs()).collect();
            let w: Vec<f64> = (0..n).map(|i| at(i + 1, 5)).collect();
            let found = hessians(&x, &w);
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let is = |k: usize, of: usize| if k == of { 1.0 } else { 0.0 };
                let jet = |k| Jet([x[k], w[k], is(k, i), 0.0, is(k, j), 0.0, 0.0, 0.0]);
                let want = on_jets(&(0..n).map(jet).collect::<Vec<_>>()).0[7];
                for (found, mode) in found.iter().zip(HessianMode::ALL) {
                    let error = (found[[i, j]] - want).abs();
                    let found = found[[i, j]];
                    assert!(
                        error <= 1e-10 * want.abs().max(1.0),
                        "{name}, {mode:?}: {found} {want}"
                    );
                }
            }
        }
    }
}

/// Each function on floats, and on jets; the Hessian of its slope along a direction.
macro_rules! third {
    ($($name:ident |$x:ident| $body:block)*) => {$(
        mod $name {
            use super::*;

            #[differentiable(order = 3)]
            fn function($x: &[f64]) -> f64 $body

            #[differentiable(order = 2)]
            fn slope(x: &[f64], #[constant] w: &[f64]) -> f64 {
                let gradient = function::grad(x);
                let mut sum = 0.0;
                for i in 0..x.len() {
                    sum += gradient[i] * w[i];
                }
                sum
            }

            fn on_jets($x: &[Jet]) -> Jet $body

            #[test]
            fn agrees() {
                let hessians: Hessians =
                    |x, w| HessianMode::ALL.map(|mode| slope::hessian_with(mode, x, w));
                check(stringify!($name), hessians, on_jets);
            }
        }
    )*};
}

third! {
    polynomial |x| {
        x[0].powi(3) * x[1] + x[0] * x[1] * x[1]
    }
    elementary |x| {
        (x[0] * x[1]).sin().exp() + (1.0 + x[0]).ln() * x[1].sqrt() + (x[0] / x[1]).tanh()
    }
    sums |x| {
        let mut sum = x[0] * 0.0;
        for i in 0..x.len() {
            sum += x[i].powi(4) * (i as f64 + 1.0);
        }
        sum * sum
    }
    recurrence |x| {
        let mut s = x[0];
        for i in 0..x.len() {
            s = (s * x[i]).sin() + s / (1.0 + x[i]);
        }
        s
    }
    branches |x| {
        let mut s = x[0];
        for i in 0..x.len() {
            if s > 0.8 {
                s = s * x[i] * x[i];
            } else {
                s += x[i].exp() * s;
            }
        }
        s
    }
    while_loop |x| {
        let mut s = x[0];
        let mut rounds = 0;
        while s < 9.0 && rounds < 5 {
            s = s * s + x[rounds % x.len()];
            rounds += 1;
        }
        s.ln()
    }
    overwritten |x| {
        let mut v = x.to_vec();
        for i in 1..v.len() {
            v[i] = v[i - 1] * v[i] + v[i].cos();
            v[i - 1] = v[i] * v[i];
        }
        v[0] * v[v.len() - 1]
    }
    newton |x| {
        let mut r = x[0] + x[1];
        for _ in 0..4 {
            r = 0.5 * (r + x[0] * x[1] / r);
        }
        r
    }
    selection |x| {
        let mut most = x[0];
        for i in 1..x.len() {
            most = most.max(x[i]);
        }
        let mut sum = most * 0.0;
        for i in 0..x.len() {
            sum += (x[i] - most).exp();
        }
        most * most + sum.ln()
    }
    nested_loops |x| {
        let mut product = x[0] * 0.0 + 1.0;
        for i in 0..x.len() {
            for j in 0..=i {
                product *= 1.0 + x[i] * x[j] / 7.0;
            }
        }
        product
    }
    swapped |x| {
        let mut a = x[0] * x[1];
        let mut b = x[0] + x[1].sin();
        for i in 0..x.len() {
            let kept = a;
            a = b * x[i];
            b = kept / (b + 2.0);
        }
        a - b * a
    }
}
