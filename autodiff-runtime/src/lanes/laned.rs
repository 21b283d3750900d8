//! The tangents of each type, in each family of lanes.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Lanes, One};
use crate::{Differentiable, Tangent};

/// The derivatives of values of a type in a family of lanes: what [`Differentiable`] says of a
/// single direction, for all of a sweep's.
///
/// [`Differentiable`]: crate::Differentiable
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative type",
    label = "does not implement `Differentiable`",
    note = "put `#[derive(Differentiable)]` on the type, or mark the field or parameter `#[constant]` if no derivative is wanted"
)]
pub trait Laned {
    /// The derivatives: of the value's shape, with lanes for floats.
    type Dot<K: Lanes>: Tangent;

    /// Zeros of the value's shape.
    fn zero_in<K: Lanes>(&self) -> Self::Dot<K>;

    /// Zeros of the shape of a tangent along one direction.
    fn zero_from<K: Lanes>(tangent: &Self::Dot<One>) -> Self::Dot<K>;

    /// Shows all lanes, in the order of declaration.
    fn visit<K: Lanes>(dot: &Self::Dot<K>, visitor: &mut impl Visit<K>);

    /// Shows all lanes, to be changed.
    fn visit_mut<K: Lanes>(dot: &mut Self::Dot<K>, visitor: &mut impl VisitMut<K>);
}

/// Reads lanes one after the other.
pub trait Visit<K: Lanes> {
    /// The derivatives of an `f64`.
    fn f64(&mut self, lane: &K::F64);
    /// The derivatives of an `f32`.
    fn f32(&mut self, lane: &K::F32);
}

/// Writes lanes one after the other.
pub trait VisitMut<K: Lanes> {
    /// The derivatives of an `f64`.
    fn f64(&mut self, lane: &mut K::F64);
    /// The derivatives of an `f32`.
    fn f32(&mut self, lane: &mut K::F32);
}

/// [`Laned::zero_in`], the family given by a value.
#[inline(always)]
pub fn zero_tangent_in<K: Lanes, T: Laned + ?Sized>(_lanes: K, value: &T) -> T::Dot<K> {
    value.zero_in()
}

/// The last argument, which is a derivative of a value like the one before: that tells its type where
/// nothing else does.
#[inline(always)]
pub fn derivative_in<'d, K: Lanes, T: Laned>(
    _lanes: K,
    _like: &T,
    derivative: &'d mut T::Dot<K>,
) -> &'d mut T::Dot<K> {
    derivative
}

/// The same for the elements of a slice.
#[inline]
pub fn zeros_in<K: Lanes, T: Laned>(_lanes: K, values: &[T]) -> Vec<T::Dot<K>> {
    values.iter().map(T::zero_in).collect()
}

/// A zero of the shape of these derivatives.
#[inline(always)]
pub fn cleared<T: Tangent>(dot: &T) -> T {
    let mut zero = dot.clone();
    zero.set_zero();
    zero
}

/// The same for the elements of a slice.
#[inline]
pub fn cleared_slice<T: Tangent>(dots: &[T]) -> Vec<T> {
    dots.iter().map(cleared).collect()
}

macro_rules! float {
    ($float:ident $lane:ident) => {
        impl Laned for $float {
            type Dot<K: Lanes> = K::$lane;
            #[inline(always)]
            fn zero_in<K: Lanes>(&self) -> K::$lane {
                super::zero_lane()
            }
            #[inline(always)]
            fn zero_from<K: Lanes>(_tangent: &$float) -> K::$lane {
                super::zero_lane()
            }
            #[inline(always)]
            fn visit<K: Lanes>(dot: &K::$lane, visitor: &mut impl Visit<K>) {
                visitor.$float(dot);
            }
            #[inline(always)]
            fn visit_mut<K: Lanes>(dot: &mut K::$lane, visitor: &mut impl VisitMut<K>) {
                visitor.$float(dot);
            }
        }
    };
}
float!(f32 F32);
float!(f64 F64);

/// Without a derivative in any family.
macro_rules! inactive {
    ($([$($params:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($params)*> Laned for $type {
            type Dot<K: Lanes> = ();
            #[inline(always)]
            fn zero_in<K: Lanes>(&self) {}
            #[inline(always)]
            fn zero_from<K: Lanes>(_tangent: &()) {}
            #[inline(always)]
            fn visit<K: Lanes>(_dot: &(), _visitor: &mut impl Visit<K>) {}
            #[inline(always)]
            fn visit_mut<K: Lanes>(_dot: &mut (), _visitor: &mut impl VisitMut<K>) {}
        }
    )*};
}
inactive! {
    [] (), [] bool, [] char, [] alloc::string::String, [] str,
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize,
    [] i8, [] i16, [] i32, [] i64, [] i128, [] isize,
    [] core::cmp::Ordering, [] core::time::Duration,
    [] core::ops::Range<usize>, [] core::ops::RangeInclusive<usize>,
    [T: ?Sized] PhantomData<T>,
    [T: Differentiable<Tangent = ()>] [T],
    [T: ?Sized + Differentiable<Tangent = ()>] &T,
}

/// What holds parts: how zeros are made of each, and how they are gone through.
macro_rules! holder {
    ([$($params:tt)*] $type:ty => $dot:ty;
        $value:ident => $zero:expr; $tangent:ident => $zero_from:expr;
        $visited:ident, $visitor:ident => $visit:expr; $visit_mut:expr) => {
        impl<$($params)*> Laned for $type {
            type Dot<Family: Lanes> = $dot;
            #[inline]
            fn zero_in<Family: Lanes>(&self) -> Self::Dot<Family> {
                let $value = self;
                $zero
            }
            #[inline]
            fn zero_from<Family: Lanes>($tangent: &Self::Dot<One>) -> Self::Dot<Family> {
                $zero_from
            }
            #[inline(always)]
            fn visit<Family: Lanes>($visited: &Self::Dot<Family>, $visitor: &mut impl Visit<Family>) {
                $visit
            }
            #[inline(always)]
            fn visit_mut<Family: Lanes>(
                $visited: &mut Self::Dot<Family>,
                $visitor: &mut impl VisitMut<Family>,
            ) {
                $visit_mut
            }
        }
    };
}

holder! {
    [T: Laned, const N: usize] [T; N] => [T::Dot<Family>; N];
    value => core::array::from_fn(|i| value[i].zero_in::<Family>());
    tangent => core::array::from_fn(|i| T::zero_from::<Family>(&tangent[i]));
    dot, visitor => for dot in dot { T::visit(dot, visitor) };
    for dot in dot { T::visit_mut(dot, visitor) }
}

holder! {
    [T: Laned] Vec<T> => Vec<T::Dot<Family>>;
    value => value.iter().map(T::zero_in::<Family>).collect();
    tangent => tangent.iter().map(T::zero_from::<Family>).collect();
    dot, visitor => for dot in dot { T::visit(dot, visitor) };
    for dot in dot { T::visit_mut(dot, visitor) }
}

holder! {
    [T: Laned] Box<T> => Box<T::Dot<Family>>;
    value => Box::new((**value).zero_in::<Family>());
    tangent => Box::new(T::zero_from::<Family>(tangent));
    dot, visitor => T::visit::<Family>(dot, visitor);
    T::visit_mut::<Family>(dot, visitor)
}

holder! {
    [T: Laned] Option<T> => Option<T::Dot<Family>>;
    value => value.as_ref().map(T::zero_in::<Family>);
    tangent => tangent.as_ref().map(T::zero_from::<Family>);
    dot, visitor => dot.iter().for_each(|dot| T::visit(dot, visitor));
    dot.iter_mut().for_each(|dot| T::visit_mut(dot, visitor))
}

holder! {
    [T: Laned, E] Result<T, E> => Result<T::Dot<Family>, ()>;
    value => value.as_ref().map(T::zero_in::<Family>).map_err(drop);
    tangent => tangent.as_ref().map(T::zero_from::<Family>).map_err(drop);
    dot, visitor => dot.iter().for_each(|dot| T::visit(dot, visitor));
    dot.iter_mut().for_each(|dot| T::visit_mut(dot, visitor))
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        holder! {
            [$($name: Laned),+] ($($name,)+) => ($($name::Dot<Family>,)+);
            value => ($(value.$index.zero_in::<Family>(),)+);
            tangent => ($($name::zero_from::<Family>(&tangent.$index),)+);
            dot, visitor => {$($name::visit::<Family>(&dot.$index, visitor);)+};
            {$($name::visit_mut::<Family>(&mut dot.$index, visitor);)+}
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
