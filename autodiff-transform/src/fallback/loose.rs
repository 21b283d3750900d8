//! Stubs for a function whose signature cannot be differentiated.
//!
//! The arguments keep their types. There are none to state for what is derived from them: for that the
//! stubs take anything, and they return what fits everywhere, `!`.

use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, ReturnType, parse_quote};

use crate::diagnostics::Diagnostics;
use crate::emit::matrices;
use crate::expand::derive;
use crate::options::Options;
use crate::parse::Source;

/// The derivatives of a function of the same arguments, as far as these can be differentiated, with
/// every type taken away; nothing if even that is not possible.
pub fn stubs(source: &Source<'_>, options: &Options) -> TokenStream {
    let options = Options { order: 1, ..options.clone() };
    let mut sig = source.sig.clone();
    sig.asyncness = None;
    sig.unsafety = None;
    sig.variadic = None;
    if let ReturnType::Type(..) = sig.output {
        // Of a float, since that gives all derivatives.
        sig.output = parse_quote!(-> f64);
    }
    let as_declared = Source { sig: &sig, ..*source };
    let mut derived = derive(&as_declared, &options, &mut Diagnostics::new());
    if derived.is_none() {
        let mut sig = sig.clone();
        sig.inputs.iter_mut().for_each(simplify);
        derived = derive(&Source { sig: &sig, ..*source }, &options, &mut Diagnostics::new());
    }
    let Some(Ok(mut file)) = derived.map(syn::parse2::<syn::File>) else {
        return TokenStream::new();
    };
    WriteOut.visit_file_mut(&mut file);
    Loosen { declared: source.sig }.visit_file_mut(&mut file);
    quote::quote!(#file)
}

/// A parameter of any type that is refused might have had a derivative.
fn simplify(input: &mut FnArg) {
    if let FnArg::Typed(typed) = input
        && !typed.attrs.iter().any(|attr| attr.path().is_ident("constant"))
    {
        typed.ty = parse_quote!(f64);
    }
}

/// Puts functions in the place of the runtime's macro that writes them.
struct WriteOut;

impl VisitMut for WriteOut {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let items = std::mem::take(&mut item.items).into_iter().flat_map(|item| match item {
            syn::ImplItem::Macro(invocation) => matrices::declared(invocation.mac.tokens),
            item => vec![item],
        });
        item.items = items.collect();
    }
}

struct Loosen<'a> {
    declared: &'a syn::Signature,
}

impl Loosen<'_> {
    /// The type of the argument of this name.
    fn declared_ty(&self, pat: &syn::Pat) -> Option<syn::Type> {
        let syn::Pat::Ident(name) = pat else { return None };
        self.declared.inputs.iter().find_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                syn::Pat::Ident(declared) if declared.ident == name.ident => {
                    Some((*typed.ty).clone())
                }
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
    }
}

impl VisitMut for Loosen<'_> {
    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        item.sig.generics = self.declared.generics.clone();
        item.sig.output = parse_quote!(-> !);
        item.block = parse_quote!({ ::core::unreachable!() });
        for input in &mut item.sig.inputs {
            match input {
                FnArg::Typed(typed) => {
                    let any = || parse_quote!(impl ::core::marker::Sized);
                    *typed.ty = self.declared_ty(&typed.pat).unwrap_or_else(any);
                    *typed.pat = parse_quote!(_);
                }
                FnArg::Receiver(receiver) => {
                    // Without the lifetimes that derivatives give it.
                    if let Some(declared) = self.declared.receiver() {
                        receiver.clone_from(declared);
                    }
                }
            }
        }
        visit_mut::visit_impl_item_fn_mut(self, item);
    }
}
