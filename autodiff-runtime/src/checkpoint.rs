//! Which states of a long loop are kept for its reverse sweep, which runs the rest again.
//!
//! The reverse sweep needs the states before the iterations last to first. With room for `s` of them
//! at a time it restores the latest that is kept and runs the loop from there; on the way it keeps
//! further states, as far as there is room. How many iterations are run again depends on where those
//! are. With `β(s, t) = C(s + t, s)`, a chain of up to `β(s, t)` steps can be reversed such that none
//! is run more than `t` times, and the least number of steps for `l` of them is
//!
//! `p(l, s) = t·l − β(s + 1, t − 1)` with the least `t` for which `l ≤ β(s, t)`,
//!
//! where the state at the start is one of the `s`. It is reached if and only if the next state is kept
//! after `k` steps, so that the first `k` of them, done last and with all room to themselves, need one
//! repetition less than the chain, and the other `l − k`, with room for one state less, no more:
//! `β(s, t − 2) ≤ k ≤ β(s, t − 1)` and `β(s − 1, t − 1) ≤ l − k ≤ β(s − 1, t)`.
//!
//! Source: Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000.

/// How many states are kept of a loop of so many iterations if nobody says: four for each doubling of
/// its length. A loop of a thousand iterations then runs three times at most, one of a million five
/// times.
///
/// ```
/// use autodiff_runtime::__private::snapshots;
///
/// assert_eq!([0, 1, 1_000, 1_000_000].map(snapshots), [4, 4, 40, 80]);
/// ```
pub fn snapshots(trips: usize) -> usize {
    4 * (usize::BITS - trips.leading_zeros()).max(1) as usize
}

/// From a kept state with `steps` iterations behind it that are to be reversed, how many to run before
/// the next state is kept, given room for `free` more. `steps`, which is none too many, if there is no
/// room.
///
/// ```
/// use autodiff_runtime::__private::advance;
///
/// // Room for all: each state is kept.
/// assert_eq!(advance(10, 9), 1);
/// // Room for one more: it is kept after 3 of the 5, and no step runs forward more than twice.
/// assert_eq!(advance(5, 1), 3);
/// assert_eq!(advance(10, 0), 10);
/// ```
pub fn advance(steps: usize, free: usize) -> usize {
    if free == 0 {
        return steps;
    }
    if free >= steps - steps.min(1) {
        return 1;
    }
    let kept = free + 1;
    // β(s, t − 1) and β(s, t), for rising t.
    let (mut shorter, mut whole) = (1, kept.saturating_add(1));
    let mut repetitions = 1;
    while whole < steps {
        repetitions += 1;
        (shorter, whole) = (whole, next_binomial(whole, kept, repetitions));
    }
    // β(s − 1, t − 1) = β(s, t − 1)·s / (s + t − 1).
    let rest = (shorter as u128 * kept as u128 / (kept + repetitions - 1) as u128) as usize;
    shorter.min(steps - rest)
}

/// `β(s, t)` from `β(s, t − 1)`: `C(s + t, s) = C(s + t − 1, s)·(s + t) / t`.
fn next_binomial(before: usize, kept: usize, repetitions: usize) -> usize {
    let next = before as u128 * (kept + repetitions) as u128 / repetitions as u128;
    usize::try_from(next).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{advance, snapshots};
    use alloc::vec;
    use alloc::vec::Vec;

    /// The least number of steps run for each length and room, by trying all positions.
    fn least(longest: usize, most: usize) -> Vec<Vec<u64>> {
        let mut table = vec![vec![u64::MAX; most + 1]; longest + 1];
        for kept in 1..=most {
            table[1][kept] = 0;
            for steps in 2..=longest {
                let alone = (steps * (steps - 1) / 2) as u64;
                let next = |at: usize| at as u64 + table[steps - at][kept - 1] + table[at][kept];
                table[steps][kept] = match kept {
                    1 => alone,
                    _ => (1..steps).map(next).min().unwrap(),
                };
            }
        }
        table
    }

    /// `t·l − C(s + t, s + 1)`, by its definition.
    fn closed_form(steps: u64, kept: u64) -> u64 {
        let binomial = |n: u64, k: u64| (1..=k).fold(1, |c, i| c * (n - k + i) / i);
        match (0..).find(|t| binomial(kept + t, kept) >= steps).unwrap() {
            0 => 0,
            repetitions => repetitions * steps - binomial(kept + repetitions, kept + 1),
        }
    }

    /// The steps that reversing a chain by this module's choices takes, and the most states kept.
    fn taken(steps: usize, free: usize) -> (u64, usize) {
        match advance(steps, free) {
            _ if steps == 1 => (0, 1),
            next if next >= steps => {
                assert_eq!(free, 0);
                ((steps * (steps - 1) / 2) as u64, 1)
            }
            next => {
                let (later, kept_later) = taken(steps - next, free - 1);
                let (sooner, kept_sooner) = taken(next, free);
                (next as u64 + later + sooner, kept_sooner.max(1 + kept_later))
            }
        }
    }

    #[test]
    fn as_few_steps_as_any_schedule_takes() {
        let least = least(120, 10);
        for steps in 1..=120 {
            for kept in 1..=10 {
                let (taken, most) = taken(steps, kept - 1);
                assert_eq!(taken, least[steps][kept], "{steps} steps, {kept} states");
                assert!(most <= kept);
            }
        }
    }

    #[test]
    fn as_few_steps_as_the_closed_form_says() {
        for steps in [1, 2, 3, 10, 127, 128, 129, 1000, 4095, 20_000] {
            for kept in [2, 3, 5, 8, 20, 57] {
                let closed = closed_form(steps, kept);
                assert_eq!(taken(steps as usize, kept as usize - 1).0, closed, "{steps}, {kept}");
            }
        }
    }

    #[test]
    fn no_length_is_too_large() {
        for free in [7, 64, 1_000_000] {
            let next = advance(usize::MAX, free);
            assert!((1..usize::MAX).contains(&next));
        }
        assert_eq!(advance(usize::MAX, 0), usize::MAX);
        assert_eq!(advance(usize::MAX, usize::MAX - 1), 1);
        assert_eq!(snapshots(usize::MAX), 4 * usize::BITS as usize);
    }

    #[test]
    fn a_chain_needs_few_repetitions() {
        for (trips, repetitions) in [(1_000, 3), (100_000, 4), (1_000_000, 5)] {
            let (taken, _) = taken(trips + 1, snapshots(trips) - 1);
            assert!(taken <= repetitions * (trips as u64 + 1), "{trips} trips: {taken}");
        }
    }
}
