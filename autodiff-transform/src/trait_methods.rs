//! `#[differentiable] impl Norm for Vector`: the derivatives of a trait's methods are methods of the type.
//!
//! A method of the type's own comes before a trait's in a call, `v.norm()`, whose derivative then would be
//! that of another function. Beside the derivatives stands code that compiles only if the names mean one function.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use crate::emit::companion;
use crate::options::Options;
use crate::universals;

/// Has rustc check that the method of a trait is the one which the type has by its name.
pub fn check(item: &syn::ItemImpl, method: &syn::ImplItemFn, options: &Options) -> TokenStream {
    let Some((_, of, _)) = &item.trait_ else { return TokenStream::new() };
    let generics = &method.sig.generics;
    // What stands for `impl Trait` cannot be given.
    if universals::named(method.sig.clone()).generics.params.len() > generics.params.len() {
        return TokenStream::new();
    }
    let import = companion::import(options);
    let mut without_arguments = of.clone();
    if let Some(last) = without_arguments.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    let (name, self_ty) = (&method.sig.ident, &item.self_ty);
    let (impl_generics, _, impl_where) = item.generics.split_for_impl();
    let arguments = arguments(generics);
    let where_clause = &generics.where_clause;
    let cfgs = method.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let check = format_ident!("__{name}_is_called");
    let called = quote_spanned!(name.span()=> Self::#name #arguments);
    let of_trait = quote_spanned!(name.span()=> <Self as #of>::#name #arguments);
    quote! {
        #(#cfgs)*
        const _: () = {
            #import
            #[allow(unused_imports)]
            use #without_arguments as _;
            impl #impl_generics #self_ty #impl_where {
                #[allow(dead_code)]
                fn #check #generics() #where_clause {
                    __rt::is_method(#called, #of_trait);
                }
            }
        };
    }
}

/// A method's own parameters, as they are given to it; lifetimes are not.
fn arguments(generics: &syn::Generics) -> Option<TokenStream> {
    let names = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(param) => Some(&param.ident),
        syn::GenericParam::Const(param) => Some(&param.ident),
        syn::GenericParam::Lifetime(_) => None,
    });
    let names: Vec<_> = names.collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}
