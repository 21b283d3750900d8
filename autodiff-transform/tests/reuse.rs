//! Which derivatives read what the forward sweep has computed.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether the reverse sweep of a function with the statements computes a sine or cosine.
fn computes(statements: &str, loops: Loops) -> bool {
    let source = format!(
        "fn f(x: f64, mut m: f64, n: usize) -> f64 {{
            let mut s = x;
            {statements}
            s
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let reverse = adjoint_with(&function, loops, Callees::KNOWN).reverse.to_string();
    reverse.contains(".sin()") || reverse.contains(".cos()")
}

#[track_caller]
fn reuses(statements: &str) {
    assert!(!computes(statements, Loops::ALL));
    assert!(computes(statements, Loops { reuse: false, ..Loops::ALL }));
}

#[track_caller]
fn computes_again(statements: &str) {
    assert!(computes(statements, Loops::ALL));
}

#[test]
fn a_value_of_the_same_block_or_of_one_before() {
    reuses("let (sin, cos) = x.sin_cos(); s = sin * cos;");
    reuses("for _ in 0..n { let y = s * 0.5; s = y.sin() + y.cos(); }");
    reuses(
        "let (sin, cos) = x.sin_cos(); for _ in 0..n { s += x.sin() + x.cos(); } s += sin * cos;",
    );
    reuses("let c = x.cos(); s += c; if n > 2 { s += x.sin(); } s -= x.sin();");
}

#[test]
fn a_value_that_is_not_there() {
    computes_again("s = x.sin();");
    computes_again("m += x; s = m.sin(); m += x; s += m.cos();");
    computes_again("if n > 2 { s += x.sin(); } s += x.cos();");
    computes_again("for _ in 0..n { s += x.sin(); } let c = x.cos(); s += c;");
}
