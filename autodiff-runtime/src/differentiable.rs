//! Which type the derivative of a type has.
//!
//! A value of type `T` has tangents (forward mode) and cotangents (reverse mode) of one type,
//! `<T as Differentiable>::Tangent`: the vector space its derivatives live in. Where `T` is built
//! from other types, so is its tangent, field by field, and what cannot be varied infinitesimally
//! (integers, strings, `bool`) has the tangent `()`. The tangent of a tangent is itself, which is what
//! lets derivatives be differentiated again.
//!
//! A tangent knows its own shape: the zero tangent of a `Vec` has its length, that of an enum value
//! its variant. Adding tangents of different shapes is a bug in the caller and panics, as a silent
//! answer would be wrong.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;
use core::marker::PhantomData;

/// A type whose values can carry a derivative.
///
/// Implemented for floats, arrays, `Vec`, tuples, `Option`, `Box`, and, with the tangent `()`, for
/// integers, `bool`, `char`, strings and references to such. Structs and enums derive it.
///
/// ```
/// use autodiff_runtime::Differentiable;
///
/// let state = (vec![1.0, 2.0], [3.0f32; 2], 7usize);
/// assert_eq!(state.zero_tangent(), (vec![0.0, 0.0], [0.0; 2], ()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative type",
    label = "does not implement `Differentiable`",
    note = "put `#[derive(Differentiable)]` on the type, or mark the field or parameter `#[constant]` if no derivative is wanted"
)]
pub trait Differentiable {
    /// The type of its tangents and cotangents.
    type Tangent: Tangent;

    /// The zero tangent of this value's shape.
    fn zero_tangent(&self) -> Self::Tangent;
}

/// A tangent or cotangent: an element of a vector space.
///
/// ```
/// use autodiff_runtime::Tangent;
///
/// let mut sum = (vec![1.0, 2.0], 3.0);
/// sum.accumulate(&(vec![10.0, 20.0], 30.0));
/// assert_eq!(sum, (vec![11.0, 22.0], 33.0));
/// sum.set_zero();
/// assert_eq!(sum, (vec![0.0, 0.0], 0.0));
/// ```
pub trait Tangent: Clone + Debug + PartialEq + Differentiable<Tangent = Self> {
    /// `self += other`, component by component.
    ///
    /// # Panics
    /// If the shapes differ.
    fn accumulate(&mut self, other: &Self);

    /// Makes every component zero; the shape stays.
    fn set_zero(&mut self);
}

macro_rules! float {
    ($($float:ty)*) => {$(
        impl Differentiable for $float {
            type Tangent = $float;
            #[inline(always)]
            fn zero_tangent(&self) -> $float {
                0.0
            }
        }
        impl Tangent for $float {
            #[inline(always)]
            fn accumulate(&mut self, other: &$float) {
                *self += *other;
            }
            #[inline(always)]
            fn set_zero(&mut self) {
                *self = 0.0;
            }
        }
    )*};
}
float!(f32 f64);

macro_rules! inactive {
    ($($type:ty)*) => {$(
        impl Differentiable for $type {
            type Tangent = ();
            #[inline(always)]
            fn zero_tangent(&self) {}
        }
    )*};
}
inactive!(() bool char String str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
inactive!(core::cmp::Ordering core::time::Duration);
inactive!(core::ops::Range<usize> core::ops::RangeInclusive<usize>);

impl Tangent for () {
    #[inline(always)]
    fn accumulate(&mut self, _other: &()) {}
    #[inline(always)]
    fn set_zero(&mut self) {}
}

impl<T: ?Sized> Differentiable for PhantomData<T> {
    type Tangent = ();
    #[inline(always)]
    fn zero_tangent(&self) {}
}

/// A slice of what has no derivative, so that `&[usize]` has none either. Other slices stand behind
/// references, whose tangents the generated code keeps in a `Vec` or borrows from its caller.
impl<T: Differentiable<Tangent = ()>> Differentiable for [T] {
    type Tangent = ();
    #[inline(always)]
    fn zero_tangent(&self) {}
}

/// Only references to what has no derivative: a tangent has to own what it adds up, and a shared
/// reference to active data would hide the sharing from it.
impl<T: ?Sized + Differentiable<Tangent = ()>> Differentiable for &T {
    type Tangent = ();
    #[inline(always)]
    fn zero_tangent(&self) {}
}

impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        core::array::from_fn(|i| self[i].zero_tangent())
    }
}

impl<T: Tangent, const N: usize> Tangent for [T; N] {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        self.iter_mut().zip(other).for_each(|(sum, value)| sum.accumulate(value));
    }
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }
}

impl<T: Differentiable> Differentiable for Vec<T> {
    type Tangent = Vec<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        crate::zeros(self)
    }
}

impl<T: Tangent> Tangent for Vec<T> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        crate::accumulate(self.as_mut_slice(), other.as_slice());
    }
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }
}

impl<T: Differentiable> Differentiable for Box<T> {
    type Tangent = Box<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        Box::new((**self).zero_tangent())
    }
}

impl<T: Tangent> Tangent for Box<T> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        (**self).accumulate(other);
    }
    #[inline]
    fn set_zero(&mut self) {
        (**self).set_zero();
    }
}

impl<T: Differentiable> Differentiable for Option<T> {
    type Tangent = Option<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(T::zero_tangent)
    }
}

impl<T: Tangent> Tangent for Option<T> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        match (self, other) {
            (Some(sum), Some(value)) => sum.accumulate(value),
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => crate::shape_mismatch("Option"),
        }
    }
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Differentiable),+> Differentiable for ($($name,)+) {
            type Tangent = ($($name::Tangent,)+);
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$index.zero_tangent(),)+)
            }
        }
        impl<$($name: Tangent),+> Tangent for ($($name,)+) {
            #[inline]
            fn accumulate(&mut self, other: &Self) {
                $(self.$index.accumulate(&other.$index);)+
            }
            #[inline]
            fn set_zero(&mut self) {
                $(self.$index.set_zero();)+
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
