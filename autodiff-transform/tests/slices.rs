//! Which buffers are lent as slices of known length.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::Function;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// The adjoint of a function with a loop over points, of which the statements are the body, as it is where
/// the assumptions about callees hold. They have a buffer `y` of this length, and add to `s`.
fn joint(len: &str, statements: &str, loops: Loops) -> Function {
    let source = format!(
        "fn f(x: &[f64], d: usize, mut m: usize, n: usize) -> f64 {{
            let mut s = 0.0;
            let mut y = vec![0.0; {len}];
            m += 1;
            for point in 0..n {{ {statements} }}
            s
        }}"
    );
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let adjoint = adjoint_with(&function, loops, Callees::KNOWN);
    adjoint.conditional.map_or(adjoint.joint, |conditional| conditional.function)
}

/// Variables of which slices are lent, `y`, its copies or its cotangent.
fn sliced(function: &Function) -> Vec<&str> {
    function.vars.iter().filter(|var| var.sliced).map(|var| var.name.as_str()).collect()
}

#[track_caller]
fn lent(len: &str, statements: &str, parts: &[&str]) {
    let with = joint(len, statements, Loops::ALL);
    for part in parts {
        assert!(with.to_string().contains(part), "{with}");
    }
    assert!(sliced(&with).contains(&"y_bar"), "{with}");
    let without = joint(len, statements, Loops { slices: false, ..Loops::ALL });
    assert!(!sliced(&without).contains(&"y_bar"), "{without}");
}

const CALL: &str = "s += g(&x[..d], point, &mut y).sin();";

#[test]
fn as_long_as_declared() {
    lent("d", CALL, &["&mut y[..d]", "&mut y_bar[..d]"]);
    lent("3", CALL, &["&mut y[..3]", "&mut y_bar[..3]"]);
    lent("x.len()", CALL, &["&mut y[..x.len()]", "&mut y_bar[..x.len()]"]);
    // What it was then.
    lent("m", CALL, &["&mut y[..m_now]", "&mut y_bar[..m_now]"]);
}

#[test]
fn as_long_as_they_are_where_that_is_computed() {
    lent("d + 1", CALL, &["&mut y[..y_len]", "&mut y_bar[..y_len]"]);
}

#[test]
fn the_cotangents_of_copies() {
    let calls = "let mut p = 1.0; for c in 0..3 { p *= g(&x[..d], c, &mut y); } s += p.sin();";
    lent("d", calls, &["y_each[", "&mut y_bar[..d]"]);
}

#[test]
fn not_what_a_call_takes_by_a_shared_reference() {
    let shared = "for i in 0..d { y[i] = x[i].sin(); } s += g(&y);";
    let joint = joint("d", shared, Loops::ALL);
    assert!(sliced(&joint).is_empty(), "{joint}");
}

#[test]
fn not_the_buffers_of_loops_that_are_not_fused() {
    let carried = "s = g(&x[..d], point, &mut y).sin() * s;";
    let joint = joint("d", carried, Loops::ALL);
    assert!(sliced(&joint).is_empty(), "{joint}");
}
