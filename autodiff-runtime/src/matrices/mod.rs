//! Matrices of derivatives, from the sweeps of generated code.
//!
//! The Jacobian of a function at a point has a row for each component of the results and a column for
//! each component of the arguments. A sweep of forward mode along a basis vector of the arguments
//! gives a column, a reverse sweep from a basis vector of the results a row. Generated code hands the
//! sweeps of one function at one point to a [`Consumer`], which says what becomes of them: so the
//! macro emits them once, whatever is made of them, and rustc compiles those that are used.
//!
//! The results are the value, if it has a derivative, and then what the function leaves behind its
//! `&mut` arguments; the arguments are the active ones. Both are tuples ([`Differentiable`] numbers
//! their components), and so are the *blocks* of the matrix, one for each argument ([`Blocks`]).

mod block;
mod blocks;
mod compositions;
mod compressed;
mod diagonal;
mod entries;
mod grouped;
mod groups;
mod hessian;
mod several;
mod written;

use core::marker::PhantomData;
use core::ops::Range;

pub use block::{Block, BlockMut, OwnedBlock};
use blocks::Borrowed;
pub use blocks::{Blocks, OwnedBlocks};
pub use compositions::{HessianMode, hessian_of_pairs};
pub use compressed::{Compressed, FindGroups};
pub use diagonal::hessian_diagonal_by_lanes;
pub use entries::Entries;
pub use grouped::GroupedInto;
pub use groups::Groups;
pub use hessian::{GaussNewton, OwnedSquare, along_basis, hessian, hessian_into};
pub use several::{
    CheaperHessians, CheaperHessiansInto, HessiansBy, SecondConsumer, cheaper_hessians,
    cheaper_hessians_into,
};

#[cfg(not(feature = "ndarray"))]
pub use block::{Array2, Array3};
#[cfg(feature = "ndarray")]
pub use ndarray::{Array2, Array3};

use crate::lanes::{Laned, Lanes, One, count_lanes, unit_lanes};
use crate::{Differentiable, Tangent, Tape};

/// What is made of a function's sweeps at one point.
pub trait Consumer<K: Lanes, I: Laned, O: Laned> {
    /// The outcome.
    type Output;

    /// Takes a zero tangent of the arguments, and the sweeps, which carry lanes:
    ///
    /// * `tangent`: the results' tangents along tangents of the arguments;
    /// * `forward`: the forward sweep, which fills the tape; a zero tangent of the results, and what
    ///   the reverse sweep needs besides the tape;
    /// * `reverse`: adds the cotangents of the arguments for those of the results, and takes the tape
    ///   apart. The cotangents of `&mut` arguments are overwritten;
    /// * `single`: the same for one direction, for those that do not fill a sweep.
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) -> Self::Output;
}

/// Of these, as many as a sweep carries.
pub(crate) type Dot<K, T> = <T as Laned>::Dot<K>;

/// The lanes of a sweep where there are enough directions; measured, see `docs/architecture.md`.
const MOST_LANES: usize = 8;

/// How many lanes a sweep carries that goes along as many directions, if their number is known. An odd
/// one is rounded up, for the sake of vector instructions.
pub const fn lanes_for(directions: Option<usize>) -> usize {
    match directions {
        Some(0) | Some(1) => 1,
        Some(count) if count < MOST_LANES => count.next_multiple_of(2),
        _ => MOST_LANES,
    }
}

/// The same for a matrix with this many columns and rows, of which [`Cheaper`] takes the fewer.
pub const fn lanes_for_cheaper(columns: Option<usize>, rows: Option<usize>) -> usize {
    match (columns, rows) {
        (Some(columns), Some(rows)) if rows < columns => lanes_for(Some(rows)),
        (Some(columns), Some(_)) => lanes_for(Some(columns)),
        _ => MOST_LANES,
    }
}

/// How a Jacobian is computed.
pub trait Mode {
    /// Computes it; `make` makes the blocks for so many rows.
    fn jacobian<K: Lanes, I: Differentiable, O: Differentiable, S, B: Blocks<I>>(
        inputs: &I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B;
}

/// Column by column.
#[derive(Clone, Copy, Debug)]
pub struct Forward;

/// Row by row.
#[derive(Clone, Copy, Debug)]
pub struct Reverse;

/// The one with fewer sweeps.
#[derive(Clone, Copy, Debug)]
pub struct Cheaper;

impl Mode for Forward {
    #[inline]
    fn jacobian<K: Lanes, I: Differentiable, O: Differentiable, S, B: Blocks<I>>(
        inputs: &I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        _forward: impl FnMut(&mut Tape) -> (O, S),
        _reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        _single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        by_columns::<K, I, O, B>(inputs, tangent, make)
    }
}

impl Mode for Reverse {
    #[inline]
    fn jacobian<K: Lanes, I: Differentiable, O: Differentiable, S, B: Blocks<I>>(
        inputs: &I,
        _tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        let mut tape = Tape::take();
        let (seed, state) = forward(&mut tape);
        by_rows::<K, I, O, S, B>(inputs, &seed, &state, &mut tape, (reverse, single), make)
    }
}

impl Mode for Cheaper {
    #[inline]
    fn jacobian<K: Lanes, I: Differentiable, O: Differentiable, S, B: Blocks<I>>(
        inputs: &I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        let columns = inputs.count_components();
        // No function has fewer rows than none: where one column is all there is, its sweep is it.
        if columns <= O::COMPONENTS.unwrap_or(1) {
            return by_columns::<K, I, O, B>(inputs, tangent, make);
        }
        let mut tape = Tape::take();
        let (seed, state) = forward(&mut tape);
        if seed.count_components() < columns {
            by_rows::<K, I, O, S, B>(inputs, &seed, &state, &mut tape, (reverse, single), make)
        } else {
            by_columns::<K, I, O, B>(inputs, tangent, make)
        }
    }
}

/// A forward sweep for as many columns as it has lanes; the last one's may be more than there are
/// columns left.
#[inline]
pub(crate) fn by_columns<K: Lanes, I: Differentiable, O: Differentiable, B: Blocks<I>>(
    inputs: &I,
    mut tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
    make: impl FnOnce(usize, &I) -> B,
) -> B {
    let columns = inputs.count_components();
    let mut dots = inputs.zero_in::<K>();
    unit_lanes::<K, I>(&mut dots, 0);
    let mut results = tangent(&dots);
    let mut blocks = make(count_lanes::<K, O>(&results), inputs);
    let mut first = 0;
    loop {
        blocks.put_columns::<K, O>(inputs, first, K::COUNT.min(columns - first), &results);
        first += K::COUNT;
        if first >= columns {
            return blocks;
        }
        unit_lanes::<K, I>(&mut dots, first);
        results = tangent(&dots);
    }
}

/// Of the lanes of a sweep, the part below which single sweeps are faster. The forward sweep is done,
/// and a single reverse sweep through arrays is one of vector instructions as well.
const FEW: usize = 4;

/// The sweep of one direction in the place of one of several, where a Jacobian by rows cannot ask for it: where
/// the family is [`One`], or a pattern, or no sweep but of columns has several directions.
#[cold]
pub fn never_single<S, O, I>(_: &S, _: &O, _: &mut I, _: &mut Tape) {
    unreachable!("a single reverse sweep in the place of one of several directions")
}

/// A reverse sweep for as many rows as it has lanes, and single ones for the last rows if they are few.
#[inline]
pub(crate) fn by_rows<K: Lanes, I: Differentiable, O: Differentiable, S, B: Blocks<I>>(
    inputs: &I,
    results: &O,
    state: &S,
    tape: &mut Tape,
    (reverse, single): (
        impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ),
    make: impl FnOnce(usize, &I) -> B,
) -> B {
    let rows = results.count_components();
    let mut blocks = make(rows, inputs);
    let rest = rows % K::COUNT;
    let few = !K::IS_PATTERN && rest * FEW <= K::COUNT;
    let wide = if few { rows - rest } else { rows };
    let mut point = Point { inputs, results, state, tape };
    point.rows::<K, B>(&mut blocks, 0..wide, rows, reverse);
    point.rows::<One, B>(&mut blocks, wide..rows, rows, single);
    blocks
}

/// Where a function was evaluated.
struct Point<'a, I, O, S> {
    inputs: &'a I,
    results: &'a O,
    state: &'a S,
    tape: &'a mut Tape,
}

impl<I: Differentiable, O: Differentiable, S> Point<'_, I, O, S> {
    /// Computes some of so many rows. The last one takes the tape apart.
    #[inline]
    fn rows<K: Lanes, B: Blocks<I>>(
        &mut self,
        blocks: &mut B,
        rows: Range<usize>,
        all: usize,
        mut reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
    ) {
        if rows.is_empty() {
            return;
        }
        let Point { inputs, results, state, .. } = *self;
        let mut seeds = results.zero_in::<K>();
        let mut bars = inputs.zero_in::<K>();
        for first in rows.clone().step_by(K::COUNT) {
            unit_lanes::<K, O>(&mut seeds, first);
            if first > rows.start {
                bars.set_zero();
            }
            if first + K::COUNT < all {
                reverse(state, &seeds, &mut bars, &mut self.tape.replay());
            } else {
                reverse(state, &seeds, &mut bars, self.tape);
            }
            blocks.put_rows::<K>(inputs, first, K::COUNT.min(rows.end - first), &bars);
        }
    }
}

/// Makes the Jacobian's blocks.
pub struct Jacobian<M, B>(PhantomData<(M, B)>);

impl<M, B> Jacobian<M, B> {
    /// It has no parameters but its types.
    #[inline(always)]
    #[allow(clippy::new_without_default, reason = "written by generated code only")]
    pub fn new() -> Jacobian<M, B> {
        Jacobian(PhantomData)
    }
}

impl<K, M, B, I, O> Consumer<K, I, O> for Jacobian<M, B>
where
    K: Lanes,
    M: Mode,
    B: OwnedBlocks<I>,
    I: Differentiable,
    O: Differentiable,
{
    type Output = B;

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) -> B {
        let make = |rows, inputs: &I| B::zeros(1, rows, inputs);
        M::jacobian::<K, I, O, S, B>(&inputs, tangent, forward, reverse, single, make)
    }
}

/// Writes the Jacobian's blocks to the caller's buffers.
pub struct JacobianInto<M, B>(B, PhantomData<M>);

impl<M, B> JacobianInto<M, B> {
    /// Into these.
    #[inline(always)]
    pub fn new(blocks: B) -> JacobianInto<M, B> {
        JacobianInto(blocks, PhantomData)
    }
}

impl<K, M, B, I, O> Consumer<K, I, O> for JacobianInto<M, B>
where
    K: Lanes,
    M: Mode,
    B: Blocks<I>,
    I: Differentiable,
    O: Differentiable,
{
    type Output = ();

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) {
        let mut blocks = self.0;
        // Lent, so that they need not be moved.
        let lent = Borrowed(&mut blocks);
        let make = |rows, inputs: &I| {
            lent.check(rows, inputs);
            lent
        };
        M::jacobian::<K, I, O, S, _>(&inputs, tangent, forward, reverse, single, make);
    }
}
