//! Which functions are light, and which calls of them are made again rather than kept.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Adjoint, Callees, Loops, adjoint_with};

fn derived(source: &str, loops: Loops, callees: Callees) -> Adjoint {
    let item: syn::ItemFn = syn::parse_str(source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    adjoint_with(&lowered.expect("the snippet lowers").function, loops, callees)
}

/// The operations of a function of two floats, and the callees that are to be asked for theirs.
fn weight(body: &str) -> Option<(u64, Vec<String>)> {
    let source = format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}");
    let weight = derived(&source, Loops::ALL, Callees::KNOWN).weight?;
    let name = |path: &syn::Path| path.segments.last().expect("a name").ident.to_string();
    Some((weight.own, weight.callees.iter().map(name).collect()))
}

#[test]
fn functions_of_few_operations() {
    let light = |own: u64| Some((own, Vec::new()));
    assert_eq!(weight("x"), light(1));
    assert_eq!(weight("x * y + x"), light(3));
    assert_eq!(weight("x / y"), light(7));
    assert_eq!(weight("if x > y { x * y } else { -x }"), light(4));
    assert_eq!(weight("let z = x.sqrt(); z * z"), light(8));
    assert_eq!(weight("x + g(x * y) * h(y)"), Some((4, vec!["g".to_owned(), "h".to_owned()])));
}

#[test]
fn functions_that_are_not_light() {
    for body in [
        "x.sin() * y",
        "let mut s = x; for _ in 0..3 { s *= y; } s",
        "let v = vec![x, y]; v[0] * v[1]",
        "let q = x / y; let r = y / x; let s = q / r; let t = s / q; let u = t / r; u / x + s / y",
        "println!(\"{x}\"); x * y",
    ] {
        assert_eq!(weight(body), None, "{body}");
    }
}

/// The sweeps of a loop that computes `y` from itself by the statements.
fn sweeps(statements: &str, loops: Loops, callees: Callees) -> Adjoint {
    let source = format!(
        "fn f(x: f64, p: [f64; 2], n: usize) -> f64 {{
            let mut y = x;
            let mut q = p;
            for i in 0..n {{ {statements} }}
            y * y + q[0] * q[1]
        }}"
    );
    derived(&source, loops, callees)
}

#[track_caller]
fn is_made_again(statements: &str, callee: &str) {
    let question = format!("{callee}::is_light(");
    let made = format!("{callee}::forward(");
    let Adjoint { forward, reverse, joint, .. } = sweeps(statements, Loops::ALL, Callees::KNOWN);
    for (sweep, times) in [(&forward, 1), (&reverse, 1), (&joint, 2)] {
        let sweep = sweep.to_string();
        assert_eq!(sweep.matches(&question).count(), times, "{sweep}");
        assert_eq!(sweep.matches(&made).count(), times, "{sweep}");
    }
    for (loops, callees) in [
        (Loops { light: false, ..Loops::ALL }, Callees::KNOWN),
        // Functions that are derived again.
        (Loops::ALL, Callees::UNKNOWN),
    ] {
        let without = sweeps(statements, loops, callees).joint.to_string();
        assert!(!without.contains("is_light"), "{without}");
        assert_eq!(without.matches(&made).count(), 1, "{without}");
    }
}

#[test]
fn calls_of_what_is_there() {
    is_made_again("y = y * g(y, x);", "g");
    is_made_again("q = g(q, q); y = y * q[0];", "g");
    is_made_again("let t = g(y, 0.5 * x); y = y * t;", "g");
    is_made_again("y = y * g(p[i % 2], x);", "g");
    is_made_again("let r = h(y); y = y * g(r, x);", "g");
    is_made_again("if y > 0.5 { y = y * g(y, x); }", "g");
    is_made_again("y = y * g(&p, x);", "g");
}

#[track_caller]
fn is_kept(statements: &str) {
    let joint = sweeps(statements, Loops::ALL, Callees::KNOWN).joint.to_string();
    assert!(!joint.contains("is_light"), "{joint}");
}

#[test]
fn calls_that_change_something_and_of_what_is_changed() {
    is_kept("y = y * g(&mut q, x);");
    is_kept("let t = g(&q); q[0] = t * y;");
    is_kept("y = y * f(y, p, i);");
    // Passed once, the struct may be moved, so that it is not copied to be there.
    is_kept("q = g(q, y); y = y * q[0];");
}

#[test]
fn what_is_passed_twice_is_kept_once() {
    let joint = sweeps("q = g(h(q, y), q);", Loops::ALL, Callees::KNOWN).joint.to_string();
    assert!(joint.contains("h::forward(q_now, ") && joint.contains("q_now, &mut tape"), "{joint}");
    assert!(joint.contains("push(tape, q_now") && !joint.contains("push(tape, q)"), "{joint}");
}
