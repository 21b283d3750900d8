//! Jacobians that are mostly zeros, by few forward sweeps.
//!
//! Columns that have no row in common share a direction: the derivative along the sum of their basis vectors
//! has the entries of all of them. Which columns these are a sweep of bits tells, which takes little more than
//! the function itself, for 64 columns at once; as many directions as there are groups of columns give the
//! matrix. [`sparse`](crate::sparse) does the same for a pattern that is known beforehand.

use alloc::vec;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Blocks, Consumer, Dot, OwnedBlocks};
use crate::lanes::{
    Bits, Lane, Lanes, One, Pattern as Directions, Visit, count_lanes, numbered_lanes, unit_lanes,
};
use crate::sparse::{Pattern, colour_columns};
use crate::{Differentiable, Tape};

/// The columns that a sweep of bits tells of.
pub(super) const WORD: usize = u64::BITS as usize;

/// Columns in groups, of which none has two in the same row.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Of each row the columns in which it may have an entry.
    rows: Vec<u64>,
    /// How many words those of a row are.
    words: usize,
    /// The group of each column, and how many there are.
    groups: Vec<usize>,
    count: usize,
}

impl Columns {
    /// Groups so many columns, given a bit for each entry that a row may have.
    pub(super) fn new(rows: Vec<u64>, columns: usize) -> Columns {
        let words = columns.div_ceil(WORD).max(1);
        let (groups, count) = match words {
            1 => grouped(&rows, columns),
            _ => {
                let of_row = |(at, word): (usize, &u64)| {
                    let (row, first) = (at / words, WORD * (at % words));
                    bits(*word).map(move |bit| (row, first + bit))
                };
                let entries = rows.iter().enumerate().flat_map(of_row);
                let colouring = colour_columns(&Pattern::new(rows.len() / words, columns, entries));
                (colouring.colours().to_vec(), colouring.count())
            }
        };
        Columns { rows, words, groups, count }
    }

    /// Of the entries of both; none if they are not of equally large matrices.
    pub(super) fn and(&self, other: &Columns) -> Option<Columns> {
        let (rows, columns) = (self.rows.len(), self.groups.len());
        if (rows, columns) != (other.rows.len(), other.groups.len()) {
            return None;
        }
        let both = self.rows.iter().zip(&other.rows).map(|(own, other)| own | other);
        Some(Columns::new(both.collect(), columns))
    }

    pub(super) fn count_rows(&self) -> usize {
        self.rows.len() / self.words
    }

    /// The group of each column.
    #[inline(always)]
    pub(super) fn groups(&self) -> &[usize] {
        &self.groups
    }

    /// The number of groups.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// A bit for each column in which a row may have an entry.
    pub(super) fn words_of_row(&self, row: usize) -> &[u64] {
        &self.rows[row * self.words..(row + 1) * self.words]
    }

    /// The columns in which a row may have an entry.
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = usize> {
        let words = self.words_of_row(row).iter().enumerate();
        words.flat_map(|(index, word)| bits(*word).map(move |bit| WORD * index + bit))
    }
}

/// The bits that are set.
#[inline(always)]
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lowest = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        lowest
    })
}

/// Finds the groups, by sweeps of bits.
pub struct FindGroups;

impl<I: Differentiable, O: Differentiable> Consumer<Bits<1>, I, O> for FindGroups {
    type Output = Columns;

    #[inline]
    fn consume<S>(
        self,
        inputs: I,
        mut tangent: impl FnMut(&Dot<Bits<1>, I>) -> Dot<Bits<1>, O>,
        _forward: impl FnMut(&mut Tape) -> (O, S),
        _reverse: impl FnMut(&S, &Dot<Bits<1>, O>, &mut Dot<Bits<1>, I>, &mut Tape),
        _single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) -> Columns {
        let columns = inputs.count_components();
        let words = columns.div_ceil(WORD).max(1);
        let mut dots = inputs.zero_in::<Bits<1>>();
        let mut rows = Vec::new();
        for word in 0..words {
            unit_lanes::<Bits<1>, I>(&mut dots, WORD * word);
            let results = tangent(&dots);
            if word == 0 {
                rows = vec![0; words * count_lanes::<Bits<1>, O>(&results)];
            }
            O::visit::<Bits<1>>(
                &results,
                &mut Note { rows: rows[word..].iter_mut().step_by(words) },
            );
        }
        Columns::new(rows, columns)
    }
}

/// Writes down the bits of each component.
struct Note<R> {
    rows: R,
}

impl<'a, R: Iterator<Item = &'a mut u64>> Visit<Bits<1>> for Note<R> {
    #[inline(always)]
    fn f64(&mut self, lane: &Directions<1>) {
        if let Some(row) = self.rows.next() {
            *row = lane.words()[0];
        }
    }
    #[inline(always)]
    fn f32(&mut self, lane: &Directions<1>) {
        self.f64(lane);
    }
}

/// Groups up to 64 columns: each goes to the first group that it meets no column of, in the order of the
/// matrix, or if that takes more groups than the fullest row has entries, from the column that meets most.
fn grouped(rows: &[u64], columns: usize) -> (Vec<usize>, usize) {
    let mut meets = [0; WORD];
    let mut fullest = 0;
    for_each_once(rows, |row| {
        bits(row).for_each(|column| meets[column] |= row);
        fullest = fullest.max(row.count_ones() as usize);
    });
    let mut order: Vec<usize> = (0..columns).collect();
    let natural = in_order(&meets, &order);
    if natural.1 <= fullest {
        return natural;
    }
    order.sort_by_key(|&column| core::cmp::Reverse(meets[column].count_ones()));
    let other = in_order(&meets, &order);
    if other.1 < natural.1 { other } else { natural }
}

fn in_order(meets: &[u64; WORD], order: &[usize]) -> (Vec<usize>, usize) {
    let (mut groups, mut members) = (vec![0; order.len()], Vec::<u64>::new());
    for &column in order {
        let free = members.iter().position(|members| members & meets[column] == 0);
        let group = free.unwrap_or(members.len());
        if group == members.len() {
            members.push(0);
        }
        members[group] |= 1 << column;
        groups[column] = group;
    }
    (groups, members.len())
}

/// Hands on rows, most of those that are alike but once.
#[inline]
fn for_each_once(rows: &[u64], mut each: impl FnMut(u64)) {
    const SEEN: usize = 128;
    let mut seen = [0; SEEN];
    for &row in rows {
        // Fibonacci hashing.
        let at = (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57) as usize % SEEN;
        if seen[at] != row {
            seen[at] = row;
            each(row);
        }
    }
}

/// A sweep along the groups, as many at once as it has lanes.
#[inline]
fn along<K: Lanes, I: Differentiable, O: Differentiable, B: Blocks<I>>(
    groups: &Columns,
    inputs: &I,
    mut tangent: impl FnMut(&Dot<K, I>) -> Dot<K, O>,
    blocks: &mut B,
) {
    let mut dots = inputs.zero_in::<K>();
    for first in (0..groups.count).step_by(K::COUNT) {
        numbered_lanes::<K, I>(&mut dots, |column| groups.groups[column], first);
        let results = tangent(&dots);
        let mut distribute = Distribute { groups, inputs, blocks, first, row: 0 };
        O::visit::<K>(&results, &mut distribute);
    }
}

/// Hands the derivatives along the groups from `first` on to the columns that they belong to.
struct Distribute<'a, I, B> {
    groups: &'a Columns,
    inputs: &'a I,
    blocks: &'a mut B,
    first: usize,
    row: usize,
}

impl<I, B: Blocks<I>> Distribute<'_, I, B> {
    #[inline(always)]
    fn hand<F, L: Lane<F>>(&mut self, lane: &L, count: usize) {
        let Distribute { groups, inputs, first, row, .. } = *self;
        let words = &groups.rows[row * groups.words..(row + 1) * groups.words];
        for (index, word) in words.iter().enumerate() {
            for bit in bits(*word) {
                let column = WORD * index + bit;
                let at = groups.groups[column].wrapping_sub(first);
                if at < count {
                    self.blocks.put_entry(inputs, row, column, lane.lane_get(at));
                }
            }
        }
        self.row += 1;
    }
}

impl<K: Lanes, I, B: Blocks<I>> Visit<K> for Distribute<'_, I, B> {
    #[inline(always)]
    fn f64(&mut self, lane: &K::F64) {
        self.hand::<f64, K::F64>(lane, K::COUNT);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &K::F32) {
        self.hand::<f32, K::F32>(lane, K::COUNT);
    }
}

/// Makes the blocks of a Jacobian with these groups.
pub struct Compressed<B>(Columns, PhantomData<B>);

impl<B> Compressed<B> {
    /// With these.
    #[inline(always)]
    pub fn new(groups: Columns) -> Compressed<B> {
        Compressed(groups, PhantomData)
    }
}

impl<K, B, I, O> Consumer<K, I, O> for Compressed<B>
where
    K: Lanes,
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
        _forward: impl FnMut(&mut Tape) -> (O, S),
        _reverse: impl FnMut(&S, &Dot<K, O>, &mut Dot<K, I>, &mut Tape),
        _single: impl FnMut(&S, &Dot<One, O>, &mut Dot<One, I>, &mut Tape),
    ) -> B {
        let mut blocks = B::zeros(1, self.0.count_rows(), &inputs);
        along::<K, I, O, B>(&self.0, &inputs, tangent, &mut blocks);
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(rows: &[u64], columns: usize, expected: usize) {
        let (groups, count) = grouped(rows, columns);
        assert_eq!(count, expected);
        for row in rows {
            let mut own: Vec<usize> = bits(*row).map(|column| groups[column]).collect();
            own.sort_unstable();
            own.dedup();
            assert_eq!(own.len(), row.count_ones() as usize);
        }
    }

    #[test]
    fn no_group_has_two_columns_of_a_row() {
        agrees(&[], 0, 0);
        agrees(&[0, 0], 5, 1);
        agrees(&[u64::MAX], 64, 64);
        let tridiagonal: Vec<u64> = (0..62).map(|row| 7 << row).collect();
        agrees(&tridiagonal, 64, 3);
        // A path in an order in which its ends come first: in the order of the matrix three groups.
        agrees(&[0b0101, 0b1100, 0b1010], 4, 2);
    }
}
