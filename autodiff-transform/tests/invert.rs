//! Which variables the reverse of a loop takes back by what was added to them.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// The numbers that an iteration of the first loop of `f(x, y, n, m)` with the statements keeps.
fn keeps(statements: &str, loops: Loops) -> usize {
    let source = format!(
        "fn f(x: &[f64], y: &mut [f64], n: usize, m: usize) -> f64 {{
            let mut s = 1.0;
            {statements}
            s
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let forward = adjoint_with(&function, loops, Callees::KNOWN).forward.to_string();
    let pushed = forward.lines().filter_map(|line| line.trim().strip_prefix("push(tape, "));
    pushed.map(|values| values.split(", ").count()).sum()
}

#[track_caller]
fn inverted(statements: &str) {
    let with = keeps(statements, Loops::ALL);
    let without = keeps(statements, Loops { invert: false, ..Loops::ALL });
    assert_eq!(with + 1, without);
}

#[track_caller]
fn kept(statements: &str) {
    let with = keeps(statements, Loops::ALL);
    let without = keeps(statements, Loops { invert: false, ..Loops::ALL });
    assert_eq!(with, without);
}

#[test]
fn what_is_counted() {
    inverted("let mut k = 0; for _ in 0..n { s = s.sin() * x[k]; k += 3; }");
    inverted("let mut k = 0; for _ in 0..n { s = s.sin() * x[k]; k = m + k; }");
    inverted("let mut k = n; while k > m { s = s.sin() * x[k - 1]; k -= m; }");
    inverted("let mut k = 1; for _ in 0..n { s = s.sin() * x[k]; k = m - k; }");
    inverted("let mut k = 0; for _ in 0..n { let d = m + 1; s = s.sin() * x[k]; k += 2 * d; }");
}

#[test]
fn signs_and_flags() {
    inverted("let mut sign = 1.0; for i in 0..n { s = sign * s.sin() * x[i]; sign = -sign; }");
    inverted(
        "let mut odd = false;
        for i in 0..n { s = s.sin(); if odd { s *= x[i]; } odd = !odd; }",
    );
}

#[test]
fn what_cannot_be_told() {
    kept("let mut k = 0; for _ in 0..n { s = s.sin() * x[k]; k = 3 * k; }");
    kept("let mut k = 0; for _ in 0..n { k += 3; s = s.sin() * x[k]; }");
    kept("let mut k = 0; for _ in 0..n { s = s.sin() * x[k]; k += 1; k += m; }");
    kept("let mut k = 0; for _ in 0..n { s = s.sin() * x[k]; if s > 0.0 { k += 1; } }");
    kept("let mut k = 0; for i in 0..n { s = s.sin() * x[k]; k += i; }");
    kept("let mut h = 0.5; for i in 0..n { s = s.sin() * h; h += 0.1; }");
}
