//! The blocks of a matrix: one for each argument, in tuples as the arguments are.

use super::Dot;
use super::{Block, OwnedBlock};
use crate::Differentiable;
use crate::lanes::{Lane, Laned, Lanes, Visit, each_lane};

/// Where an entry of a row is, and which lane gives it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The column, in the numbers of all arguments.
    pub column: u32,
    /// The lane.
    pub lane: u32,
}

/// Blocks for arguments with the tangents `I`.
pub trait Blocks<I> {
    /// Writes an entry, the columns being numbered through all arguments.
    fn put_entry(&mut self, inputs: &I, row: usize, column: usize, value: f64);

    /// Writes so many rows, from `first` on, which are the lanes of these cotangents.
    #[inline(always)]
    fn put_rows<K: Lanes>(&mut self, inputs: &I, first: usize, count: usize, bars: &Dot<K, I>)
    where
        I: Laned,
    {
        let put = |column, lane, value| self.put_entry(inputs, first + lane, column, value);
        each_lane::<K, I>(bars, put, count);
    }

    /// Writes so many columns, from `first` on, which are the lanes of these tangents of the results.
    #[inline(always)]
    fn put_columns<K: Lanes, O: Laned>(
        &mut self,
        inputs: &I,
        first: usize,
        count: usize,
        dots: &Dot<K, O>,
    ) {
        let put = |row, lane, value| self.put_entry(inputs, row, first + lane, value);
        each_lane::<K, O>(dots, put, count);
    }

    /// Writes some entries of a row, in rising order. The columns of these blocks are those from `first` on.
    #[inline(always)]
    fn put_some(
        &mut self,
        inputs: &I,
        row: usize,
        first: usize,
        entries: &[Entry],
        value: impl Fn(&Entry) -> f64 + Copy,
    ) {
        let put = |entry| self.put_entry(inputs, row, entry_in(entry, first), value(entry));
        entries.iter().for_each(put);
    }

    /// Whether each has the right size.
    ///
    /// # Panics
    /// If one has not.
    fn check(&self, rows: usize, inputs: &I);

    /// Makes all entries zero.
    fn clear(&mut self);
}

/// Blocks that a function can return.
#[diagnostic::on_unimplemented(
    message = "the matrix `{Self}` cannot be made",
    note = "matrices of sizes that are not constant need chainrule's feature `ndarray`, which is on by default"
)]
pub trait OwnedBlocks<I>: Blocks<I> {
    /// All zeros: so many matrices one above the other, each of so many rows.
    fn zeros(matrices: usize, rows: usize, inputs: &I) -> Self;
}

impl<B: Block, I: Differentiable> Blocks<I> for B {
    #[inline(always)]
    fn put_entry(&mut self, input: &I, row: usize, column: usize, value: f64) {
        self.put(row, column, input.count_components(), value);
    }

    #[inline(always)]
    fn put_rows<K: Lanes>(&mut self, input: &I, first: usize, count: usize, bars: &Dot<K, I>) {
        let columns = input.count_components();
        let put = |column, lane, value| self.put(first + lane, column, columns, value);
        each_lane::<K, I>(bars, put, count);
    }

    #[inline(always)]
    fn put_columns<K: Lanes, O: Laned>(
        &mut self,
        input: &I,
        first: usize,
        count: usize,
        dots: &Dot<K, O>,
    ) {
        let columns = input.count_components();
        if !K::IS_PATTERN && count == K::COUNT {
            return O::visit::<K>(dots, &mut Rows { block: self, first, columns, row: 0 });
        }
        let put = |row, lane, value| self.put(row, first + lane, columns, value);
        each_lane::<K, O>(dots, put, count);
    }

    #[inline(always)]
    fn put_some(
        &mut self,
        input: &I,
        row: usize,
        first: usize,
        entries: &[Entry],
        value: impl Fn(&Entry) -> f64 + Copy,
    ) {
        let entries = entries.iter().map(|entry| (entry_in(entry, first), value(entry)));
        Block::put_some(self, row, input.count_components(), entries);
    }

    fn check(&self, rows: usize, input: &I) {
        let columns = input.count_components();
        assert!(
            self.fits(rows, columns),
            "chainrule: a block of the matrix has {rows} rows and {columns} columns; \
             the buffer given for it has another shape"
        );
    }

    fn clear(&mut self) {
        Block::clear(self);
    }
}

impl<B: OwnedBlock, I: Differentiable> OwnedBlocks<I> for B {
    #[inline(always)]
    fn zeros(matrices: usize, rows: usize, input: &I) -> B {
        B::zeros(matrices, rows, input.count_components())
    }
}

/// Writes the lanes of each component side by side, from a column on.
struct Rows<'a, B> {
    block: &'a mut B,
    first: usize,
    columns: usize,
    row: usize,
}

impl<B: Block> Rows<'_, B> {
    #[inline(always)]
    fn hand<F, L: Lane<F>>(&mut self, lane: &L, count: usize) {
        let values = (0..count).map(|at| lane.lane_get(at));
        self.block.put_run(self.row, self.first, self.columns, values);
        self.row += 1;
    }
}

impl<K: Lanes, B: Block> Visit<K> for Rows<'_, B> {
    #[inline(always)]
    fn f64(&mut self, lane: &K::F64) {
        self.hand::<f64, K::F64>(lane, K::COUNT);
    }
    #[inline(always)]
    fn f32(&mut self, lane: &K::F32) {
        self.hand::<f32, K::F32>(lane, K::COUNT);
    }
}

/// The entry's column in blocks whose first is this one.
#[inline(always)]
fn entry_in(entry: &Entry, first: usize) -> usize {
    entry.column as usize - first
}

/// Blocks that are somebody else's.
pub(crate) struct Borrowed<'a, B>(pub &'a mut B);

impl<I, B: Blocks<I>> Blocks<I> for Borrowed<'_, B> {
    #[inline(always)]
    fn put_entry(&mut self, inputs: &I, row: usize, column: usize, value: f64) {
        self.0.put_entry(inputs, row, column, value);
    }

    #[inline(always)]
    fn put_rows<K: Lanes>(&mut self, inputs: &I, first: usize, count: usize, bars: &Dot<K, I>)
    where
        I: Laned,
    {
        self.0.put_rows::<K>(inputs, first, count, bars);
    }

    #[inline(always)]
    fn put_columns<K: Lanes, O: Laned>(
        &mut self,
        inputs: &I,
        first: usize,
        count: usize,
        dots: &Dot<K, O>,
    ) {
        self.0.put_columns::<K, O>(inputs, first, count, dots);
    }

    fn check(&self, rows: usize, inputs: &I) {
        self.0.check(rows, inputs);
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

macro_rules! tuple {
    ($($block:ident $input:ident $index:tt),+) => {
        impl<$($block: Blocks<$input>, $input: Differentiable),+> Blocks<($($input,)+)>
            for ($($block,)+)
        {
            #[inline(always)]
            fn put_entry(&mut self, inputs: &($($input,)+), row: usize, column: usize, value: f64) {
                let mut column = column;
                $(
                    let count = inputs.$index.count_components();
                    if column < count {
                        return self.$index.put_entry(&inputs.$index, row, column, value);
                    }
                    column -= count;
                )+
                unreachable!("chainrule: {column} columns too many");
            }

            #[inline(always)]
            fn put_rows<Family: Lanes>(
                &mut self,
                inputs: &($($input,)+),
                first: usize,
                count: usize,
                bars: &Dot<Family, ($($input,)+)>,
            ) {
                $(self.$index.put_rows::<Family>(&inputs.$index, first, count, &bars.$index);)+
            }

            #[inline(always)]
            fn put_columns<Family: Lanes, Out: Laned>(
                &mut self,
                inputs: &($($input,)+),
                first: usize,
                count: usize,
                dots: &Dot<Family, Out>,
            ) {
                let mut before = 0;
                $(
                    let columns = inputs.$index.count_components();
                    if before <= first && first + count <= before + columns {
                        let (input, block) = (&inputs.$index, &mut self.$index);
                        return block.put_columns::<Family, Out>(input, first - before, count, dots);
                    }
                    before += columns;
                )+
                // In several blocks, of which there are as many columns.
                debug_assert!(first + count <= before);
                let put = |row, lane, value| self.put_entry(inputs, row, first + lane, value);
                each_lane::<Family, Out>(dots, put, count);
            }

            #[inline(always)]
            fn put_some(
                &mut self,
                inputs: &($($input,)+),
                row: usize,
                first: usize,
                entries: &[Entry],
                value: impl Fn(&Entry) -> f64 + Copy,
            ) {
                const LAST: usize = [$($index),+].len() - 1;
                let (mut first, mut rest) = (first, entries);
                $(
                    let end = first + inputs.$index.count_components();
                    let (own, others) = match $index {
                        LAST => (rest, &rest[rest.len()..]),
                        _ => rest.split_at(rest.partition_point(|entry| (entry.column as usize) < end)),
                    };
                    self.$index.put_some(&inputs.$index, row, first, own, value);
                    (first, rest) = (end, others);
                )+
                debug_assert!(rest.is_empty(), "chainrule: entries behind column {first}");
            }

            fn check(&self, rows: usize, inputs: &($($input,)+)) {
                $(self.$index.check(rows, &inputs.$index);)+
            }

            fn clear(&mut self) {
                $(self.$index.clear();)+
            }
        }
        impl<$($block: OwnedBlocks<$input>, $input: Differentiable),+> OwnedBlocks<($($input,)+)>
            for ($($block,)+)
        {
            #[inline(always)]
            fn zeros(matrices: usize, rows: usize, inputs: &($($input,)+)) -> Self {
                ($($block::zeros(matrices, rows, &inputs.$index),)+)
            }
        }
    };
}
tuple!(A I0 0);
tuple!(A I0 0, B I1 1);
tuple!(A I0 0, B I1 1, C I2 2);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9);
tuple!(A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9, K I10 10);
tuple!(
    A I0 0, B I1 1, C I2 2, D I3 3, E I4 4, F I5 5, G I6 6, H I7 7, I I8 8, J I9 9, K I10 10,
    L I11 11
);
