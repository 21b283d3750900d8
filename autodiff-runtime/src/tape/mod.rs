//! The memory of a reverse sweep.
//!
//! The forward sweep pushes what the reverse sweep will need, the reverse sweep pops it, last in,
//! first out. Plain values (numbers, `bool`, tuples and arrays of them) are packed into one contiguous
//! buffer ([`bytes`]), all others go to a stack for their type ([`objects`]). What the code generator does
//! not know to be plain may be so all the same ([`plain`]).
//!
//! With the feature `std` a thread keeps the memory of the tapes it has used ([`pool`]), so that
//! repeated calls allocate nothing. A pullback that is called many times replays a copy
//! ([`Tape::replay`]): a reverse sweep may push as well as pop, so the original could not be rewound.

mod bytes;
mod objects;
mod plain;
#[cfg_attr(feature = "std", path = "pool.rs")]
#[cfg_attr(not(feature = "std"), path = "pool_none.rs")]
mod pool;
#[cfg(test)]
mod tests;

pub(crate) use pool::grown;
#[cfg(feature = "std")]
pub(crate) use pool::shrunk;

use alloc::vec::Vec;

use bytes::Bytes;
pub use bytes::Plain;
use objects::Objects;

/// A stack of values of any types.
///
/// ```
/// use autodiff_runtime::Tape;
///
/// let mut tape = Tape::take();
/// tape.push((1.5, 7usize));
/// tape.push_slice(&[1.0, 2.0]);
/// tape.save(&vec![true, false]);
///
/// assert_eq!(tape.restore::<Vec<bool>>(), [true, false]);
/// assert_eq!(tape.pop_vec::<f64>(), [1.0, 2.0]);
/// assert_eq!(tape.pop::<(f64, usize)>(), (1.5, 7));
/// assert!(tape.is_empty());
/// ```
#[derive(Default)]
pub struct Tape {
    bytes: Bytes,
    objects: Objects,
}

impl Tape {
    /// An empty tape. What is stored first takes memory that this thread has used for one before, if
    /// there is any.
    #[inline(always)]
    pub fn take() -> Tape {
        Tape::default()
    }

    /// Appends a plain value.
    #[inline(always)]
    pub fn push<T: Plain>(&mut self, value: T) {
        self.bytes.push(value, pool::grown);
    }

    /// Removes the last plain value, which must have this type.
    ///
    /// # Panics
    /// If the tape is empty.
    #[inline(always)]
    pub fn pop<T: Plain>(&mut self) -> T {
        self.bytes.pop()
    }

    /// Appends an integer of a type that the code generator does not know. Where the forward and the
    /// reverse sweep infer different types for it, the value is still the same.
    #[inline]
    pub fn push_integer<T: TryInto<i128>>(&mut self, value: T) {
        let value: Option<i128> = value.try_into().ok();
        self.push(value.expect("chainrule: an integer above i128::MAX"));
    }

    /// Removes what [`Tape::push_integer`] appended.
    ///
    /// # Panics
    /// If the value does not fit the type.
    #[inline]
    pub fn pop_integer<T: TryFrom<i128>>(&mut self) -> T {
        let value = T::try_from(self.pop::<i128>()).ok();
        value.expect("chainrule: an integer of unknown type is large; annotate its variable")
    }

    /// Appends the elements of a slice and its length.
    #[inline]
    pub fn push_slice<T: Plain>(&mut self, values: &[T]) {
        self.bytes.push_slice(values, pool::grown);
    }

    /// Removes the elements that [`Tape::push_slice`] appended, into a slice of the same length.
    ///
    /// # Panics
    /// If the lengths differ.
    #[inline]
    pub fn pop_slice_into<T: Plain>(&mut self, into: &mut [T]) {
        let values = self.bytes.pop_slice();
        assert_eq!(values.len(), into.len(), "chainrule: a slice changed its length");
        into.iter_mut().zip(values).for_each(|(to, value)| *to = value);
    }

    /// Removes the elements that [`Tape::push_slice`] appended.
    ///
    /// # Panics
    /// If the tape is empty.
    #[inline]
    pub fn pop_vec<T: Plain>(&mut self) -> Vec<T> {
        self.bytes.pop_slice().collect()
    }

    /// Removes the elements that [`Tape::push_slice`] appended, into a vector in place of its own.
    ///
    /// # Panics
    /// If the tape is empty.
    #[inline]
    pub fn pop_vec_into<T: Plain>(&mut self, into: &mut Vec<T>) {
        let values = self.bytes.pop_slice::<T>();
        if values.len() == into.len() {
            into.iter_mut().zip(values).for_each(|(to, value)| *to = value);
        } else {
            into.clear();
            into.extend(values);
        }
    }

    /// Appends a copy of any value.
    #[inline]
    pub fn save<T: Clone + 'static>(&mut self, value: &T) {
        if !plain::push(self, value) {
            self.objects.push(value.clone());
        }
    }

    /// Removes the last value, which [`Tape::save`] must have appended and which must have this type.
    ///
    /// # Panics
    /// If there is none.
    #[inline]
    pub fn restore<T: Clone + 'static>(&mut self) -> T {
        plain::pop(self).unwrap_or_else(|| self.objects.pop())
    }

    /// [`Tape::restore`] of what `like` would return; it is not called.
    ///
    /// ```
    /// use autodiff_runtime::Tape;
    ///
    /// let mut tape = Tape::take();
    /// tape.save(&vec![true, false]);
    /// assert_eq!(tape.restore_like(|| -> Vec<bool> { unreachable!() }).len(), 2);
    /// ```
    pub fn restore_like<T: Clone + 'static>(&mut self, _like: impl FnOnce() -> T) -> T {
        self.restore()
    }

    /// Whether all that was stored has been taken back.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == 0 && self.objects.is_empty()
    }

    /// A copy to be taken apart, while this stays as it is for the next time.
    ///
    /// ```
    /// use autodiff_runtime::Tape;
    ///
    /// let mut tape = Tape::take();
    /// tape.push(2.5);
    /// for _ in 0..2 {
    ///     assert_eq!(tape.replay().pop::<f64>(), 2.5);
    /// }
    /// ```
    pub fn replay(&self) -> Tape {
        let mut copy = Tape::take();
        copy.bytes.copy_from(&self.bytes, pool::grown);
        copy.objects.copy_from(&self.objects);
        copy
    }

    /// The most bytes that the reverse sweeps of this thread held at one time since the thread began, or
    /// since [`Tape::reset_peak`]: of plain values on tapes, in pages of 1 KiB, and in the arrays that
    /// loops keep their records in. What values that are not plain have allocated, vectors that were
    /// overwritten say, is not among them. With debug assertions four bytes more for each value, which is
    /// followed by its size.
    ///
    /// ```
    /// use autodiff_runtime::Tape;
    ///
    /// Tape::reset_peak();
    /// Tape::take().push_slice(&[0.0; 1000]);
    /// assert_eq!(Tape::peak_bytes(), 8 * 1024);
    /// ```
    #[cfg(feature = "std")]
    pub fn peak_bytes() -> usize {
        pool::peak()
    }

    /// Starts a new measurement of [`Tape::peak_bytes`].
    ///
    /// ```
    /// autodiff_runtime::Tape::reset_peak();
    /// assert_eq!(autodiff_runtime::Tape::peak_bytes(), 0);
    /// ```
    #[cfg(feature = "std")]
    pub fn reset_peak() {
        pool::reset_peak();
    }

    /// What a call returns, and the [`Tape::peak_bytes`] that it needs beyond what was in use before.
    ///
    /// ```
    /// use autodiff_runtime::Tape;
    ///
    /// let (sum, bytes) = Tape::measured(|| {
    ///     let mut tape = Tape::take();
    ///     tape.push_slice(&[1.0; 1000]);
    ///     tape.pop_vec::<f64>().iter().sum::<f64>()
    /// });
    /// assert_eq!((sum, bytes), (1000.0, 8 * 1024));
    /// ```
    #[cfg(feature = "std")]
    pub fn measured<R>(call: impl FnOnce() -> R) -> (R, usize) {
        let before = pool::peak();
        let in_use = pool::in_use();
        pool::reset_peak();
        let result = call();
        let peak = pool::peak();
        pool::raise_peak(before);
        (result, peak - in_use)
    }

    /// Gives the memory that this thread keeps for later tapes back to the allocator.
    ///
    /// ```
    /// autodiff_runtime::Tape::release();
    /// ```
    #[cfg(feature = "std")]
    pub fn release() {
        pool::release();
    }
}

#[cold]
#[inline(never)]
fn no_value() -> ! {
    panic!("chainrule: the tape holds no value of the type that the reverse sweep takes")
}

#[cfg(feature = "std")]
impl Drop for Tape {
    #[inline]
    fn drop(&mut self) {
        pool::give_back(self);
    }
}

impl core::fmt::Debug for Tape {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Tape").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
