//! Second derivatives: the Hessian from Hessian-vector products, and what goes with it.

use super::{Blocks, Consumer, Dot, OwnedBlocks};
use crate::lanes::{Lanes, One, each_lane, unit_lanes};
use crate::{Differentiable, Tangent, Tape};

/// The blocks of matrices whose rows and columns are both the arguments: one matrix for each result.
pub trait Square<I> {
    /// Writes an entry of one of the matrices.
    fn put(&mut self, inputs: &I, matrix: usize, row: usize, column: usize, value: f64);

    /// Whether each block has the right size for so many matrices.
    ///
    /// # Panics
    /// If one has not.
    fn check(&self, matrices: usize, inputs: &I);

    /// Writes an entry and the one opposite. Rounding would make them differ, so that only one of the
    /// two is computed.
    #[inline]
    fn put_both(&mut self, inputs: &I, matrix: usize, (row, column): (usize, usize), value: f64) {
        self.put(inputs, matrix, row, column, value);
        self.put(inputs, matrix, column, row, value);
    }
}

/// Such blocks that a function can return.
#[diagnostic::on_unimplemented(
    message = "the matrix `{Self}` cannot be made",
    note = "matrices of sizes that are not constant need chainrule's feature `ndarray`, which is on by default"
)]
pub trait OwnedSquare<I>: Square<I> {
    /// All zeros, so many matrices.
    fn zeros(matrices: usize, inputs: &I) -> Self;
}

macro_rules! tuple {
    ($all:tt; $($row:ident $input:ident $index:tt),+) => {
        impl<$($row: Blocks<$all>,)+ $($input: Differentiable),+> Square<$all> for ($($row,)+) {
            #[inline]
            fn put(
                &mut self,
                inputs: &$all,
                matrix: usize,
                row: usize,
                column: usize,
                value: f64,
            ) {
                let mut row = row;
                $(
                    let count = inputs.$index.count_components();
                    if row < count {
                        return self.$index.put_entry(inputs, matrix * count + row, column, value);
                    }
                    row -= count;
                )+
                unreachable!("chainrule: {row} rows too many");
            }

            fn check(&self, matrices: usize, inputs: &$all) {
                $(self.$index.check(matrices * inputs.$index.count_components(), inputs);)+
            }
        }
        impl<$($row: OwnedBlocks<$all>,)+ $($input: Differentiable),+> OwnedSquare<$all>
            for ($($row,)+)
        {
            #[inline]
            fn zeros(matrices: usize, inputs: &$all) -> Self {
                ($($row::zeros(matrices, inputs.$index.count_components(), inputs),)+)
            }
        }
    };
}
tuple!((I0,); A I0 0);
tuple!((I0, I1,); A I0 0, B I1 1);
tuple!((I0, I1, I2,); A I0 0, B I1 1, C I2 2);
tuple!((I0, I1, I2, I3,); A I0 0, B I1 1, C I2 2, D I3 3);
tuple!((I0, I1, I2, I3, I4,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4);
tuple!((I0, I1, I2, I3, I4, I5,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5);
tuple!((I0, I1, I2, I3, I4, I5, I6,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6);
tuple!((I0, I1, I2, I3, I4, I5, I6, I7,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7);
tuple!((I0, I1, I2, I3, I4, I5, I6, I7, I8,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8);
tuple!((I0, I1, I2, I3, I4, I5, I6, I7, I8, I9,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9);
tuple!((I0, I1, I2, I3, I4, I5, I6, I7, I8, I9, I10,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9, K I10 10);
tuple!((I0, I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11,); A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9, K I10 10, L I11 11);

/// The Hessian, products with as many basis vectors at once as a sweep has lanes.
pub fn hessian<K: Lanes, I: Differentiable, B: OwnedSquare<I>>(
    inputs: I,
    product: impl FnMut(&Dot<K, I>) -> Dot<K, I>,
) -> B {
    let mut blocks = B::zeros(1, &inputs);
    fill::<K, I, B>(inputs, &mut blocks, product);
    blocks
}

/// The same in the caller's buffers.
///
/// # Panics
/// If a buffer has another shape.
pub fn hessian_into<K: Lanes, I: Differentiable, B: Square<I>>(
    inputs: I,
    mut blocks: B,
    product: impl FnMut(&Dot<K, I>) -> Dot<K, I>,
) {
    blocks.check(1, &inputs);
    fill::<K, I, B>(inputs, &mut blocks, product);
}

fn fill<K: Lanes, I: Differentiable, B: Square<I>>(
    inputs: I,
    blocks: &mut B,
    mut product: impl FnMut(&Dot<K, I>) -> Dot<K, I>,
) {
    let columns = inputs.count_components();
    let mut dots = inputs.zero_in::<K>();
    for first in (0..columns).step_by(K::COUNT) {
        unit_lanes::<K, I>(&mut dots, first);
        let put = |row, lane, value| {
            let column = first + lane;
            if row >= column {
                blocks.put_both(&inputs, 0, (row, column), value);
            }
        };
        each_lane::<K, I>(&product(&dots), put, K::COUNT.min(columns - first));
    }
}

/// What `second` gives for each basis vector, as the component of that: the Hessian's diagonal, where it gives
/// the second derivative along the vector, or a product with a direction, where that along both.
pub fn along_basis<I: Tangent + Differentiable, F: Differentiable>(
    mut inputs: I,
    mut second: impl FnMut(&I) -> F,
) -> I {
    let mut found = inputs.clone();
    for component in 0..inputs.count_components() {
        inputs.set_component(component, 1.0);
        let value = second(&inputs);
        inputs.set_component(component, 0.0);
        value.read_components(&mut |value| found.set_component(component, value));
    }
    found
}

/// Computes `JᵀJ·v` for this `v`.
pub struct GaussNewton<I>(pub I);

impl<I, O> Consumer<One, I, O> for GaussNewton<I>
where
    I: Differentiable<Tangent = I>,
    O: Differentiable<Tangent = O>,
{
    type Output = I;

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        mut tangent: impl FnMut(&I) -> O,
        mut forward: impl FnMut(&mut Tape) -> (O, S),
        mut reverse: impl FnMut(&S, &O, &mut I, &mut Tape),
        _single: impl FnMut(&S, &O, &mut I, &mut Tape),
    ) -> I {
        let along = tangent(&self.0);
        let mut tape = Tape::take();
        let (_, state) = forward(&mut tape);
        let mut products = inputs;
        reverse(&state, &along, &mut products, &mut tape);
        products
    }
}
