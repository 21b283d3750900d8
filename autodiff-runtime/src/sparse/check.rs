//! Whether a pattern has all entries: what it gives along one more direction must be what the sweeps give.
//!
//! An entry that the pattern lacks is added to another one of its sweep. Along a direction whose
//! components differ from those of that sweep the two no longer agree.

use alloc::vec::Vec;

use super::Pattern;

/// How far the two may be apart, as a part of the sum of their terms' sizes.
const PART: f64 = 1e-6;
/// The same, as a part of the largest such sum.
const PART_OF_LARGEST: f64 = 1e-12;

/// A direction whose components have nothing in common: multiples of the golden ratio, modulo one.
pub(super) fn direction(len: usize) -> Vec<f64> {
    (0..len).map(|i| 0.5 + (i as f64 * 0.618_033_988_749_894_9) % 1.0).collect()
}

/// Compares what a sweep found along the direction with the entries.
///
/// # Panics
/// If the pattern lacks an entry.
#[track_caller]
pub(super) fn assert_complete(pattern: &Pattern, values: &[f64], direction: &[f64], found: &[f64]) {
    let sums: Vec<(f64, f64)> = (0..pattern.rows())
        .map(|row| {
            let entries = pattern.offsets()[row]..pattern.offsets()[row + 1];
            entries.fold((0.0, 0.0), |(sum, size), at| {
                let term = values[at] * direction[pattern.indices()[at]];
                (sum + term, size + term.abs())
            })
        })
        .collect();
    let largest = sums.iter().fold(0.0, |largest: f64, (_, size)| largest.max(*size));
    for (row, ((sum, size), found)) in sums.iter().zip(found).enumerate() {
        // What is not finite tells nothing.
        let apart = (sum - found).abs();
        assert!(
            !apart.is_finite() || apart <= PART * size + PART_OF_LARGEST * largest,
            "chainrule: the pattern lacks an entry of line {row}: its entries give {sum} along a \
             direction, and the derivative is {found}"
        );
    }
}
