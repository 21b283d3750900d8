//! The derivative arguments of generated functions that are fields passed by value.

use core::borrow::BorrowMut;

use crate::Tangent;
use crate::lanes::Zero;
use crate::slots::{ConstantSlot, MutSlot, Yes};

/// The slot of a field that is passed by value: as an [`Active`](super::slots::Active) one, or, if the field is
/// constant, an empty one.
///
/// ```
/// use autodiff_runtime::__private::{ActiveField, MutSlot};
///
/// fn add_one(slot: impl MutSlot<f64>) {
///     *slot.open(&mut None, || 0.0) += 1.0;
/// }
/// let (mut field, mut constant) = (0.0, ());
/// add_one(ActiveField(&mut field));
/// add_one(ActiveField(&mut constant));
/// assert_eq!(field, 1.0);
/// ```
#[derive(Debug)]
pub struct ActiveField<'a, V: ?Sized>(pub &'a mut V);

/// What [`ActiveField`] holds.
#[diagnostic::on_unimplemented(
    message = "the derivative passed with this argument is not the `&mut {U}` that the parameter has",
    label = "the argument's derivative has another type than the parameter's",
    note = "the argument and the parameter must have the same type, an integer or `bool` parameter takes no derivative"
)]
pub trait FieldBar<U> {
    /// The bar, if it is one.
    fn bar(&mut self) -> Option<&mut U>;
}

impl<U: Tangent> FieldBar<U> for U {
    #[inline(always)]
    fn bar(&mut self) -> Option<&mut U> {
        Some(self)
    }
}

impl<L: Zero> FieldBar<L> for () {
    #[inline(always)]
    fn bar(&mut self) -> Option<&mut L> {
        None
    }
}

impl<V: FieldBar<U>, U> MutSlot<U> for ActiveField<'_, V> {
    type Wanted = Yes;

    #[inline(always)]
    fn open<'s, O: BorrowMut<U>>(
        self,
        scratch: &'s mut Option<O>,
        zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        match self.0.bar() {
            Some(bar) => bar,
            None => O::borrow_mut(scratch.insert(zero())),
        }
    }
}

impl ConstantSlot for ActiveField<'_, ()> {}
