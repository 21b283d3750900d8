//! Jacobians by groups of columns that are kept from point to point.

use alloc::vec;
use alloc::vec::Vec;

use super::blocks::Entry;
use super::compressed::{Columns, WORD};
use super::groups::{Groups, Kept, Sweep};
use super::{Blocks, Consumer, Dot};
use crate::lanes::{Lane, Lanes, One, Visit, VisitMut, count_lanes};
use crate::{Differentiable, Tape};

/// Makes each lane the sum of the basis vectors of a group, each with its code.
struct Seed<'a> {
    kept: &'a Kept,
    sweep: &'a Sweep,
    column: usize,
}

impl Seed<'_> {
    #[inline(always)]
    fn set<F, L: Lane<F>>(&mut self, lane: &mut L) {
        *lane = L::ZERO;
        let at = self.kept.columns.groups()[self.column].wrapping_sub(self.sweep.first);
        if at < self.sweep.count {
            lane.lane_set(at, 1.0);
            lane.lane_note(self.kept.codes[self.column]);
        }
        self.column += 1;
    }
}

impl<K: Lanes> VisitMut<K> for Seed<'_> {
    #[inline(always)]
    fn f64(&mut self, lane: &mut K::F64) {
        self.set::<f64, K::F64>(lane);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &mut K::F32) {
        self.set::<f32, K::F32>(lane);
    }
}

/// Hands the derivatives along groups on to the columns that they belong to.
struct Distribute<'a, I, B> {
    kept: &'a Kept,
    sweep: &'a Sweep,
    inputs: &'a I,
    blocks: &'a mut B,
    row: usize,
    /// What rows are made of and should not be.
    others: u64,
}

impl<I, B: Blocks<I>> Distribute<'_, I, B> {
    #[inline(always)]
    fn hand<F, L: Lane<F>>(&mut self, lane: &L, has_notes: bool) {
        let Distribute { kept, sweep, inputs, row, .. } = *self;
        let Some(&kind) = kept.kinds.get(row) else {
            // Not as many rows as in the sweep before.
            self.others = u64::MAX;
            return;
        };
        let known = &sweep.rows[kind as usize];
        let notes = if has_notes { lane.lane_notes() } else { known.codes };
        self.others |= notes & !known.codes;
        let derivative = |entry: &Entry| lane.lane_get(entry.lane as usize);
        if notes == known.codes {
            self.blocks.put_some(inputs, row, 0, &known.entries, derivative);
        } else {
            // What a row does not depend on here is zero, whatever a pole makes of it.
            let of_known = |entry: &Entry| match notes & kept.codes[entry.column as usize] {
                0 => 0.0,
                _ => derivative(entry),
            };
            self.blocks.put_some(inputs, row, 0, &known.entries, of_known);
        }
        self.row += 1;
    }
}

impl<K: Lanes, I, B: Blocks<I>> Visit<K> for Distribute<'_, I, B> {
    #[inline(always)]
    fn f64(&mut self, lane: &K::F64) {
        self.hand::<f64, K::F64>(lane, K::HAS_NOTES);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &K::F32) {
        self.hand::<f32, K::F32>(lane, K::HAS_NOTES);
    }
}

/// Numbers the columns from `first` on by their notes, without derivatives.
struct Number {
    first: usize,
    column: usize,
}

impl Number {
    fn set<F, L: Lane<F>>(&mut self, lane: &mut L) {
        *lane = L::ZERO;
        if let at @ 0..WORD = self.column.wrapping_sub(self.first) {
            lane.lane_note(1 << at);
        }
        self.column += 1;
    }
}

impl<K: Lanes> VisitMut<K> for Number {
    fn f64(&mut self, lane: &mut K::F64) {
        self.set::<f64, K::F64>(lane);
    }
    fn f32(&mut self, lane: &mut K::F32) {
        self.set::<f32, K::F32>(lane);
    }
}

/// Writes the notes of each component down.
struct Note<R> {
    rows: R,
}

impl<'a, R: Iterator<Item = &'a mut u64>> Note<R> {
    fn note(&mut self, notes: u64) {
        if let Some(row) = self.rows.next() {
            *row = notes;
        }
    }
}

impl<'a, K: Lanes, R: Iterator<Item = &'a mut u64>> Visit<K> for Note<R> {
    fn f64(&mut self, lane: &K::F64) {
        self.note(lane.lane_notes());
    }
    fn f32(&mut self, lane: &K::F32) {
        self.note(lane.lane_notes());
    }
}

/// Finds at this point the columns that go together.
#[cold]
fn find<K: Lanes, I: Differentiable, O: Differentiable>(
    inputs: &I,
    tangent: &mut impl FnMut(&Dot<K, I>) -> Dot<K, O>,
) -> Columns {
    let columns = inputs.count_components();
    let words = columns.div_ceil(WORD).max(1);
    let mut dots = inputs.zero_in::<K>();
    let mut rows = Vec::new();
    for word in 0..words {
        I::visit_mut::<K>(&mut dots, &mut Number { first: WORD * word, column: 0 });
        let results = tangent(&dots);
        if word == 0 {
            rows = vec![0; words * count_lanes::<K, O>(&results)];
        }
        O::visit::<K>(&results, &mut Note { rows: rows[word..].iter_mut().step_by(words) });
    }
    Columns::new(rows, columns)
}

/// Writes the Jacobian; whether the groups were right.
#[inline(always)]
fn write<K: Lanes, I: Differentiable, O: Differentiable, B: Blocks<I>>(
    groups: &Groups,
    inputs: &I,
    tangent: &mut impl FnMut(&Dot<K, I>) -> Dot<K, O>,
    blocks: &mut B,
) -> bool {
    let is_of =
        |kept: &&Kept| kept.lanes == K::COUNT && kept.codes.len() == inputs.count_components();
    let Some(kept) = groups.kept.as_ref().filter(is_of) else {
        return false;
    };
    let mut dots = inputs.zero_in::<K>();
    for (at, sweep) in kept.sweeps.iter().enumerate() {
        I::visit_mut::<K>(&mut dots, &mut Seed { kept, sweep, column: 0 });
        let results = tangent(&dots);
        if at == 0 {
            let rows = count_lanes::<K, O>(&results);
            if rows != kept.kinds.len() {
                return false;
            }
            blocks.check(rows, inputs);
            blocks.clear();
        }
        let mut distribute = Distribute { kept, sweep, inputs, blocks, row: 0, others: 0 };
        O::visit::<K>(&results, &mut distribute);
        if distribute.others != 0 {
            return false;
        }
    }
    true
}

/// Writes the blocks of a Jacobian by these groups to the caller's buffers.
pub struct GroupedInto<'a, B>(pub &'a mut Groups, pub B);

impl<K, B, I, O> Consumer<K, I, O> for GroupedInto<'_, B>
where
    K: Lanes,
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
        _forward: impl FnMut(&mut Tape) -> (O, S),
        _reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        _single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) {
        let GroupedInto(groups, mut blocks) = self;
        let mut tangent = tangent;
        let mut are_new = false;
        while !write::<K, I, O, B>(groups, &inputs, &mut tangent, &mut blocks) {
            assert!(
                K::HAS_NOTES,
                "chainrule: unchecked groups are those of a matrix of another size"
            );
            assert!(
                !are_new,
                "chainrule: what results depend on differs from run to run at a point"
            );
            groups.learn(find::<K, I, O>(&inputs, &mut tangent), K::COUNT);
            are_new = true;
        }
    }
}
