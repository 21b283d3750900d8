//! What stands in for the derivatives of a function in error.
//!
//! The same derivatives, with the same types, of a body that panics: calls of them elsewhere are
//! type-checked as usual, so that one mistake gives one message.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::expand::derive;
use crate::lower;
use crate::options::Options;
use crate::parse::Source;

/// Typed stubs; nothing if the signature itself is in error.
pub fn stubs(source: &Source<'_>, options: &Options) -> TokenStream {
    let block = unreachable_body();
    let options = without_rule(options);
    derive(&Source { block: &block, ..*source }, &options, &mut Diagnostics::new())
        .unwrap_or_default()
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

fn without_rule(options: &Options) -> Options {
    Options { partials: Vec::new(), jvp: None, vjp: None, dump: false, ..options.clone() }
}
