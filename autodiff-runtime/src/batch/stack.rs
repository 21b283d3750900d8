//! Results stacked along a new first axis.

use alloc::vec::Vec;

use ndarray::{Array, Array1, Array2, Array3, Axis, Dimension, RemoveAxis};

/// What a batched function can return: floats, arrays, `Vec`s, `ndarray` arrays, and tuples of them,
/// which give tuples of stacks.
///
/// ```
/// use autodiff_runtime::batch::Stack;
/// use ndarray::array;
///
/// assert_eq!(Stack::stack(vec![(1.0, [2.0, 3.0]), (4.0, [5.0, 6.0])]), (
///     array![1.0, 4.0],
///     array![[2.0, 3.0], [5.0, 6.0]],
/// ));
/// ```
pub trait Stack: Sized {
    /// One axis more.
    type Stacked;

    /// The results in order.
    ///
    /// # Panics
    /// If they differ in shape.
    fn stack(results: Vec<Self>) -> Self::Stacked;
}

macro_rules! float {
    ($($float:ty)*) => {$(
        impl Stack for $float {
            type Stacked = Array1<$float>;
            fn stack(results: Vec<$float>) -> Array1<$float> {
                Array1::from_vec(results)
            }
        }
        impl<const N: usize> Stack for [$float; N] {
            type Stacked = Array2<$float>;
            fn stack(results: Vec<Self>) -> Array2<$float> {
                Array2::from(results)
            }
        }
        impl<const N: usize, const M: usize> Stack for [[$float; N]; M] {
            type Stacked = Array3<$float>;
            fn stack(results: Vec<Self>) -> Array3<$float> {
                Array3::from(results)
            }
        }
    )*};
}
float!(f32 f64);

impl<F: Clone> Stack for Vec<F> {
    type Stacked = Array2<F>;
    fn stack(results: Vec<Vec<F>>) -> Array2<F> {
        Stack::stack(results.into_iter().map(Array1::from_vec).collect::<Vec<_>>())
    }
}

impl<F: Clone, D: Dimension> Stack for Array<F, D>
where
    D::Larger: RemoveAxis<Smaller = D>,
{
    type Stacked = Array<F, D::Larger>;
    fn stack(results: Vec<Self>) -> Self::Stacked {
        let mut shape = D::Larger::zeros(D::NDIM.map_or(0, |axes| axes + 1));
        if let Some(first) = results.first() {
            shape.slice_mut()[1..].copy_from_slice(first.shape());
        }
        let mut stacked = Array::from_shape_vec(shape, Vec::new()).expect("no sample, no element");
        for result in &results {
            stacked.push(Axis(0), result.view()).expect("chainrule: results of different shapes");
        }
        stacked
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Stack),+> Stack for ($($name,)+) {
            type Stacked = ($($name::Stacked,)+);
            fn stack(results: Vec<Self>) -> Self::Stacked {
                let mut parts = ($(Vec::<$name>::with_capacity(results.len()),)+);
                for result in results {
                    $(parts.$index.push(result.$index);)+
                }
                ($($name::stack(parts.$index),)+)
            }
        }
    };
}
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
