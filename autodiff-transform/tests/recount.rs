//! Which variables the reverse of a loop counts anew.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// The forward and the reverse sweep of `f(x, y, n, m)` with the statements.
fn sweeps(statements: &str, loops: Loops) -> (String, String) {
    let source = format!(
        "fn f(x: &[f64], y: &mut [f64], s: &mut f64, n: usize, m: usize) {{
            {statements}
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let adjoint = adjoint_with(&function, loops, Callees::KNOWN);
    (adjoint.forward.to_string(), adjoint.reverse.to_string())
}

/// Whether the loop's reverse runs upwards, and takes nothing from the tape.
fn is_counted_anew(statements: &str, loops: Loops) -> bool {
    let (forward, reverse) = sweeps(statements, loops);
    !forward.contains("push(tape") && !reverse.contains(".rev()")
}

#[track_caller]
fn counted_anew(statements: &str) {
    assert!(is_counted_anew(statements, Loops::ALL), "{:?}", sweeps(statements, Loops::ALL));
    assert!(!is_counted_anew(statements, Loops { recount: false, ..Loops::ALL }));
}

#[track_caller]
fn kept(statements: &str) {
    let without = sweeps(statements, Loops { recount: false, ..Loops::ALL });
    assert_eq!(sweeps(statements, Loops::ALL), without);
}

#[test]
fn what_starts_and_goes_on_as_before() {
    counted_anew("let mut k = 0; for i in 0..n { *s += x[k] * x[i]; k += i; }");
    counted_anew("let mut k = m; for i in 0..n { *s += x[k] * x[i]; k = 3 * k + i; }");
    counted_anew("let mut k = m - 1; for i in 0..n { y[i] = x[k] * x[i]; k -= n - i; }");
    counted_anew(
        "let mut k = 0;
        for i in 0..n { for j in 0..i { *s += x[k..k + i][j] * x[i]; } let d = i + 1; k += d; }",
    );
    counted_anew("for j in 0..m { let mut k = j; for i in 0..n { *s += x[k] * x[i]; k += i; } }");
}

#[test]
fn what_does_not() {
    // The iterations hand something to each other.
    kept("let mut k = 0; for i in 0..n { *s = *s * x[k]; k += i; }");
    // The tape holds a value of each iteration.
    kept("let mut k = 0; for i in 0..n { y[i] = x[k].exp(); k += i; }");
    // Something else than the statement at the end writes the variable, or the variable is read there.
    kept("let mut k = 0; for i in 0..n { *s += x[k] * x[i]; k += i; k += m; }");
    kept("let mut k = 0; for i in 0..n { *s += x[k] * x[i]; if i > m { k += i; } }");
    kept("let mut k = 0; for i in 0..n { k += i; *s += x[k] * x[i]; }");
    // What it starts from, or what is added, may have changed since.
    kept("let mut k = 0; if m > 3 { k = 1; } for i in 0..n { *s += x[k] * x[i]; k += i; }");
    kept("let mut k = 0; let mut d = 1; for i in 0..n { *s += x[k] * x[i]; k += d; } d = 2;");
    kept("let mut k = 0; let mut d = m; for i in 0..n { *s += x[k] * x[i]; k += d; d = d * i; }");
    // It is no integer.
    kept("let mut p = 1.0; for i in 0..n { *s += p * x[i]; p = 0.5 * p; }");
    // It breaks off.
    kept("let mut k = 0; for i in 0..n { if i > m { break; } *s += x[k] * x[i]; k += i; }");
}
