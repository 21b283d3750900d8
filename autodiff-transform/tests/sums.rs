//! Which loops add up derivatives in an order that is left open.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::verify;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::transform::{Callees, Passes, adjoint, normalize, optimize};

const PARAMS: &str = "x: &[f64], w: &[f64], rows: &[[f64; 4]], v: f64, n: usize, j: usize";

/// The joint adjoint of a function with the body.
fn joint(body: &str, sums: bool) -> String {
    let source = format!("fn f({PARAMS}) -> f64 {{ {body} }}");
    let item: syn::ItemFn = syn::parse_str(&source).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let function = normalize(&lowered.expect("the snippet lowers").function);
    let mut joint = adjoint(&function, Callees::KNOWN).joint;
    optimize(&mut joint, Passes { sums, ..Passes::ALL });
    verify::verify(&joint).unwrap_or_else(|error| panic!("{error}\n{joint}"));
    joint.to_string()
}

/// So many loops are marked.
#[track_caller]
fn marked(count: usize, body: &str) {
    let with = joint(body, true);
    assert_eq!(with.matches("#[sums(").count(), count, "{with}");
    assert!(!joint(body, false).contains("#[sums("));
}

#[test]
fn what_all_elements_have_a_share_in() {
    marked(
        1,
        "let mut y = x.to_vec(); for i in 0..n { y[i] += w[i] * v; }
         let mut s = 0.0; for i in 0..n { s += y[i] * y[i]; } s",
    );
    // The element of a vector, of which a column of a matrix is a multiple.
    marked(
        1,
        "let mut y = w.to_vec();
         for k in 0..j { for i in 0..n { y[i] += x[k * n..(k + 1) * n][i] * w[k]; } }
         let mut s = 1.0; for i in 0..n { s *= y[i]; } s",
    );
}

#[test]
fn with_an_element_in_an_array_of_arrays() {
    marked(
        1,
        "let mut y = w.to_vec(); for i in 0..n { y[i] += rows[j][i] * v; }
         let mut s = 1.0; for i in 0..n { s *= y[i]; } s",
    );
}

#[test]
fn not_the_functions_own_sums() {
    marked(0, "let mut s = 0.0; for i in 0..n { s += x[i] * w[i]; } s");
}

#[test]
fn not_where_iterations_depend_on_each_other() {
    marked(0, "let mut s = v; for i in 0..n { s *= x[i]; } s");
    // An element that the loop writes is read.
    marked(0, "let mut y = x.to_vec(); for i in 1..n { y[i] += y[i - 1] * v; } y[n - 1]");
}

#[test]
fn not_where_more_is_done() {
    // A call.
    marked(
        0,
        "let mut y = x.to_vec(); for i in 0..n { y[i] += g(w[i]) * v; }
         let mut s = 1.0; for i in 0..n { s *= y[i]; } s",
    );
    // The iteration's number.
    marked(
        0,
        "let mut y = x.to_vec(); for i in 0..n { y[i] += i as f64 * v; }
         let mut s = 1.0; for i in 0..n { s *= y[i]; } s",
    );
}

#[test]
fn not_between_constants() {
    marked(
        0,
        "let mut y = x.to_vec(); for i in 0..4 { y[i] += w[i] * v; }
         let mut s = 1.0; for i in 0..n { s *= y[i]; } s",
    );
}
