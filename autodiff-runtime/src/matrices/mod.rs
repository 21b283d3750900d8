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
mod hessian;

use core::marker::PhantomData;

pub use block::{Block, BlockMut, OwnedBlock};
pub use blocks::{Blocks, OwnedBlocks};
pub use hessian::{GaussNewton, OwnedSquare, hessian, hessian_diagonal};

#[cfg(not(feature = "ndarray"))]
pub use block::Array2;
#[cfg(feature = "ndarray")]
pub use ndarray::Array2;

use crate::{Differentiable, Tangent, Tape};

/// What is made of a function's sweeps at one point.
pub trait Consumer<I, O> {
    /// The outcome.
    type Output;

    /// Takes a zero tangent of the arguments, and the sweeps:
    ///
    /// * `tangent`: the results' tangent along one of the arguments;
    /// * `forward`: the forward sweep, which fills the tape; a zero tangent of the results, and what
    ///   the reverse sweep needs besides the tape;
    /// * `reverse`: adds the cotangents of the arguments for one of the results, and takes the tape
    ///   apart. The cotangents of `&mut` arguments are overwritten.
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
    ) -> Self::Output;
}

/// How a Jacobian is computed.
pub trait Mode {
    /// Computes it; `make` makes the blocks for so many rows.
    fn jacobian<I: Tangent, O: Differentiable, S, B: Blocks<I>>(
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
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
    fn jacobian<I: Tangent, O: Differentiable, S, B: Blocks<I>>(
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        _forward: impl FnMut(&mut Tape) -> (O, S),
        _reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        by_columns(inputs, tangent, make)
    }
}

impl Mode for Reverse {
    #[inline]
    fn jacobian<I: Tangent, O: Differentiable, S, B: Blocks<I>>(
        inputs: I,
        _tangent: impl FnMut(&I) -> O,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        let mut tape = Tape::take();
        let (seed, state) = forward(&mut tape);
        by_rows(inputs, seed, &state, tape, reverse, make)
    }
}

impl Mode for Cheaper {
    #[inline]
    fn jacobian<I: Tangent, O: Differentiable, S, B: Blocks<I>>(
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
        make: impl FnOnce(usize, &I) -> B,
    ) -> B {
        let columns = inputs.count_components();
        // No function has fewer rows than none: where one column is all there is, its sweep is it.
        if columns <= O::COMPONENTS.unwrap_or(1) {
            return by_columns(inputs, tangent, make);
        }
        let mut tape = Tape::take();
        let (seed, state) = forward(&mut tape);
        if seed.count_components() < columns {
            by_rows(inputs, seed, &state, tape, reverse, make)
        } else {
            by_columns(inputs, tangent, make)
        }
    }
}

/// A forward sweep for each column.
#[inline]
pub(crate) fn by_columns<I: Tangent, O: Differentiable, B: Blocks<I>>(
    mut inputs: I,
    mut tangent: impl FnMut(&I) -> O,
    make: impl FnOnce(usize, &I) -> B,
) -> B {
    let columns = inputs.count_components();
    if columns == 0 {
        // Along the zero tangent, for the number of rows.
        return make(tangent(&inputs).count_components(), &inputs);
    }
    let mut column = |inputs: &mut I, column| {
        inputs.set_component(column, 1.0);
        let derivative = tangent(inputs);
        inputs.set_component(column, 0.0);
        derivative
    };
    let first = column(&mut inputs, 0);
    let mut blocks = make(first.count_components(), &inputs);
    blocks.write_column(&inputs, 0, &first);
    for at in 1..columns {
        let derivative = column(&mut inputs, at);
        blocks.write_column(&inputs, at, &derivative);
    }
    blocks
}

/// A reverse sweep for each row.
#[inline]
pub(crate) fn by_rows<I: Tangent, O: Differentiable, S, B: Blocks<I>>(
    mut bars: I,
    mut seed: O,
    state: &S,
    mut tape: Tape,
    mut reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
    make: impl FnOnce(usize, &I) -> B,
) -> B {
    let rows = seed.count_components();
    let mut blocks = make(rows, &bars);
    for row in 0..rows {
        seed.set_component(row, 1.0);
        bars.set_zero();
        if row + 1 < rows {
            reverse(state, &seed, &mut bars, &mut tape.replay());
        } else {
            reverse(state, &seed, &mut bars, &mut tape);
        }
        seed.set_component(row, 0.0);
        blocks.write_row(row, &bars);
    }
    blocks
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

impl<M: Mode, B: OwnedBlocks<I>, I: Tangent, O: Differentiable> Consumer<I, O> for Jacobian<M, B> {
    type Output = B;

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
    ) -> B {
        M::jacobian(inputs, tangent, forward, reverse, B::zeros)
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

impl<M: Mode, B: Blocks<I>, I: Tangent, O: Differentiable> Consumer<I, O> for JacobianInto<M, B> {
    type Output = ();

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        tangent: impl FnMut(&I) -> O,
        forward: impl FnMut(&mut Tape) -> (O, S),
        reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
    ) {
        let blocks = self.0;
        let make = |rows, inputs: &I| {
            blocks.check(rows, inputs);
            blocks
        };
        M::jacobian(inputs, tangent, forward, reverse, make);
    }
}
