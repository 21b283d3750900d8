//! Which buffers there are several of, so that nothing of them goes on the tape.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// The adjoint of a function with a loop over points, of which the statements are the body, as it is where
/// the assumptions about callees hold. They have a buffer `y`, and add to `s`.
fn joint(statements: &str, loops: Loops) -> String {
    let source = format!(
        "fn f(x: &[f64], d: usize, k: usize, n: usize) -> f64 {{
            let mut s = 0.0;
            let mut y = vec![0.0; d];
            for point in 0..n {{ {statements} }}
            s
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let adjoint = adjoint_with(&function, loops, Callees::KNOWN);
    adjoint.conditional.map_or(adjoint.joint, |conditional| conditional.function).to_string()
}

#[track_caller]
fn copied(statements: &str) {
    let with = joint(statements, Loops::ALL);
    assert!(with.contains("y_each") && !with.contains("push(tape, y)"), "{with}");
    let without = joint(statements, Loops { copies: false, ..Loops::ALL });
    assert!(!without.contains("y_each") && without.contains("push(tape, y)"), "{without}");
}

#[track_caller]
fn not_copied(statements: &str) {
    let with = joint(statements, Loops::ALL);
    assert!(!with.contains("y_each"), "{with}");
}

#[test]
fn one_for_each_call() {
    copied("let mut p = 1.0; for c in 0..k { p *= g(&x[..d], c, &mut y); } s += p.sin();");
    copied("let mut p = 1.0; for c in 0..x.len() { p *= g(&x[..d], c, &mut y); } s += p.sin();");
    copied("for c in 0..k { s += g(&x[..d], c, &mut y); }");
    copied(
        "let mut p = 1.0;
        for c in (0..3).rev() { let t = g(&x[..d], c, &mut y); if t > 0.5 { p *= t; } }
        s += p.sin();",
    );
}

#[test]
fn not_where_one_will_do() {
    not_copied("s += g(&x[..d], 0, &mut y).sin();");
}

#[test]
fn not_where_more_is_done_with_it() {
    let reads = "let mut p = 1.0;
        for c in 0..k { p *= g(&x[..d], c, &mut y); p += y[0]; } s += p.sin();";
    not_copied(reads);
    let twice = "let mut p = 1.0;
        for c in 0..k { p *= g(&x[..d], c, &mut y); p *= g(&x[..d], c, &mut y); } s += p.sin();";
    not_copied(twice);
    let later = "let mut p = 1.0;
        for c in 0..k { p *= g(&x[..d], c, &mut y); } s += p.sin() * y[0];";
    not_copied(later);
}

#[test]
fn not_where_their_number_is_not_known() {
    let varies = "let mut p = 1.0;
        for c in 0..point { p *= g(&x[..d], c, &mut y); } s += p.sin();";
    not_copied(varies);
    let computed = "let mut p = 1.0;
        for c in 0..k + 1 { p *= g(&x[..d], c, &mut y); } s += p.sin();";
    not_copied(computed);
}
