//! Greedy colourings.
//!
//! Each is tried in the order of the matrix, which is best for bands, and from the fullest row or
//! column to the emptiest, which is best where some are much fuller than others; the one with fewer
//! colours is kept.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::Pattern;

/// A colour for each column (or row).
///
/// ```
/// use autodiff_runtime::sparse::{Pattern, colour_columns};
///
/// let colouring = colour_columns(&Pattern::banded(9, 9, 1, 1));
/// assert_eq!(colouring.count(), 3);
/// assert_eq!(colouring.colours()[..4], [0, 1, 2, 0]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Colouring {
    colours: Vec<usize>,
    count: usize,
}

impl Colouring {
    /// The number of colours.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Each column's (or row's) colour, less than [`Self::count`].
    pub fn colours(&self) -> &[usize] {
        &self.colours
    }
}

/// Not coloured yet.
const NONE: usize = usize::MAX;

/// Colours the columns so that two of one colour have no entry in the same row.
///
/// ```
/// use autodiff_runtime::sparse::{Pattern, colour_columns, colour_rows};
///
/// // A full first row, and the diagonal: no two columns go together, all rows but the first do.
/// let arrow = Pattern::new(5, 5, (0..5).flat_map(|i| [(0, i), (i, i)]));
/// assert_eq!(colour_columns(&arrow).count(), 5);
/// assert_eq!(colour_rows(&arrow).count(), 2);
/// ```
pub fn colour_columns(pattern: &Pattern) -> Colouring {
    let by_column = pattern.transposed();
    best_of_orders(&by_column, |order| {
        greedy(order, |column, colours, forbid| {
            for &row in by_column.row(column) {
                pattern.row(row).iter().for_each(|&other| forbid(colours[other]));
            }
        })
    })
}

/// Colours the rows so that two of one colour have no entry in the same column.
///
/// ```
/// use autodiff_runtime::sparse::{Pattern, colour_rows};
///
/// assert_eq!(colour_rows(&Pattern::banded(100, 100, 2, 0)).count(), 3);
/// ```
pub fn colour_rows(pattern: &Pattern) -> Colouring {
    colour_columns(&pattern.transposed())
}

/// Colours the columns of a symmetric matrix so that each entry, or its mirror image, is alone in its
/// row among the columns of its colour.
///
/// This is a star colouring of the matrix's graph: neighbours differ, and each path over four vertices
/// has three colours.
///
/// ```
/// use autodiff_runtime::sparse::{Pattern, colour_columns, colour_symmetric};
///
/// // A full first row and column, and the diagonal.
/// let arrow = Pattern::new(9, 9, (0..9).flat_map(|i| [(0, i), (i, 0), (i, i)]));
/// assert_eq!(colour_columns(&arrow).count(), 9);
/// assert_eq!(colour_symmetric(&arrow).count(), 2);
/// ```
///
/// # Panics
/// If the pattern is not symmetric.
pub fn colour_symmetric(pattern: &Pattern) -> Colouring {
    assert!(pattern.is_symmetric(), "chainrule: the pattern of a Hessian is symmetric");
    let neighbours = |of: usize| pattern.row(of).iter().copied().filter(move |&other| other != of);
    best_of_orders(pattern, |order| {
        greedy(order, |v, colours, forbid| {
            for w in neighbours(v) {
                forbid(colours[w]);
                if colours[w] == NONE {
                    continue;
                }
                let twice = neighbours(v).any(|other| other != w && colours[other] == colours[w]);
                for x in neighbours(w).filter(|&x| x != v && colours[x] != NONE) {
                    // v–w–x–y with the colours of w and x alternating, or the same with v inside.
                    let ends = || neighbours(x).any(|y| y != w && colours[y] == colours[w]);
                    if twice || ends() {
                        forbid(colours[x]);
                    }
                }
            }
        })
    })
}

/// Colours the columns of a symmetric matrix so that two with an entry where they meet differ, which is
/// enough for the diagonal.
pub(crate) fn colour_graph(pattern: &Pattern) -> Colouring {
    best_of_orders(pattern, |order| {
        greedy(order, |v, colours, forbid| {
            pattern.row(v).iter().filter(|&&w| w != v).for_each(|&w| forbid(colours[w]));
        })
    })
}

/// The colouring with fewer colours of the two orders.
fn best_of_orders(pattern: &Pattern, colour: impl Fn(&[usize]) -> Colouring) -> Colouring {
    let mut order: Vec<usize> = (0..pattern.rows()).collect();
    let natural = colour(&order);
    order.sort_by_key(|&at| Reverse(pattern.row(at).len()));
    let fullest_first = colour(&order);
    if fullest_first.count < natural.count { fullest_first } else { natural }
}

/// Gives each the first colour that is not forbidden.
fn greedy(
    order: &[usize],
    forbidden: impl Fn(usize, &[usize], &mut dyn FnMut(usize)),
) -> Colouring {
    let mut colours = vec![NONE; order.len()];
    // For each colour the last one that it was forbidden to; so nothing has to be cleared.
    let mut forbidden_to: Vec<usize> = Vec::new();
    for &at in order {
        forbidden(at, &colours, &mut |colour| {
            if colour != NONE {
                forbidden_to[colour] = at;
            }
        });
        let free = forbidden_to.iter().position(|&last| last != at);
        colours[at] = free.unwrap_or_else(|| {
            forbidden_to.push(NONE);
            forbidden_to.len() - 1
        });
    }
    Colouring { colours, count: forbidden_to.len() }
}
