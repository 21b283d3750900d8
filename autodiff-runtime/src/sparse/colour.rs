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
    best_of_orders(pattern, |order| Stars::colour(pattern, order))
}

/// A star colouring in the making, after A. H. Gebremedhin, A. Tarafdar, F. Manne and A. Pothen, "New acyclic
/// and star coloring algorithms with application to computing Hessians", SIAM J. Sci. Comput. 29 (2007): what
/// is known of each vertex is kept by colours, so that a vertex costs as many steps as it has neighbours,
/// times the colours around these.
struct Stars<'a> {
    pattern: &'a Pattern,
    colours: Vec<usize>,
    /// The colours of each vertex's neighbours.
    around: Vec<Vec<Around>>,
    /// Of each vertex the colours of those neighbours that have another neighbour of its colour.
    leaf_of: Vec<Vec<usize>>,
}

/// Neighbours of one colour.
#[derive(Clone, Copy)]
struct Around {
    colour: usize,
    count: usize,
    first: usize,
}

impl<'a> Stars<'a> {
    fn colour(pattern: &'a Pattern, order: &[usize]) -> Colouring {
        let vertices = order.len();
        let mut stars = Stars {
            pattern,
            colours: vec![NONE; vertices],
            around: vec![Vec::new(); vertices],
            leaf_of: vec![Vec::new(); vertices],
        };
        let mut taken = Forbidden::default();
        for &v in order {
            stars.forbid(v, &mut taken);
            let colour = taken.first_free(v);
            stars.give(v, colour);
        }
        Colouring { colours: stars.colours, count: taken.count() }
    }

    fn neighbours(&self, of: usize) -> impl Iterator<Item = usize> + 'a {
        self.pattern.row(of).iter().copied().filter(move |&other| other != of)
    }

    /// The colours of neighbours, and those that would end a path over four vertices of two colours.
    fn forbid(&self, v: usize, taken: &mut Forbidden) {
        for w in self.neighbours(v).filter(|&w| self.colours[w] != NONE) {
            taken.forbid(self.colours[w], v);
            let alike = self.around[v].iter().find(|around| around.colour == self.colours[w]);
            if alike.is_some_and(|around| around.count > 1) {
                // Two neighbours of one colour: no neighbour of theirs is like this vertex.
                self.around[w].iter().for_each(|around| taken.forbid(around.colour, v));
            } else {
                self.leaf_of[w].iter().for_each(|&colour| taken.forbid(colour, v));
            }
        }
    }

    fn give(&mut self, v: usize, colour: usize) {
        self.colours[v] = colour;
        for w in self.neighbours(v) {
            let second = self.note(w, colour, v);
            if let (Some(first), true) = (second, self.colours[w] != NONE) {
                insert(&mut self.leaf_of[v], self.colours[w]);
                insert(&mut self.leaf_of[first], self.colours[w]);
            }
            let alike =
                self.around[v].iter().any(|of| of.colour == self.colours[w] && of.count > 1);
            if self.colours[w] != NONE && alike {
                insert(&mut self.leaf_of[w], colour);
            }
        }
    }

    /// Notes a neighbour's colour; the first neighbour of this colour, if this is another.
    fn note(&mut self, at: usize, colour: usize, neighbour: usize) -> Option<usize> {
        match self.around[at].iter_mut().find(|around| around.colour == colour) {
            Some(around) => {
                around.count += 1;
                Some(around.first)
            }
            None => {
                self.around[at].push(Around { colour, count: 1, first: neighbour });
                None
            }
        }
    }
}

fn insert(colours: &mut Vec<usize>, colour: usize) {
    if !colours.contains(&colour) {
        colours.push(colour);
    }
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
    let mut taken = Forbidden::default();
    for &at in order {
        forbidden(at, &colours, &mut |colour| {
            if colour != NONE {
                taken.forbid(colour, at);
            }
        });
        colours[at] = taken.first_free(at);
    }
    Colouring { colours, count: taken.count() }
}

/// For each colour the last one that it was forbidden to; so nothing has to be cleared.
#[derive(Default)]
struct Forbidden(Vec<usize>);

impl Forbidden {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn forbid(&mut self, colour: usize, to: usize) {
        self.0[colour] = to;
    }

    /// The first colour that is not forbidden to it, a new one if need be.
    fn first_free(&mut self, to: usize) -> usize {
        self.0.iter().position(|&last| last != to).unwrap_or_else(|| {
            self.0.push(NONE);
            self.0.len() - 1
        })
    }
}
