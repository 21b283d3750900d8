//! First and second partial derivatives of the primitives, as numbers.
//!
//! The reference that the rules of [`crate::ops`] are compared with, so written from the textbook
//! and not from there. At kinks it follows `docs/kinks.md`.

use super::number::FloatOp;
use crate::ops::Prim;

/// Partials of a primitive at a point.
pub(super) struct Partials {
    gradient: [f64; 3],
    hessian: [[f64; 3]; 3],
}

impl Partials {
    pub(super) fn of(op: FloatOp, x: &[f64], y: f64) -> Option<Partials> {
        match (op, x) {
            (FloatOp::Powi(n), [x]) => Some(powi(*x, n)),
            (FloatOp::Prim(prim), [x]) => {
                let (first, second) = unary(prim, *x, y)?;
                Some(Partials::unary(first, second))
            }
            (FloatOp::Prim(prim), [a, b]) => {
                let (gradient, hessian) = binary(prim, *a, *b, y)?;
                Some(Partials::binary(gradient, hessian))
            }
            (FloatOp::Prim(Prim::MulAdd), [a, b, _]) => Some(Partials {
                gradient: [*b, *a, 1.0],
                hessian: [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0; 3]],
            }),
            (FloatOp::Prim(Prim::Clamp), [x, lo, hi]) => {
                let (below, above) = (f64::from(x < lo), f64::from(x > hi));
                let gradient = [1.0 - below - above, below, above];
                Some(Partials { gradient, hessian: [[0.0; 3]; 3] })
            }
            _ => None,
        }
    }

    fn unary(first: f64, second: f64) -> Partials {
        Partials { gradient: [first, 0.0, 0.0], hessian: [[second, 0.0, 0.0], [0.0; 3], [0.0; 3]] }
    }

    /// `hessian` is `[∂²/∂a², ∂²/∂a∂b, ∂²/∂b²]`.
    fn binary(gradient: [f64; 2], [aa, ab, bb]: [f64; 3]) -> Partials {
        Partials {
            gradient: [gradient[0], gradient[1], 0.0],
            hessian: [[aa, ab, 0.0], [ab, bb, 0.0], [0.0; 3]],
        }
    }

    /// `Σᵢ ∂ᵢy·dᵢ`; a zero direction contributes zero at a pole too.
    pub(super) fn first(&self, d: &[f64; 3]) -> f64 {
        (0..3).filter(|&i| d[i] != 0.0).map(|i| self.gradient[i] * d[i]).sum()
    }

    /// `Σᵢⱼ ∂ᵢⱼy·aᵢ·bⱼ`, likewise.
    pub(super) fn second(&self, a: &[f64; 3], b: &[f64; 3]) -> f64 {
        let pairs = (0..3).flat_map(|i| (0..3).map(move |j| (i, j)));
        pairs
            .filter(|&(i, j)| a[i] != 0.0 && b[j] != 0.0)
            .map(|(i, j)| self.hessian[i][j] * a[i] * b[j])
            .sum()
    }
}

fn powi(x: f64, n: i32) -> Partials {
    let m = f64::from(n);
    let first = if n == 0 { 0.0 } else { m * x.powi(n - 1) };
    let second = if n == 0 || n == 1 { 0.0 } else { m * (m - 1.0) * x.powi(n - 2) };
    Partials::unary(first, second)
}

/// `(y', y'')`.
fn unary(prim: Prim, x: f64, y: f64) -> Option<(f64, f64)> {
    use std::f64::consts::{LN_2, LN_10, PI};
    let one_less = 1.0 - x * x;
    let one_more = 1.0 + x * x;
    Some(match prim {
        Prim::Neg => (-1.0, 0.0),
        Prim::Sqrt => (0.5 / y, -0.25 / (x * y)),
        Prim::Cbrt => (1.0 / (3.0 * y * y), -2.0 / (9.0 * y.powi(5))),
        Prim::Exp => (y, y),
        Prim::Exp2 => (LN_2 * y, LN_2 * LN_2 * y),
        Prim::ExpM1 => (x.exp(), x.exp()),
        Prim::Ln => (1.0 / x, -1.0 / (x * x)),
        Prim::Log2 => (1.0 / (x * LN_2), -1.0 / (x * x * LN_2)),
        Prim::Log10 => (1.0 / (x * LN_10), -1.0 / (x * x * LN_10)),
        Prim::Ln1p => (1.0 / (1.0 + x), -1.0 / ((1.0 + x) * (1.0 + x))),
        Prim::Sin => (x.cos(), -x.sin()),
        Prim::Cos => (-x.sin(), -x.cos()),
        Prim::Tan => {
            let secant = 1.0 / (x.cos() * x.cos());
            (secant, 2.0 * x.tan() * secant)
        }
        Prim::Asin => (1.0 / one_less.sqrt(), x / one_less.powf(1.5)),
        Prim::Acos => (-1.0 / one_less.sqrt(), -x / one_less.powf(1.5)),
        Prim::Atan => (1.0 / one_more, -2.0 * x / (one_more * one_more)),
        Prim::Sinh => (x.cosh(), x.sinh()),
        Prim::Cosh => (x.sinh(), x.cosh()),
        Prim::Tanh => {
            let slope = 1.0 / (x.cosh() * x.cosh());
            (slope, -2.0 * x.tanh() * slope)
        }
        Prim::Asinh => (1.0 / one_more.sqrt(), -x / one_more.powf(1.5)),
        Prim::Acosh => (1.0 / (-one_less).sqrt(), -x / (-one_less).powf(1.5)),
        Prim::Atanh => (1.0 / one_less, 2.0 * x / (one_less * one_less)),
        Prim::Abs if x == 0.0 => (0.0, 0.0),
        Prim::Abs => (x.signum(), 0.0),
        Prim::Signum | Prim::Floor | Prim::Ceil | Prim::Round | Prim::Trunc => (0.0, 0.0),
        Prim::Fract => (1.0, 0.0),
        Prim::Recip => (-1.0 / (x * x), 2.0 / (x * x * x)),
        Prim::ToDegrees => (180.0 / PI, 0.0),
        Prim::ToRadians => (PI / 180.0, 0.0),
        _ => return None,
    })
}

/// Gradient, and `[∂²/∂a², ∂²/∂a∂b, ∂²/∂b²]`.
fn binary(prim: Prim, a: f64, b: f64, y: f64) -> Option<([f64; 2], [f64; 3])> {
    const FLAT: [f64; 3] = [0.0; 3];
    Some(match prim {
        Prim::Add => ([1.0, 1.0], FLAT),
        Prim::Sub => ([1.0, -1.0], FLAT),
        Prim::Mul | Prim::Scale => ([b, a], [0.0, 1.0, 0.0]),
        Prim::Given => ([0.0, 1.0], FLAT),
        Prim::Div => ([1.0 / b, -a / (b * b)], [0.0, -1.0 / (b * b), 2.0 * a / (b * b * b)]),
        // y = a − b·q, where q is whole; a / b may round to another whole number.
        Prim::Rem | Prim::RemEuclid => ([1.0, -((a - y) / b).round()], FLAT),
        Prim::DivEuclid => ([0.0, 0.0], FLAT),
        Prim::Powf => powf(a, b, y),
        Prim::Log => {
            let (la, lb) = (a.ln(), b.ln());
            let gradient = [1.0 / (a * lb), -la / (b * lb * lb)];
            let mixed = -1.0 / (a * b * lb * lb);
            (gradient, [-1.0 / (a * a * lb), mixed, la * (lb + 2.0) / (b * b * lb.powi(3))])
        }
        Prim::Atan2 => {
            let square = a * a + b * b;
            let quartic = square * square;
            let bend = 2.0 * a * b / quartic;
            ([b / square, -a / square], [-bend, (a * a - b * b) / quartic, bend])
        }
        Prim::Hypot if y == 0.0 => ([0.0, 0.0], FLAT),
        Prim::Hypot => {
            let cube = y * y * y;
            ([a / y, b / y], [b * b / cube, -a * b / cube, a * a / cube])
        }
        Prim::Copysign if a == 0.0 => ([0.0, 0.0], FLAT),
        Prim::Copysign => ([a.signum() * b.signum(), 0.0], FLAT),
        Prim::Min if a <= b || b.is_nan() => ([1.0, 0.0], FLAT),
        Prim::Max if a >= b || b.is_nan() => ([1.0, 0.0], FLAT),
        Prim::Min | Prim::Max => ([0.0, 1.0], FLAT),
        _ => return None,
    })
}

fn powf(x: f64, p: f64, y: f64) -> ([f64; 2], [f64; 3]) {
    let slope = |p: f64| if p == 0.0 { 0.0 } else { p * x.powf(p - 1.0) };
    if x == 0.0 && p >= 0.0 {
        return ([slope(p), 0.0], [slope(p) * (p - 1.0) / x, 0.0, 0.0]);
    }
    let ln = x.ln();
    let bend = if p == 0.0 || p == 1.0 { 0.0 } else { p * (p - 1.0) * x.powf(p - 2.0) };
    ([slope(p), y * ln], [bend, x.powf(p - 1.0) * (1.0 + p * ln), y * ln * ln])
}
