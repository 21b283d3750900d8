//! Mapping over a batch, as `vmap` does.
//!
//! [`vmap`] runs a function on each sample of a batch and stacks the results along a new first axis:
//! floats to an `Array1`, vectors to an `Array2`, Jacobians to an `Array3`. What is batched is what is
//! handed to it, alone or as a tuple; what the closure captures is the same for each sample.
//! [`sum`] adds up something for each sample, such as gradients.
//!
//! With the feature `rayon`, `par_vmap` and `par_sum` spread the samples over the cores. Their
//! results are those of [`vmap`] and [`sum`] to the last bit, however many threads there are: samples
//! are independent, and sums are taken by chunks of a fixed size, whose sums are added up in order.

mod samples;
mod stack;

pub use samples::Samples;
pub use stack::Stack;

use alloc::vec::Vec;

use crate::Tangent;

/// Applies `function` to each sample and stacks the results.
///
/// The samples of an `&Array2` are its rows as slices, those of a slice are references to its
/// elements, and a tuple of batches gives tuples of samples.
///
/// ```
/// use autodiff_runtime::batch::vmap;
/// use ndarray::array;
///
/// let (x, gain) = (array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [10.0, 20.0, 30.0]);
/// let norms = vmap(&x, |x| x.iter().map(|v| v * v).sum::<f64>());
/// assert_eq!(norms, array![5.0, 25.0, 61.0]);
/// let scaled = vmap((&x, &gain), |(x, gain)| vec![x[0] * gain, x[1] * gain]);
/// assert_eq!(scaled, array![[10.0, 20.0], [60.0, 80.0], [150.0, 180.0]]);
/// ```
///
/// # Panics
/// If the batches of a tuple differ in length, if an array's samples are not contiguous in memory, or
/// if the results differ in shape.
pub fn vmap<S: Samples, R: Stack>(samples: S, function: impl FnMut(S::Sample) -> R) -> R::Stacked {
    let results: Vec<R> = (0..samples.count()).map(|at| samples.sample(at)).map(function).collect();
    R::stack(results)
}

/// [`vmap`] over the cores; the results are the same.
///
/// ```
/// use autodiff_runtime::batch::{par_vmap, vmap};
/// use ndarray::Array2;
///
/// let x = Array2::from_shape_fn((100, 3), |(i, j)| (i * 3 + j) as f64);
/// let norm = |x: &[f64]| x.iter().map(|v| v.sin()).sum::<f64>();
/// assert_eq!(par_vmap(&x, norm), vmap(&x, norm));
/// ```
///
/// # Panics
/// As [`vmap`].
#[cfg(feature = "rayon")]
pub fn par_vmap<S: Samples + Sync, R: Stack + Send>(
    samples: S,
    function: impl Fn(S::Sample) -> R + Sync,
) -> R::Stacked {
    use rayon::prelude::*;

    let results: Vec<R> =
        (0..samples.count()).into_par_iter().map(|at| function(samples.sample(at))).collect();
    R::stack(results)
}

/// How many samples are added up one after the other.
const CHUNK: usize = 32;

/// Starts from `zero` and lets `add` add something for each sample, such as its gradient:
/// `|sample, sum| loss::adjoint(.., 1.0, sum)`. Returns the sum.
///
/// ```
/// use autodiff_runtime::batch::sum;
/// use ndarray::array;
///
/// // Gradient by w of Σ (w·x)²/2.
/// let (x, w) = (array![[1.0, 2.0], [3.0, 4.0]], [0.5, 0.25]);
/// let gradient = sum(&x, &vec![0.0; 2], |x, sum| {
///     let product = w[0] * x[0] + w[1] * x[1];
///     sum[0] += product * x[0];
///     sum[1] += product * x[1];
/// });
/// assert_eq!(gradient, [8.5, 12.0]);
/// ```
///
/// # Panics
/// As [`vmap`].
pub fn sum<S: Samples, T: Tangent>(samples: S, zero: &T, add: impl Fn(S::Sample, &mut T)) -> T {
    let chunks = samples.count().div_ceil(CHUNK);
    let sums = (0..chunks).map(|chunk| sum_of_chunk(&samples, chunk, zero, &add));
    total(zero, sums)
}

/// [`sum`] over the cores; the result is the same, however many they are.
///
/// ```
/// use autodiff_runtime::batch::{par_sum, sum};
/// use ndarray::Array2;
///
/// let x = Array2::from_shape_fn((1000, 1), |(i, _)| (i as f64).sin());
/// let add = |x: &[f64], sum: &mut f64| *sum += x[0].exp();
/// assert_eq!(par_sum(&x, &0.0, add), sum(&x, &0.0, add));
/// ```
///
/// # Panics
/// As [`vmap`].
#[cfg(feature = "rayon")]
pub fn par_sum<S: Samples + Sync, T: Tangent + Send + Sync>(
    samples: S,
    zero: &T,
    add: impl Fn(S::Sample, &mut T) + Sync,
) -> T {
    use rayon::prelude::*;

    let chunks = samples.count().div_ceil(CHUNK);
    let sums: Vec<T> = (0..chunks)
        .into_par_iter()
        .map(|chunk| sum_of_chunk(&samples, chunk, zero, &add))
        .collect();
    total(zero, sums)
}

fn sum_of_chunk<S: Samples, T: Tangent>(
    samples: &S,
    chunk: usize,
    zero: &T,
    add: &impl Fn(S::Sample, &mut T),
) -> T {
    let mut sum = zero.clone();
    let end = samples.count().min((chunk + 1) * CHUNK);
    (chunk * CHUNK..end).for_each(|at| add(samples.sample(at), &mut sum));
    sum
}

/// The chunks' sums in order.
fn total<T: Tangent>(zero: &T, sums: impl IntoIterator<Item = T>) -> T {
    let mut total = zero.clone();
    sums.into_iter().for_each(|sum| total.accumulate(&sum));
    total
}
