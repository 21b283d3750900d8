//! Compressed evaluation and recovery.

use alloc::vec;
use alloc::vec::Vec;

use super::{Colouring, Pattern, check, colour_columns, colour_rows, colour_symmetric};

/// The most entries of a row.
fn fullest(pattern: &Pattern) -> usize {
    (0..pattern.rows()).map(|row| pattern.row(row).len()).max().unwrap_or(0)
}

/// How the entries of a sparse Jacobian are computed: by columns or rows, and in which colours. Made
/// once for a pattern, used at any number of points.
///
/// ```
/// use autodiff_runtime::sparse::{Jacobian, Pattern};
///
/// // y = (x₀·x₁, x₁, x₂) at x = (2, 3, 4).
/// let plan = Jacobian::new(Pattern::new(3, 3, [(0, 0), (0, 1), (1, 1), (2, 2)]));
/// let values = plan.values(
///     |v, y| y.copy_from_slice(&[3.0 * v[0] + 2.0 * v[1], v[1], v[2]]),
///     |u, bar| {
///         bar[0] += 3.0 * u[0];
///         bar[1] += 2.0 * u[0] + u[1];
///         bar[2] += u[2];
///     },
/// );
/// assert_eq!(values, [3.0, 2.0, 1.0, 1.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Jacobian {
    pattern: Pattern,
    colouring: Colouring,
    by_columns: bool,
}

impl Jacobian {
    /// By columns or by rows, whichever takes fewer colours.
    pub fn new(pattern: Pattern) -> Jacobian {
        // The columns of a row differ, and the rows of a column: where one way takes less than that, the
        // other, which may take long to find for a full row or column, is no better.
        let (of_rows, of_columns) = (fullest(&pattern), fullest(&pattern.transposed()));
        if of_rows <= of_columns {
            let columns = Jacobian::by_columns(pattern);
            return match columns.sweeps() <= of_columns {
                true => columns,
                false => columns.or(Jacobian::by_rows),
            };
        }
        let rows = Jacobian::by_rows(pattern);
        match rows.sweeps() < of_rows {
            true => rows,
            false => rows.or(Jacobian::by_columns),
        }
    }

    /// This, or the other way if that takes fewer sweeps: of equally many, by columns.
    fn or(self, other: fn(Pattern) -> Jacobian) -> Jacobian {
        let other = other(self.pattern.clone());
        let is_less = match self.by_columns {
            true => other.sweeps() < self.sweeps(),
            false => other.sweeps() <= self.sweeps(),
        };
        if is_less { other } else { self }
    }

    /// By columns: forward mode only.
    pub fn by_columns(pattern: Pattern) -> Jacobian {
        let colouring = colour_columns(&pattern);
        Jacobian { pattern, colouring, by_columns: true }
    }

    /// By rows: reverse mode only.
    pub fn by_rows(pattern: Pattern) -> Jacobian {
        let colouring = colour_rows(&pattern);
        Jacobian { pattern, colouring, by_columns: false }
    }

    /// The pattern.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The number of sweeps that an evaluation takes.
    pub fn sweeps(&self) -> usize {
        self.colouring.count()
    }

    /// Whether the sweeps are those of forward mode.
    pub fn is_by_columns(&self) -> bool {
        self.by_columns
    }

    /// The entries, in the order of the pattern's.
    ///
    /// `forward(v, y)` writes `J·v` to `y`, `reverse(u, bar)` *adds* `Jᵀ·u` to `bar`, as `f::adjoint`
    /// does; one of the two is called, [`Self::sweeps`] times and once more, to check the pattern. `v`
    /// and `bar` have a component for each column, `u` and `y` for each row.
    ///
    /// # Panics
    /// If the pattern lacks an entry.
    #[track_caller]
    pub fn values(
        &self,
        mut forward: impl FnMut(&[f64], &mut [f64]),
        mut reverse: impl FnMut(&[f64], &mut [f64]),
    ) -> Vec<f64> {
        let (rows, columns) = (self.pattern.rows(), self.pattern.columns());
        let mut values = vec![0.0; self.pattern.len()];
        if self.by_columns {
            let mut results = vec![0.0; rows];
            compressed(&self.colouring, |colour, direction| {
                forward(direction, &mut results);
                self.recover(colour, &mut values, |row, _| results[row]);
            });
            let along = check::direction(columns);
            forward(&along, &mut results);
            check::assert_complete(&self.pattern, &values, &along, &results);
        } else {
            let mut bars = vec![0.0; columns];
            compressed(&self.colouring, |colour, direction| {
                bars.fill(0.0);
                reverse(direction, &mut bars);
                self.recover(colour, &mut values, |_, column| bars[column]);
            });
            let along = check::direction(rows);
            bars.fill(0.0);
            reverse(&along, &mut bars);
            self.check_columns(&values, &along, &bars);
        }
        values
    }

    /// As [`check::assert_complete`], with rows and columns exchanged.
    #[track_caller]
    fn check_columns(&self, values: &[f64], along: &[f64], bars: &[f64]) {
        let transposed = self.pattern.transposed();
        let mut next = transposed.offsets().to_vec();
        let mut ordered = vec![0.0; values.len()];
        for ((_, column), value) in self.pattern.entries().zip(values) {
            ordered[next[column]] = *value;
            next[column] += 1;
        }
        check::assert_complete(&transposed, &ordered, along, bars);
    }

    /// Takes over the entries that a sweep has found.
    fn recover(&self, colour: usize, values: &mut [f64], found: impl Fn(usize, usize) -> f64) {
        let colours = self.colouring.colours();
        for ((row, column), value) in self.pattern.entries().zip(values) {
            let own = if self.by_columns { colours[column] } else { colours[row] };
            if own == colour {
                *value = found(row, column);
            }
        }
    }

    /// [`Self::values`] as a matrix of `sprs`, in CSR.
    ///
    /// # Panics
    /// If the pattern lacks an entry.
    #[track_caller]
    #[cfg(feature = "sparse")]
    pub fn matrix(
        &self,
        forward: impl FnMut(&[f64], &mut [f64]),
        reverse: impl FnMut(&[f64], &mut [f64]),
    ) -> sprs::CsMat<f64> {
        to_csr(&self.pattern, self.values(forward, reverse))
    }
}

/// How the entries of a sparse Hessian are computed.
///
/// ```
/// use autodiff_runtime::sparse::{Hessian, Pattern};
///
/// // x₀·x₁ + x₂³ at x = (1, 2, 3).
/// let plan = Hessian::new(Pattern::new(3, 3, [(0, 1), (1, 0), (2, 2)]));
/// let values = plan.values(|v, product| {
///     product.copy_from_slice(&[v[1], v[0], 18.0 * v[2]]);
/// });
/// assert_eq!(values, [1.0, 1.0, 18.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Hessian {
    pattern: Pattern,
    colouring: Colouring,
}

impl Hessian {
    /// For a symmetric pattern.
    ///
    /// # Panics
    /// If it is not symmetric.
    pub fn new(pattern: Pattern) -> Hessian {
        let colouring = colour_symmetric(&pattern);
        Hessian { pattern, colouring }
    }

    /// The pattern.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The number of Hessian-vector products that an evaluation takes.
    pub fn sweeps(&self) -> usize {
        self.colouring.count()
    }

    /// The entries, in the order of the pattern's, exactly symmetric.
    ///
    /// `product(v, y)` writes `H·v` to `y`; it is called [`Self::sweeps`] times and once more, to check
    /// the pattern.
    ///
    /// # Panics
    /// If the pattern lacks an entry.
    #[track_caller]
    pub fn values(&self, mut product: impl FnMut(&[f64], &mut [f64])) -> Vec<f64> {
        let (size, colours) = (self.pattern.rows(), self.colouring.colours());
        // products[colour][row]
        let mut products = vec![vec![0.0; size]; self.sweeps()];
        compressed(&self.colouring, |colour, direction| product(direction, &mut products[colour]));
        let alone = |row: usize, column: usize| {
            let mut same =
                self.pattern.row(row).iter().filter(|&&other| colours[other] == colours[column]);
            same.next().is_some() && same.next().is_none()
        };
        let entry = |(row, column): (usize, usize)| {
            // One of the two for an entry and its mirror image.
            let (low, high) = (row.min(column), row.max(column));
            if alone(low, high) {
                products[colours[high]][low]
            } else {
                products[colours[low]][high]
            }
        };
        let values: Vec<f64> = self.pattern.entries().map(entry).collect();
        let (along, mut found) = (check::direction(size), vec![0.0; size]);
        product(&along, &mut found);
        check::assert_complete(&self.pattern, &values, &along, &found);
        values
    }

    /// [`Self::values`] as a matrix of `sprs`, in CSR.
    ///
    /// # Panics
    /// If the pattern lacks an entry.
    #[track_caller]
    #[cfg(feature = "sparse")]
    pub fn matrix(&self, product: impl FnMut(&[f64], &mut [f64])) -> sprs::CsMat<f64> {
        to_csr(&self.pattern, self.values(product))
    }
}

/// Calls `sweep` for each colour with the sum of the basis vectors of that colour.
fn compressed(colouring: &Colouring, mut sweep: impl FnMut(usize, &[f64])) {
    let mut direction = vec![0.0; colouring.colours().len()];
    for colour in 0..colouring.count() {
        for (component, own) in direction.iter_mut().zip(colouring.colours()) {
            *component = if *own == colour { 1.0 } else { 0.0 };
        }
        sweep(colour, &direction);
    }
}

#[cfg(feature = "sparse")]
fn to_csr(pattern: &Pattern, values: Vec<f64>) -> sprs::CsMat<f64> {
    sprs::CsMat::new(
        (pattern.rows(), pattern.columns()),
        pattern.offsets().to_vec(),
        pattern.indices().to_vec(),
        values,
    )
}
