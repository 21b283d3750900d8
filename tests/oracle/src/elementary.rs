//! The inherent methods and constants of `f64` on [`Dual`]: value, first and second derivative.
//!
//! Formulas from Abramowitz & Stegun §§ 4.1–4.6, written out here independently of the compiler's
//! table. At kinks: `abs'(0) = 0`, a tie of `max`/`min` goes to the first operand.

use std::cmp::Ordering;
use std::f64::consts::{LN_2, LN_10};

use crate::Dual;

/// `name(x) -> (value, first, second)` for each unary method.
macro_rules! unary {
    ($($name:ident($x:ident, $y:ident) = $first:expr, $second:expr;)*) => {
        impl Dual {$(
            #[doc = concat!("`f64::", stringify!($name), "`.")]
            pub fn $name(self) -> Dual {
                let $x = self.re;
                let $y = $x.$name();
                let _ = ($x, $y);
                self.unary($y, $first, $second)
            }
        )*}
    };
}

unary! {
    sqrt(x, y) = 0.5 / y, -0.25 / (x * y);
    cbrt(x, y) = 1.0 / (3.0 * y * y), -2.0 / (9.0 * y * y * x);
    exp(x, y) = y, y;
    exp2(x, y) = y * LN_2, y * LN_2 * LN_2;
    exp_m1(x, y) = x.exp(), x.exp();
    ln(x, y) = 1.0 / x, -1.0 / (x * x);
    log2(x, y) = 1.0 / (x * LN_2), -1.0 / (x * x * LN_2);
    log10(x, y) = 1.0 / (x * LN_10), -1.0 / (x * x * LN_10);
    ln_1p(x, y) = 1.0 / (1.0 + x), -1.0 / ((1.0 + x) * (1.0 + x));
    sin(x, y) = x.cos(), -y;
    cos(x, y) = -x.sin(), -y;
    tan(x, y) = 1.0 / (x.cos() * x.cos()), 2.0 * y / (x.cos() * x.cos());
    asin(x, y) = 1.0 / ((1.0 - x) * (1.0 + x)).sqrt(), x / ((1.0 - x) * (1.0 + x)).powf(1.5);
    acos(x, y) = -1.0 / ((1.0 - x) * (1.0 + x)).sqrt(), -x / ((1.0 - x) * (1.0 + x)).powf(1.5);
    atan(x, y) = 1.0 / (1.0 + x * x), -2.0 * x / ((1.0 + x * x) * (1.0 + x * x));
    sinh(x, y) = x.cosh(), y;
    cosh(x, y) = x.sinh(), y;
    tanh(x, y) = 1.0 / (x.cosh() * x.cosh()), -2.0 * y / (x.cosh() * x.cosh());
    asinh(x, y) = 1.0 / (x * x + 1.0).sqrt(), -x / (x * x + 1.0).powf(1.5);
    acosh(x, y) = 1.0 / ((x - 1.0) * (x + 1.0)).sqrt(), -x / ((x - 1.0) * (x + 1.0)).powf(1.5);
    atanh(x, y) = 1.0 / ((1.0 - x) * (1.0 + x)), 2.0 * x / ((1.0 - x) * (1.0 + x)).powi(2);
    abs(x, y) = if x == 0.0 { 0.0 } else { x.signum() }, 0.0;
    signum(x, y) = 0.0, 0.0;
    floor(x, y) = 0.0, 0.0;
    ceil(x, y) = 0.0, 0.0;
    round(x, y) = 0.0, 0.0;
    round_ties_even(x, y) = 0.0, 0.0;
    trunc(x, y) = 0.0, 0.0;
    fract(x, y) = 1.0, 0.0;
    recip(x, y) = -1.0 / (x * x), 2.0 / (x * x * x);
    to_degrees(x, y) = 180.0 / std::f64::consts::PI, 0.0;
    to_radians(x, y) = std::f64::consts::PI / 180.0, 0.0;
}

impl Dual {
    /// `f64::powi`.
    pub fn powi(self, n: i32) -> Dual {
        let (x, k) = (self.re, f64::from(n));
        let first = if n == 0 { 0.0 } else { k * x.powi(n - 1) };
        let second = if n == 0 || n == 1 { 0.0 } else { k * (k - 1.0) * x.powi(n - 2) };
        self.unary(x.powi(n), first, second)
    }

    /// `f64::powf`. At the base 0, the limit from above where there is one.
    pub fn powf(self, n: Dual) -> Dual {
        let (x, k, y) = (self.re, n.re, self.re.powf(n.re));
        let ln = if x == 0.0 && k > 0.0 { 0.0 } else { x.ln() };
        let by_x = if k == 0.0 { 0.0 } else { k * x.powf(k - 1.0) };
        let by_xx = if k == 0.0 || k == 1.0 { 0.0 } else { k * (k - 1.0) * x.powf(k - 2.0) };
        let by_xn = x.powf(k - 1.0) * (1.0 + k * ln);
        self.binary(n, y, [by_x, y * ln], [by_xx, by_xn, y * ln * ln])
    }

    /// `f64::log`.
    pub fn log(self, base: Dual) -> Dual {
        let quotient = self.ln() / base.ln();
        Dual { re: self.re.log(base.re), ..quotient }
    }

    /// `f64::atan2`.
    pub fn atan2(self, x: Dual) -> Dual {
        let (y, z) = (self.re, x.re);
        let r2 = y * y + z * z;
        let (yy, yz) = (-2.0 * y * z / (r2 * r2), (y * y - z * z) / (r2 * r2));
        self.binary(x, y.atan2(z), [z / r2, -y / r2], [yy, yz, -yy])
    }

    /// `f64::hypot`.
    pub fn hypot(self, y: Dual) -> Dual {
        let (p, q, r) = (self.re, y.re, self.re.hypot(y.re));
        if r == 0.0 {
            return Dual::new(r);
        }
        let r3 = r * r * r;
        self.binary(y, r, [p / r, q / r], [q * q / r3, -p * q / r3, p * p / r3])
    }

    /// `f64::sin_cos`.
    pub fn sin_cos(self) -> (Dual, Dual) {
        (self.sin(), self.cos())
    }

    /// `f64::mul_add`.
    pub fn mul_add(self, a: Dual, b: Dual) -> Dual {
        Dual { re: self.re.mul_add(a.re, b.re), ..self * a + b }
    }

    /// `f64::copysign`.
    pub fn copysign(self, sign: Dual) -> Dual {
        let y = self.re.copysign(sign.re);
        let flipped = self.re.is_sign_negative() != sign.re.is_sign_negative();
        let first = if self.re == 0.0 {
            0.0
        } else if flipped {
            -1.0
        } else {
            1.0
        };
        self.unary(y, first, 0.0)
    }

    /// `f64::max`.
    pub fn max(self, other: Dual) -> Dual {
        if self.re >= other.re || other.re.is_nan() { self } else { other }
    }

    /// `f64::min`.
    pub fn min(self, other: Dual) -> Dual {
        if self.re <= other.re || other.re.is_nan() { self } else { other }
    }

    /// `f64::clamp`.
    pub fn clamp(self, low: Dual, high: Dual) -> Dual {
        assert!(low.re <= high.re);
        match self {
            x if x.re < low.re => low,
            x if x.re > high.re => high,
            x => x,
        }
    }

    /// `f64::rem_euclid`.
    pub fn rem_euclid(self, y: Dual) -> Dual {
        let rest = self.re.rem_euclid(y.re);
        self.binary(y, rest, [1.0, -((self.re - rest) / y.re).round()], [0.0; 3])
    }

    /// `f64::div_euclid`.
    pub fn div_euclid(self, y: Dual) -> Dual {
        Dual::new(self.re.div_euclid(y.re))
    }

    /// `f64::total_cmp`.
    pub fn total_cmp(&self, other: &Dual) -> Ordering {
        self.re.total_cmp(&other.re)
    }

    /// `f64::to_bits`.
    pub fn to_bits(self) -> u64 {
        self.re.to_bits()
    }
}

macro_rules! predicates {
    ($($name:ident)*) => {
        impl Dual {$(
            #[doc = concat!("`f64::", stringify!($name), "`.")]
            pub fn $name(self) -> bool {
                self.re.$name()
            }
        )*}
    };
}
predicates!(is_nan is_finite is_infinite is_normal is_sign_positive is_sign_negative);

macro_rules! constants {
    ($($name:ident)*) => {
        impl Dual {$(
            #[doc = concat!("`f64::", stringify!($name), "`.")]
            pub const $name: Dual = Dual::new(f64::$name);
        )*}
    };
}
constants!(MAX MIN MIN_POSITIVE EPSILON INFINITY NEG_INFINITY NAN);
