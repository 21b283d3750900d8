//! Functions of the standard library, and `detach`, that are known by their names: `mem::swap`, `iter::zip`.
//!
//! A module of one's own may be called `mem`, and have a `swap`. Which function a path means rustc knows: beside
//! the derivatives stands code that compiles only if it is the one that it was taken for.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::Lowerer;
use crate::ir::{FloatTy, Ty};
use crate::ops::Prim;

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

    /// The primitive of `x.add(y)`. Of a float whose type is no parameter it is a method of the operator's trait,
    /// if rustc finds that for another type as well.
    pub(super) fn operator_method(&mut self, method: &Ident, of: &Ty, args: usize) -> Option<Prim> {
        let prim = match (method.to_string().as_str(), args) {
            ("add", 1) => Prim::Add,
            ("sub", 1) => Prim::Sub,
            ("mul", 1) => Prim::Mul,
            ("div", 1) => Prim::Div,
            ("rem", 1) => Prim::Rem,
            ("neg", 0) => Prim::Neg,
            _ => return None,
        };
        let is_param = match self.infer.shallow(of) {
            Ty::Float(float) => matches!(float, FloatTy::Param(_)),
            _ => !self.floats.is_empty(),
        };
        if !is_param {
            self.check_method(method, &quote!(__rt::OfStd), args);
        }
        Some(prim)
    }

    /// Has rustc check that a method of this name is one of the standard library's traits, which is what the
    /// runtime's `Receiver` has of them, with a result of a type of its own.
    pub(super) fn check_method(&mut self, method: &Ident, result: &TokenStream, args: usize) {
        let span = method.span();
        let args = (0..args).map(|_| quote!(__rt::Receiver));
        self.keep_item(&syn::parse_quote_spanned! {span=>
            const _: fn() = || { let _: #result = __rt::Receiver.#method(#(#args),*); };
        });
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
