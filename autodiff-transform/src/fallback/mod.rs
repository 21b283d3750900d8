//! What stands in for the derivatives of a function in error.
//!
//! The same derivatives, with the same types, of a body that panics: calls of them elsewhere are
//! type-checked as usual, so that one mistake gives one message.

mod loose;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::expand::derive;
use crate::lower;
use crate::lower::bound_names;
use crate::options::Options;
use crate::parse::Source;

/// Typed stubs; untyped ones if the signature itself is in error. Where the error was left to rustc, which
/// then has to find one, they do not compile.
pub fn stubs(source: &Source<'_>, options: &Options, left_to_rustc: Option<String>) -> TokenStream {
    let block = match left_to_rustc {
        Some(text) => syn::parse_quote!({
            const { ::core::panic!("{}", #text) };
            ::core::unreachable!()
        }),
        None => unreachable_body(),
    };
    let options = signature_only(source, options);
    let source = Source { block: &block, ..*source };
    derive(&source, &options, &mut Diagnostics::new())
        .unwrap_or_else(|| loose::stubs(&source, &options))
}

/// The lowered signature, with a body that panics.
pub fn signature(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<lower::Output> {
    let block = unreachable_body();
    lower::lower(&Source { block: &block, ..*source }, &without_rule(options), diagnostics)
}

fn unreachable_body() -> syn::Block {
    syn::parse_quote!({ ::core::unreachable!() })
}

/// The options that decide the signatures of the derivatives, as far as they are right.
fn signature_only(source: &Source<'_>, options: &Options) -> Options {
    let mut options = without_rule(options);
    let names: Vec<String> = source.sig.inputs.iter().flat_map(parameter_names).collect();
    if let Some(wrt) = &mut options.wrt {
        wrt.retain(|name| names.contains(&name.to_string()));
    }
    options.wrt = options.wrt.filter(|wrt| !wrt.is_empty());
    options
}

fn parameter_names(input: &syn::FnArg) -> Vec<String> {
    match input {
        syn::FnArg::Receiver(_) => vec!["self".to_owned()],
        syn::FnArg::Typed(typed) => bound_names(&typed.pat),
    }
}

fn without_rule(options: &Options) -> Options {
    Options { partials: Vec::new(), jvp: None, vjp: None, dump: false, ..options.clone() }
}
