//! Sparsity patterns: which entries of a matrix may differ from zero, from sweeps of bits.

use alloc::vec::Vec;

use super::hessian::Square;
use super::{Blocks, OwnedBlocks, OwnedSquare};
use crate::Differentiable;
use crate::sparse::Pattern;

/// The entries that sweeps of bits have found.
pub struct Entries {
    rows: usize,
    columns: usize,
    found: Vec<(usize, usize)>,
}

impl Entries {
    /// The pattern of the whole matrix, the columns of all arguments side by side.
    pub fn pattern(self) -> Pattern {
        Pattern::new(self.rows, self.columns, self.found)
    }

    fn note(&mut self, row: usize, column: usize, value: f64) {
        if value != 0.0 {
            self.found.push((row, column));
        }
    }
}

impl<I: Differentiable> Blocks<I> for Entries {
    #[inline]
    fn put_entry(&mut self, _inputs: &I, row: usize, column: usize, value: f64) {
        self.note(row, column, value);
    }

    fn check(&self, rows: usize, inputs: &I) {
        assert_eq!((self.rows, self.columns), (rows, inputs.count_components()));
    }

    fn clear(&mut self) {
        self.found.clear();
    }
}

impl<I: Differentiable> OwnedBlocks<I> for Entries {
    fn zeros(matrices: usize, rows: usize, inputs: &I) -> Self {
        Entries { rows: matrices * rows, columns: inputs.count_components(), found: Vec::new() }
    }
}

impl<I: Differentiable> Square<I> for Entries {
    #[inline]
    fn put(&mut self, inputs: &I, matrix: usize, row: usize, column: usize, value: f64) {
        self.note(matrix * inputs.count_components() + row, column, value);
    }

    fn check(&self, matrices: usize, inputs: &I) {
        Blocks::check(self, matrices * inputs.count_components(), inputs);
    }
}

impl<I: Differentiable> OwnedSquare<I> for Entries {
    fn zeros(matrices: usize, inputs: &I) -> Self {
        let size = inputs.count_components();
        Entries { rows: matrices * size, columns: size, found: Vec::new() }
    }
}
