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
//!
//! The floats in a value are its *components*, in the order in which its type declares them; those of
//! its tangent are as many, in the same order. Matrices of derivatives have a row for each component
//! of the results and a column for each of an argument.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;
use core::marker::PhantomData;

use crate::lanes::{Laned, One};

/// A type whose values can carry a derivative.
///
/// Implemented for floats, arrays, `Vec`, tuples, `Option`, `Box`, and, with the tangent `()`, for
/// integers, `bool`, `char`, strings and references to such. Structs and enums derive it.
///
/// `clone` of such a type has to copy all that has a derivative: derived code copies values by it, and takes
/// `x.clone()` for `x`. Of a `Clone` that resets a field the derivatives would be wrong.
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
pub trait Differentiable: Laned<Dot<One> = <Self as Differentiable>::Tangent> {
    /// The type of its tangents and cotangents.
    type Tangent: Tangent + Differentiable<Tangent = Self::Tangent>;

    /// The number of components, where the type alone tells it.
    const COMPONENTS: Option<usize> = None;

    /// The zero tangent of this value's shape.
    fn zero_tangent(&self) -> Self::Tangent;

    /// Hands each component to `sink`.
    ///
    /// ```
    /// use autodiff_runtime::Differentiable;
    ///
    /// let mut found = Vec::new();
    /// (vec![1.0, 2.0], 7usize, [3.0f32]).read_components(&mut |value| found.push(value));
    /// assert_eq!(found, [1.0, 2.0, 3.0]);
    /// ```
    fn read_components(&self, sink: &mut impl FnMut(f64));

    /// Replaces each component by what `update` makes of it.
    ///
    /// ```
    /// use autodiff_runtime::Differentiable;
    ///
    /// let mut value = (vec![1.0, 2.0], 7usize, [3.0f32]);
    /// value.update_components(&mut |value| 10.0 * value);
    /// assert_eq!(value, (vec![10.0, 20.0], 7, [30.0]));
    /// ```
    fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64);

    /// The number of components.
    ///
    /// ```
    /// use autodiff_runtime::Differentiable;
    ///
    /// assert_eq!((vec![1.0, 2.0], 7usize, [3.0f32]).count_components(), 3);
    /// ```
    #[inline]
    fn count_components(&self) -> usize {
        Self::COMPONENTS.unwrap_or_else(|| {
            let mut count = 0;
            self.read_components(&mut |_| count += 1);
            count
        })
    }

    /// Sets the component at `index`, which must be less than [`Self::count_components`].
    ///
    /// ```
    /// use autodiff_runtime::Differentiable;
    ///
    /// let mut value = (vec![1.0, 2.0], 7usize, [3.0f32]);
    /// value.set_component(2, 5.0);
    /// assert_eq!(value, (vec![1.0, 2.0], 7, [5.0]));
    /// ```
    #[inline]
    fn set_component(&mut self, index: usize, value: f64) {
        let mut at = 0;
        self.update_components(&mut |old| {
            at += 1;
            if at == index + 1 { value } else { old }
        });
    }
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
pub trait Tangent: Clone + Debug + PartialEq {
    /// `self += other`, component by component.
    ///
    /// # Panics
    /// If the shapes differ, and either has a component.
    fn accumulate(&mut self, other: &Self);

    /// Makes every component zero; the shape stays.
    fn set_zero(&mut self);

    /// Whether it has a component; of what has none the shape says nothing.
    ///
    /// ```
    /// use autodiff_runtime::Tangent;
    ///
    /// assert!(Some(2.0).has_components());
    /// assert!(!Some(()).has_components());
    /// assert!(!None::<f64>.has_components());
    /// ```
    #[inline]
    fn has_components(&self) -> bool {
        true
    }
}

macro_rules! float {
    ($($float:ty)*) => {$(
        impl Differentiable for $float {
            type Tangent = $float;
            #[inline(always)]
            fn zero_tangent(&self) -> $float {
                0.0
            }
            const COMPONENTS: Option<usize> = Some(1);
            #[inline(always)]
            fn read_components(&self, sink: &mut impl FnMut(f64)) {
                sink(f64::from(*self));
            }
            #[inline(always)]
            fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
                *self = update(f64::from(*self)) as $float;
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

/// The items of an impl for a type without components.
macro_rules! no_components {
    () => {
        type Tangent = ();
        const COMPONENTS: Option<usize> = Some(0);
        #[inline(always)]
        fn zero_tangent(&self) {}
        #[inline(always)]
        fn read_components(&self, _sink: &mut impl FnMut(f64)) {}
        #[inline(always)]
        fn update_components(&mut self, _update: &mut impl FnMut(f64) -> f64) {}
    };
}

macro_rules! inactive {
    ($($type:ty)*) => {$(
        impl Differentiable for $type {
            no_components!();
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
    #[inline(always)]
    fn has_components(&self) -> bool {
        false
    }
}

impl<T: ?Sized> Differentiable for PhantomData<T> {
    no_components!();
}

/// A slice of what has no derivative, so that `&[usize]` has none either. Other slices stand behind
/// references, whose tangents the generated code keeps in a `Vec` or borrows from its caller.
impl<T: Differentiable<Tangent = ()>> Differentiable for [T] {
    no_components!();
}

/// Only references to what has no derivative: a tangent has to own what it adds up, and a shared
/// reference to active data would hide the sharing from it.
impl<T: ?Sized + Differentiable<Tangent = ()>> Differentiable for &T {
    no_components!();
}

/// What a tangent does that has elements, besides adding up.
macro_rules! of_elements {
    () => {
        #[inline]
        fn set_zero(&mut self) {
            self.iter_mut().for_each(T::set_zero);
        }
        #[inline]
        fn has_components(&self) -> bool {
            self.iter().any(T::has_components)
        }
    };
}
#[cfg(feature = "ndarray")]
pub(crate) use of_elements;

/// The components of what has elements.
macro_rules! elements {
    () => {
        #[inline]
        fn read_components(&self, sink: &mut impl FnMut(f64)) {
            self.iter().for_each(|elem| elem.read_components(sink));
        }
        #[inline]
        fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
            self.iter_mut().for_each(|elem| elem.update_components(update));
        }
        #[inline]
        fn count_components(&self) -> usize {
            match T::COMPONENTS {
                Some(each) => self.len() * each,
                None => self.iter().map(T::count_components).sum(),
            }
        }
        #[inline]
        fn set_component(&mut self, index: usize, value: f64) {
            set_component_of(self, index, value);
        }
    };
}

/// Sets a component of the elements: found by division where all have as many, by a walk otherwise.
#[inline]
fn set_component_of<T: Differentiable>(elems: &mut [T], index: usize, value: f64) {
    match T::COMPONENTS {
        Some(0) => {}
        Some(each) => elems[index / each].set_component(index % each, value),
        None => {
            let mut index = index;
            for elem in elems {
                let count = elem.count_components();
                if index < count {
                    return elem.set_component(index, value);
                }
                index -= count;
            }
        }
    }
}

impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];
    const COMPONENTS: Option<usize> = match T::COMPONENTS {
        Some(each) => Some(N * each),
        None => None,
    };
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        core::array::from_fn(|i| self[i].zero_tangent())
    }
    elements!();
}

impl<T: Tangent, const N: usize> Tangent for [T; N] {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        self.iter_mut().zip(other).for_each(|(sum, value)| sum.accumulate(value));
    }
    of_elements!();
}

impl<T: Differentiable> Differentiable for Vec<T> {
    type Tangent = Vec<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        crate::zeros(self)
    }
    elements!();
}

impl<T: Tangent> Tangent for Vec<T> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        crate::accumulate(self.as_mut_slice(), other.as_slice());
    }
    of_elements!();
}

impl<T: Differentiable> Differentiable for Box<T> {
    type Tangent = Box<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        Box::new((**self).zero_tangent())
    }
    #[inline]
    fn read_components(&self, sink: &mut impl FnMut(f64)) {
        (**self).read_components(sink);
    }
    #[inline]
    fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
        (**self).update_components(update);
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
    #[inline]
    fn has_components(&self) -> bool {
        (**self).has_components()
    }
}

impl<T: Differentiable> Differentiable for Option<T> {
    type Tangent = Option<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(T::zero_tangent)
    }
    #[inline]
    fn read_components(&self, sink: &mut impl FnMut(f64)) {
        self.iter().for_each(|payload| payload.read_components(sink));
    }
    #[inline]
    fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
        self.iter_mut().for_each(|payload| payload.update_components(update));
    }
}

impl<T: Tangent> Tangent for Option<T> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        match (self, other) {
            (Some(sum), Some(value)) => sum.accumulate(value),
            (None, None) => {}
            (sum, value) => crate::check_shapes(sum, value, "Option"),
        }
    }
    of_elements!();
}

/// What `Ok` holds has a derivative, the error has none.
impl<T: Differentiable, E> Differentiable for Result<T, E> {
    type Tangent = Result<T::Tangent, ()>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(T::zero_tangent).map_err(drop)
    }
    #[inline]
    fn read_components(&self, sink: &mut impl FnMut(f64)) {
        self.iter().for_each(|payload| payload.read_components(sink));
    }
    #[inline]
    fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
        self.iter_mut().for_each(|payload| payload.update_components(update));
    }
}

impl<T: Tangent> Tangent for Result<T, ()> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        match (self, other) {
            (Ok(sum), Ok(value)) => sum.accumulate(value),
            (Err(()), Err(())) => {}
            (sum, value) => crate::check_shapes(sum, value, "Result"),
        }
    }
    of_elements!();
}

/// The number of components of what is made of parts with so many: the sum, where all are known.
pub const fn sum_of(counts: &[Option<usize>]) -> Option<usize> {
    let (mut sum, mut at) = (0, 0);
    while at < counts.len() {
        match counts[at] {
            Some(count) => sum += count,
            None => return None,
        }
        at += 1;
    }
    Some(sum)
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Differentiable),+> Differentiable for ($($name,)+) {
            type Tangent = ($($name::Tangent,)+);
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$index.zero_tangent(),)+)
            }
            const COMPONENTS: Option<usize> = sum_of(&[$($name::COMPONENTS),+]);
            #[inline]
            fn read_components(&self, sink: &mut impl FnMut(f64)) {
                $(self.$index.read_components(sink);)+
            }
            #[inline]
            fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
                $(self.$index.update_components(update);)+
            }
            #[inline]
            fn count_components(&self) -> usize {
                0 $(+ self.$index.count_components())+
            }
            #[inline]
            fn set_component(&mut self, index: usize, value: f64) {
                let mut index = index;
                $(
                    let count = self.$index.count_components();
                    if index < count {
                        return self.$index.set_component(index, value);
                    }
                    index -= count;
                )+
                let _beyond_the_last = index;
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
            #[inline]
            fn has_components(&self) -> bool {
                false $(|| self.$index.has_components())+
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
