//! Which saves of a loop's elements are made all at once before the loop.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// The forward sweep and the reverse sweep of a function that has the statement after a loop that needs
/// what `y` held before it.
fn sweeps(statement: &str, loops: Loops) -> (String, String) {
    let source = format!(
        "fn f(x: &[f64], y: &mut [f64], n: usize) -> f64 {{
            let mut squares = 0.0;
            for j in 0..y.len() {{ squares += y[j] * y[j]; }}
            {statement}
            squares + y[0] * x[0]
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let adjoint = adjoint_with(&function, loops, Callees::KNOWN);
    (adjoint.forward.to_string(), adjoint.reverse.to_string())
}

#[track_caller]
fn is_at_once(statement: &str, range: &str) {
    let (forward, reverse) = sweeps(statement, Loops::ALL);
    let (push, pop) = (format!("push(tape, y[{range}])"), format!("(y[{range}]) = pop(tape)"));
    assert_eq!(forward.matches(&push).count(), 1, "{push} in {forward}");
    assert_eq!(reverse.matches(&pop).count(), 1, "{pop} in {reverse}");
    assert!(!forward.contains("push(tape, y[i])"), "{forward}");
    let (without, _) = sweeps(statement, Loops { save: false, ..Loops::ALL });
    assert!(without.contains("push(tape, y[i])") && !without.contains(&push), "{without}");
}

#[track_caller]
fn is_one_by_one(statement: &str) {
    let (forward, _) = sweeps(statement, Loops::ALL);
    assert!(forward.contains("push(tape, y[") && !forward.contains("push(tape, y[.."), "{forward}");
}

#[test]
fn elements_that_the_reverse_does_not_read() {
    is_at_once("for i in 0..n { y[i] += x[i]; }", "..n");
    is_at_once("for i in (0..n).rev() { y[i] += x[i] * 2.0; }", "..n");
    is_at_once("for i in 0..y.len() { y[i] -= x[i].sin(); }", "..");
    is_at_once("for i in 0..n { y[i] = y[i].sin(); }", "..n");
    is_at_once("for i in 2..n { y[i] += x[i] * x[i - 1]; }", "2..n");
    // What the iteration left there is there until the save is taken back.
    is_at_once("for i in 0..n { y[i] += x[i]; squares += y[i] * y[i]; }", "..n");
}

#[test]
fn elements_of_a_part() {
    for statement in [
        "y[1..n].copy_from_slice(&x[..n - 1]);",
        "for i in 0..n { y[1..][i] += x[i]; }",
        "let from = n / 2; for i in 0..n { y[from..n][i] += x[i]; }",
    ] {
        let (forward, reverse) = sweeps(statement, Loops::ALL);
        let part = |text: &str, word: &str| {
            let mut lines = text.lines().filter(|line| line.contains(word));
            lines.any(|line| line.contains("][..") && line.contains("y["))
        };
        assert!(part(&forward, "push(tape"), "{forward}");
        assert!(part(&reverse, "= pop(tape)"), "{reverse}");
    }
    // Another part in each iteration.
    is_one_by_one("for i in 0..n { y[i..][i] += x[i]; }");
}

#[test]
fn other_elements_and_what_not_each_iteration_writes() {
    is_one_by_one("for i in 0..n { if i < y.len() { y[i] += x[i]; } }");
    is_one_by_one("for i in 1..n { y[i] += y[i - 1] * x[i]; }");
    is_one_by_one("for i in 0..n { y[i] += x[i]; y[0] += x[i]; }");
    is_one_by_one("for i in (0..n).step_by(2) { y[i] += x[i]; }");
    is_one_by_one("for i in 0..n { if x[i] > 0.0 { break; } y[i] += x[i]; }");
}
