//! Which sums of cotangents are taken from sums that the loop has made.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether the cotangent of `v` is added to in a loop, in `f(x, v, w, n)` with the body.
fn is_added_up(body: &str, totals: bool) -> bool {
    let source = format!("fn f(x: &[f64], v: f64, mut w: f64, n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let loops = Loops { totals, fuse: false, ..Loops::ALL };
    let reverse = adjoint_with(&function, loops, Callees::KNOWN).reverse.to_string();
    assert!(reverse.contains("v_bar +="), "{reverse}");
    // The innermost loop is the last.
    let lines: Vec<&str> = reverse.lines().collect();
    let is_for = |line: &&str| line.trim_start().starts_with("for ");
    let start = lines.iter().rposition(is_for).expect("a loop");
    let indent = lines[start].len() - lines[start].trim_start().len();
    let inside = lines[start + 1..].iter().take_while(|line| !line[indent..].starts_with('}'));
    inside.into_iter().any(|line| line.contains("v_bar +="))
}

#[track_caller]
fn taken(body: &str) {
    assert!(is_added_up(body, false));
    assert!(!is_added_up(body, true));
}

#[track_caller]
fn added_up(body: &str) {
    assert!(is_added_up(body, true));
}

#[test]
fn of_what_the_loop_adds_up() {
    taken("let mut s = 0.0; for i in 0..n { let t = (x[i] - v).exp(); s += t; } s.ln()");
    taken("let mut s = -0.0; for i in 0..n { let t = (x[i] + v).exp(); s += t; } s * w");
    taken("x.iter().map(|x| (x - v).exp()).sum::<f64>()");
    taken("let mut s = 0.0; for x in x { let t = (3.0 * v + x).exp(); s += t; } s * s");
    // In a block of its own, each time anew.
    taken(
        "let mut p = 1.0; for k in 0..3 { let mut s = 0.0;
         for i in 0..n { let t = (x[i] - v).exp(); s += t; } p *= s; } p",
    );
}

#[test]
fn not_of_anything_else() {
    // A sum that does not begin at zero, or has other summands.
    added_up("let mut s = 1.0; for i in 0..n { let t = (x[i] - v).exp(); s += t; } s.ln()");
    added_up("let mut s = 0.0; s += w; for i in 0..n { let t = (x[i] - v).exp(); s += t; } s.ln()");
    added_up("let mut s = 0.0; for i in 0..n { let t = (x[i] - v).exp(); s += t; s += w; } s.ln()");
    added_up(
        "let mut s = 0.0; for i in 0..n { let t = (x[i] - v).exp(); if x[i] > 1.0 { s += t; } } s.ln()",
    );
    added_up(
        "let mut s = 0.0; for k in 0..2 { for i in 0..n { let t = (x[i] - v).exp(); s += t; } } s.ln()",
    );
    added_up("let mut s = 0.0; for x in x { let t = (v + x).exp(); s += t; } s = s * s; s");
    // The loop may end before its time.
    added_up(
        "let mut s = 0.0; for i in 0..n { if x[i] > 3.0 { break; } let t = (x[i] - v).exp(); s += t; } s.ln()",
    );
    // A factor that changes.
    added_up(
        "let mut s = 0.0; for i in 0..n { let t = (x[i] - v).exp(); s += t; w += t * x[i]; } s.ln() + w",
    );
    added_up("let mut s = 0.0; for i in 0..n { let t = (x[i] * v).exp(); s += t; } s.ln()");
    added_up(
        "let mut s = 0.0; for i in 0..n { let t = (x[i] - v).exp(); s += t; w *= 0.5 * t; } s.ln() + w",
    );
    // The square is added up, not what its derivative is made of.
    added_up("let mut s = 0.0; for i in 0..n { let t = (x[i] - v).powi(2); s += t; } s");
}
