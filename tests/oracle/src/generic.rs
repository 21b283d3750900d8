//! The bounds of generic float functions, as the dual version of a corpus module sees them.

use std::iter::{Product, Sum};
use std::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

use crate::{Dual, Leaves};

macro_rules! real {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $out:ty;)*) => {
        /// `chainrule::Real` for [`Dual`].
        pub trait Real:
            Copy + PartialEq + PartialOrd + std::fmt::Debug + Default + Leaves + 'static
            + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
            + Rem<Output = Self> + Neg<Output = Self> + AddAssign + SubAssign + MulAssign
            + DivAssign + RemAssign + Sum + Product
        {
            /// A constant of this type.
            fn from_f64(value: Dual) -> Self;
            $(
                #[doc = concat!("`f64::", stringify!($name), "`.")]
                fn $name(self $(, $arg: $ty)*) -> $out;
            )*
        }
        impl Real for Dual {
            fn from_f64(value: Dual) -> Dual {
                value
            }
            $(fn $name(self $(, $arg: $ty)*) -> $out {
                Dual::$name(self $(, $arg)*)
            })*
        }
    };
}
real! {
    sqrt() -> Self; cbrt() -> Self; exp() -> Self; exp2() -> Self; exp_m1() -> Self; ln() -> Self;
    log2() -> Self; log10() -> Self; ln_1p() -> Self; sin() -> Self; cos() -> Self; tan() -> Self;
    asin() -> Self; acos() -> Self; atan() -> Self; sinh() -> Self; cosh() -> Self; tanh() -> Self;
    asinh() -> Self; acosh() -> Self; atanh() -> Self; abs() -> Self; signum() -> Self;
    floor() -> Self; ceil() -> Self; round() -> Self; trunc() -> Self; fract() -> Self;
    recip() -> Self; to_degrees() -> Self; to_radians() -> Self; powi(n: i32) -> Self;
    powf(n: Self) -> Self; log(base: Self) -> Self; atan2(x: Self) -> Self; hypot(y: Self) -> Self;
    mul_add(a: Self, b: Self) -> Self; copysign(sign: Self) -> Self; max(y: Self) -> Self;
    min(y: Self) -> Self; clamp(low: Self, high: Self) -> Self; sin_cos() -> (Self, Self);
    is_nan() -> bool; is_finite() -> bool;
}

/// `num_traits::Float` for [`Dual`].
pub trait Float: Real {
    /// `0`.
    fn zero() -> Self {
        Self::from_f64(Dual::new(0.0))
    }

    /// `1`.
    fn one() -> Self {
        Self::from_f64(Dual::new(1.0))
    }

    /// A constant of this type.
    fn from(value: impl Into<Dual>) -> Option<Self> {
        Some(Self::from_f64(value.into()))
    }
}

impl Float for Dual {}
