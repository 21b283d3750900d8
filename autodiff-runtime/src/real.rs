//! The floating-point types, for code that is generic over them.
//!
//! The methods are those of `f64` that can be differentiated, under the same names and with the same
//! results: each forwards to the standard library, or to `libm` where there is none.

use crate::scalar::Scalar;

/// Hands the methods from floats to floats to another macro: `core` for those that `core` has too,
/// `maths` for the others, with the same in terms of `libm`.
macro_rules! with_methods {
    ($consumer:ident $($context:ty)?) => {
        $consumer! { $($context)?;
            core {
                abs(); signum(); copysign(sign); recip(); to_degrees(); to_radians();
                min(other); max(other); clamp(min, max);
            }
            maths(x) {
                sqrt() = M::sqrt(x); cbrt() = M::cbrt(x); hypot(other) = M::hypot(x, other);
                exp() = M::exp(x); exp2() = M::exp2(x); exp_m1() = M::expm1(x);
                ln() = M::log(x); log2() = M::log2(x); log10() = M::log10(x);
                ln_1p() = M::log1p(x); log(base) = M::log(x) / M::log(base);
                powf(exponent) = M::pow(x, exponent);
                sin() = M::sin(x); cos() = M::cos(x); tan() = M::tan(x);
                asin() = M::asin(x); acos() = M::acos(x); atan() = M::atan(x);
                atan2(other) = M::atan2(x, other);
                sinh() = M::sinh(x); cosh() = M::cosh(x); tanh() = M::tanh(x);
                asinh() = M::asinh(x); acosh() = M::acosh(x); atanh() = M::atanh(x);
                floor() = M::floor(x); ceil() = M::ceil(x); round() = M::round(x);
                trunc() = M::trunc(x); fract() = x - M::trunc(x);
                mul_add(factor, summand) = M::fma(x, factor, summand);
                rem_euclid(divisor) = {
                    let rest = x % divisor;
                    if rest < 0.0 { rest + Real::abs(divisor) } else { rest }
                };
                div_euclid(divisor) = {
                    let quotient = M::trunc(x / divisor);
                    let step = if divisor > 0.0 { -1.0 } else { 1.0 };
                    if x % divisor < 0.0 { quotient + step } else { quotient }
                };
            }
        }
    };
}

macro_rules! declare {
    (;
        core { $($plain:ident($($plain_arg:ident),*);)* }
        maths($x:ident) { $($name:ident($($arg:ident),*) = $libm:expr;)* }
    ) => {
        $(
            #[doc = concat!("As [`f64::", stringify!($plain), "`].")]
            fn $plain(self $(, $plain_arg: Self)*) -> Self;
        )*
        $(
            #[doc = concat!("As [`f64::", stringify!($name), "`].")]
            fn $name(self $(, $arg: Self)*) -> Self;
        )*
    };
}

macro_rules! define {
    ($float:ty;
        core { $($plain:ident($($plain_arg:ident),*);)* }
        maths($x:ident) { $($name:ident($($arg:ident),*) = $libm:expr;)* }
    ) => {
        $(
            #[inline(always)]
            fn $plain(self $(, $plain_arg: Self)*) -> Self {
                <$float>::$plain(self $(, $plain_arg)*)
            }
        )*
        $(
            #[cfg(feature = "std")]
            #[inline(always)]
            fn $name(self $(, $arg: Self)*) -> Self {
                <$float>::$name(self $(, $arg)*)
            }
            #[cfg(not(feature = "std"))]
            #[inline]
            fn $name(self $(, $arg: Self)*) -> Self {
                #[allow(dead_code, reason = "not every body needs it")]
                type M = libm::Libm<$float>;
                let $x = self;
                $libm
            }
        )*
    };
}

/// `f32` or `f64`: enough to write a numeric function once for both.
///
/// ```
/// use autodiff_runtime::Real;
///
/// fn norm<T: Real>(x: &[T]) -> T {
///     x.iter().map(|&value| value * value).sum::<T>().sqrt()
/// }
/// assert_eq!(norm(&[3.0f32, 4.0]), 5.0);
/// assert_eq!(norm(&[3.0f64, 4.0]), 5.0);
///
/// fn half_turns<T: Real>(turns: T) -> T {
///     let mut angle = T::pi();
///     angle *= turns;
///     angle.max(T::zero()).min(T::from_f64(10.0))
/// }
/// assert_eq!(half_turns(1.0), std::f64::consts::PI);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a floating-point type that can be differentiated",
    note = "`Real` is implemented for `f32` and `f64`"
)]
pub trait Real: Scalar {
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// This value as an `f64`, which holds it exactly.
    fn to_f64(self) -> f64;
    /// 0.
    fn zero() -> Self;
    /// 1.
    fn one() -> Self;
    /// π.
    fn pi() -> Self;
    /// Euler's number.
    fn e() -> Self;
    /// The difference between 1 and the next larger value.
    fn epsilon() -> Self;
    /// ∞.
    fn infinity() -> Self;
    /// −∞.
    fn neg_infinity() -> Self;
    /// A NaN.
    fn nan() -> Self;
    /// The largest finite value.
    fn max_value() -> Self;
    /// The smallest finite value.
    fn min_value() -> Self;
    /// The smallest positive normal value.
    fn min_positive_value() -> Self;

    /// Whether this is a NaN.
    fn is_nan(self) -> bool;
    /// Whether this is neither infinite nor a NaN.
    fn is_finite(self) -> bool;
    /// Whether this is an infinity.
    fn is_infinite(self) -> bool;
    /// Whether the sign bit is clear, also of a zero or a NaN.
    fn is_sign_positive(self) -> bool;
    /// Whether the sign bit is set, also of a zero or a NaN.
    fn is_sign_negative(self) -> bool;

    /// As [`f64::powi`].
    fn powi(self, n: i32) -> Self;
    /// As [`f64::sin_cos`].
    fn sin_cos(self) -> (Self, Self);
    with_methods!(declare);
}

/// The power by repeated squaring, as the compiler's own `powi` computes it.
#[cfg(not(feature = "std"))]
fn power<T: Real>(mut base: T, n: i32) -> T {
    let mut exponent = n.unsigned_abs();
    let mut power = T::one();
    loop {
        if exponent & 1 == 1 {
            power *= base;
        }
        exponent >>= 1;
        if exponent == 0 {
            break;
        }
        base *= base;
    }
    if n < 0 { power.recip() } else { power }
}

macro_rules! real {
    ($($float:ident)*) => {$(
        impl Real for $float {
            #[inline(always)]
            fn from_f64(value: f64) -> $float {
                value as $float
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }
            real!(@constants $float;
                zero 0.0; one 1.0; pi core::$float::consts::PI; e core::$float::consts::E;
                epsilon $float::EPSILON; infinity $float::INFINITY; nan $float::NAN;
                neg_infinity $float::NEG_INFINITY; max_value $float::MAX; min_value $float::MIN;
                min_positive_value $float::MIN_POSITIVE;
            );
            real!(@tests $float; is_nan is_finite is_infinite is_sign_positive is_sign_negative);

            #[inline(always)]
            fn powi(self, n: i32) -> $float {
                #[cfg(feature = "std")]
                return <$float>::powi(self, n);
                #[cfg(not(feature = "std"))]
                return power(self, n);
            }
            #[inline(always)]
            fn sin_cos(self) -> ($float, $float) {
                #[cfg(feature = "std")]
                return <$float>::sin_cos(self);
                #[cfg(not(feature = "std"))]
                return libm::Libm::<$float>::sincos(self);
            }
            with_methods!(define $float);
        }
    )*};
    (@constants $float:ident; $($name:ident $value:expr;)*) => {$(
        #[inline(always)]
        fn $name() -> $float {
            $value
        }
    )*};
    (@tests $float:ident; $($name:ident)*) => {$(
        #[inline(always)]
        fn $name(self) -> bool {
            <$float>::$name(self)
        }
    )*};
}
real!(f32 f64);
