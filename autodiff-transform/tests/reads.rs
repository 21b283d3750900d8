//! What reverse sweeps read of their arguments, and what callers therefore save.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::Function;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Adjoint, Callees, adjoint};

/// Stands for any bar, and for none that the caller has.
const NO_BAR: u64 = 0;

fn function(source: &str) -> Function {
    let item: syn::ItemFn = syn::parse_str(source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    lowered.expect("the snippet lowers").function
}

fn derived(source: &str) -> Adjoint {
    adjoint(&function(source), Callees::KNOWN)
}

/// The bars that each argument's value is read for; `None` if it is for all.
fn read(source: &str) -> Vec<Option<Vec<usize>>> {
    let function = function(source);
    let reads = adjoint(&function, Callees::KNOWN).reads;
    let arguments = 0..function.params.len();
    let bars = |argument| match reads.reads(argument, NO_BAR) {
        true => None,
        false => Some(arguments.clone().filter(|bar| reads.reads(argument, 1 << bar)).collect()),
    };
    arguments.clone().map(bars).collect()
}

#[test]
fn a_factor_is_read_for_the_bar_of_the_other() {
    let source = "fn f(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
        for i in 0..out.len() { out[i] = y[i] + h * k[i]; }
    }";
    let [y, _, k, out] = &read(source)[..] else { panic!("four arguments") };
    assert_eq!(*y, Some(vec![]));
    assert_eq!(*k, Some(vec![1]));
    assert_eq!(*out, Some(vec![]));
}

#[test]
fn what_is_on_the_tape_is_not_read_again() {
    let source = "fn f(x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() { out[i] = out[i].exp() * x[i]; }
    }";
    // For the bar of `x` too, since the bar of `out` that it is made of has been multiplied by `x`.
    assert_eq!(read(source)[..2], [Some(vec![0, 1]), Some(vec![])]);
    let source = "fn f(x: &mut [f64]) { for i in 0..x.len() { x[i] = x[i] * x[i]; } }";
    assert_eq!(read(source)[0], Some(vec![]));
}

#[test]
fn indices_conditions_and_bounds_are_always_read() {
    for source in [
        "fn f(at: &[usize], x: &mut [f64]) { for i in 0..at.len() { x[at[i]] *= 2.0; } }",
        "fn f(at: &[bool], x: &mut [f64]) { for i in 0..x.len() { if at[i] { x[i] *= 2.0; } } }",
        "fn f(at: &[f64], x: &mut [f64]) { for i in 0..x.len() { if at[i] > 0.0 { x[i] *= 2.0; } } }",
        "fn f(at: &[usize], x: &mut [f64]) { for i in 0..x.len() { for _ in 0..at[i] { x[i] *= 2.0; } } }",
        "fn f(at: &Vec<f64>, x: &mut [f64]) { for i in 0..x.len() { x[i] *= at[i]; } }",
        "fn f(at: &[f64], x: &mut [f64]) { g(at, x); }",
    ] {
        assert_eq!(read(source)[0], None, "{source}");
    }
}

#[test]
fn recursion_is_followed_to_the_fixpoint() {
    // Swapped in each call, so that it takes two rounds to see both.
    let source = "fn f(n: usize, a: &[f64], b: &[f64], s: &mut f64) {
        if n > 0 { f(n - 1, b, a, s); }
        *s *= a[0];
    }";
    assert_eq!(read(source)[1..3], [Some(vec![1, 2, 3]), Some(vec![1, 2, 3])]);
    // Written and handed on, never read on the way back.
    let source = "fn f(n: usize, a: &[f64], at: &mut [usize]) -> f64 {
        let first = at[0];
        at[0] = n;
        let rest = if n > 0 { f(n - 1, a, at) } else { 1.0 };
        at[0] = first;
        rest * a[n]
    }";
    let adjoint = derived(source);
    assert!(!adjoint.reads.reads(2, u64::MAX));
    assert!(!adjoint.forward.to_string().contains("push(tape, at"), "{}", adjoint.forward);
}

#[test]
fn a_caller_saves_what_a_callee_reads() {
    let source = "fn f(x: &[f64], n: usize, y: &mut [f64]) { for _ in 0..n { g(x, y); } }";
    let with = derived(source).forward.to_string();
    assert!(with.contains("if opaque(g::__reads(1, 3))"), "for the next iteration: {with}");
    let source = "fn f(x: &[f64], n: usize, y: &mut [f64], z: &mut [f64]) {
        for _ in 0..n { g(y, z); h(x, y); }
    }";
    let text = derived(source).forward.to_string();
    assert!(text.contains("g::__reads(0,") || text.contains("g :: __reads(0,"), "{text}");
    let without = adjoint(&function(source), Callees::UNKNOWN).forward.to_string();
    assert!(!without.contains("__reads"), "{without}");
}

#[test]
fn a_vector_is_as_long_as_it_was_unless_a_callee_takes_it_whole() {
    let source = |between: &str| {
        format!(
            "fn f(x: &[f64], n: usize) -> f64 {{
                let mut k = vec![0.0; x.len()];
                let mut s = 0.0;
                for _ in 0..n {{ g(x, &mut k); s += h(&k, 0.5); {between} }}
                s
            }}"
        )
    };
    let text = derived(&source("")).forward.to_string();
    // Whether `g` could have made it longer, and whether `h` reads it.
    assert!(text.contains("g::__reads(1, 0)") && text.contains("h::__reads(0, 1)"), "{text}");
    for between in ["k.push(s);", "k.pop();", "k = vec![s; n];", "k.clear();"] {
        let text = derived(&source(between)).forward.to_string();
        assert!(!text.contains("h::__reads"), "{between}: {text}");
    }
}
