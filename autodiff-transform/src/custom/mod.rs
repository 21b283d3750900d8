//! Rules that the user gives instead of a body to differentiate.
//!
//! * `partials(x = …, y = …)` ([`partials`]): a closed form of `∂f/∂x` in the arguments and in the
//!   function's `result`, for functions from floats to a float. Both modes follow from it.
//! * `jvp = path`, `vjp = path` ([`modes`]): functions that compute the one or the other mode.

mod modes;
mod partials;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::emit::companion::{self, Parts};
use crate::emit::signature::Signature;
use crate::fallback;
use crate::ir::{Arg, Function, Passing, VarId};
use crate::options::Options;
use crate::parse::Source;

/// Whether the function has a rule of the user's.
pub fn has_rule(options: &Options) -> bool {
    !options.partials.is_empty() || options.jvp.is_some() || options.vjp.is_some()
}

/// What a rule gives: the bodies, and functions that they call.
struct Rule {
    parts: Parts,
    /// Stand next to the generated functions.
    helpers: TokenStream,
}

pub fn derive(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<TokenStream> {
    let rt = companion::runtime(options);
    let primal = fallback::signature(source, options, diagnostics)?.function;
    let signature = Signature::new(source, &primal, &rt);
    let before = diagnostics.len();
    let rule = match options.partials.as_slice() {
        [] => modes::rule(&signature, &primal, options, diagnostics),
        partials => partials::rule(&signature, &primal, partials, diagnostics),
    }?;
    if diagnostics.len() > before {
        return None;
    }
    let functions = companion::functions(&signature, &primal, &rule.parts);
    let helpers = rule.helpers;
    let functions = quote!(#functions #helpers);
    Some(companion::implementation(source, options, &TokenStream::new(), functions))
}

/// The user's function, as a path from the generated `impl`.
fn primal_path(source: &Source<'_>) -> syn::Path {
    let name = &source.sig.ident;
    match source.self_ty {
        Some(_) => syn::parse_quote!(Self::#name),
        None => syn::parse_quote!(#name),
    }
}

/// A parameter passed on as it came.
fn pass_on(function: &Function, var: VarId, passing: Passing) -> Arg {
    match passing {
        Passing::Value => Arg::Value(function.read(var)),
        Passing::Ref => Arg::Ref(function.place(var)),
        Passing::RefMut => Arg::RefMut(function.place(var)),
    }
}
