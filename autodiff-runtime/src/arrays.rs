//! Derivatives of `ndarray`'s arrays: arrays of the elements' derivatives, of the same shape.

use alloc::vec::Vec;

use ndarray::linalg::Dot;
use ndarray::{
    Array, Array2, ArrayD, ArrayView, Axis, Dimension, IxDyn, LinalgScalar, NdIndex, RemoveAxis,
    Slice, Zip,
};

use crate::differentiable::of_elements;
use crate::float_of::FloatOf;
use crate::lanes::{Laned, Lanes, One, Visit, VisitMut};
use crate::values::Elements;
use crate::{Differentiable, Tangent};

impl<T: Laned, D: Dimension> Laned for Array<T, D> {
    type Dot<K: Lanes> = Array<T::Dot<K>, D>;
    #[inline]
    fn zero_in<K: Lanes>(&self) -> Self::Dot<K> {
        self.map(T::zero_in::<K>)
    }
    #[inline]
    fn zero_from<K: Lanes>(tangent: &Self::Dot<One>) -> Self::Dot<K> {
        tangent.map(T::zero_from::<K>)
    }
    #[inline]
    fn visit<K: Lanes>(dot: &Self::Dot<K>, visitor: &mut impl Visit<K>) {
        dot.iter().for_each(|dot| T::visit(dot, visitor));
    }
    #[inline]
    fn visit_mut<K: Lanes>(dot: &mut Self::Dot<K>, visitor: &mut impl VisitMut<K>) {
        dot.iter_mut().for_each(|dot| T::visit_mut(dot, visitor));
    }
}

impl<T: Differentiable, D: Dimension> Differentiable for Array<T, D> {
    type Tangent = Array<T::Tangent, D>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.map(T::zero_tangent)
    }
    #[inline]
    fn read_components(&self, sink: &mut impl FnMut(f64)) {
        self.iter().for_each(|elem| elem.read_components(sink));
    }
    #[inline]
    fn update_components(&mut self, update: &mut impl FnMut(f64) -> f64) {
        self.iter_mut().for_each(|elem| elem.update_components(update));
    }
}

impl<T: Tangent, D: Dimension> Tangent for Array<T, D> {
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        if self.shape() != other.shape() {
            crate::check_shapes(self, other, "array");
        }
        self.iter_mut().zip(other).for_each(|(sum, value)| sum.accumulate(value));
    }
    of_elements!();
}

impl<T: FloatOf, D: Dimension> FloatOf for Array<T, D> {
    type Float = T::Float;
}

impl<T, D: Dimension, I: NdIndex<D>> Elements<I> for Array<T, D> {
    type Element = T;
    #[inline(always)]
    fn element(&self, index: I) -> &T {
        &self[index]
    }
    #[inline(always)]
    fn element_mut(&mut self, index: I) -> &mut T {
        &mut self[index]
    }
}

/// The shapes of arrays, for generated code: what is called on something else does not compile.
macro_rules! shapes {
    ($($name:ident -> $result:ty;)*) => {$(
        #[doc = concat!("`array.", stringify!($name), "()`.")]
        #[inline(always)]
        pub fn $name<T, D: Dimension>(array: &Array<T, D>) -> $result {
            array.$name()
        }
    )*};
}
shapes! {
    len -> usize;
    ndim -> usize;
    is_empty -> bool;
    dim -> D::Pattern;
    raw_dim -> D;
    shape -> &[usize];
}

/// `array.nrows()`.
#[inline(always)]
pub fn nrows<T>(array: &Array2<T>) -> usize {
    array.nrows()
}

/// `array.ncols()`.
#[inline(always)]
pub fn ncols<T>(array: &Array2<T>) -> usize {
    array.ncols()
}

/// The length of an axis.
#[inline(always)]
pub fn axis<T, D: Dimension>(array: &Array<T, D>, axis: usize) -> usize {
    array.len_of(Axis(axis))
}

/// `array.sum()`, as `ndarray` adds up.
#[inline]
pub fn sum<T: LinalgScalar, D: Dimension>(array: &Array<T, D>) -> T {
    array.sum()
}

/// `array.product()`.
#[inline]
pub fn product<T: LinalgScalar, D: Dimension>(array: &Array<T, D>) -> T {
    array.product()
}

/// `left.dot(right)`.
#[inline]
pub fn dot<T, D, E>(
    left: &Array<T, D>,
    right: &Array<T, E>,
) -> <Array<T, D> as Dot<Array<T, E>>>::Output
where
    Array<T, D>: Dot<Array<T, E>>,
{
    left.dot(right)
}

/// `array.t()`, as an array of its own that lies in memory as the view does.
#[inline]
pub fn transposed<T: Clone>(array: &Array2<T>) -> Array2<T> {
    with_gaps(array.t())
}

/// `array.index_axis(Axis(axis), index)`, as an array of its own that lies in memory as the view does.
///
/// # Panics
/// If the index is out of bounds.
#[inline]
pub fn index_axis<T: Clone, D: RemoveAxis>(
    array: &Array<T, D>,
    axis: usize,
    index: usize,
) -> Array<T, D::Smaller> {
    with_gaps(array.index_axis(Axis(axis), index))
}

/// The part of an array between two indices along each axis, as an array of its own that lies in memory
/// as the view does.
///
/// # Panics
/// If a bound is out of range.
#[inline]
pub fn part<T: Clone, D: Dimension, const N: usize>(
    array: &Array<T, D>,
    bounds: [(usize, usize); N],
) -> Array<T, D> {
    with_gaps(array.slice_each_axis(|axis| {
        let (from, to) = bounds[axis.axis.index()];
        Slice::from(from..to)
    }))
}

/// `array.sum_axis(Axis(axis))`.
#[inline]
pub fn sum_axis<T: LinalgScalar, D: RemoveAxis>(
    array: &Array<T, D>,
    axis: usize,
) -> Array<T, D::Smaller> {
    array.sum_axis(Axis(axis))
}

/// An array without gaps, as `view.map(..)` makes it.
#[inline]
pub fn without_gaps<T: Clone, D: Dimension>(view: &Array<T, D>) -> Array<T, D> {
    view.view().to_owned()
}

/// A copy that has gaps between its elements where the view has some: one element of padding for each
/// row that is contiguous, or for each element. `ndarray` adds up in another order without gaps.
fn with_gaps<T: Clone, D: Dimension>(view: ArrayView<'_, T, D>) -> Array<T, D> {
    let (Some(first), None) = (view.first(), view.as_slice_memory_order()) else {
        return view.to_owned();
    };
    let mut order: Vec<usize> = (0..view.ndim()).collect();
    order.sort_by_key(|axis| core::cmp::Reverse(view.strides()[*axis].unsigned_abs()));
    let mut shape: Vec<usize> = order.iter().map(|axis| view.len_of(Axis(*axis))).collect();
    let fastest = shape.len() - 1;
    let contiguous = view.strides()[order[fastest]] == 1;
    let len = shape[fastest];
    match contiguous {
        true => shape[fastest] += 1,
        false => shape.push(2),
    }
    let mut copy = ArrayD::from_elem(IxDyn(&shape), first.clone());
    match contiguous {
        true => copy.slice_axis_inplace(Axis(fastest), Slice::from(0..len)),
        false => copy = copy.index_axis_move(Axis(fastest + 1), 0),
    }
    let mut axes = alloc::vec![0; order.len()];
    for (at, axis) in order.into_iter().enumerate() {
        axes[axis] = at;
    }
    let mut copy = copy
        .permuted_axes(IxDyn(&axes))
        .into_dimensionality::<D>()
        .expect("as many dimensions as the view has");
    copy.assign(&view);
    copy
}

/// The index of the element with this number in the order of iteration.
#[inline]
pub fn nth<T, D: Dimension>(array: &Array<T, D>, number: usize) -> D {
    let mut index = D::zeros(array.ndim());
    let mut rest = number;
    for axis in (0..array.ndim()).rev() {
        let len = array.len_of(Axis(axis)).max(1);
        index[axis] = rest % len;
        rest /= len;
    }
    index
}

/// An array that lies in memory as this one.
#[inline]
pub fn after<T: Clone, D: Dimension>(array: &Array<T, D>) -> Array<T, D> {
    array.clone()
}

/// An array that lies in memory as `left + right` does.
///
/// # Panics
/// If the shapes differ.
#[inline]
pub fn after_both<T: Clone, D: Dimension>(left: &Array<T, D>, right: &Array<T, D>) -> Array<T, D> {
    Zip::from(left).and(right).map_collect(|value, _| value.clone())
}
