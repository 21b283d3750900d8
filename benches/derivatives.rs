//! Generated derivatives against hand-written ones of the same functions, in the same run.
//!
//! `cargo bench --bench derivatives` measures each one and then prints the ratios. For these the two
//! versions take turns, and the fastest turn of each counts: what else the machine does in the
//! meantime then does not favour either.

#[path = "common/by_hand.rs"]
mod by_hand;
#[path = "common/cases.rs"]
mod cases;
#[path = "../examples/mnist/data.rs"]
#[allow(dead_code)] // the network needs its sizes only
mod data;
#[path = "common/mnist_by_hand.rs"]
mod mnist_by_hand;
#[path = "../examples/mnist/network.rs"]
#[allow(dead_code)] // the example also classifies
mod network;
#[path = "common/problems.rs"]
mod problems;

use std::hint::black_box;
use std::time::{Duration, Instant};

use cases::{ADJOINTS, Case, Data, TANGENTS};
use divan::Bencher;

/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(2);
/// Turns of each version with each placement of the data.
const TURNS: usize = 20;
/// Placements of the data.
const GAPS: [usize; 5] = [0, 10, 50, 150, 300];

#[divan::bench(args = ADJOINTS)]
fn adjoint_generated(bencher: Bencher, case: &Case) {
    measure(bencher, case.generated);
}

#[divan::bench(args = ADJOINTS)]
fn adjoint_by_hand(bencher: Bencher, case: &Case) {
    measure(bencher, case.by_hand);
}

#[divan::bench(args = TANGENTS)]
fn jvp_generated(bencher: Bencher, case: &Case) {
    measure(bencher, case.generated);
}

#[divan::bench(args = TANGENTS)]
fn jvp_by_hand(bencher: Bencher, case: &Case) {
    measure(bencher, case.by_hand);
}

fn measure(bencher: Bencher, version: fn(&mut Data) -> f64) {
    let mut data = Data::new(0);
    bencher.bench_local(|| version(&mut data));
}

/// Seconds per call over `calls` calls.
fn turn(version: fn(&mut Data) -> f64, data: &mut Data, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(version(black_box(data)));
    }
    start.elapsed().as_secs_f64() / f64::from(calls)
}

/// The fastest turns of the generated and of the hand-written version.
fn fastest(case: &Case) -> (f64, f64) {
    let mut data = Data::new(0);
    let mut calls = 1;
    while turn(case.by_hand, &mut data, calls) * f64::from(calls) < TURN.as_secs_f64() {
        calls *= 2;
    }
    let mut fastest = (f64::INFINITY, f64::INFINITY);
    for gap in GAPS {
        let mut data = Data::new(gap);
        for _ in 0..TURNS {
            fastest.0 = turn(case.generated, &mut data, calls).min(fastest.0);
            fastest.1 = turn(case.by_hand, &mut data, calls).min(fastest.1);
        }
    }
    fastest
}

fn print_ratios(mode: &str, cases: &[Case]) {
    println!("{mode:12} {:>15} {:>15} {:>7}", "generated (ns)", "by hand (ns)", "ratio");
    for case in cases {
        let (generated, by_hand) = fastest(case);
        let (ratio, name) = (generated / by_hand, case.name);
        println!("{name:12} {:15.1} {:15.1} {ratio:7.2}", 1e9 * generated, 1e9 * by_hand);
    }
    println!();
}

fn main() {
    divan::main();
    // Cargo passes this for `cargo bench`; as a test the binary only checks that everything runs.
    if std::env::args().any(|argument| argument == "--bench") {
        println!();
        print_ratios("adjoint", ADJOINTS);
        print_ratios("jvp", TANGENTS);
    }
}
