//! Which cotangents are overwritten where nothing is in them yet, and what is kept in their memory.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::verify::verify;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Passes, adjoint, fresh, optimize};

/// The sweeps of `f(x, y, w, n)` with the body for cotangents in which nothing is yet.
fn swept(body: &str) -> Option<String> {
    let source =
        format!("fn f(x: &[f64], y: &[f64], z: &mut [f64], w: f64, n: usize) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = lowered.expect("the snippet lowers").function;
    let mut joint = adjoint(&function, Callees::KNOWN).joint;
    optimize(&mut joint, Passes::ALL);
    let fresh = fresh(&joint)?;
    verify(&fresh.function).expect("it is well-formed");
    Some(fresh.function.to_string())
}

#[track_caller]
fn overwritten(body: &str, bars: &[&str]) {
    let swept = swept(body).unwrap_or_default();
    for bar in ["x_bar", "y_bar", "z_bar"] {
        let assigned = swept.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with(&format!("{bar}[")) && line.contains("] = ")
        });
        assert_eq!(assigned, bars.contains(&bar), "{bar} in {swept}");
    }
}

/// Whether a record is in memory of its own.
#[track_caller]
fn has_record(body: &str, record: bool) {
    let swept = swept(body).expect("something is overwritten");
    assert_eq!(swept.contains("_each: Vec"), record, "{swept}");
}

#[test]
fn by_the_first_loop_over_all_elements() {
    overwritten("x.iter().map(|x| x * x).sum::<f64>() * w", &["x_bar"]);
    overwritten("let mut s = 0.0; for i in 0..x.len() { s += x[i] * y[i]; } s", &["x_bar"]);
    overwritten("let mut s = x[n]; for i in 0..x.len() { s += x[i] * w; } s", &["x_bar"]);
    // What the other element gets is added up, and added after the loop.
    overwritten("let mut s = 0.0; for i in 0..x.len() { s += x[i] * x[n]; } s", &["x_bar"]);
    overwritten(
        "let m = x.len(); let mut s = 0.0; for i in 0..m { s += x[i].sin(); } s.exp()",
        &["x_bar"],
    );
}

#[test]
fn not_by_anything_else() {
    // Not all elements, or not each once.
    overwritten("let mut s = 0.0; for i in 0..x.len() { s += x[i] * x[i / 2]; } s", &[]);
    overwritten("let mut s = 0.0; for i in 0..n { s += x[i] * w; } s", &[]);
    overwritten("let mut s = 0.0; for i in 1..x.len() { s += x[i] * w; } s", &[]);
    overwritten("let mut s = 0.0; for i in 0..x.len() { if x[i] > 0.0 { s += x[i] * w; } } s", &[]);
    overwritten(
        "let mut s = 0.0; for i in 0..x.len() { if x[i] > 3.0 { break; } s += x[i] * w; } s",
        &[],
    );
    overwritten(
        "let mut s = 0.0; for k in 0..n { for i in 0..x.len() { s += x[i] * w; } s = s * s; } s",
        &[],
    );
    // What comes first in the reverse sweep.
    overwritten("let mut s = 0.0; for i in 0..x.len() { s += x[i] * w; } s * x[n]", &[]);
    // What is behind `&mut` has a cotangent to begin with.
    overwritten("let mut s = 0.0; for i in 0..z.len() { s += z[i] * w; } s", &[]);
}

#[test]
fn records_lie_in_what_is_overwritten() {
    has_record("x.iter().map(|x| x.exp()).sum::<f64>().ln()", false);
    has_record("let mut s = 0.0; for i in 0..x.len() { s += (x[i] * 2.0).exp(); } s.ln()", false);
    // It is of a loop over something else.
    has_record(
        "let (mut s, mut r) = (0.0, 0.0); for i in 0..n { s += y[i].exp(); }
         for i in 0..x.len() { r += x[i] * 2.0; } s.ln() * r",
        true,
    );
}
