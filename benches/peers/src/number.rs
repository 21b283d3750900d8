//! The numbers of the other libraries behind one trait, so that each function is written once.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use ad_trait::AD;
use ad_trait::reverse_ad::adr::adr;
use autodiff::F1;
use echidna::{Reverse, Scalar};
use num_dual::{Dual64, DualNum};
use num_traits::Float;
use simba::scalar::ComplexField;

/// A number that functions may be written over.
pub trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    fn of(value: f64) -> Self;
    fn value(self) -> f64;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
}

/// The elementary functions by another trait's methods, which take `self` or `&self`.
macro_rules! number {
    ($ty:ty, $trait:ident($($reference:tt)?), |$from:ident| $of:expr, |$x:ident| $value:expr) => {
        impl Number for $ty {
            fn of($from: f64) -> Self {
                $of
            }
            fn value(self) -> f64 {
                let $x = self;
                $value
            }
            fn exp(self) -> Self {
                $trait::exp($($reference)? self)
            }
            fn ln(self) -> Self {
                $trait::ln($($reference)? self)
            }
            fn sqrt(self) -> Self {
                $trait::sqrt($($reference)? self)
            }
            fn sin(self) -> Self {
                $trait::sin($($reference)? self)
            }
            fn cos(self) -> Self {
                $trait::cos($($reference)? self)
            }
            fn tanh(self) -> Self {
                $trait::tanh($($reference)? self)
            }
        }
    };
}

number!(F1, Float(), |value| F1::cst(value), |x| x.x);
number!(Reverse<f64>, Float(), |value| Reverse::constant(value), |x| Scalar::value(&x));
number!(adr, ComplexField(), |value| adr::constant(value), |x| adr::value(&x));
number!(Dual64, DualNum(&), |value| Dual64::from(value), |x| x.re);
