//! The evals of GradBench: primal, generated derivative and, for most, a hand-written derivative, in
//! one run.
//!
//! `cargo bench -p chainrule-gradbench [-- EVAL…]` prints for each eval and size the fastest time of the
//! primal, how many times that the derivatives take, and the most bytes of tape that the generated one
//! holds. The versions take turns, and the fastest turn of each counts, so that what else the machine does
//! favours none of them.

mod by_hand;
mod cases;

use std::time::Duration;

/// How long the turns of one case last together, at least.
const LEAST: Duration = Duration::from_millis(400);
/// The fewest turns of each version.
const TURNS: usize = 7;

/// A number of bytes with its unit.
fn readable(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo passes `--bench` for `cargo bench`; as a test the binary runs the smallest sizes only.
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| !argument.starts_with("--"));
    println!(
        "{:6} {:28} {:>14} {:>12} {:>12} {:>12}",
        "eval", "size", "primal (µs)", "derivative", "by hand", "tape"
    );
    for case in cases::all(is_bench) {
        if !arguments.is_empty() && !arguments.iter().any(|name| name == case.eval) {
            continue;
        }
        let (times, bytes) = case.measure(usize::MAX, TURNS, LEAST);
        let ratio = |version: usize| match times.get(version) {
            Some(time) => format!("{:.2}", time / times[0]),
            None => "–".to_owned(),
        };
        println!(
            "{:6} {:28} {:14.2} {:>12} {:>12} {:>12}",
            case.eval,
            case.size,
            1e6 * times[0],
            ratio(1),
            ratio(2),
            readable(bytes)
        );
    }
}
