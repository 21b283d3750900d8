//! Which elements a loop overwrites without saving what was there, since no other iteration's reverse
//! reads it.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether the forward sweep of a function with the statements saves anything of `y`.
fn saves(statements: &str, loops: Loops) -> bool {
    let source = format!(
        "fn f(x: &[f64], y: &mut [f64], n: usize) -> f64 {{
            let mut sum = 0.0;
            {statements}
            sum + y[0]
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    adjoint_with(&function, loops, Callees::KNOWN).forward.to_string().contains("push(tape, y[")
}

#[track_caller]
fn is_not_saved(statements: &str) {
    assert!(!saves(statements, Loops::ALL));
    assert!(saves(statements, Loops { elements: false, ..Loops::ALL }));
}

#[track_caller]
fn is_saved(statements: &str) {
    assert!(saves(statements, Loops::ALL));
}

#[test]
fn elements_of_one_iteration() {
    is_not_saved("for i in 0..n { y[i] = x[i].sin(); sum += y[i] * y[i]; }");
    is_not_saved("for i in (0..n).rev() { y[i] = x[i].sin(); sum += y[i] * y[i]; }");
    is_not_saved(
        "for i in (0..n).step_by(2) { if x[i] > 0.0 { y[i] = x[i]; sum += y[i] * y[i]; } }",
    );
    is_not_saved("for i in 0..n { y[2..][i] = x[i].sin(); sum += y[2..][i] * y[2..][i]; }");
    is_not_saved("for i in 0..n { y[i] = x[i]; sum += y[i] * y[i]; if sum > 9.0 { break; } }");
}

#[test]
fn elements_that_something_else_reads() {
    is_saved("for i in 1..n { y[i] = x[i].sin(); sum += y[i - 1] * y[i - 1]; }");
    is_saved("for i in 0..n { y[i] = x[i].sin(); sum += y[0] * y[i]; }");
    is_saved("for i in 0..n { y[1..][i] = x[i].sin(); sum += y[i] * y[1..][i]; }");
    is_saved("for i in 0..n { y[n - i..][i] = x[i].sin(); sum += y[n - i..][i] * y[n - i..][i]; }");
    is_saved(
        "let mut k = 0; for i in 0..n { y[k..][i] = x[i]; sum += y[k..][i] * y[k..][i]; k += 1; }",
    );
    is_saved("for j in 0..n { for i in 0..n { y[i] = x[j].sin(); sum += y[i] * y[i]; } }");
    is_saved("for j in 0..n { for i in 0..n { y[j] = x[i].sin(); sum += y[j] * y[j]; } }");
    is_saved(
        "for j in 0..n { sum += y[j] * y[j]; }
        for i in 0..n { y[i] = x[i].sin(); sum += y[i] * y[i]; }",
    );
}
