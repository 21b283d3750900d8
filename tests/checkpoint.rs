//! What `#[checkpoint]` costs: the tape holds so many states and the record of one iteration, and
//! iterations are run as often as the best schedule for so many states needs, no more.

use std::cell::Cell;

use chainrule::{Tape, differentiable};

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

/// A step that counts how often it is run.
#[differentiable(partials(x = t * (x * t).cos() + 0.5, t = x * (x * t).cos()))]
fn step(x: f64, t: f64) -> f64 {
    RUNS.set(RUNS.get() + 1);
    (x * t).sin() + 0.5 * x
}

/// A kilobyte, what the tape's peak is counted in.
const WIDTH: usize = 128;
const STATE: usize = WIDTH * size_of::<f64>();

macro_rules! loops {
    ($name:ident, $($checkpoint:tt)*) => {
        mod $name {
            use super::{WIDTH, step};
            use chainrule::differentiable;

            #[differentiable]
            pub fn counted(x: [f64; WIDTH], t: f64, n: usize) -> f64 {
                let mut s = x;
                $($checkpoint)*
                for i in 0..n {
                    s[i % WIDTH] = step(s[i % WIDTH], t + i as f64) + s[(i + 1) % WIDTH];
                    for k in 0..WIDTH {
                        s[k] = s[k] * 0.9 + (s[k] * t).sin() * 0.1;
                    }
                }
                s[0] * s[1]
            }

            #[differentiable]
            pub fn open(x: [f64; WIDTH], t: f64, n: usize) -> f64 {
                let mut s = x;
                let mut i = 0;
                $($checkpoint)*
                while i < n {
                    s[i % WIDTH] = step(s[i % WIDTH], t + i as f64) + s[(i + 1) % WIDTH];
                    for k in 0..WIDTH {
                        s[k] = s[k] * 0.9 + (s[k] * t).sin() * 0.1;
                    }
                    i += 1;
                }
                s[0] * s[1]
            }

            /// Without a loop in the body.
            #[differentiable]
            pub fn simple(x: [f64; 2], t: f64, n: usize) -> f64 {
                let mut s = x;
                $($checkpoint)*
                for i in 0..n {
                    s = [step(s[1], t) * 0.7 + (s[0] * t).sin(), s[0] - 0.1 * s[1] * t / (i + 1) as f64];
                }
                s[0] * s[1]
            }
        }
    };
}

loops!(plain,);
loops!(logarithmic, #[checkpoint]);
loops!(one, #[checkpoint(1)]);
loops!(three, #[checkpoint(3)]);
loops!(ten, #[checkpoint(10)]);

/// The least number of steps that reversing a chain takes with room for so many states, its first
/// among them: `t·l − C(s + t, s + 1)` with the least `t` for which `l ≤ C(s + t, s)`.
fn least(steps: u64, states: u64) -> u64 {
    let binomial = |n: u64, k: u64| (1..=k).fold(1, |c, i| c * (n - k + i) / i);
    match (0..).find(|t| binomial(states + t, states) >= steps).unwrap() {
        0 => 0,
        t => t * steps - binomial(states + t, states + 1),
    }
}

/// The four states for each doubling that an iteration count has.
fn logarithm(trips: u64) -> u64 {
    4 * (u64::BITS - trips.leading_zeros()).max(1) as u64
}

type Gradient = ([f64; WIDTH], f64);

/// A gradient, the bytes of tape at its peak and the number of steps run.
fn measured(gradient: impl FnOnce([f64; WIDTH], f64) -> Gradient) -> (Gradient, usize, u64) {
    let x = std::array::from_fn(|i| (i as f64).sin());
    Tape::reset_peak();
    RUNS.set(0);
    let gradient = gradient(x, 0.3);
    (gradient, Tape::peak_bytes(), RUNS.get())
}

/// To rounding: the body has a loop of its own, whose sums the derivatives may take in another order.
fn assert_close(found: &Gradient, expected: &Gradient) {
    assert!(found.1.is_finite() && found.1 != 0.0);
    let entries = |gradient: &Gradient| [&gradient.0[..], &[gradient.1]].concat();
    for (found, expected) in entries(found).into_iter().zip(entries(expected)) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found}, not {expected}");
    }
}

/// To the last bit.
#[test]
fn gradients_of_simple_bodies_are_the_same() {
    let bits = |(x, t): ([f64; 2], f64)| (x.map(f64::to_bits), t.to_bits());
    for n in [0, 1, 2, 30, 500, 4000] {
        let (x, t) = ([0.6, -0.4], 0.9);
        let expected = plain::simple::grad(x, t, n);
        assert!(expected.1.is_finite() && (n == 0 || expected.1 != 0.0));
        assert_eq!(bits(one::simple::grad(x, t, n)), bits(expected), "{n} iterations");
        assert_eq!(bits(three::simple::grad(x, t, n)), bits(expected), "{n} iterations");
        assert_eq!(bits(ten::simple::grad(x, t, n)), bits(expected), "{n} iterations");
        assert_eq!(bits(logarithmic::simple::grad(x, t, n)), bits(expected), "{n} iterations");
    }
}

/// What is on the tape beside the states: the record of one iteration, positions, pages.
const BESIDE: usize = 8 * STATE;

#[test]
fn memory_and_steps_of_a_loop_with_known_trip_count() {
    for n in [1, 2, 30, 500, 4000] {
        let (expected, all, _) = measured(|x, t| plain::counted::grad(x, t, n));
        assert!(n < 500 || all > n * STATE, "{all} bytes without checkpoints");
        let trips = n as u64;
        for (states, (found, peak, runs)) in [
            (3, measured(|x, t| three::counted::grad(x, t, n))),
            (10, measured(|x, t| ten::counted::grad(x, t, n))),
            (logarithm(trips), measured(|x, t| logarithmic::counted::grad(x, t, n))),
        ] {
            assert_close(&found, &expected);
            let most = states as usize * (STATE + 8) + BESIDE;
            assert!(peak <= most, "{n} iterations, {states} states: {peak} bytes");
            // What follows the loop is one more step to reverse. Each iteration is then run once more,
            // for its record.
            assert_eq!(runs, least(trips + 1, states) + trips, "{n} iterations, {states} states");
        }
    }
}

#[test]
fn memory_and_steps_of_a_loop_that_is_counted_first() {
    for n in [1, 2, 30, 500] {
        let (expected, ..) = measured(|x, t| plain::open::grad(x, t, n));
        let trips = n as u64;
        for (states, (found, peak, runs)) in [
            (1, measured(|x, t| one::open::grad(x, t, n))),
            (3, measured(|x, t| three::open::grad(x, t, n))),
            (10, measured(|x, t| ten::open::grad(x, t, n))),
            (logarithm(trips), measured(|x, t| logarithmic::open::grad(x, t, n))),
        ] {
            assert_close(&found, &expected);
            let most = states as usize * (STATE + 8) + BESIDE;
            assert!(peak <= most, "{n} iterations, {states} states: {peak} bytes");
            assert_eq!(
                runs,
                trips + least(trips, states) + trips,
                "{n} iterations, {states} states"
            );
        }
    }
}

#[test]
fn a_pullback_runs_again_from_the_states_it_keeps() {
    let x = std::array::from_fn(|i| (i as f64).sin());
    let (expected, ..) = measured(|x, t| plain::counted::grad(x, t, 200));
    Tape::reset_peak();
    let (value, pullback) = logarithmic::counted::vjp(x, 0.3, 200);
    assert_eq!(value, plain::counted(x, 0.3, 200));
    for _ in 0..2 {
        assert_close(&pullback(1.0), &expected);
    }
    // The tape of the forward sweep, and the copy that is replayed.
    assert!(Tape::peak_bytes() <= 2 * (logarithm(200) as usize * (STATE + 8) + BESIDE));
}

thread_local! {
    static SHOWN: Cell<u64> = const { Cell::new(0) };
}

struct Shown(f64);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        SHOWN.set(SHOWN.get() + 1);
        self.0.fmt(f)
    }
}

#[differentiable]
fn speaks(x: f64, n: usize) -> f64 {
    let mut s = x;
    #[checkpoint(2)]
    for _ in 0..n {
        eprintln!("{}", Shown(s));
        s = s.sin() + x;
    }
    s
}

#[test]
fn what_is_printed_is_printed_once() {
    speaks::grad(0.5, 20);
    assert_eq!(SHOWN.get(), 20);
}
