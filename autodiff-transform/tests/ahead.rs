//! Which loops are fused although the reverse of what follows them cannot precede them.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Loops, adjoint_with};

/// Whether both sweeps of the loop that computes sines are one loop, in `f(x, v, w, n)` with the body.
fn is_fused(body: &str, loops: Loops) -> bool {
    let source = format!("fn f(x: &[f64], v: f64, mut w: f64, n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let joint = adjoint_with(&function, loops, Callees::KNOWN).joint.to_string();
    let loop_ = joint.find("for ").expect("a loop");
    let end = loop_ + joint[loop_..].find("\n    }\n").expect("its end");
    let has = |name: &str| joint[loop_..end].contains(name);
    assert!(has(".sin()"), "{joint}");
    has(".cos()")
}

#[track_caller]
fn fused(body: &str) {
    assert!(is_fused(body, Loops::ALL));
    assert!(!is_fused(body, Loops { ahead: false, ..Loops::ALL }));
}

#[track_caller]
fn separate(body: &str) {
    assert!(!is_fused(body, Loops::ALL));
}

const LOOP: &str = "let mut s = 0.0; for i in 0..n { s += (x[i] * v).sin(); }";

#[test]
fn before_a_penalty() {
    fused(&format!("{LOOP} s + penalty(v)"));
    fused(&format!("{LOOP} w *= penalty(v); 2.0 * s + w"));
    fused(&format!("{LOOP} s / n as f64 + penalty(v)"));
    fused(&format!(
        "{LOOP} let scale = 1.0 / n as f64; let c = v * v; s * (c * scale) + penalty(v)"
    ));
    fused(&format!("{LOOP} let mut p = 0.0; for i in 0..n {{ p = g(p, x[i]); }} 0.5 * s - p * v"));
}

#[test]
fn not_where_the_cotangent_comes_from_later() {
    separate(&format!("{LOOP} s * penalty(v)"));
    separate(&format!("{LOOP} penalty(s)"));
    separate(&format!("{LOOP} let c = w * w; w = 1.0; s * c + penalty(v)"));
    separate(&format!("{LOOP} for i in 0..n {{ s = g(s, x[i]); }} s"));
}

#[test]
fn not_where_what_the_loop_reads_is_overwritten() {
    let by_w = LOOP.replace('v', "w");
    separate(&format!("{by_w} w = penalty(w); s + w"));
    separate(&format!("{by_w} for i in 0..n {{ w *= x[i]; }} s + penalty(w)"));
}
