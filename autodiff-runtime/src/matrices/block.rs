//! The types of a matrix's blocks.
//!
//! A block for `m` components of results and `n` of one argument is
//!
//! * an array of the shape of the results, of arrays of the shape of the argument, where both are
//!   floats or arrays: `f64`, `[f64; N]`, `[[f64; N]; M]`;
//! * an `ndarray::Array2` of `m` rows and `n` columns otherwise;
//! * of the Hessians of several results, which are matrices one above the other, an array as above or an
//!   `ndarray::Array3` with the results first;
//! * where the caller brings the buffer, one of these behind `&mut`, an `ArrayViewMut2`, or a
//!   `&mut [f64]` in the order of rows.

#[cfg(feature = "ndarray")]
use ndarray::{Array2, Array3, ArrayViewMut1, ArrayViewMut2};

use crate::Differentiable;

/// A matrix that can be written to.
pub trait Block {
    /// Writes an entry. The type may not know how many `columns` it has.
    fn put(&mut self, row: usize, column: usize, columns: usize, value: f64);

    /// Writes entries of a row side by side, from a column on.
    #[inline(always)]
    fn put_run(
        &mut self,
        row: usize,
        first: usize,
        columns: usize,
        values: impl ExactSizeIterator<Item = f64>,
    ) {
        values.enumerate().for_each(|(at, value)| self.put(row, first + at, columns, value));
    }

    /// Writes some entries of a row.
    #[inline(always)]
    fn put_some(
        &mut self,
        row: usize,
        columns: usize,
        entries: impl Iterator<Item = (usize, f64)>,
    ) {
        entries.for_each(|(column, value)| self.put(row, column, columns, value));
    }

    /// Whether it has so many rows and columns.
    fn fits(&self, rows: usize, columns: usize) -> bool;

    /// Makes all entries zero.
    fn clear(&mut self);
}

/// A matrix that a function can return.
pub trait OwnedBlock: Block {
    /// All zeros: so many matrices one above the other, each of so many rows and columns.
    fn zeros(matrices: usize, rows: usize, columns: usize) -> Self;
}

/// A matrix of the caller's, for the result of a function.
#[diagnostic::on_unimplemented(
    message = "a block of a Jacobian cannot be written to a `{Self}`",
    note = "pass a `&mut` to an array, an `ndarray::Array2` or a slice, or an `ndarray::ArrayViewMut2`"
)]
pub trait BlockMut: Block {}

macro_rules! scalar {
    ($($float:ty)*) => {$(
        impl Block for $float {
            #[inline(always)]
            fn put(&mut self, _row: usize, _column: usize, _columns: usize, value: f64) {
                *self = value as $float;
            }
            #[inline(always)]
            fn fits(&self, rows: usize, columns: usize) -> bool {
                rows == 1 && columns == 1
            }
            #[inline(always)]
            fn clear(&mut self) {
                *self = 0.0;
            }
        }
        impl OwnedBlock for $float {
            #[inline(always)]
            fn zeros(_matrices: usize, _rows: usize, _columns: usize) -> $float {
                0.0
            }
        }
    )*};
}
scalar!(f32 f64);

impl<T: Block + Differentiable, const N: usize> Block for [T; N] {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, columns: usize, value: f64) {
        self.set_component(row * columns + column, value);
    }

    /// The outer dimensions are those of the results.
    fn fits(&self, rows: usize, columns: usize) -> bool {
        match self.first() {
            None => rows * columns == 0,
            Some(_) if rows == 1 => self.count_components() == columns,
            Some(inner) => rows.is_multiple_of(N) && inner.fits(rows / N, columns),
        }
    }

    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(T::clear);
    }
}

impl<T: OwnedBlock + Differentiable, const N: usize> OwnedBlock for [T; N] {
    #[inline]
    fn zeros(matrices: usize, rows: usize, columns: usize) -> [T; N] {
        core::array::from_fn(|_| T::zeros(matrices, rows, columns))
    }
}

impl<T: Differentiable> Block for [T] {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, columns: usize, value: f64) {
        self[row * columns + column].set_component(0, value);
    }

    #[inline(always)]
    fn put_run(
        &mut self,
        row: usize,
        first: usize,
        columns: usize,
        values: impl ExactSizeIterator<Item = f64>,
    ) {
        let start = row * columns + first;
        set_all(&mut self[start..start + values.len()], values);
    }

    #[inline(always)]
    fn put_some(
        &mut self,
        row: usize,
        columns: usize,
        entries: impl Iterator<Item = (usize, f64)>,
    ) {
        set_some(&mut self[row * columns..(row + 1) * columns], entries);
    }

    fn fits(&self, rows: usize, columns: usize) -> bool {
        T::COMPONENTS == Some(1) && self.len() == rows * columns
    }

    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(|entry| entry.update_components(&mut |_| 0.0));
    }
}

impl<B: Block + ?Sized> Block for &mut B {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, columns: usize, value: f64) {
        (**self).put(row, column, columns, value);
    }

    #[inline(always)]
    fn put_run(
        &mut self,
        row: usize,
        first: usize,
        columns: usize,
        values: impl ExactSizeIterator<Item = f64>,
    ) {
        (**self).put_run(row, first, columns, values);
    }

    #[inline(always)]
    fn put_some(
        &mut self,
        row: usize,
        columns: usize,
        entries: impl Iterator<Item = (usize, f64)>,
    ) {
        (**self).put_some(row, columns, entries);
    }

    fn fits(&self, rows: usize, columns: usize) -> bool {
        (**self).fits(rows, columns)
    }

    #[inline(always)]
    fn clear(&mut self) {
        (**self).clear();
    }
}

impl<B: Block + ?Sized> BlockMut for &mut B {}

#[cfg(feature = "ndarray")]
#[inline(always)]
fn put_run_in<F: Differentiable>(
    mut row: ArrayViewMut1<'_, F>,
    first: usize,
    values: impl ExactSizeIterator<Item = f64>,
) {
    match row.as_slice_mut() {
        Some(row) => set_all(&mut row[first..first + values.len()], values),
        None => values.enumerate().for_each(|(at, value)| row[first + at].set_component(0, value)),
    }
}

#[cfg(feature = "ndarray")]
#[inline(always)]
fn put_some_in<F: Differentiable>(
    mut row: ArrayViewMut1<'_, F>,
    entries: impl Iterator<Item = (usize, f64)>,
) {
    match row.as_slice_mut() {
        Some(row) => set_some(row, entries),
        None => entries.for_each(|(column, value)| row[column].set_component(0, value)),
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable> Block for Array2<F> {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, _columns: usize, value: f64) {
        self[[row, column]].set_component(0, value);
    }

    #[inline(always)]
    fn put_run(
        &mut self,
        row: usize,
        first: usize,
        _columns: usize,
        values: impl ExactSizeIterator<Item = f64>,
    ) {
        put_run_in(self.row_mut(row), first, values);
    }

    #[inline(always)]
    fn put_some(
        &mut self,
        row: usize,
        _columns: usize,
        entries: impl Iterator<Item = (usize, f64)>,
    ) {
        put_some_in(self.row_mut(row), entries);
    }

    fn fits(&self, rows: usize, columns: usize) -> bool {
        self.dim() == (rows, columns)
    }

    #[inline]
    fn clear(&mut self) {
        self.map_inplace(|entry| entry.update_components(&mut |_| 0.0));
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable + Clone + Default> OwnedBlock for Array2<F> {
    #[inline]
    fn zeros(matrices: usize, rows: usize, columns: usize) -> Array2<F> {
        Array2::from_elem((matrices * rows, columns), F::default())
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable> Block for Array3<F> {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, _columns: usize, value: f64) {
        let (_, rows, _) = self.dim();
        self[[row / rows, row % rows, column]].set_component(0, value);
    }

    fn fits(&self, rows: usize, columns: usize) -> bool {
        let (matrices, of_each, of_all) = self.dim();
        (matrices * of_each, of_all) == (rows, columns)
    }

    #[inline]
    fn clear(&mut self) {
        self.map_inplace(|entry| entry.update_components(&mut |_| 0.0));
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable + Clone + Default> OwnedBlock for Array3<F> {
    #[inline]
    fn zeros(matrices: usize, rows: usize, columns: usize) -> Array3<F> {
        Array3::from_elem((matrices, rows, columns), F::default())
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable> Block for ArrayViewMut2<'_, F> {
    #[inline(always)]
    fn put(&mut self, row: usize, column: usize, _columns: usize, value: f64) {
        self[[row, column]].set_component(0, value);
    }

    #[inline(always)]
    fn put_run(
        &mut self,
        row: usize,
        first: usize,
        _columns: usize,
        values: impl ExactSizeIterator<Item = f64>,
    ) {
        put_run_in(self.row_mut(row), first, values);
    }

    #[inline(always)]
    fn put_some(
        &mut self,
        row: usize,
        _columns: usize,
        entries: impl Iterator<Item = (usize, f64)>,
    ) {
        put_some_in(self.row_mut(row), entries);
    }

    fn fits(&self, rows: usize, columns: usize) -> bool {
        self.dim() == (rows, columns)
    }

    #[inline]
    fn clear(&mut self) {
        self.map_inplace(|entry| entry.update_components(&mut |_| 0.0));
    }
}

#[cfg(feature = "ndarray")]
impl<F: Differentiable> BlockMut for ArrayViewMut2<'_, F> {}

/// Sets each to the value of its turn.
#[inline(always)]
fn set_all<T: Differentiable>(entries: &mut [T], values: impl Iterator<Item = f64>) {
    entries.iter_mut().zip(values).for_each(|(entry, value)| entry.set_component(0, value));
}

/// Sets those at these places.
#[inline(always)]
fn set_some<T: Differentiable>(row: &mut [T], entries: impl Iterator<Item = (usize, f64)>) {
    entries.for_each(|(column, value)| row[column].set_component(0, value));
}

/// Stands for `ndarray::Array2`, which there is with the feature `ndarray`.
#[cfg(not(feature = "ndarray"))]
pub struct Array2<F>(core::marker::PhantomData<F>);

/// The same for `ndarray::Array3`.
#[cfg(not(feature = "ndarray"))]
pub struct Array3<F>(core::marker::PhantomData<F>);
