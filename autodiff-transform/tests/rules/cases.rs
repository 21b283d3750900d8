//! A case for each row: points inside of its domain, and the function by definition.

use autodiff_transform::ops::Prim;

use crate::reference::Num;

pub struct Case {
    pub prim: Prim,
    pub points: &'static [&'static [f64]],
    pub reference: fn(&[Num]) -> Num,
}

/// The rows that are not from floats to a float, and have no derivative.
pub const DISCRETE: &[Prim] = &[
    Prim::Lt,
    Prim::Le,
    Prim::Gt,
    Prim::Ge,
    Prim::Eq,
    Prim::Ne,
    Prim::And,
    Prim::Or,
    Prim::Not,
    Prim::BitAnd,
    Prim::BitOr,
    Prim::BitXor,
    Prim::Shl,
    Prim::Shr,
    Prim::Advance,
    Prim::Snapshots,
    Prim::IsNan,
    Prim::IsFinite,
    Prim::IsInfinite,
    Prim::IsSignPositive,
    Prim::IsSignNegative,
];

macro_rules! cases {
    ($($prim:ident $points:expr, |$x:ident| $reference:expr;)*) => {
        pub const CASES: &[Case] =
            &[$(Case { prim: Prim::$prim, points: $points, reference: |$x| $reference }),*];
    };
}

/// Away from zero, of both signs.
const REALS: &[&[f64]] = &[&[0.3], &[1.7], &[-0.9], &[-2.6], &[1e-3]];
const POSITIVE: &[&[f64]] = &[&[1e-3], &[0.4], &[1.0], &[2.7], &[150.0]];
const WITHIN_ONE: &[&[f64]] = &[&[0.3], &[-0.6], &[0.95], &[-0.05]];
const PAIRS: &[&[f64]] = &[&[0.7, 1.3], &[-2.2, 0.4], &[3.1, -0.8], &[-1.6, -2.9]];
/// Quotients that are whole but for rounding are among them: 1 % 0.1 is just below 0.1, so that nine
/// tenths fit into one.
const DIVIDED: &[&[f64]] = &[
    &[7.3, 2.1],
    &[-7.3, 2.1],
    &[7.3, -2.1],
    &[-7.3, -2.1],
    &[0.4, 3.0],
    &[1.0, 0.1],
    &[-1.0, 0.1],
];

/// A constant, whatever it was computed from.
fn flat(value: f64) -> Num {
    Num::constant(value)
}

/// `a − b·q` for the whole number `q` that the given remainder belongs to.
fn remainder(x: &[Num], rest: f64) -> Num {
    let quotient = ((x[0].re() - rest) / x[1].re()).round();
    x[0] - x[1] * quotient
}

cases! {
    Add PAIRS, |x| x[0] + x[1];
    Sub PAIRS, |x| x[0] - x[1];
    Mul PAIRS, |x| x[0] * x[1];
    Div PAIRS, |x| x[0] / x[1];
    Rem DIVIDED, |x| remainder(x, x[0].re() % x[1].re());
    Neg REALS, |x| -x[0];
    Powi &[
        &[1.3, 3.0], &[-1.3, 4.0], &[0.7, 1.0], &[-0.7, -2.0], &[2.1, 0.0], &[-2.1, 2.0],
        &[1.1, -1.0], &[0.9, 17.0]
    ], |x| x[0].powi(x[1].re() as i32);
    Powf &[&[1.3, 2.5], &[0.4, -1.2], &[2.2, 0.0], &[3.0, 1.0], &[0.7, 2.0]], |x| x[0].pow(x[1]);
    Sqrt POSITIVE, |x| x[0].sqrt();
    Cbrt REALS, |x| x[0].cbrt();
    Exp REALS, |x| x[0].exp();
    Exp2 REALS, |x| (x[0] * Num::constant(2.0).ln()).exp();
    ExpM1 REALS, |x| x[0].exp() - 1.0;
    Ln POSITIVE, |x| x[0].ln();
    Log &[&[0.7, 1.3], &[2.2, 0.4], &[3.1, 10.0]], |x| x[0].ln() / x[1].ln();
    Log2 POSITIVE, |x| x[0].ln() / Num::constant(2.0).ln();
    Log10 POSITIVE, |x| x[0].ln() / Num::constant(10.0).ln();
    Ln1p &[&[-0.5], &[0.3], &[4.0]], |x| (1.0 + x[0]).ln();
    Sin REALS, |x| x[0].sin();
    Cos REALS, |x| x[0].cos();
    Tan REALS, |x| x[0].sin() / x[0].cos();
    Asin WITHIN_ONE, |x| x[0].asin();
    Acos WITHIN_ONE, |x| x[0].acos();
    Atan REALS, |x| x[0].atan();
    Atan2 PAIRS, |x| x[0].atan2(x[1]);
    Sinh REALS, |x| x[0].sinh();
    Cosh REALS, |x| x[0].cosh();
    Tanh REALS, |x| x[0].sinh() / x[0].cosh();
    Asinh REALS, |x| x[0].asinh();
    Acosh &[&[1.2], &[2.0], &[30.0]], |x| x[0].acosh();
    Atanh WITHIN_ONE, |x| x[0].atanh();
    Hypot PAIRS, |x| (x[0] * x[0] + x[1] * x[1]).sqrt();
    Abs REALS, |x| x[0].abs();
    Signum REALS, |x| flat(x[0].re().signum());
    Copysign PAIRS, |x| x[0].abs() * x[1].re().signum();
    Floor REALS, |x| flat(x[0].re().floor());
    Ceil REALS, |x| flat(x[0].re().ceil());
    Round REALS, |x| flat(x[0].re().round());
    Trunc REALS, |x| flat(x[0].re().trunc());
    Fract REALS, |x| x[0] - x[0].re().trunc();
    Min PAIRS, |x| if x[0].re() < x[1].re() { x[0] } else { x[1] };
    Max PAIRS, |x| if x[0].re() > x[1].re() { x[0] } else { x[1] };
    Clamp &[&[0.4, -1.0, 2.0], &[-3.0, -1.0, 2.0], &[7.0, -1.0, 2.0]], |x| {
        if x[0].re() < x[1].re() { x[1] } else if x[0].re() > x[2].re() { x[2] } else { x[0] }
    };
    MulAdd &[&[0.7, 1.3, -2.0], &[-3.1, 0.2, 5.0]], |x| x[0] * x[1] + x[2];
    Recip REALS, |x| 1.0 / x[0];
    ToDegrees REALS, |x| x[0] * 180.0 / std::f64::consts::PI;
    ToRadians REALS, |x| x[0] * std::f64::consts::PI / 180.0;
    RemEuclid DIVIDED, |x| remainder(x, x[0].re().rem_euclid(x[1].re()));
    DivEuclid DIVIDED, |x| flat(x[0].re().div_euclid(x[1].re()));
    Select &[&[1.0, 0.7, 1.3], &[0.0, 0.7, 1.3]], |x| if x[0].re() == 1.0 { x[1] } else { x[2] };
    Scale PAIRS, |x| x[0] * x[1];
    Given PAIRS, |x| x[1] + flat(x[0].re() - x[1].re());
}
