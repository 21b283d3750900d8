//! Which bars of copies are merged with those of what they are copied from.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::verify;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Passes, adjoint, normalize, optimize};

/// The joint adjoint of `f(x, v, n)` with the body.
fn joint(body: &str, merge: bool) -> String {
    let source = format!("fn f(x: &[f64], v: f64, n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = normalize(&lowered.expect("the snippet lowers").function);
    let mut joint = adjoint(&function, Callees::KNOWN).joint;
    optimize(&mut joint, Passes { merge, ..Passes::ALL });
    verify::verify(&joint).unwrap_or_else(|error| panic!("{error}\n{joint}"));
    joint.to_string()
}

const COPY: &str = "let mut s_now_bar";

#[track_caller]
fn merged(body: &str) {
    let (with, without) = (joint(body, true), joint(body, false));
    assert!(!with.contains(COPY) && without.contains(COPY), "{with}\n{without}");
}

#[track_caller]
fn apart(body: &str) {
    let with = joint(body, true);
    assert!(with.contains(COPY), "{with}");
    assert_eq!(with, joint(body, false));
}

#[test]
fn where_iterations_wait_for_each_other() {
    merged("let mut s = v; for i in 0..n { let a = g(s); let b = g(s + a); s += v * (a + b); } s");
    merged("let mut s = v; for i in 0..n { let a = h(s, v); s += v * a + 2.0 * (v * a); } s");
}

#[test]
fn not_where_the_bar_is_only_a_sum() {
    apart(
        "let mut s = v; if n > 3 { s += 1.0; } let mut t = 0.0;
         for i in 0..n { t += g(s) * h(s, x[i]); } t",
    );
}

#[test]
fn not_where_the_other_bar_is_of_use_in_between() {
    // It is what the second call's cotangent is made of.
    apart("let mut s = v; for i in 0..n { let a = g(s); let b = g(s + a); s += a * b; } s");
    // It is replaced.
    apart("let mut s = v; for i in 0..n { let a = g(s); s = v * a; } s");
}
