//! Groups of columns that are kept from point to point.
//!
//! Each column of a group has a *code* of some bits, of which no other one of the group has all, and the groups
//! of a sweep have different bits. A sweep whose values inherit the codes of what they are made of
//! ([`Noted`](crate::lanes::Noted)) so tells of each row whether it is made of no columns but those that the
//! groups know of: its notes are among the codes of these if and only if it is.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::blocks::Entry;
use super::compressed::Columns;

/// The groups of columns of a function's Jacobian, which `f::jacfwd_compressed_into` finds when it is first called,
/// and uses again from then on.
///
/// ```
/// # extern crate autodiff_runtime as chainrule;
/// use chainrule::sparse::Groups;
///
/// let mut groups = Groups::new();
/// assert_eq!(groups.count(), 0);
/// // For each x: f::jacfwd_compressed_into(&x, &mut groups, &mut matrix);
/// ```
///
/// Two columns go together if no row depends on both, as the path tells that runs. At another point it may be
/// another path. That is noticed, and the groups are found again: with each value goes from which columns it
/// comes, which takes about as long as the function itself.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    pub(super) kept: Option<Kept>,
    unchecked: bool,
}

impl Groups {
    /// None yet.
    pub fn new() -> Groups {
        Groups::default()
    }

    /// None yet, and not to be checked once they are found: for functions of which each result depends on the
    /// same arguments at all points, whatever these are.
    ///
    /// Where that is not so, a Jacobian has **wrong entries**: what the groups know nothing of is added to
    /// another entry. [`Groups::set_checked`] makes the next Jacobians be checked.
    pub fn unchecked() -> Groups {
        Groups { kept: None, unchecked: true }
    }

    /// Whether the groups are checked at each point from now on.
    pub fn set_checked(&mut self, checked: bool) {
        self.unchecked = !checked;
    }

    /// How many there are, which is how many directions a Jacobian takes.
    pub fn count(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.columns.count())
    }

    /// Whether a sweep has to tell where its values come from, if only to find the groups.
    #[doc(hidden)]
    #[inline]
    pub fn need_notes(&self) -> bool {
        !self.unchecked || self.kept.is_none()
    }

    /// Takes these over, and lets them be right for what was known before, too, where this takes no more sweeps.
    pub(super) fn learn(&mut self, found: Columns, lanes: usize) {
        let both = self.kept.take().and_then(|kept| found.and(&kept.columns));
        let found = Kept::new(found, lanes);
        self.kept = match both.map(|both| Kept::new(both, lanes)) {
            Some(both) if both.sweeps.len() <= found.sweeps.len() => Some(both),
            _ => Some(found),
        };
    }
}

/// Groups, and what sweeps along them give.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub columns: Columns,
    /// The code of each column.
    pub codes: Vec<u64>,
    /// The kind of each row: those of a kind have entries in the same columns.
    pub kinds: Vec<u32>,
    pub sweeps: Vec<Sweep>,
    /// How many lanes a sweep has at most.
    pub lanes: usize,
}

/// What a sweep gives.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    /// The groups that it goes along: from which on, and how many.
    pub first: usize,
    pub count: usize,
    /// Its part of the rows of each kind.
    pub rows: Vec<Row>,
}

/// A part of a row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The codes of its columns.
    pub codes: u64,
    pub entries: Vec<Entry>,
}

impl Kept {
    fn new(columns: Columns, lanes: usize) -> Kept {
        let (sweeps, codes) = coded(&columns, lanes);
        let mut known = BTreeMap::new();
        let mut firsts = Vec::new();
        let kind = |row| {
            *known.entry(columns.words_of_row(row)).or_insert_with(|| {
                firsts.push(row);
                firsts.len() as u32 - 1
            })
        };
        let kinds = (0..columns.count_rows()).map(kind).collect();
        let sweep = |(first, count): (usize, usize)| {
            let row = |&row: &usize| {
                let entry = |column: usize| {
                    let lane = columns.groups()[column].wrapping_sub(first);
                    let entry = Entry { column: column as u32, lane: lane as u32 };
                    (lane < count).then_some(entry)
                };
                let entries: Vec<Entry> = columns.of_row(row).filter_map(entry).collect();
                let code = |entry: &Entry| codes[entry.column as usize];
                Row { codes: entries.iter().map(code).fold(0, |all, code| all | code), entries }
            };
            Sweep { first, count, rows: firsts.iter().map(row).collect() }
        };
        let sweeps = sweeps.into_iter().map(sweep).collect();
        Kept { columns, codes, kinds, sweeps, lanes }
    }
}

/// Which groups go together in a sweep, the first of them and how many; and the code of each column.
fn coded(columns: &Columns, lanes: usize) -> (Vec<(usize, usize)>, Vec<u64>) {
    let mut sizes = vec![0; columns.count()];
    columns.groups().iter().for_each(|&group| sizes[group] += 1);
    let (mut sweeps, mut sweep, mut end) = (Vec::new(), (0, 0), 0);
    let mut next = Vec::with_capacity(sizes.len());
    for (group, &size) in sizes.iter().enumerate() {
        let (width, ones) = code_width(size);
        if sweep.1 == lanes || end + width > u64::BITS {
            sweeps.push(sweep);
            (sweep, end) = ((group, 0), 0);
        }
        next.push(((1 << ones) - 1, end));
        sweep.1 += 1;
        end += width;
    }
    // At least one, which tells the number of rows.
    sweeps.push(sweep);
    let code = |&group: &usize| {
        let (code, place) = next[group];
        next[group].0 = next_code(code);
        code << place
    };
    let codes = columns.groups().iter().map(code).collect();
    (sweeps, codes)
}

/// How many bits so many codes take if all have equally many ones, so that none is a part of another, and how
/// many these are.
fn code_width(codes: usize) -> (u32, u32) {
    let ones = |width: u32| width.div_ceil(2);
    let there_are = |width: u32| {
        let ways = |ways, chosen| ways * u64::from(width - chosen) / u64::from(chosen + 1);
        (0..ones(width)).fold(1, ways)
    };
    // 64 bits have more codes than there is memory.
    let width = (1..u64::BITS).find(|&width| there_are(width) >= codes as u64);
    let width = width.unwrap_or(u64::BITS);
    (width, ones(width))
}

/// The next larger number with as many ones.
fn next_code(code: u64) -> u64 {
    let lowest = code & code.wrapping_neg();
    let carried = code.wrapping_add(lowest);
    carried | (((carried ^ code) >> 2) / lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_a_part_of_another() {
        for size in 1..400 {
            let (width, ones) = code_width(size);
            let codes: Vec<u64> =
                core::iter::successors(Some((1 << ones) - 1), |code| Some(next_code(*code)))
                    .take(size)
                    .collect();
            for (at, code) in codes.iter().enumerate() {
                assert!(*code < 1 << width, "{size}");
                assert!(codes[..at].iter().all(|other| code & !other != 0 && other & !code != 0));
            }
        }
        assert_eq!(
            [1, 2, 3, 6, 20, 70, 71].map(code_width).map(|(width, _)| width),
            [1, 2, 3, 4, 6, 8, 9]
        );
        assert_eq!(code_width(10_000_000).0, 26);
    }

    /// A band as wide as a sweep has lanes, of so many columns.
    fn band(columns: usize) -> Kept {
        let words = columns.div_ceil(64);
        let mut rows = vec![0; words * columns];
        for row in 0..columns {
            for column in row..columns.min(row + 8) {
                rows[words * row + column / 64] |= 1 << (column % 64);
            }
        }
        Kept::new(Columns::new(rows, columns), 8)
    }

    #[test]
    fn groups_whose_codes_find_room_go_together() {
        // Eight codes of eight bits are for 70 columns each.
        let sweeps = |columns| band(columns).sweeps.iter().map(|s| s.count).collect::<Vec<_>>();
        assert_eq!(sweeps(64), [8]);
        assert_eq!(sweeps(560), [8]);
        assert_eq!(sweeps(561), [7, 1]);
    }

    #[test]
    fn the_codes_of_a_row_are_those_of_its_columns_alone() {
        let kept = band(100);
        for (row, &kind) in kept.kinds.iter().enumerate() {
            let codes = kept.sweeps[0].rows[kind as usize].codes;
            for column in 0..100 {
                let is_in = (row..row + 8).contains(&column);
                assert_eq!(kept.codes[column] & !codes == 0, is_in, "{row} {column}");
            }
        }
    }
}
