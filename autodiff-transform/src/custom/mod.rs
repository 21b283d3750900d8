//! Rules that the user gives instead of a body to differentiate.
//!
//! * `partials(x = …, y = …)` ([`partials`]): a closed form of `∂f/∂x` in the arguments and in the
//!   function's `result`, for functions from floats to a float. Both modes follow from it.
//! * `jvp = path`, `vjp = path` ([`modes`]): functions that compute the one or the other mode.

mod build;
mod modes;
mod partials;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::emit::api::Api;
use crate::emit::companion::{self, Parts};
use crate::emit::internal::Internal;
use crate::emit::signature::Signature;
use crate::expand::Derived;
use crate::ir::{Arg, Function, Passing, VarId};
use crate::options::Options;
use crate::parse::Source;
use crate::{fallback, higher};

/// Whether the function has a rule of the user's.
pub fn has_rule(options: &Options) -> bool {
    !options.partials.is_empty() || options.jvp.is_some() || options.vjp.is_some()
}

/// What a rule gives: the bodies, and functions that they call.
struct Rule {
    parts: Parts,
    /// Stand next to the generated functions.
    helpers: TokenStream,
    /// Items that the bodies call.
    items: TokenStream,
    /// The bodies as IR, for second order.
    derived: Option<Derived>,
}

pub fn derive(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<TokenStream> {
    let rt = companion::runtime();
    let primal = fallback::signature(source, options, diagnostics)?.function;
    let signature = Signature::new(source, &primal, &rt);
    let before = diagnostics.len();
    let rule = match options.partials.as_slice() {
        [] => modes::rule(&signature, &primal, options, diagnostics),
        _ => partials::rule(&signature, &primal, options, diagnostics),
    }?;
    let order = if rule.derived.is_some() { options.order } else { 1 };
    let mut functions = companion::functions(&signature, &primal, &rule.parts, order);
    functions.extend(rule.helpers);
    functions.extend(Internal { signature: &signature, primal: &primal }.effects(&None));
    let mut items = rule.items;
    if let Some(derived) = &rule.derived {
        let higher = higher::functions(&signature, derived, options, diagnostics);
        functions.extend(higher.functions);
        items.extend(higher.items);
    } else {
        let api = Api { signature: &signature, primal: &primal, of_closure: false, order: 1 };
        functions.extend(api.without_second());
    }
    if diagnostics.len() > before {
        return None;
    }
    let tokens = companion::implementation(&signature, options, &items, functions);
    crate::dump::expansion(source, options, &tokens);
    Some(tokens)
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
