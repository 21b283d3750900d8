//! What the optimisations of reverse mode make of small functions: that they take place where they
//! may, and only there. That derivatives stay what they are is shown elsewhere, on random programs.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir::{Function, verify::verify};
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use autodiff_transform::{lower, transform};
use proc_macro2::TokenStream;
use quote::quote;

/// The adjoint of a function, both sweeps in one, as text.
fn joint(item: TokenStream) -> String {
    let item: syn::ItemFn = syn::parse2(item).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let lowered = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    let lowered = lowered.expect("the snippet is in the language");
    let mut joint: Function = transform::adjoint(&lowered.function).joint;
    transform::simplify(&mut joint);
    verify(&joint).unwrap_or_else(|error| panic!("{error}\n{joint}"));
    joint.to_string()
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "`{line}` is not in\n{text}");
    }
}

#[test]
fn a_cotangent_is_multiplied_last() {
    let text = joint(quote! {
        fn f(a: f64, b: f64) -> f64 { a * 3.0 * b * 2.0 }
    });
    has(&text, &["a_bar += seed * (2.0 * b * 3.0)"]);
}

#[test]
fn a_product_of_which_two_are_made_goes_into_both() {
    let text = joint(quote! {
        fn f(a: f64, b: f64, c: f64) -> f64 { a * b * c }
    });
    has(&text, &["a_bar += seed * (c * b)", "b_bar += seed * (c * a)", "c_bar += seed * t"]);
}

#[test]
fn a_product_that_is_wanted_itself_stays() {
    let text = joint(quote! {
        fn f(a: f64, b: f64, c: f64) -> f64 { (a * b + c) * c }
    });
    has(&text, &["c_bar += t_bar", "a_bar += t_bar * b"]);
}

#[test]
fn values_of_iterations_that_depend_on_each_other_lie_together() {
    let text = joint(quote! {
        fn f(x: f64, n: usize) -> f64 {
            let mut s = x;
            for _ in 0..n { s = s.sin() * x.exp() + (s * x).cos(); }
            s
        }
    });
    has(&text, &["values_each"]);
}
