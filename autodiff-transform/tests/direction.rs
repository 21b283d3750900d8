//! Which loops have a reverse that runs upwards.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether the reverse sweep of a function with the statement has a loop that runs downwards.
fn runs_downwards(statement: &str, loops: Loops) -> bool {
    let source = format!(
        "fn f(x: &[f64], y: &mut [f64], s: &mut f64, n: usize) {{
            {statement}
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    adjoint_with(&function, loops, Callees::KNOWN).reverse.to_string().contains(".rev()")
}

#[track_caller]
fn upwards(statement: &str) {
    assert!(!runs_downwards(statement, Loops::ALL));
}

#[track_caller]
fn downwards(statement: &str) {
    assert!(runs_downwards(statement, Loops::ALL));
}

#[test]
fn iterations_that_hand_nothing_to_each_other() {
    let elements = "for i in 0..n { y[i] = x[i] * x[i + 1]; }";
    upwards(elements);
    assert!(runs_downwards(elements, Loops { upwards: false, ..Loops::ALL }));
    upwards("for i in 0..n { y[i] += x[i] * x[0]; }");
    upwards("for (y, x) in y[1..].iter_mut().zip(x) { *y = x * x; }");
    upwards("for i in 0..n { *s += x[i] * x[i]; }");
    upwards("for i in (0..n).rev() { if x[i] > 0.0 { y[i] = x[i] * x[i]; } }");
    upwards("for i in (0..n).step_by(2) { y[i] = x[i] * x[0]; }");
}

#[test]
fn iterations_that_need_the_later_ones() {
    downwards("for i in 1..n { y[i] = x[i] * y[i - 1]; }");
    downwards("for i in 1..n { y[i] = x[i]; y[i - 1] = x[i]; }");
    downwards("for i in 0..n { y[1..][i] = x[i] * y[i]; }");
    downwards("for i in 0..n { *s = *s * x[i]; }");
    downwards("for i in 0..n { y[0] = x[i]; }");
    downwards("for i in 0..n { y[i] = x[i]; y[0] += x[i]; }");
    // In this order it takes its values from the tape.
    downwards("for i in 0..n { y[i] = x[i].exp(); }");
}
