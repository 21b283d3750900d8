//! Small operations on values, tangents and their parts that generated code is written in.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::lanes::{Laned, Lanes};
use crate::{Differentiable, shape_mismatch};

/// The value without its derivative: the identity, through which no derivative passes.
///
/// ```
/// assert_eq!(autodiff_runtime::detach(2.5), 2.5);
/// ```
#[inline(always)]
pub fn detach<T>(value: T) -> T {
    value
}

/// Checks when it is compiled that two names mean one function: a function was taken by its name for one that
/// is known, as `mem::swap` and `detach` are. If it is another, call it by another name.
///
/// ```
/// use std::mem;
/// autodiff_runtime::__private::is_function(core::mem::swap::<f64>, mem::swap);
/// ```
///
/// ```compile_fail
/// use std::ptr as mem;
/// autodiff_runtime::__private::is_function(core::mem::swap::<f64>, mem::swap);
/// ```
pub fn is_function<F>(_known: F, _used: F) {}

/// Checks when it is compiled that what a type's name gives is the method of a trait, and no other.
///
/// ```
/// trait Norm {
///     fn norm(&self) -> f64;
/// }
/// struct Pair(f64, f64);
/// impl Norm for Pair {
///     fn norm(&self) -> f64 {
///         self.0.hypot(self.1)
///     }
/// }
/// autodiff_runtime::__private::is_method(Pair::norm, <Pair as Norm>::norm);
/// ```
pub fn is_method<F: SameMethod<G>, G>(_called: F, _of_trait: G) {}

/// A method for itself, and, so that rustc does not take any two for the same, for what is none.
#[diagnostic::on_unimplemented(
    message = "the type has a method of this name of its own, which is called in place of the trait's",
    label = "another method than the trait's is called by this name",
    note = "a derivative stands for one of them: give one of the two methods another name"
)]
pub trait SameMethod<F> {}

impl<F> SameMethod<F> for F {}

impl<F> SameMethod<(F,)> for F {}

/// The value, of which rustc checks that it is a float: a type of the user's may have methods of the same names.
///
/// ```
/// assert_eq!(autodiff_runtime::__private::float(2.5_f64).floor(), 2.0);
/// ```
///
/// ```compile_fail
/// struct Leg(f64);
/// impl Leg {
///     fn floor(&self) -> f64 {
///         self.0 * self.0
///     }
/// }
/// autodiff_runtime::__private::float(Leg(2.5)).floor();
/// ```
#[inline(always)]
pub fn float<T: IsFloat>(value: T) -> T {
    value
}

/// `f32` and `f64`.
#[diagnostic::on_unimplemented(
    message = "a method of `{Self}` is taken for that of floats, of which the derivative is zero",
    label = "this is no float",
    note = "the types of fields and of what calls return are not seen: bind the value by `let` with its type, \
            `let leg: &Leg = &self.leg;`"
)]
pub trait IsFloat {}

impl IsFloat for f32 {}
impl IsFloat for f64 {}

/// A value of which the second argument tells the derivative; see the primitive `Given`.
#[inline(always)]
pub fn given<T>(value: T, _same: T) -> T {
    value
}

/// The zero tangents of a slice's elements.
///
/// ```
/// assert_eq!(autodiff_runtime::zeros(&[1.0, 2.0]), vec![0.0, 0.0]);
/// ```
#[inline]
pub fn zeros<T: Differentiable>(values: &[T]) -> Vec<T::Tangent> {
    values.iter().map(T::zero_tangent).collect()
}

/// The zero tangent of a value; [`Differentiable::zero_tangent`] as a function.
///
/// ```
/// assert_eq!(autodiff_runtime::zero_tangent(&(1.0, 2usize)), (0.0, ()));
/// ```
#[inline(always)]
pub fn zero_tangent<T: Differentiable + ?Sized>(value: &T) -> T::Tangent {
    value.zero_tangent()
}

/// The derivative of a slice of `len` elements, as it is; rustc then knows
/// its length.
///
/// # Panics
/// If it is not as long.
///
/// ```
/// assert_eq!(autodiff_runtime::__private::as_long(&[1.0, 2.0], 2), [1.0, 2.0]);
/// ```
#[inline(always)]
pub fn as_long<T>(derivative: &[T], len: usize) -> &[T] {
    check_length(derivative.len(), len);
    &derivative[..len]
}

/// As [`as_long`], to be changed.
///
/// # Panics
/// If it is not as long.
#[inline(always)]
pub fn as_long_mut<T>(derivative: &mut [T], len: usize) -> &mut [T] {
    check_length(derivative.len(), len);
    &mut derivative[..len]
}

#[inline(always)]
fn check_length(derivative: usize, argument: usize) {
    if derivative != argument {
        other_length(derivative, argument);
    }
}

#[cold]
#[inline(never)]
fn other_length(derivative: usize, argument: usize) -> ! {
    panic!("the derivative of an argument of length {argument} has length {derivative}");
}

/// The tangent of a float field, which is a float, or `()` where the field is inactive.
///
/// The macro that differentiates a function sees a field's use but not its declaration. It therefore
/// reads and adds through this trait: an inactive field reads as zero and drops what is added to it.
///
/// ```
/// use autodiff_runtime::__private::{add, clear, get};
///
/// let (mut mass, mut label) = (1.5, ());
/// add(&mut mass, 2.0);
/// add(&mut label, 2.0);
/// let sum: f64 = get::<f64, _>(&mass) + get::<f64, _>(&label);
/// assert_eq!(sum, 3.5);
/// clear::<f64, _>(&mut mass);
/// assert_eq!(mass, 0.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "what is computed with here is taken to be a float, and is none",
    label = "its derivative is a `{Self}`",
    note = "the types of fields and of what calls return are not seen: bind a value that is a struct by \
            `let` with its type, `let v: Vector = body.velocity;`"
)]
pub trait Leaf<T> {
    /// The component.
    fn leaf_get(&self) -> T;
    /// Adds to the component.
    fn leaf_add(&mut self, value: T);
    /// Makes the component zero.
    fn leaf_clear(&mut self);
}

/// A value that may be added to a component of this type, where an active value is: not to `()`.
#[diagnostic::on_unimplemented(
    message = "an active value is added to a field whose derivative is `{L}`",
    label = "this is lost",
    note = "where that is `()` the field is `#[constant]`: make it active, or cut the value: \
            `chainrule::detach(..)`",
    note = "the types of fields and of what calls return are not seen: bind a value that is a struct by \
            `let` with its type, `let v: Vector = body.velocity;`"
)]
pub trait AddsTo<L: ?Sized> {
    /// `leaf += self`.
    fn add_to(self, leaf: &mut L);
}

macro_rules! leaf {
    ($($float:ty)*) => {$(
        impl AddsTo<Self> for $float {
            #[inline(always)]
            fn add_to(self, leaf: &mut Self) {
                *leaf += self;
            }
        }
        impl Leaf<$float> for $float {
            #[inline(always)]
            fn leaf_get(&self) -> $float {
                *self
            }
            #[inline(always)]
            fn leaf_add(&mut self, value: $float) {
                *self += value;
            }
            #[inline(always)]
            fn leaf_clear(&mut self) {
                *self = 0.0;
            }
        }
    )*};
}
leaf!(f32 f64);

impl<T: Default> Leaf<T> for () {
    #[inline(always)]
    fn leaf_get(&self) -> T {
        T::default()
    }
    #[inline(always)]
    fn leaf_add(&mut self, _value: T) {}
    #[inline(always)]
    fn leaf_clear(&mut self) {}
}

/// A value of this type, in code that rustc shall type-check and that never runs.
///
/// # Panics
/// Always.
pub fn absent<T>() -> T {
    unreachable!("this expression stands for its type")
}

/// [`absent`], of the type of `like`.
///
/// # Panics
/// Always.
pub fn another<T>(_like: &T) -> T {
    absent()
}

/// The second argument, which is a derivative of a value like the first: that tells its type where
/// nothing else does.
#[inline(always)]
pub fn derivative_of<'d, T: Differentiable>(
    _like: &T,
    derivative: &'d mut T::Tangent,
) -> &'d mut T::Tangent {
    derivative
}

/// The component of a field's tangent; see [`Leaf`].
#[inline(always)]
pub fn get<T, L: Leaf<T> + ?Sized>(leaf: &L) -> T {
    leaf.leaf_get()
}

/// [`get`] in these lanes, with what would give the field itself, which tells its float where nothing else does:
/// the tangent may be `()`. It is not called: the field may be an element that is no longer there.
///
/// ```
/// use autodiff_runtime::__private::{One, get_beside};
///
/// let gone: Vec<f64> = Vec::new();
/// assert_eq!(get_beside(&1.5, || &gone[0], One), 1.5);
/// ```
#[inline(always)]
pub fn get_beside<'f, K: Lanes, T: Laned + 'f, L: Leaf<T::Dot<K>> + ?Sized>(
    leaf: &L,
    _field: impl FnOnce() -> &'f T,
    _lanes: K,
) -> T::Dot<K> {
    leaf.leaf_get()
}

/// Adds to the component of a field's tangent; see [`Leaf`].
#[inline(always)]
pub fn add<T, L: Leaf<T> + ?Sized>(leaf: &mut L, value: T) {
    leaf.leaf_add(value);
}

/// Adds to the component of a field's tangent what the function adds to the field, which must have a
/// derivative then.
///
/// ```compile_fail
/// autodiff_runtime::__private::vary(&mut (), 2.0);
/// ```
#[inline(always)]
pub fn vary<T: AddsTo<L>, L: ?Sized>(leaf: &mut L, value: T) {
    value.add_to(leaf);
}

/// Makes the component of a field's tangent zero; see [`Leaf`].
#[inline(always)]
pub fn clear<T, L: Leaf<T> + ?Sized>(leaf: &mut L) {
    leaf.leaf_clear();
}

/// The places of the values in ascending order; those of equal ones stay in theirs.
///
/// ```
/// use autodiff_runtime::__private::sorted_order;
///
/// assert_eq!(sorted_order(&[3.0, 1.0, 2.0], f64::total_cmp), [1, 2, 0]);
/// ```
pub fn sorted_order<T>(values: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| compare(&values[*a], &values[*b]));
    order
}

/// A tangent that has elements; those of `()`, the tangent of what is inactive, are `()`.
///
/// ```
/// use autodiff_runtime::__private::{at, at_mut, get};
///
/// let mut tangent = vec![1.0, 2.0];
/// *at_mut(&mut tangent, 0) += 2.0;
/// assert_eq!(get::<f64, _>(at(&tangent, 0)), 3.0);
/// assert_eq!(get::<f64, _>(at(&(), 0)), 0.0);
/// ```
pub trait Elements<I = usize> {
    /// An element's tangent.
    type Element;
    /// The tangent of an element.
    fn element(&self, index: I) -> &Self::Element;
    /// The same, to be changed.
    fn element_mut(&mut self, index: I) -> &mut Self::Element;
}

macro_rules! elements {
    ($([$($param:tt)*] $ty:ty)*) => {$(
        impl<T, $($param)*> Elements for $ty {
            type Element = T;
            #[inline(always)]
            fn element(&self, index: usize) -> &T {
                &self[index]
            }
            #[inline(always)]
            fn element_mut(&mut self, index: usize) -> &mut T {
                &mut self[index]
            }
        }
    )*};
}
elements!([] [T] [] Vec<T> [const N: usize] [T; N]);

impl<I, E: Elements<I> + ?Sized> Elements<I> for Box<E> {
    type Element = E::Element;
    #[inline(always)]
    fn element(&self, index: I) -> &E::Element {
        (**self).element(index)
    }
    #[inline(always)]
    fn element_mut(&mut self, index: I) -> &mut E::Element {
        (**self).element_mut(index)
    }
}

impl<I> Elements<I> for () {
    type Element = ();
    #[inline(always)]
    fn element(&self, _index: I) -> &() {
        self
    }
    #[inline(always)]
    fn element_mut(&mut self, _index: I) -> &mut () {
        self
    }
}

/// [`Elements::element`], for a field whose type the macro does not see.
#[inline(always)]
pub fn at<I, E: Elements<I> + ?Sized>(tangent: &E, index: I) -> &E::Element {
    tangent.element(index)
}

/// [`Elements::element_mut`].
#[inline(always)]
pub fn at_mut<I, E: Elements<I> + ?Sized>(tangent: &mut E, index: I) -> &mut E::Element {
    tangent.element_mut(index)
}

/// What `Some` or `Ok` holds: of tangents, which enums of the user's have functions for, and of values
/// of which only rustc knows whether they are an `Option` or a `Result`.
///
/// ```
/// use autodiff_runtime::__private::{payload, payload_mut};
///
/// let mut tangent = Some(1.0);
/// *payload_mut(&mut tangent) += 2.0;
/// assert_eq!(*payload(&tangent), 3.0);
/// assert_eq!(*payload(&Ok::<f64, ()>(3.0)), 3.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an `Option` nor a `Result`",
    label = "`unwrap` of something else has no derivative"
)]
pub trait Payload {
    /// Its type.
    type Payload;
    /// What it holds, if anything.
    fn held(&self) -> Option<&Self::Payload>;
    /// The same, to be changed.
    fn held_mut(&mut self) -> Option<&mut Self::Payload>;
}

impl<T> Payload for Option<T> {
    type Payload = T;
    #[inline(always)]
    fn held(&self) -> Option<&T> {
        self.as_ref()
    }
    #[inline(always)]
    fn held_mut(&mut self) -> Option<&mut T> {
        self.as_mut()
    }
}

impl<T, E> Payload for Result<T, E> {
    type Payload = T;
    #[inline(always)]
    fn held(&self) -> Option<&T> {
        self.as_ref().ok()
    }
    #[inline(always)]
    fn held_mut(&mut self) -> Option<&mut T> {
        self.as_mut().ok()
    }
}

impl Payload for () {
    type Payload = ();
    #[inline(always)]
    fn held(&self) -> Option<&()> {
        Some(self)
    }
    #[inline(always)]
    fn held_mut(&mut self) -> Option<&mut ()> {
        Some(self)
    }
}

/// The payload of a tangent.
///
/// # Panics
/// If there is none.
#[inline(always)]
pub fn payload<P: Payload>(tangent: &P) -> &P::Payload {
    match tangent.held() {
        Some(payload) => payload,
        None => shape_mismatch("`Option` or `Result`"),
    }
}

/// The payload of a tangent, to be changed.
///
/// # Panics
/// If there is none.
#[inline(always)]
pub fn payload_mut<P: Payload>(tangent: &mut P) -> &mut P::Payload {
    match tangent.held_mut() {
        Some(payload) => payload,
        None => shape_mismatch("`Option` or `Result`"),
    }
}

/// Whether a value holds something: `is_some()` or `is_ok()`.
#[inline(always)]
pub fn holds<P: Payload>(value: &P) -> bool {
    value.held().is_some()
}

/// What a value holds.
///
/// # Panics
/// If it is `None` or an `Err`.
#[inline(always)]
#[track_caller]
pub fn unwrapped<P: Payload>(value: &P) -> &P::Payload {
    value.held().expect("called `unwrap()` on a `None` or an `Err`")
}

/// As [`unwrapped`], to be changed.
///
/// # Panics
/// If it is `None` or an `Err`.
#[inline(always)]
#[track_caller]
pub fn unwrapped_mut<P: Payload>(value: &mut P) -> &mut P::Payload {
    value.held_mut().expect("called `unwrap()` on a `None` or an `Err`")
}
