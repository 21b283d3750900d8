//! Which entries of a matrix may differ from zero.

use alloc::vec;
use alloc::vec::Vec;

/// The places of a sparse matrix that may hold something else than zero, row by row.
///
/// ```
/// use autodiff_runtime::sparse::Pattern;
///
/// let pattern = Pattern::new(2, 3, [(1, 2), (0, 0), (1, 0), (0, 0)]);
/// assert_eq!((pattern.rows(), pattern.columns(), pattern.len()), (2, 3, 3));
/// assert_eq!(pattern.row(1), [0, 2]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    columns: usize,
    /// Where each row begins in `indices`, and the end.
    offsets: Vec<usize>,
    indices: Vec<usize>,
}

impl Pattern {
    /// The pattern with these entries, `(row, column)`, in any order; repeated ones count once.
    ///
    /// # Panics
    /// If an entry is outside of the matrix.
    pub fn new(
        rows: usize,
        columns: usize,
        entries: impl IntoIterator<Item = (usize, usize)>,
    ) -> Pattern {
        let mut by_row = vec![Vec::new(); rows];
        for (row, column) in entries {
            assert!(
                row < rows && column < columns,
                "chainrule: the entry ({row}, {column}) is outside of a {rows} × {columns} matrix"
            );
            by_row[row].push(column);
        }
        let (mut offsets, mut indices) = (vec![0], Vec::new());
        for mut row in by_row {
            row.sort_unstable();
            row.dedup();
            indices.extend(row);
            offsets.push(indices.len());
        }
        Pattern { columns, offsets, indices }
    }

    /// The diagonal, `lower` diagonals below it and `upper` above.
    ///
    /// ```
    /// let tridiagonal = autodiff_runtime::sparse::Pattern::banded(4, 4, 1, 1);
    /// assert_eq!(tridiagonal.len(), 10);
    /// assert_eq!(tridiagonal.row(3), [2, 3]);
    /// ```
    pub fn banded(rows: usize, columns: usize, lower: usize, upper: usize) -> Pattern {
        let (mut offsets, mut indices) = (vec![0], Vec::new());
        for row in 0..rows {
            indices.extend(row.saturating_sub(lower)..(row + upper + 1).min(columns));
            offsets.push(indices.len());
        }
        Pattern { columns, offsets, indices }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The columns of a row's entries, ascending.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[usize] {
        &self.indices[self.offsets[row]..self.offsets[row + 1]]
    }

    /// Where each row begins among the entries, and their number: the first array of CSR.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The columns of all entries: the second array of CSR.
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }

    /// All entries as `(row, column)`, row by row.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.rows()).flat_map(|row| self.row(row).iter().map(move |&column| (row, column)))
    }

    /// Rows and columns exchanged.
    ///
    /// ```
    /// use autodiff_runtime::sparse::Pattern;
    ///
    /// let pattern = Pattern::new(2, 3, [(0, 1), (1, 1), (1, 2)]);
    /// assert_eq!(pattern.transposed(), Pattern::new(3, 2, [(1, 0), (1, 1), (2, 1)]));
    /// ```
    pub fn transposed(&self) -> Pattern {
        Pattern::new(self.columns, self.rows(), self.entries().map(|(row, column)| (column, row)))
    }

    /// Whether it is its own transpose.
    pub fn is_symmetric(&self) -> bool {
        self.rows() == self.columns && *self == self.transposed()
    }
}
