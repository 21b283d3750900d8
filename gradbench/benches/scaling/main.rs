//! How time and tape of each eval's derivative grow with the work, over three decades and more.
//!
//! `cargo bench -p chainrule-gradbench --bench scaling [-- FILE]` measures, prints and draws the curves
//! into an SVG file, `target/scaling.svg` unless told. The work is what the primal takes.

#[path = "../gradbench/by_hand/mod.rs"]
#[allow(dead_code)]
mod by_hand;
#[path = "../gradbench/cases.rs"]
#[allow(dead_code)]
mod cases;
mod draw;

use std::path::{Path, PathBuf};
use std::time::Duration;

use cases::Case;

/// How long the turns of one case last together, at least.
const LEAST: Duration = Duration::from_millis(100);
/// The fewest turns.
const TURNS: usize = 3;

/// What an eval needs at one size.
pub struct Point {
    /// The primal's time, in µs.
    pub primal: f64,
    /// The derivative's time, in µs.
    pub derivative: f64,
    /// The tape at its peak.
    pub bytes: usize,
}

/// An eval at rising sizes.
pub struct Curve {
    /// Its name.
    pub eval: &'static str,
    /// What it needs at each size, the smallest first.
    pub points: Vec<Point>,
}

fn measure(case: &Case) -> Point {
    let (times, bytes) = case.measure(2, TURNS, LEAST);
    Point { primal: 1e6 * times[0], derivative: 1e6 * times[1], bytes }
}

/// Each eval at sizes a step apart; of a test run only the smallest.
fn sizes(is_bench: bool) -> Vec<(&'static str, Vec<Case>)> {
    let decades = |first: usize, count: u32| (0..count).map(move |step| first * 4_usize.pow(step));
    let mut evals: Vec<(&'static str, Vec<Case>)> = vec![
        ("ba", decades(64, 7).map(cases::ba).collect()),
        ("det", (3..10).map(cases::det).collect()),
        ("gmm", decades(8, 6).map(|n| cases::gmm(10, 25, n)).collect()),
        ("ht", decades(8, 7).map(|c| cases::ht(c, cases::Kept::Unchecked)).collect()),
        ("llsq", decades(64, 7).map(|n| cases::llsq(n, 16)).collect()),
        ("lse", decades(256, 7).map(cases::lse).collect()),
        ("lstm", decades(4, 7).map(|c| cases::lstm(2, c)).collect()),
        ("ode", decades(2, 7).map(|n| cases::ode(n, 100)).collect()),
    ];
    if !is_bench {
        evals.iter_mut().for_each(|(_, cases)| cases.truncate(1));
    }
    evals
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| !argument.starts_with("--"));
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/scaling.svg");
    let file = arguments.first().map_or(default, PathBuf::from);
    let mut curves = Vec::new();
    for (eval, cases) in sizes(is_bench) {
        let mut points = Vec::new();
        for case in cases {
            let point = measure(&case);
            println!(
                "{eval:6} {:30} {:12.2} µs {:8.2} × {:12} bytes",
                case.size,
                point.primal,
                point.derivative / point.primal,
                point.bytes
            );
            points.push(point);
        }
        curves.push(Curve { eval, points });
    }
    if is_bench {
        draw::draw(&curves, &file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        println!("{}", file.display());
    }
}
