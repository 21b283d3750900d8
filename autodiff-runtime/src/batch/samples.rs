//! What can be mapped over.

use alloc::vec::Vec;

use ndarray::{Array, Axis, Dimension};

/// A batch: samples along the first axis.
///
/// ```
/// use autodiff_runtime::batch::Samples;
/// use ndarray::array;
///
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!((&x).sample(1), [3.0, 4.0]);
/// assert_eq!((&x, &[5.0, 6.0]).sample(1), (&[3.0, 4.0][..], &6.0));
/// ```
pub trait Samples {
    /// One sample.
    type Sample;

    /// How many there are.
    fn count(&self) -> usize;

    /// The sample at a place less than [`Self::count`].
    fn sample(&self, at: usize) -> Self::Sample;
}

/// What is left of an array without its first axis, as a slice in the order of rows.
impl<'a, F, D: Dimension> Samples for &'a Array<F, D> {
    type Sample = &'a [F];

    fn count(&self) -> usize {
        self.len_of(Axis(0))
    }

    fn sample(&self, at: usize) -> &'a [F] {
        let all = self.as_slice().expect(
            "chainrule: a batch's samples lie one after the other in memory; \
             make it so by `as_standard_layout()`",
        );
        let each = all.len() / self.len_of(Axis(0));
        &all[at * each..(at + 1) * each]
    }
}

impl<'a, T> Samples for &'a [T] {
    type Sample = &'a T;

    fn count(&self) -> usize {
        self.len()
    }

    fn sample(&self, at: usize) -> &'a T {
        &self[at]
    }
}

impl<'a, T> Samples for &'a Vec<T> {
    type Sample = &'a T;

    fn count(&self) -> usize {
        self.len()
    }

    fn sample(&self, at: usize) -> &'a T {
        &self[at]
    }
}

impl<'a, T, const N: usize> Samples for &'a [T; N] {
    type Sample = &'a T;

    fn count(&self) -> usize {
        N
    }

    fn sample(&self, at: usize) -> &'a T {
        &self[at]
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Samples),+> Samples for ($($name,)+) {
            type Sample = ($($name::Sample,)+);

            fn count(&self) -> usize {
                let count = self.0.count();
                $(assert_eq!(self.$index.count(), count, "chainrule: batches of different lengths");)+
                count
            }

            fn sample(&self, at: usize) -> Self::Sample {
                ($(self.$index.sample(at),)+)
            }
        }
    };
}
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
