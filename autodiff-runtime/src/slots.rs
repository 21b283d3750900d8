//! The derivative arguments of generated functions.
//!
//! A generated `f::__tangent` or `f::__reverse` takes one *slot* for each argument of `f`. The caller
//! fills it with [`Active`] and a tangent or a bar (the cotangent that is added to), or with
//! [`Inactive`], or [`Constant`]; the parameter's type says what it takes:
//!
//! | parameter | takes |
//! | --- | --- |
//! | `impl ValueSlot<T>` | a tangent by value, or nothing: then it is zero |
//! | `impl RefSlot<T>` | a tangent by reference, or nothing: then it is zero |
//! | `impl MutSlot<T>` | a bar, or a tangent behind `&mut`; or nothing: then it is scratch, or, where the callee asks [`MutSlot::wanted`], not computed |
//! | `impl ConstantSlot` | nothing: an active value is a compile error |
//!
//! An argument behind `&mut` whose owner has no place for a derivative is passed with [`Constant`], which
//! no `MutSlot` takes but that of a parameter without derivative: what the callee writes is constant too.
//!
//! Each is resolved by rustc when the callee is instantiated, so that an inactive argument costs no
//! branch, and a guess of the macro about activity that is wrong does not compile.

use alloc::vec::Vec;
use core::borrow::{Borrow, BorrowMut};
use core::marker::PhantomData;

use crate::lanes::Zero;
use crate::values::{as_long, as_long_mut};

/// A slot with a derivative in it.
///
/// ```
/// use autodiff_runtime::__private::{Active, ValueSlot};
///
/// assert_eq!(Active(1.5).open(|| 0.0), 1.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Active<T>(pub T);

/// The empty slot of an argument without a derivative.
///
/// ```
/// use autodiff_runtime::__private::{Inactive, ValueSlot};
///
/// assert_eq!(Inactive.open(|| 0.0), 0.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Inactive;

/// The empty slot of an argument behind `&mut` that has to be left without a derivative.
///
/// ```
/// use autodiff_runtime::__private::{Constant, ConstantSlot};
///
/// fn draw(state: &mut u64, _: impl ConstantSlot) {
///     *state += 1;
/// }
/// draw(&mut 1, Constant);
/// ```
///
/// A parameter that may be left with an active value does not take it:
///
/// ```compile_fail
/// use autodiff_runtime::__private::{Constant, MutSlot};
///
/// fn scaled(x: &mut f64, _: impl MutSlot<f64>) {}
/// scaled(&mut 1.0, Constant);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Constant;

/// The slot of an argument whose tangent is passed by value.
#[diagnostic::on_unimplemented(
    message = "the derivative passed with this argument is not the `{T}` that the parameter has",
    label = "the argument's derivative has another type than the parameter's",
    note = "the argument and the parameter must have the same type, an integer or `bool` parameter takes no derivative"
)]
pub trait ValueSlot<T>: Sized {
    /// The tangent; `zero()` in an empty slot.
    fn open(self, zero: impl FnOnce() -> T) -> T;
}

impl<T> ValueSlot<T> for Active<T> {
    #[inline(always)]
    fn open(self, _zero: impl FnOnce() -> T) -> T {
        self.0
    }
}

/// A field that is marked `#[constant]`, as a float.
impl<L: Zero> ValueSlot<L> for Active<()> {
    #[inline(always)]
    fn open(self, _zero: impl FnOnce() -> L) -> L {
        L::ZERO
    }
}

/// A receiver's tangent: whether a method takes `self` by value, its caller cannot see.
impl<T: Clone> ValueSlot<T> for Active<&T> {
    #[inline(always)]
    fn open(self, _zero: impl FnOnce() -> T) -> T {
        self.0.clone()
    }
}

impl<T: Clone> ValueSlot<T> for Active<&mut T> {
    #[inline(always)]
    fn open(self, _zero: impl FnOnce() -> T) -> T {
        self.0.clone()
    }
}

impl<T> ValueSlot<T> for Inactive {
    #[inline(always)]
    fn open(self, zero: impl FnOnce() -> T) -> T {
        zero()
    }
}

/// The slot of the cotangent of a result whose zero needs a value to take its shape from.
///
/// ```compile_fail
/// fn callee(_: impl autodiff_runtime::__private::SeedSlot<Option<f64>>) {}
/// callee(autodiff_runtime::__private::Inactive);
/// ```
#[diagnostic::on_unimplemented(
    message = "what this call gives is not used",
    label = "its derivative is a `{T}`, of which there is no zero without a value",
    note = "say so: `let _ = call(..);`"
)]
pub trait SeedSlot<T>: Sized {
    /// The cotangent.
    fn seed(self) -> T;
}

impl<T> SeedSlot<T> for Active<T> {
    #[inline(always)]
    fn seed(self) -> T {
        self.0
    }
}

/// The slot of an argument whose tangent is passed by shared reference.
///
/// ```
/// use autodiff_runtime::__private::{Active, Inactive, RefSlot};
///
/// fn sum(slot: impl RefSlot<[f64]>) -> f64 {
///     let mut scratch = None;
///     slot.open(&mut scratch, || vec![0.0; 3]).iter().sum()
/// }
/// assert_eq!(sum(Active(&vec![1.0, 2.0, 3.0])), 6.0);
/// assert_eq!(sum(Active(&[1.0, 2.0, 3.0])), 6.0);
/// assert_eq!(sum(Inactive), 0.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "the derivative passed with this argument is not the `&{U}` that the parameter has",
    label = "the argument's derivative has another type than the parameter's",
    note = "the argument and the parameter must have the same type"
)]
pub trait RefSlot<U: ?Sized>: Sized {
    /// [`Yes`] or [`No`].
    type Given: Filled;

    /// Whether there is a tangent in the slot. A callee that only multiplies its components asks
    /// first, as for a bar that may not be wanted; see [`MutSlot`].
    #[inline(always)]
    fn given(&self) -> Self::Given {
        Self::Given::default()
    }

    /// The tangent; in an empty slot `zero()`, kept in `scratch`.
    fn open<'s, O: Borrow<U>>(self, scratch: &'s mut Option<O>, zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's;
}

impl<V: Borrow<U> + ?Sized, U: ?Sized> RefSlot<U> for Active<&V> {
    type Given = Yes;

    #[inline(always)]
    fn open<'s, O: Borrow<U>>(self, _scratch: &'s mut Option<O>, _zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's,
    {
        self.0.borrow()
    }
}

/// A receiver's tangent: whether a method takes `&self` or `&mut self`, its caller cannot see.
impl<'a, V: Borrow<U> + ?Sized, U: ?Sized> RefSlot<U> for Active<&'a mut V> {
    type Given = Yes;

    #[inline(always)]
    fn open<'s, O: Borrow<U>>(self, _scratch: &'s mut Option<O>, _zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's,
    {
        let tangent: &'a V = self.0;
        tangent.borrow()
    }
}

impl<U: ?Sized> RefSlot<U> for Inactive {
    type Given = No;

    #[inline(always)]
    fn open<'s, O: Borrow<U>>(self, scratch: &'s mut Option<O>, zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's,
    {
        O::borrow(scratch.insert(zero()))
    }
}

/// A receiver that is only read: see the other one of a receiver.
impl<U: ?Sized> RefSlot<U> for Constant {
    type Given = No;

    #[inline(always)]
    fn open<'s, O: Borrow<U>>(self, scratch: &'s mut Option<O>, zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's,
    {
        RefSlot::<U>::open(Inactive, scratch, zero)
    }
}

/// The slot of a bar, or of a tangent passed by `&mut`.
///
/// ```
/// use autodiff_runtime::__private::{Active, Inactive, MutSlot};
///
/// fn add_one(slot: impl MutSlot<[f64]>) {
///     let mut scratch = None;
///     slot.open(&mut scratch, || vec![0.0; 2])[0] += 1.0;
/// }
/// let mut bar = vec![0.0; 2];
/// add_one(Active(&mut bar));
/// add_one(Inactive);
/// assert_eq!(bar, [1.0, 0.0]);
/// ```
///
/// A bar that is only added to need not exist where nobody wants it. The callee asks first, gives an
/// empty scratch value, adds under a condition that is constant for rustc, and passes parts of the
/// bar on through [`Filled::part`]:
///
/// ```
/// use autodiff_runtime::__private::{Active, Inactive, MutSlot, Filled};
///
/// fn scaled(w: f64, seed: &[f64], x_bar: impl MutSlot<[f64]>) {
///     let x_wanted = x_bar.wanted();
///     let mut x_bar_scratch = None;
///     let x_bar = x_bar.open(&mut x_bar_scratch, Vec::new);
///     if x_wanted.is() {
///         for i in 0..seed.len() {
///             x_bar[i] += w * seed[i];
///         }
///     }
/// }
/// fn twice(w: f64, seed: &[f64], x_bar: impl MutSlot<[f64]>) {
///     let x_wanted = x_bar.wanted();
///     let mut x_bar_scratch = None;
///     let x_bar = x_bar.open(&mut x_bar_scratch, Vec::new);
///     let half = seed.len() / 2;
///     scaled(w, &seed[..half], x_wanted.part(|| &mut x_bar[..half]));
///     scaled(w, &seed[half..], x_wanted.part(|| &mut x_bar[half..]));
/// }
/// let mut x_bar = [0.0; 4];
/// twice(2.0, &[1.0, 2.0, 3.0, 4.0], Active(&mut x_bar));
/// assert_eq!(x_bar, [2.0, 4.0, 6.0, 8.0]);
/// twice(2.0, &[1.0, 2.0, 3.0, 4.0], Inactive);
/// ```
#[diagnostic::on_unimplemented(
    message = "the derivative passed with this argument is not the `&mut {U}` that the parameter has",
    label = "the argument's derivative has another type than the parameter's",
    note = "the argument and the parameter must have the same type, an integer or `bool` parameter takes no derivative"
)]
pub trait MutSlot<U: ?Sized>: Sized {
    /// [`Yes`] or [`No`].
    type Wanted: Filled;

    /// Whether somebody reads what is added to the bar.
    #[inline(always)]
    fn wanted(&self) -> Self::Wanted {
        Self::Wanted::default()
    }

    /// The bar; in an empty slot `zero()`, kept in `scratch`.
    fn open<'s, O: BorrowMut<U>>(
        self,
        scratch: &'s mut Option<O>,
        zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's;
}

impl<V: BorrowMut<U> + ?Sized, U: ?Sized> MutSlot<U> for Active<&mut V> {
    type Wanted = Yes;

    #[inline(always)]
    fn open<'s, O: BorrowMut<U>>(
        self,
        _scratch: &'s mut Option<O>,
        _zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        self.0.borrow_mut()
    }
}

impl<U: ?Sized> MutSlot<U> for Inactive {
    type Wanted = No;

    #[inline(always)]
    fn open<'s, O: BorrowMut<U>>(
        self,
        scratch: &'s mut Option<O>,
        zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        O::borrow_mut(scratch.insert(zero()))
    }
}

impl<U: NoDerivative + ?Sized> MutSlot<U> for Constant {
    type Wanted = No;

    #[inline(always)]
    fn open<'s, O: BorrowMut<U>>(
        self,
        scratch: &'s mut Option<O>,
        zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        MutSlot::<U>::open(Inactive, scratch, zero)
    }
}

/// The tangents of types without derivative: `()`, and what is made of it.
///
/// ```
/// use autodiff_runtime::__private::NoDerivative;
///
/// fn holds_nothing<T: NoDerivative>() {}
/// holds_nothing::<Vec<((), [(); 3])>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "something constant is lent to a parameter that may be left with a derivative",
    label = "this is constant, or has no derivative type",
    note = "mark the parameter `#[constant]`, or lend something that is not"
)]
pub trait NoDerivative {}

impl NoDerivative for () {}
impl<T: NoDerivative> NoDerivative for [T] {}
impl<T: NoDerivative, const N: usize> NoDerivative for [T; N] {}
impl<T: NoDerivative> NoDerivative for Vec<T> {}
impl<T: NoDerivative> NoDerivative for Option<T> {}

macro_rules! no_derivative {
    ($($name:ident)+) => {
        impl<$($name: NoDerivative),+> NoDerivative for ($($name,)+) {}
    };
}
no_derivative!(A);
no_derivative!(A B);
no_derivative!(A B C);
no_derivative!(A B C D);
no_derivative!(A B C D E);
no_derivative!(A B C D E F);
no_derivative!(A B C D E F G);
no_derivative!(A B C D E F G H);

/// Whether a bar is wanted or a tangent given, as a type: a constant after instantiation. See
/// [`MutSlot`].
pub trait Filled: Copy + Default {
    /// Whether it is.
    fn is(self) -> bool;

    /// The slot of a part of the bar; `bar` is not called where it is not wanted.
    #[inline(always)]
    fn part<'a, V: ?Sized>(self, bar: impl FnOnce() -> &'a mut V) -> Part<'a, V, Self> {
        Part { bar: self.is().then(bar), wanted: PhantomData }
    }

    /// The slot of a part of the tangent; `dot` is not called where it is not given.
    #[inline(always)]
    fn part_of<'a, V: ?Sized>(self, dot: impl FnOnce() -> &'a V) -> PartOf<'a, V, Self> {
        PartOf { dot: self.is().then(dot), given: PhantomData }
    }

    /// The bar, [as long](as_long_mut) as its argument if it is wanted.
    #[inline(always)]
    fn as_long<T>(self, bar: &mut [T], len: usize) -> &mut [T] {
        if self.is() { as_long_mut(bar, len) } else { bar }
    }

    /// The tangent, [as long](as_long) as its argument if it is given.
    #[inline(always)]
    fn as_long_as<T>(self, dot: &[T], len: usize) -> &[T] {
        if self.is() { as_long(dot, len) } else { dot }
    }
}

/// What an [`Active`] slot holds is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Yes;

/// An [`Inactive`] slot holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct No;

impl Filled for Yes {
    #[inline(always)]
    fn is(self) -> bool {
        true
    }
}

impl Filled for No {
    #[inline(always)]
    fn is(self) -> bool {
        false
    }
}

/// The slot of a part of a bar that may not be wanted; made by [`Filled::part`]. Its type is the
/// same for a part of a part: recursive functions have one.
pub struct Part<'a, V: ?Sized, W> {
    /// There if it is wanted.
    bar: Option<&'a mut V>,
    wanted: PhantomData<W>,
}

impl<'a, W, V, U> MutSlot<U> for Part<'a, V, W>
where
    W: Filled,
    V: ?Sized + BorrowMut<U> + 'a,
    U: ?Sized,
{
    type Wanted = W;

    #[inline(always)]
    fn open<'s, O: BorrowMut<U>>(
        self,
        scratch: &'s mut Option<O>,
        zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        match self.bar {
            Some(bar) => bar.borrow_mut(),
            None => O::borrow_mut(scratch.insert(zero())),
        }
    }
}

/// The slot of a part of a tangent that may not be given; made by [`Filled::part_of`].
///
/// ```
/// use autodiff_runtime::__private::{Active, Filled, Inactive, RefSlot};
///
/// fn product(w: &[f64], x_dot: impl RefSlot<[f64]>) -> f64 {
///     let x_dot_given = x_dot.given();
///     let mut x_dot_scratch = None;
///     let x_dot = x_dot.open(&mut x_dot_scratch, Vec::new);
///     if x_dot_given.is() { w.iter().zip(x_dot).map(|(w, x_dot)| w * x_dot).sum() } else { 0.0 }
/// }
/// fn twice(w: &[f64], x_dot: impl RefSlot<[f64]>) -> f64 {
///     let x_dot_given = x_dot.given();
///     let mut x_dot_scratch = None;
///     let x_dot = x_dot.open(&mut x_dot_scratch, Vec::new);
///     product(&w[..1], x_dot_given.part_of(|| &x_dot[..1]))
///         + product(&w[1..], x_dot_given.part_of(|| &x_dot[1..]))
/// }
/// assert_eq!(twice(&[2.0, 3.0], Active(&[10.0, 1.0])), 23.0);
/// assert_eq!(twice(&[2.0, 3.0], Inactive), 0.0);
/// ```
pub struct PartOf<'a, V: ?Sized, G> {
    /// There if it is given.
    dot: Option<&'a V>,
    given: PhantomData<G>,
}

/// A receiver's tangent: whether a method takes `self` by value, its caller cannot see.
impl<V: Clone, G> ValueSlot<V> for PartOf<'_, V, G> {
    #[inline(always)]
    fn open(self, zero: impl FnOnce() -> V) -> V {
        self.dot.cloned().unwrap_or_else(zero)
    }
}

impl<'a, G, V, U> RefSlot<U> for PartOf<'a, V, G>
where
    G: Filled,
    V: ?Sized + Borrow<U> + 'a,
    U: ?Sized,
{
    type Given = G;

    #[inline(always)]
    fn open<'s, O: Borrow<U>>(self, scratch: &'s mut Option<O>, zero: impl FnOnce() -> O) -> &'s U
    where
        Self: 's,
    {
        match self.dot {
            Some(dot) => dot.borrow(),
            None => O::borrow(scratch.insert(zero())),
        }
    }
}

/// The slot of a parameter marked `#[constant]`, or of a type without derivative.
///
/// ```compile_fail
/// fn callee(_: impl autodiff_runtime::__private::ConstantSlot) {}
/// callee(autodiff_runtime::__private::Active(1.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "an active value is passed to a parameter that is constant",
    label = "this argument carries a derivative, and the parameter drops it",
    note = "to cut the derivative here, write `chainrule::detach(..)` around the argument",
    note = "to keep it, remove `#[constant]` from the parameter"
)]
pub trait ConstantSlot: Sized {}

impl ConstantSlot for Inactive {}

impl ConstantSlot for Constant {}

// A field that is marked `#[constant]`, of whatever it is a part of.
impl ConstantSlot for Active<()> {}

impl ConstantSlot for Active<&()> {}

impl ConstantSlot for Active<&mut ()> {}
