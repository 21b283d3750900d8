//! Which functions put their record on the tape themselves.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether the forward sweep of `f(x, n)` with the body returns a record.
fn returns_record(body: &str, loops: Loops) -> bool {
    let source = format!("fn f(x: f64, mut n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    adjoint_with(&function, loops, Callees::KNOWN).forward.to_string().contains("record: (")
}

#[test]
fn a_function_that_calls_itself() {
    let body = "let y = x.sin(); if n == 0 { return y; } n -= 1; y * f(y, n)";
    assert!(!returns_record(body, Loops::ALL));
    assert!(returns_record(body, Loops { recursion: false, ..Loops::ALL }));
    assert!(!returns_record("let y = x.sin(); y * self::f(y, n)", Loops::ALL));
}

#[test]
fn all_others_return_it() {
    assert!(returns_record("let y = x.sin(); y * g(y, n)", Loops::ALL));
    assert!(returns_record("let y = x.sin(); y * y", Loops::ALL));
}
