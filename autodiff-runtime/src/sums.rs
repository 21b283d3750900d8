//! Sums over the elements of slices, in several accumulators.
//!
//! A float's sum in one variable is one addition after the other, since another order would round
//! otherwise, and so rustc makes no vector instructions of the whole loop. In which order a derivative is
//! added up is left open: generated code takes four elements at a time.

use core::ops::AddAssign;

/// How many accumulators there are.
const COUNT: usize = 4;

/// Slices of one length, in a tuple.
pub trait Slices: Copy {
    /// An element of each.
    type Element;
    /// As many of each as there are accumulators.
    type Chunk: Copy;

    /// The elements, as far as they fill chunks.
    fn chunks(self) -> impl Iterator<Item = Self::Chunk>;
    /// The others.
    fn rest(self) -> impl Iterator<Item = Self::Element>;
    /// Those of a chunk, by their number in it.
    fn element(chunk: Self::Chunk, index: usize) -> Self::Element;
}

macro_rules! nested {
    ($value:expr) => {
        $value
    };
    ($first:expr, $second:expr) => {
        $first.zip($second)
    };
    ($first:expr, $second:expr, $third:expr) => {
        $first.zip($second).zip($third)
    };
}

macro_rules! slices {
    ($($slice:ident $name:ident $index:tt),+; $pattern:pat) => {
        impl<'a, $($slice: Copy),+> Slices for ($(&'a [$slice],)+) {
            type Element = ($($slice,)+);
            type Chunk = ($(&'a [$slice; COUNT],)+);

            #[inline(always)]
            fn chunks(self) -> impl Iterator<Item = Self::Chunk> {
                nested!($(self.$index.as_chunks::<COUNT>().0.iter()),+).map(|$pattern| ($($name,)+))
            }
            #[inline(always)]
            fn rest(self) -> impl Iterator<Item = Self::Element> {
                nested!($(self.$index.as_chunks::<COUNT>().1.iter()),+).map(|$pattern| ($(*$name,)+))
            }
            #[inline(always)]
            fn element(chunk: Self::Chunk, index: usize) -> Self::Element {
                ($(chunk.$index[index],)+)
            }
        }
    };
}
slices!(A a 0; a);
slices!(A a 0, B b 1; (a, b));
slices!(A a 0, B b 1, C c 2; ((a, b), c));

/// The sum of `term` over the elements of slices that are equally long. `zero` is what nothing adds up to.
///
/// ```
/// use autodiff_runtime::__private::sum_each;
///
/// let (x, y) = ([1.0; 9], [2.0; 9]);
/// assert_eq!(sum_each(0.0, (&x[..], &y[..]), |(x, y)| x * y), 18.0);
/// ```
#[inline(always)]
pub fn sum_each<S: Slices, P: Copy + AddAssign>(
    zero: P,
    slices: S,
    mut term: impl FnMut(S::Element) -> P,
) -> P {
    let mut sums = [zero; COUNT];
    for chunk in slices.chunks() {
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum += term(S::element(chunk, index));
        }
    }
    let mut sum = zero;
    slices.rest().for_each(|element| sum += term(element));
    sums.into_iter().for_each(|part| sum += part);
    sum
}

/// As [`sum_each`]; `term` also gets the element of `own`, which is as long, to add to it.
///
/// ```
/// use autodiff_runtime::__private::sum_each_with;
///
/// let (x, mut doubled) = ([1.0; 9], [0.0; 9]);
/// let sum = sum_each_with(0.0, (&x[..],), &mut doubled, |(x,), doubled| {
///     *doubled += 2.0 * x;
///     x
/// });
/// assert_eq!((sum, doubled), (9.0, [2.0; 9]));
/// ```
#[inline(always)]
pub fn sum_each_with<S: Slices, W: Copy, P: Copy + AddAssign>(
    zero: P,
    slices: S,
    own: &mut [W],
    mut term: impl FnMut(S::Element, &mut W) -> P,
) -> P {
    let (own, own_rest) = own.as_chunks_mut::<COUNT>();
    let mut sums = [zero; COUNT];
    for (chunk, own) in slices.chunks().zip(own) {
        // A copy, so that all of the chunk is read before anything is written, whatever rustc knows of
        // where the slices lie.
        let mut added = *own;
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum += term(S::element(chunk, index), &mut added[index]);
        }
        *own = added;
    }
    let mut sum = zero;
    slices.rest().zip(own_rest).for_each(|(element, own)| sum += term(element, own));
    sums.into_iter().for_each(|part| sum += part);
    sum
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{sum_each, sum_each_with};

    #[test]
    fn every_element_is_taken_once() {
        for len in 0..14 {
            let a: Vec<f64> = (0..len).map(f64::from).collect();
            let b: Vec<f64> = a.iter().map(|a| a + 1.0).collect();
            let c = alloc::vec![2.0_f64; a.len()];
            let expected: f64 = a.iter().zip(&b).map(|(a, b)| 2.0 * a * b).sum();
            assert_eq!(sum_each(-0.0, (&a[..], &b[..], &c[..]), |(a, b, c)| a * b * c), expected);
            assert_eq!(sum_each(0.0, (&c[..],), |(c,)| c), 2.0 * f64::from(len));
            let mut own = a.clone();
            let sum = sum_each_with(-0.0, (&b[..], &c[..]), &mut own, |(b, c), own| {
                let term = *own * b * c;
                *own += c;
                term
            });
            assert_eq!(sum, expected);
            assert!(own.iter().zip(&a).all(|(own, a)| *own == a + 2.0));
        }
    }
}
