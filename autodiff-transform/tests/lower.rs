//! Lowering: snippets of Rust against the IR they become.

use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use proc_macro2::TokenStream;
use quote::quote;

fn lowered(item: TokenStream) -> Result<ir::Function, Vec<String>> {
    let item: syn::ItemFn = syn::parse2(item).expect("the snippet is a function");
    let mut diagnostics = Diagnostics::new();
    let output = lower::lower(&Source::function(&item), &Options::default(), &mut diagnostics);
    match output {
        Some(output) => Ok(output.function),
        None => Err(diagnostics.messages().collect()),
    }
}

/// Lowers, verifies, and prints.
fn shown(item: TokenStream) -> String {
    let function = lowered(item).unwrap_or_else(|errors| panic!("refused: {errors:#?}"));
    let text = function.to_string();
    if let Err(error) = ir::verify::verify(&function) {
        panic!("{error}\n{text}");
    }
    text
}

#[test]
fn straight_line() {
    let text = shown(quote! {
        fn f(x: f64, y: f64) -> f64 {
            let a = x * y;
            let mut b = a + 2.0;
            b += x;
            b
        }
    });
    println!("{text}");
}

#[test]
fn early_return_nests() {
    let text = shown(quote! {
        fn f(x: f64, n: usize) -> f64 {
            if x < 0.0 { return 0.0; }
            let mut s = 0.0;
            for i in 0..n {
                if i == 3 { continue; }
                if s > 10.0 { return s; }
                s += x;
            }
            s * 2.0
        }
    });
    println!("{text}");
}
