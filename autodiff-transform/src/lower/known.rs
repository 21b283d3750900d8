//! Functions of the standard library, and `detach`, that are known by their names: `mem::swap`, `iter::zip`.
//!
//! A module of one's own may be called `mem`, and have a `swap`. Which function a path means rustc knows: beside
//! the derivatives stands code that compiles only if it is the one that it was taken for.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::Lowerer;

impl Lowerer<'_> {
    /// Whether a path is that of a function of this module of the standard library's, which rustc is made to
    /// check. `drop` needs no module.
    pub(super) fn is_known(&mut self, path: &syn::Path, module: &str) -> bool {
        let Some(name) = path.segments.last().map(|last| &last.ident) else { return false };
        let is_of_module = match path.segments.iter().nth_back(1) {
            Some(owner) => owner.ident == module,
            None => name == "drop",
        };
        if is_of_module && path.segments[0].ident != "std" {
            let known = of_std(module, name);
            self.check_is(path, &known);
        }
        is_of_module
    }

    /// Has rustc check that a trait is that of the operator of its name: `ops::Add`, for `ops::Add::add`.
    pub(super) fn check_operator(&mut self, path: &syn::Path) {
        let mut owner = path.clone();
        let method = owner.segments.pop().map(|last| last.into_value().ident);
        owner.segments.pop_punct();
        let name = owner.segments.last().map(|last| last.ident.clone());
        let (Some(method), Some(name), true) = (method, name, path.segments[0].ident != "std")
        else {
            return;
        };
        let span = path.span();
        self.check(
            quote_spanned!(span=> <f64 as ::core::ops::#name>::#method),
            quote_spanned!(span=> <f64 as #owner>::#method),
            path,
        );
    }

    /// Has rustc check that a path means a function that is known.
    pub(super) fn check_is(&mut self, path: &syn::Path, known: &TokenStream) {
        let mut used = path.clone();
        if let Some(last) = used.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        self.check(known.clone(), quote_spanned!(path.span()=> #used), path);
    }

    fn check(&mut self, known: TokenStream, used: TokenStream, path: &syn::Path) {
        let span = path.span();
        self.keep_item(&syn::parse_quote_spanned! {span=>
            const _: fn() = || __rt::is_function(#known, #used);
        });
    }
}

/// A function of the standard library's, whose type parameters are any types.
fn of_std(module: &str, name: &Ident) -> TokenStream {
    let span = name.span();
    let path = Ident::new(module, span);
    let generics = match name.to_string().as_str() {
        "zip" | "chain" => quote_spanned!(span=> [(); 0], [(); 0]),
        "successors" => quote_spanned!(span=> (), fn(&()) -> ::core::option::Option<()>),
        "from_fn" if module == "array" => quote_spanned!(span=> (), 0, fn(usize)),
        "from_fn" => quote_spanned!(span=> (), fn() -> ::core::option::Option<()>),
        "repeat_with" => quote_spanned!(span=> (), fn()),
        _ => quote_spanned!(span=> ()),
    };
    quote_spanned!(span=> ::core::#path::#name::<#generics>)
}
