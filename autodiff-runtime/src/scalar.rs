//! What generated code that is generic over floats asks of its types.
//!
//! A function over `T: num_traits::Float` keeps that bound in its derivatives, which need more of `T`
//! than it says. Were [`Real`] that bound, each of the user's `T::epsilon()` would be ambiguous; the
//! names here are nobody's.

use core::fmt::{Debug, Display, LowerExp};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg};
use core::ops::{Rem, RemAssign, Sub, SubAssign};

use crate::lanes::{Bits, Lane, Laned, Noted, Wide};
use crate::matrices::OwnedBlock;
use crate::tape::Plain;
use crate::values::{AddsTo, IsFloat, Leaf};
use crate::{Differentiable, Real, Tangent};

macro_rules! scalar {
    (
        $($hidden:ident = $name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*
    ) => {
        /// `f32` or `f64`.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` is not a floating-point type that can be differentiated",
            note = "`f32` and `f64` are"
        )]
        pub trait Scalar:
            Copy
            + Default
            + Debug
            + Display
            + LowerExp
            + PartialOrd
            + Send
            + Sync
            + 'static
            + Differentiable<Tangent = Self>
            + Tangent
            + Lane<Self>
            // The lanes of matrices, so that a function over `T: Scalar` has them.
            + Laned<Dot<Wide<8>>: Lane<Self>>
            + Laned<Dot<Noted<1>>: Lane<Self>>
            + Laned<Dot<Noted<8>>: Lane<Self>>
            + Laned<Dot<Bits<1>>: Lane<Self>>
            + Laned<Dot<Bits<16>>: Lane<Self>>
            // A matrix of one row and column.
            + OwnedBlock
            + Leaf<Self>
            + AddsTo<Self>
            + Plain
            + IsFloat
            + Neg<Output = Self>
            + Add<Output = Self>
            + Sub<Output = Self>
            + Mul<Output = Self>
            + Div<Output = Self>
            + Rem<Output = Self>
            + AddAssign
            + SubAssign
            + MulAssign
            + DivAssign
            + RemAssign
            + Sum
            + Product
            + for<'a> Sum<&'a Self>
            + for<'a> Product<&'a Self>
        {
            #[doc = "The nearest value of this type."]
            fn __from_f64(value: f64) -> Self;
            $(
                #[doc = concat!("As [`Real::", stringify!($name), "`].")]
                fn $hidden(self $(, $arg: $ty)*) -> $result;
            )*
        }

        scalar! { @implement f32; $($hidden = $name($($arg: $ty),*) -> $result;)* }
        scalar! { @implement f64; $($hidden = $name($($arg: $ty),*) -> $result;)* }
    };
    (
        @implement $float:ident;
        $($hidden:ident = $name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*
    ) => {
        impl Scalar for $float {
            #[inline(always)]
            fn __from_f64(value: f64) -> Self {
                Real::from_f64(value)
            }
            $(
                #[inline(always)]
                fn $hidden(self $(, $arg: $ty)*) -> $result {
                    Real::$name(self $(, $arg)*)
                }
            )*
        }
    };
}

scalar! {
    __to_f64 = to_f64() -> f64;
    __powi = powi(n: i32) -> Self;
    __is_nan = is_nan() -> bool;
    __is_finite = is_finite() -> bool;
    __is_infinite = is_infinite() -> bool;
    __is_sign_positive = is_sign_positive() -> bool;
    __is_sign_negative = is_sign_negative() -> bool;
    __powf = powf(exponent: Self) -> Self;
    __sqrt = sqrt() -> Self;
    __cbrt = cbrt() -> Self;
    __exp = exp() -> Self;
    __exp2 = exp2() -> Self;
    __exp_m1 = exp_m1() -> Self;
    __ln = ln() -> Self;
    __log = log(base: Self) -> Self;
    __log2 = log2() -> Self;
    __log10 = log10() -> Self;
    __ln_1p = ln_1p() -> Self;
    __sin = sin() -> Self;
    __cos = cos() -> Self;
    __tan = tan() -> Self;
    __asin = asin() -> Self;
    __acos = acos() -> Self;
    __atan = atan() -> Self;
    __atan2 = atan2(other: Self) -> Self;
    __sinh = sinh() -> Self;
    __cosh = cosh() -> Self;
    __tanh = tanh() -> Self;
    __asinh = asinh() -> Self;
    __acosh = acosh() -> Self;
    __atanh = atanh() -> Self;
    __hypot = hypot(other: Self) -> Self;
    __abs = abs() -> Self;
    __signum = signum() -> Self;
    __copysign = copysign(sign: Self) -> Self;
    __floor = floor() -> Self;
    __ceil = ceil() -> Self;
    __round = round() -> Self;
    __trunc = trunc() -> Self;
    __fract = fract() -> Self;
    __min = min(other: Self) -> Self;
    __max = max(other: Self) -> Self;
    __clamp = clamp(min: Self, max: Self) -> Self;
    __mul_add = mul_add(factor: Self, summand: Self) -> Self;
    __recip = recip() -> Self;
    __to_degrees = to_degrees() -> Self;
    __to_radians = to_radians() -> Self;
    __rem_euclid = rem_euclid(divisor: Self) -> Self;
    __div_euclid = div_euclid(divisor: Self) -> Self;
}
