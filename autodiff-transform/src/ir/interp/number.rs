//! The scalars that the interpreter computes with.
//!
//! On `f64` the interpreter gives what Rust gives, bit for bit. On [`Dual`] and [`HyperDual`] it
//! gives first and second derivatives of a primal function by the chain rule of [`Partials`], and
//! so an oracle for the transforms that shares no rule with [`crate::ops`].
//!
//! Fike & Alonso, *The Development of Hyper-Dual Numbers for Exact Second-Derivative Calculations*,
//! AIAA 2011-886.

use super::partials::Partials;
use crate::ops::Prim;

/// A primitive from floats to a float.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FloatOp {
    Prim(Prim),
    /// With its exponent, which is no float.
    Powi(i32),
}

/// A scalar.
pub trait Number: Clone + PartialEq + std::fmt::Debug {
    fn constant(value: f64) -> Self;

    /// The value without derivatives: what comparisons see.
    fn value(&self) -> f64;

    /// `None` for a primitive that is not from floats to a float.
    fn apply(op: FloatOp, args: &[Self]) -> Option<Self>;
}

impl Number for f64 {
    fn constant(value: f64) -> f64 {
        value
    }

    fn value(&self) -> f64 {
        *self
    }

    fn apply(op: FloatOp, args: &[f64]) -> Option<f64> {
        match (op, args) {
            (FloatOp::Powi(n), [x]) => Some(x.powi(n)),
            (FloatOp::Prim(prim), [x]) => unary(prim, *x),
            (FloatOp::Prim(prim), [x, y]) => binary(prim, *x, *y),
            (FloatOp::Prim(Prim::MulAdd), [a, b, c]) => Some(a.mul_add(*b, *c)),
            // `clamp` panics on an empty or unordered interval.
            (FloatOp::Prim(Prim::Clamp), [x, lo, hi]) if lo <= hi => Some(x.clamp(*lo, *hi)),
            _ => None,
        }
    }
}

fn unary(prim: Prim, x: f64) -> Option<f64> {
    Some(match prim {
        Prim::Neg => -x,
        Prim::Sqrt => x.sqrt(),
        Prim::Cbrt => x.cbrt(),
        Prim::Exp => x.exp(),
        Prim::Exp2 => x.exp2(),
        Prim::ExpM1 => x.exp_m1(),
        Prim::Ln => x.ln(),
        Prim::Log2 => x.log2(),
        Prim::Log10 => x.log10(),
        Prim::Ln1p => x.ln_1p(),
        Prim::Sin => x.sin(),
        Prim::Cos => x.cos(),
        Prim::Tan => x.tan(),
        Prim::Asin => x.asin(),
        Prim::Acos => x.acos(),
        Prim::Atan => x.atan(),
        Prim::Sinh => x.sinh(),
        Prim::Cosh => x.cosh(),
        Prim::Tanh => x.tanh(),
        Prim::Asinh => x.asinh(),
        Prim::Acosh => x.acosh(),
        Prim::Atanh => x.atanh(),
        Prim::Abs => x.abs(),
        Prim::Signum => x.signum(),
        Prim::Floor => x.floor(),
        Prim::Ceil => x.ceil(),
        Prim::Round => x.round(),
        Prim::Trunc => x.trunc(),
        Prim::Fract => x.fract(),
        Prim::Recip => x.recip(),
        Prim::ToDegrees => x.to_degrees(),
        Prim::ToRadians => x.to_radians(),
        _ => return None,
    })
}

fn binary(prim: Prim, x: f64, y: f64) -> Option<f64> {
    Some(match prim {
        Prim::Add => x + y,
        Prim::Sub => x - y,
        Prim::Mul => x * y,
        Prim::Div => x / y,
        Prim::Rem => x % y,
        Prim::Powf => x.powf(y),
        Prim::Log => x.log(y),
        Prim::Atan2 => x.atan2(y),
        Prim::Hypot => x.hypot(y),
        Prim::Copysign => x.copysign(y),
        Prim::Min => x.min(y),
        Prim::Max => x.max(y),
        Prim::RemEuclid => x.rem_euclid(y),
        Prim::DivEuclid => x.div_euclid(y),
        Prim::Scale if x == 0.0 => 0.0,
        Prim::Scale => x * y,
        Prim::Given => x,
        _ => return None,
    })
}

/// A value and its derivative in one direction.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Dual {
    pub value: f64,
    pub dot: f64,
}

impl Number for Dual {
    fn constant(value: f64) -> Dual {
        Dual { value, dot: 0.0 }
    }

    fn value(&self) -> f64 {
        self.value
    }

    fn apply(op: FloatOp, args: &[Dual]) -> Option<Dual> {
        let mut x = [0.0; 3];
        let mut dots = [0.0; 3];
        for (index, arg) in args.iter().enumerate().take(3) {
            x[index] = arg.value;
            dots[index] = arg.dot;
        }
        let x = &x[..args.len().min(3)];
        let value = f64::apply(op, x)?;
        let partials = Partials::of(op, x, value)?;
        Some(Dual { value, dot: partials.first(&dots) })
    }
}

/// A value, its derivatives in two directions, and the mixed second one.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct HyperDual {
    pub value: f64,
    pub a: f64,
    pub b: f64,
    pub ab: f64,
}

impl Number for HyperDual {
    fn constant(value: f64) -> HyperDual {
        HyperDual { value, ..HyperDual::default() }
    }

    fn value(&self) -> f64 {
        self.value
    }

    fn apply(op: FloatOp, args: &[HyperDual]) -> Option<HyperDual> {
        let mut parts = [[0.0; 3]; 4];
        for (index, arg) in args.iter().enumerate().take(3) {
            parts[0][index] = arg.value;
            parts[1][index] = arg.a;
            parts[2][index] = arg.b;
            parts[3][index] = arg.ab;
        }
        let [x, a, b, ab] = parts;
        let x = &x[..args.len().min(3)];
        let value = f64::apply(op, x)?;
        let partials = Partials::of(op, x, value)?;
        Some(HyperDual {
            value,
            a: partials.first(&a),
            b: partials.first(&b),
            ab: partials.first(&ab) + partials.second(&a, &b),
        })
    }
}
