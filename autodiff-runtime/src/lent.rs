//! Slices that are lent where a vector would do.
//!
//! A caller does not see whether a function takes a buffer as a slice or as a vector. Code that runs only
//! where it takes a slice, which a constant of the function tells, lends a part of a larger array; for
//! rustc it has to fit a vector, too.

use alloc::vec::Vec;

use crate::slots::{MutSlot, Yes};

/// What a parameter that a slice of `T` is lent to may be.
pub trait Lent<T> {
    /// The slice as what the parameter is.
    ///
    /// # Panics
    /// If that is a vector.
    fn of(slice: &mut [T]) -> &mut Self;
}

impl<T> Lent<T> for [T] {
    #[inline(always)]
    fn of(slice: &mut [T]) -> &mut [T] {
        slice
    }
}

impl<T> Lent<T> for Vec<T> {
    #[cold]
    fn of(_slice: &mut [T]) -> &mut Vec<T> {
        panic!("chainrule: a slice is lent to a function that takes a vector")
    }
}

/// A slice as the argument of a function that may take a vector, but is not called then.
///
/// ```
/// use autodiff_runtime::__private::lent;
///
/// fn clear(x: &mut [f64]) {
///     x.fill(0.0);
/// }
/// let mut x = [1.0, 2.0, 3.0];
/// clear(lent(&mut x[1..]));
/// assert_eq!(x, [1.0, 0.0, 0.0]);
/// ```
///
/// # Panics
/// If the function takes a vector.
#[inline(always)]
pub fn lent<T, V: Lent<T> + ?Sized>(slice: &mut [T]) -> &mut V {
    V::of(slice)
}

/// The slot of such an argument's bar.
///
/// ```
/// use autodiff_runtime::__private::{ActiveSlice, MutSlot};
///
/// fn add_one(slot: impl MutSlot<[f64]>) {
///     slot.open(&mut None, Vec::new)[0] += 1.0;
/// }
/// let mut bar = [1.0, 2.0];
/// add_one(ActiveSlice(&mut bar));
/// assert_eq!(bar, [2.0, 2.0]);
/// ```
#[derive(Debug)]
pub struct ActiveSlice<'a, T>(pub &'a mut [T]);

impl<T, U: Lent<T> + ?Sized> MutSlot<U> for ActiveSlice<'_, T> {
    type Wanted = Yes;

    #[inline(always)]
    fn open<'s, O: core::borrow::BorrowMut<U>>(
        self,
        _scratch: &'s mut Option<O>,
        _zero: impl FnOnce() -> O,
    ) -> &'s mut U
    where
        Self: 's,
    {
        U::of(self.0)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::lent;

    #[test]
    #[should_panic(expected = "takes a vector")]
    fn a_vector_is_none() {
        fn push(x: &mut Vec<f64>) {
            x.push(1.0);
        }
        push(lent(&mut [0.0; 2]));
    }
}
