//! Hyper-dual numbers `re + a·ε₁ + b·ε₂ + ab·ε₁ε₂`, `ε₁² = ε₂² = 0`: exact first and second
//! derivatives by overloading (Fike & Alonso 2011, "The development of hyper-dual numbers").
//!
//! `Dual` offers what `f64` offers under the same names, so that a function over `f64` is a function
//! over `Dual` once the type and the literals are replaced. Comparisons look at the real part.

use crate::Leaves;

/// A hyper-dual number.
#[derive(Clone, Copy, Default)]
pub struct Dual {
    /// The value.
    pub re: f64,
    /// The derivative along the first direction.
    pub a: f64,
    /// The derivative along the second direction.
    pub b: f64,
    /// The second derivative along both.
    pub ab: f64,
}

/// `d · p`, and zero for `d = 0` also where `p` is infinite or NaN.
pub(crate) fn scale(d: f64, p: f64) -> f64 {
    if d == 0.0 { 0.0 } else { d * p }
}

impl Dual {
    /// A constant.
    pub const fn new(re: f64) -> Dual {
        Dual { re, a: 0.0, b: 0.0, ab: 0.0 }
    }

    /// `f(self)` with value `y`, from `f'` and `f''` at the real part.
    pub(crate) fn unary(self, y: f64, first: f64, second: f64) -> Dual {
        Dual {
            re: y,
            a: scale(self.a, first),
            b: scale(self.b, first),
            ab: scale(self.ab, first) + scale(self.a * self.b, second),
        }
    }

    /// `f(self, other)` with value `y`, from the gradient and the Hessian `[xx, xy, yy]`.
    pub(crate) fn binary(self, other: Dual, y: f64, first: [f64; 2], second: [f64; 3]) -> Dual {
        let along = |s: f64, o: f64| scale(s, first[0]) + scale(o, first[1]);
        Dual {
            re: y,
            a: along(self.a, other.a),
            b: along(self.b, other.b),
            ab: along(self.ab, other.ab)
                + scale(self.a * self.b, second[0])
                + scale(self.a * other.b + self.b * other.a, second[1])
                + scale(other.a * other.b, second[2]),
        }
    }
}

impl std::fmt::Debug for Dual {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.re.fmt(f)
    }
}

impl std::fmt::Display for Dual {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.re.fmt(f)
    }
}

/// `as` casts, which cannot be overloaded: `e as T` becomes `cast::<T>(e)`.
pub trait Cast<T> {
    /// The value as a `T`.
    fn cast(self) -> T;
}

/// `value as T`.
pub fn cast<T>(value: impl Cast<T>) -> T {
    value.cast()
}

macro_rules! casts {
    ($($from:ty => [$($to:ty)*];)*) => {$($(
        impl Cast<$to> for $from {
            fn cast(self) -> $to {
                self as $to
            }
        }
    )*)*};
}
macro_rules! all_casts {
    ($($from:ty)*) => {
        casts! {$($from => [u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize];)*}
        $(
            impl Cast<Dual> for $from {
                fn cast(self) -> Dual {
                    Dual::new(self as f64)
                }
            }
            impl Cast<$from> for Dual {
                fn cast(self) -> $from {
                    self.re as $from
                }
            }
        )*
    };
}
all_casts!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
casts! { bool => [u8 u16 u32 u64 usize i8 i16 i32 i64 isize]; }
casts! { char => [u8 u32 u64 usize]; }
casts! { u8 => [char]; }

impl Cast<Dual> for Dual {
    fn cast(self) -> Dual {
        self
    }
}

impl Cast<f32> for Dual {
    fn cast(self) -> f32 {
        panic!("{self}: an f32 carries no dual part, write the reference by hand")
    }
}

macro_rules! from_integers {
    ($($from:ty)*) => {$(
        impl From<$from> for Dual {
            fn from(value: $from) -> Dual {
                Dual::new(f64::from(value))
            }
        }
    )*};
}
from_integers!(u8 u16 u32 i8 i16 i32);

/// The value without its dual parts.
pub fn detach<T: Leaves>(mut value: T) -> T {
    value.visit(&mut |leaf| leaf.set_dual([0.0; 3]));
    value
}

/// A value whose first-order derivative is declared: `Σ partial · argument`. For functions whose
/// rule says something else than their body.
pub fn lift(value: Dual, partials: &[(Dual, Dual)]) -> Dual {
    let along = |part: fn(&Dual) -> f64| -> f64 {
        partials.iter().map(|(arg, partial)| scale(part(arg), partial.re)).sum()
    };
    Dual { re: value.re, a: along(|x| x.a), b: along(|x| x.b), ab: 0.0 }
}

/// `std::f64::consts`.
pub mod consts {
    use super::Dual;

    macro_rules! consts {
        ($($name:ident)*) => {$(
            #[doc = concat!("`std::f64::consts::", stringify!($name), "`.")]
            pub const $name: Dual = Dual::new(std::f64::consts::$name);
        )*};
    }
    consts!(PI TAU E SQRT_2 LN_2 LN_10 LOG2_E LOG10_E FRAC_PI_2 FRAC_PI_3 FRAC_PI_4 FRAC_PI_6);
    consts!(FRAC_PI_8 FRAC_1_PI FRAC_2_PI FRAC_2_SQRT_PI FRAC_1_SQRT_2 LOG2_10 LOG10_2);
}
