//! Which loops are divided into one for each distance of what they add to.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::verify;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Passes, adjoint, normalize, optimize};

/// The joint adjoint of a function with the body.
fn joint(body: &str, fission: bool) -> String {
    let source = format!("fn f(x: &[f64], w: &[f64], v: f64, n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = normalize(&lowered.expect("the snippet lowers").function);
    let mut joint = adjoint(&function, Callees::KNOWN).joint;
    optimize(&mut joint, Passes { fission, ..Passes::ALL });
    verify::verify(&joint).unwrap_or_else(|error| panic!("{error}\n{joint}"));
    joint.to_string()
}

/// The loop `for i in …` of `y` becomes so many in the derivative.
#[track_caller]
fn loops(count: usize, body: &str) {
    let body = format!(
        "let mut y = w.to_vec(); {body} let mut s = 0.0; for k in 0..n {{ s += y[k] * y[k]; }} s"
    );
    let loops = |text: &str| text.matches("for i: usize").count();
    let (with, without) = (joint(&body, true), joint(&body, false));
    assert_eq!(loops(&with) + 1, loops(&without) + count, "{with}");
}

#[test]
fn neighbours() {
    loops(3, "for i in 1..n - 1 { y[i] = x[i - 1] + v * x[i] - x[i + 1]; }");
    loops(2, "for i in 0..n - 1 { y[i] = x[i + 1] * w[i] - x[i]; }");
    loops(5, "for i in 2..n - 2 { y[i] = x[i - 2] + x[i - 1] - x[i] * v - x[i + 1] + x[i + 2]; }");
}

#[test]
fn behind_branches() {
    loops(
        3,
        "for i in 0..n {
             let left = if i > 0 { x[i - 1] } else { 0.0 };
             let right = if i + 1 < n { x[i + 1] } else { 0.0 };
             y[i] = left - 2.0 * x[i] + right;
         }",
    );
}

#[test]
fn what_is_dear_stays_with_the_rest() {
    loops(3, "for i in 1..n - 1 { y[i] = x[i - 1] + x[i].sin() - x[i + 1]; }");
    // Of two dear ones neither can move.
    loops(1, "for i in 1..n - 1 { y[i] = x[i - 1].sin() + x[i].sin(); }");
}

#[test]
fn not_what_has_one_distance() {
    loops(1, "for i in 1..n { y[i] = x[i] * x[i] + w[i]; }");
    loops(1, "for i in 1..n { y[i] = x[i] * v; }");
}

#[test]
fn not_where_iterations_hand_something_on() {
    loops(1, "for i in 1..n - 1 { y[i] = y[i - 1] * x[i] + y[i + 1]; }");
}

#[test]
fn not_between_constants() {
    loops(1, "for i in 1..4 { y[i] = x[i - 1] + v * x[i] - x[i + 1]; }");
}
