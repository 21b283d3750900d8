//! Gradients by chainrule and by other libraries for Rust, in one run: checked to be equal, then timed.
//!
//! `cargo run --release` prints, for each function, the time of the primal on `f64` and how many times that
//! each gradient takes. The libraries take turns, and the fastest turn of each counts.

mod cases;
mod functions;
mod number;
mod ours;

use std::hint::black_box;
use std::time::{Duration, Instant};

use cases::Case;

/// The largest relative difference between two gradients.
const TOLERANCE: f64 = 1e-8;
/// How long the turns of one function last together, at least.
const LEAST: Duration = Duration::from_secs(1);
/// The fewest turns of each library.
const TURNS: usize = 5;

fn assert_equal(name: &str, library: &str, found: &[f64], expected: &[f64]) {
    let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(
            error <= TOLERANCE * largest,
            "{name}: entry {index} is {found} by {library}, {expected} by chainrule"
        );
    }
}

/// The fastest turn of the primal and of each gradient, in seconds.
fn fastest(case: &mut Case) -> Vec<f64> {
    let mut fastest = vec![f64::INFINITY; 1 + case.gradients.len()];
    let begin = Instant::now();
    let mut turns = 0;
    while turns < TURNS || begin.elapsed() < LEAST {
        let mut time = |index: usize, run: &mut dyn FnMut()| {
            let start = Instant::now();
            run();
            fastest[index] = start.elapsed().as_secs_f64().min(fastest[index]);
        };
        time(0, &mut || {
            black_box((case.primal)(black_box(&case.x)));
        });
        for (index, (_, gradient)) in case.gradients.iter_mut().enumerate() {
            time(1 + index, &mut || gradient(black_box(&case.x), black_box(&mut case.gradient)));
        }
        turns += 1;
    }
    fastest
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for mut case in cases::all() {
        if !wanted.is_empty() && !wanted.iter().any(|name| case.name.starts_with(name)) {
            continue;
        }
        let mut expected = Vec::new();
        for (library, gradient) in &mut case.gradients {
            let mut found = vec![0.0; case.x.len()];
            gradient(&case.x, &mut found);
            if expected.is_empty() {
                expected = found;
                continue;
            }
            assert_equal(&case.name, library, &found, &expected);
        }
        let times = fastest(&mut case);
        print!("{:34} {:10.2} µs", case.name, 1e6 * times[0]);
        for ((library, _), time) in case.gradients.iter().zip(&times[1..]) {
            print!("  {library} {:.1}", time / times[0]);
        }
        println!();
    }
}
