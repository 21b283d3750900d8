//! Hessians of functions with several results: a matrix for each of them.
//!
//! As for Jacobians, generated code hands the sweeps of one function at one point to a
//! [`SecondConsumer`], and rustc compiles those that are used.

use core::marker::PhantomData;

use super::compositions::pairs;
use super::hessian::Square;
use super::{Dot, HessianMode, OwnedSquare, hessian_of_pairs};
use crate::lanes::{Lanes, each_lane, unit_lanes};
use crate::{Differentiable, Tangent, Tape};

/// What is made of a function's second-order sweeps at one point.
pub trait SecondConsumer<K: Lanes, I: Differentiable, O: Differentiable> {
    /// The outcome.
    type Output;

    /// Takes a zero tangent of the arguments, and the sweeps, innermost stage first:
    ///
    /// * `pair`: the results' second derivatives along two directions;
    /// * `forward_tangent`, `reverse_tangent`: the derivative along a direction of the forward sweep,
    ///   which gives a zero tangent of the results, and of the reverse sweep from a cotangent of the
    ///   results; the latter adds the product of the cotangent's Hessian with the direction;
    /// * `tangent_forward`, `tangent_reverse`: the forward and reverse sweep of the derivative along a
    ///   direction; the latter takes zeros, and then the cotangents of that derivative;
    /// * `reverse_reverse`: for zeros and a cotangent of the results, reverses the reverse sweep from
    ///   the directions, and adds the products with them.
    #[expect(clippy::too_many_arguments, reason = "each composition of the two modes")]
    fn consume<S, R>(
        self,
        inputs: I,
        pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
        forward_tangent: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
        reverse_tangent: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
        tangent_forward: impl FnMut(&I, &mut Tape) -> (O, R),
        tangent_reverse: impl FnMut(&R, &I, [&Dot<K, O>; 2], &mut Dot<K, I>, &mut Tape),
        reverse_reverse: impl FnMut(&Dot<K, O>, &O, &mut Dot<K, I>, &mut Dot<K, I>),
    ) -> Self::Output;
}

/// [`cheaper_hessians`]
pub struct CheaperHessians<B>(PhantomData<B>);

/// [`cheaper_hessians_into`]
pub struct CheaperHessiansInto<B>(B);

impl<B> CheaperHessiansInto<B> {
    /// Into these.
    #[inline(always)]
    pub fn new(blocks: B) -> CheaperHessiansInto<B> {
        CheaperHessiansInto(blocks)
    }
}

/// The Hessians by this composition.
pub struct HessiansBy<B>(HessianMode, PhantomData<B>);

impl<B> CheaperHessians<B> {
    /// It has no parameters but its type.
    #[inline(always)]
    #[allow(clippy::new_without_default, reason = "written by generated code only")]
    pub fn new() -> CheaperHessians<B> {
        CheaperHessians(PhantomData)
    }
}

impl<B> HessiansBy<B> {
    /// By this one.
    #[inline(always)]
    pub fn new(mode: HessianMode) -> HessiansBy<B> {
        HessiansBy(mode, PhantomData)
    }
}

impl<K, I, O, B> SecondConsumer<K, I, O> for CheaperHessians<B>
where
    K: Lanes,
    I: Differentiable,
    O: Differentiable<Tangent = O>,
    B: OwnedSquare<I>,
{
    type Output = B;

    #[inline]
    fn consume<S, R>(
        self,
        inputs: I,
        pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
        forward_tangent: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
        reverse_tangent: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
        _tangent_forward: impl FnMut(&I, &mut Tape) -> (O, R),
        _tangent_reverse: impl FnMut(&R, &I, [&Dot<K, O>; 2], &mut Dot<K, I>, &mut Tape),
        _reverse_reverse: impl FnMut(&Dot<K, O>, &O, &mut Dot<K, I>, &mut Dot<K, I>),
    ) -> B {
        cheaper_hessians::<K, I, O, S, B>(inputs, pair, forward_tangent, reverse_tangent)
    }
}

impl<K, I, O, B> SecondConsumer<K, I, O> for CheaperHessiansInto<B>
where
    K: Lanes,
    I: Differentiable,
    O: Differentiable<Tangent = O>,
    B: Square<I>,
{
    type Output = ();

    #[inline]
    fn consume<S, R>(
        self,
        inputs: I,
        pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
        forward_tangent: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
        reverse_tangent: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
        _tangent_forward: impl FnMut(&I, &mut Tape) -> (O, R),
        _tangent_reverse: impl FnMut(&R, &I, [&Dot<K, O>; 2], &mut Dot<K, I>, &mut Tape),
        _reverse_reverse: impl FnMut(&Dot<K, O>, &O, &mut Dot<K, I>, &mut Dot<K, I>),
    ) {
        cheaper_hessians_into::<K, I, O, S, B>(
            inputs,
            self.0,
            pair,
            forward_tangent,
            reverse_tangent,
        );
    }
}

/// The Hessians by pairs of directions, or by forward over reverse mode, whichever takes fewer sweeps.
#[inline]
pub fn cheaper_hessians<K: Lanes, I, O, S, B: OwnedSquare<I>>(
    inputs: I,
    pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
    forward: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
    reverse: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
) -> B
where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    cheaper::<K, I, O, S, B>(inputs, pair, forward, reverse, B::zeros)
}

/// The same in the caller's buffers.
///
/// # Panics
/// If a buffer has another shape.
#[inline]
pub fn cheaper_hessians_into<K: Lanes, I, O, S, B: Square<I>>(
    inputs: I,
    blocks: B,
    pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
    forward: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
    reverse: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
) where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    let given = |results, inputs: &I| {
        blocks.check(results, inputs);
        blocks
    };
    cheaper::<K, I, O, S, B>(inputs, pair, forward, reverse, given);
}

#[inline]
fn cheaper<K: Lanes, I, O, S, B: Square<I>>(
    inputs: I,
    pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
    mut forward: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
    reverse: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
    make: impl FnOnce(usize, &I) -> B,
) -> B
where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    let columns = inputs.count_components();
    let mut count = || forward(&inputs.zero_in::<K>(), &mut Tape::take()).0.count_components();
    let results = O::COMPONENTS.unwrap_or_else(&mut count);
    let of_pairs: usize = (1..=columns).map(|row| row.div_ceil(K::COUNT)).sum();
    match of_pairs <= columns.div_ceil(K::COUNT) * (results + 1) {
        true => pairs::<K, I, O, B>(inputs, pair, make),
        false => forward_over_reverse::<K, I, O, S, B>(inputs, forward, reverse, make),
    }
}

impl<K, I, O, B> SecondConsumer<K, I, O> for HessiansBy<B>
where
    K: Lanes,
    I: Differentiable,
    O: Differentiable<Tangent = O>,
    B: OwnedSquare<I>,
{
    type Output = B;

    #[inline]
    fn consume<S, R>(
        self,
        inputs: I,
        pair: impl FnMut(&I, &Dot<K, I>) -> Dot<K, O>,
        forward_tangent: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
        reverse_tangent: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
        mut tangent_forward: impl FnMut(&I, &mut Tape) -> (O, R),
        tangent_reverse: impl FnMut(&R, &I, [&Dot<K, O>; 2], &mut Dot<K, I>, &mut Tape),
        reverse_reverse: impl FnMut(&Dot<K, O>, &O, &mut Dot<K, I>, &mut Dot<K, I>),
    ) -> B {
        match self.0 {
            HessianMode::ForwardOverReverse => {
                let (forward, reverse) = (forward_tangent, reverse_tangent);
                forward_over_reverse::<K, I, O, S, B>(inputs, forward, reverse, B::zeros)
            }
            HessianMode::ReverseOverForward => {
                reverse_over_forward::<K, I, O, R, B>(inputs, tangent_forward, tangent_reverse)
            }
            HessianMode::ReverseOverReverse => {
                let (seed, _) = tangent_forward(&inputs, &mut Tape::take());
                reverse_over_reverse::<K, I, O, B>(inputs, seed, reverse_reverse)
            }
            HessianMode::ForwardOverForward => hessian_of_pairs::<K, I, O, B>(inputs, pair),
        }
    }
}

/// For as many columns as a sweep has lanes, the tangent of a forward sweep, and of a reverse sweep for
/// each result.
#[inline]
fn forward_over_reverse<K: Lanes, I, O, S, B: Square<I>>(
    inputs: I,
    mut forward: impl FnMut(&Dot<K, I>, &mut Tape) -> (O, S),
    mut reverse: impl FnMut(&S, &Dot<K, I>, &O, &mut Dot<K, I>, &mut Tape),
    make: impl FnOnce(usize, &I) -> B,
) -> B
where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    let columns = inputs.count_components();
    let (mut dots, mut products) = (inputs.zero_in::<K>(), inputs.zero_in::<K>());
    let mut tape = Tape::take();
    // Once at least, to know how many results there are.
    unit_lanes::<K, I>(&mut dots, 0);
    let (mut seed, mut state) = forward(&dots, &mut tape);
    let results = seed.count_components();
    let mut blocks = make(results, &inputs);
    for first in (0..columns).step_by(K::COUNT) {
        if first > 0 {
            unit_lanes::<K, I>(&mut dots, first);
            tape = Tape::take();
            (seed, state) = forward(&dots, &mut tape);
        }
        for result in 0..results {
            seed.set_component(result, 1.0);
            products.set_zero();
            reverse(&state, &dots, &seed, &mut products, &mut tape.replay());
            seed.set_component(result, 0.0);
            put_columns::<K, I, B>(&mut blocks, &inputs, result, first, &products);
        }
    }
    blocks
}

/// Writes the columns from `first` on, down from the diagonal.
#[inline(always)]
fn put_columns<K: Lanes, I: Differentiable, B: Square<I>>(
    blocks: &mut B,
    inputs: &I,
    result: usize,
    first: usize,
    products: &Dot<K, I>,
) {
    let put = |row, lane, value| {
        if row >= first + lane {
            blocks.put_both(inputs, result, (row, first + lane), value);
        }
    };
    each_lane::<K, I>(products, put, K::COUNT.min(inputs.count_components() - first));
}

/// For each column the forward sweep of the derivative along it, and a reverse sweep for as many results
/// as it has lanes.
#[inline]
fn reverse_over_forward<K: Lanes, I, O, R, B: OwnedSquare<I>>(
    mut inputs: I,
    mut forward: impl FnMut(&I, &mut Tape) -> (O, R),
    mut reverse: impl FnMut(&R, &I, [&Dot<K, O>; 2], &mut Dot<K, I>, &mut Tape),
) -> B
where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    let columns = inputs.count_components();
    let mut bars = inputs.zero_in::<K>();
    let mut blocks = None;
    for column in 0..columns.max(1) {
        if column < columns {
            inputs.set_component(column, 1.0);
        }
        let mut tape = Tape::take();
        let (zero, state) = forward(&inputs, &mut tape);
        let results = zero.count_components();
        let (none, mut seeds) = (zero.zero_in::<K>(), zero.zero_in::<K>());
        let blocks = blocks.get_or_insert_with(|| B::zeros(results, &inputs));
        for first in (0..results).step_by(K::COUNT) {
            unit_lanes::<K, O>(&mut seeds, first);
            bars.set_zero();
            reverse(&state, &inputs, [&none, &seeds], &mut bars, &mut tape.replay());
            let put = |row, lane, value| {
                if row >= column {
                    blocks.put_both(&inputs, first + lane, (row, column), value);
                }
            };
            each_lane::<K, I>(&bars, put, K::COUNT.min(results - first));
        }
        if column < columns {
            inputs.set_component(column, 0.0);
        }
    }
    blocks.unwrap_or_else(|| B::zeros(0, &inputs))
}

/// For each result, and for as many columns as a sweep has lanes, both sweeps and their reverse.
#[inline]
fn reverse_over_reverse<K: Lanes, I, O, B: OwnedSquare<I>>(
    inputs: I,
    mut seed: O,
    mut reverse: impl FnMut(&Dot<K, O>, &O, &mut Dot<K, I>, &mut Dot<K, I>),
) -> B
where
    I: Differentiable,
    O: Differentiable<Tangent = O>,
{
    let (results, none) = (seed.count_components(), seed.zero_in::<K>());
    let mut blocks = B::zeros(results, &inputs);
    let (mut dots, mut products) = (inputs.zero_in::<K>(), inputs.zero_in::<K>());
    for result in 0..results {
        seed.set_component(result, 1.0);
        for first in (0..inputs.count_components()).step_by(K::COUNT) {
            unit_lanes::<K, I>(&mut dots, first);
            products.set_zero();
            reverse(&none, &seed, &mut dots, &mut products);
            put_columns::<K, I, B>(&mut blocks, &inputs, result, first, &products);
        }
        seed.set_component(result, 0.0);
    }
    blocks
}
