//! The items that stand beside the user's: the companion type and the `impl` with the derivatives.
//!
//! ```text
//! /// Derivatives of [`f`](fn@f).
//! pub enum f {}
//! const _: () = {
//!     /* nested items of the body */
//!     impl f { /* internal functions, public functions */ }
//! };
//! ```
//!
//! A method's derivatives go into an `impl` of its own type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::api::Api;
use super::internal::Internal;
use super::matrices::Matrices;
use super::part::Part;
use super::signature::Signature;
use crate::ir::{Function, VarSet};
use crate::options::Options;
use crate::parse::Source;

/// The printed bodies of everything derived from one function.
pub struct Parts {
    pub tangent: Part,
    pub joint: Part,
    /// In place of `joint` where nothing is in the cotangents yet, and the arguments of which it overwrites
    /// them.
    pub fresh: Option<(Part, VarSet)>,
    pub forward: Part,
    pub reverse: Part,
}

/// The runtime's hidden module, by the name that [`import`] gives it.
pub fn runtime() -> Ident {
    Ident::new("__rt", Span::call_site())
}

/// Stands at the start of each block that is emitted.
pub fn import(options: &Options) -> TokenStream {
    let krate = &options.krate;
    quote!(use #krate::__private as __rt;)
}

/// The name of the companion type.
pub fn companion_name(source: &Source<'_>, options: &Options) -> Ident {
    let mut name = options.companion.clone().unwrap_or_else(|| source.sig.ident.clone());
    name.set_span(Span::call_site().located_at(name.span()));
    name
}

/// The companion type of a function; methods have none.
pub fn companion_type(source: &Source<'_>, options: &Options) -> TokenStream {
    if source.self_ty.is_some() {
        return TokenStream::new();
    }
    let (name, vis, function) = (companion_name(source, options), source.vis, &source.sig.ident);
    let cfgs = cfgs(source);
    let doc = format!("Derivatives of [`{function}`](fn@{function}).");
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code)]
        #vis enum #name {}
    }
}

/// The conditions under which the user's function exists.
fn cfgs<'a>(source: &Source<'a>) -> Vec<&'a syn::Attribute> {
    source.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// The functions of the companion.
pub fn functions(
    signature: &Signature<'_>,
    primal: &Function,
    parts: &Parts,
    order: u32,
) -> TokenStream {
    let internal = Internal { signature, primal };
    if signature.source.only_internal {
        return [
            internal.tangent(&parts.tangent),
            internal.forward(&parts.forward),
            internal.reverse(&parts.reverse),
        ]
        .into_iter()
        .collect();
    }
    let api = Api { signature, primal, of_closure: false, order };
    [
        api.jvp(),
        api.vjp(),
        api.adjoint(&parts.joint),
        api.gradients(parts.fresh.as_ref()),
        Matrices { api: &api }.functions(),
        internal.tangent(&parts.tangent),
        internal.forward(&parts.forward),
        internal.reverse(&parts.reverse),
    ]
    .into_iter()
    .collect()
}

/// The `impl` with these functions, next to the body's own items.
pub fn implementation(
    signature: &Signature<'_>,
    options: &Options,
    items: &TokenStream,
    functions: TokenStream,
) -> TokenStream {
    let source = signature.source;
    let cfgs = cfgs(source);
    let header = match source.self_ty {
        None => companion_name(source, options).to_token_stream(),
        Some(self_ty) => self_ty.to_token_stream(),
    };
    let (generics, own) = match source.impl_generics {
        None => (TokenStream::new(), None),
        Some(generics) => {
            let params = &generics.params;
            (
                if params.is_empty() { TokenStream::new() } else { quote!(<#params>) },
                generics.where_clause.as_ref(),
            )
        }
    };
    let own = own.into_iter().flat_map(|clause| &clause.predicates).map(ToTokens::to_token_stream);
    let predicates: Vec<TokenStream> = own.chain(signature.differentiable()).collect();
    let clause = match predicates.is_empty() {
        true => TokenStream::new(),
        false => quote!(where #(#predicates),*),
    };
    let (lints, import) = (quiet(), import(options));
    quote! {
        #(#cfgs)*
        #lints
        const _: () = {
            #import
            #items
            impl #generics #header #clause { #functions }
        };
    }
}

/// Generated code is not for the user to mend.
pub fn quiet() -> TokenStream {
    quote! {
        #[allow(
            unused,
            non_snake_case,
            non_local_definitions,
            private_bounds,
            private_interfaces,
            trivial_bounds,
            non_shorthand_field_patterns,
            clippy::all,
            clippy::pedantic,
            clippy::nursery
        )]
    }
}
