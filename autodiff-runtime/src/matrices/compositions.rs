//! The four ways to compose the two modes to a Hessian.

use super::hessian::Square;
use super::{Dot, OwnedSquare};
use crate::Differentiable;
use crate::lanes::{Lanes, count_lanes, each_lane, unit_lanes};

/// How `f::hessian_with(mode, args…)` computes a Hessian. All give the same, up to rounding;
/// [`ForwardOverReverse`](Self::ForwardOverReverse), which `f::hessian` takes, costs least nearly
/// always.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HessianMode {
    /// The forward derivative of the gradient: a sweep for every eight columns.
    #[default]
    ForwardOverReverse,
    /// The gradient of a directional derivative: a sweep for each column.
    ReverseOverForward,
    /// The gradient of a product with the gradient: a sweep for each column.
    ReverseOverReverse,
    /// The directional derivative of a directional derivative: for each row, a sweep for every eight
    /// columns up to the diagonal. No tape, so that it may be the fastest for very few arguments.
    ForwardOverForward,
}

impl HessianMode {
    /// All four.
    pub const ALL: [HessianMode; 4] = [
        HessianMode::ForwardOverReverse,
        HessianMode::ReverseOverForward,
        HessianMode::ReverseOverReverse,
        HessianMode::ForwardOverForward,
    ];
}

/// The Hessian of each result, from second derivatives along pairs of basis vectors.
pub fn hessian_of_pairs<K, I, F, B>(inputs: I, second: impl FnMut(&I, &Dot<K, I>) -> Dot<K, F>) -> B
where
    K: Lanes,
    I: Differentiable,
    F: Differentiable,
    B: OwnedSquare<I>,
{
    pairs::<K, I, F, B>(inputs, second, B::zeros)
}

/// The same in blocks that are made once it is known how many results there are.
pub(super) fn pairs<K, I, F, B>(
    mut inputs: I,
    mut second: impl FnMut(&I, &Dot<K, I>) -> Dot<K, F>,
    make: impl FnOnce(usize, &I) -> B,
) -> B
where
    K: Lanes,
    I: Differentiable,
    F: Differentiable,
    B: Square<I>,
{
    let columns = inputs.count_components();
    let mut dots = inputs.zero_in::<K>();
    // Once at least, to know how many results there are.
    if columns > 0 {
        inputs.set_component(0, 1.0);
    }
    unit_lanes::<K, I>(&mut dots, 0);
    let mut found = second(&inputs, &dots);
    let mut blocks = make(count_lanes::<K, F>(&found), &inputs);
    for row in 0..columns {
        inputs.set_component(row, 1.0);
        for first in (0..=row).step_by(K::COUNT) {
            if row > 0 {
                unit_lanes::<K, I>(&mut dots, first);
                found = second(&inputs, &dots);
            }
            let put = |result, lane, value| {
                blocks.put_both(&inputs, result, (row, first + lane), value);
            };
            each_lane::<K, F>(&found, put, K::COUNT.min(row + 1 - first));
        }
        inputs.set_component(row, 0.0);
    }
    blocks
}
