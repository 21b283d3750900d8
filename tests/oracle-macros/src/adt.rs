//! `Leaves` for the structs and enums of a corpus module, and for their tangents.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, Item};

use crate::cases::differentiable;
use crate::select::{self, Version};

/// The impls for all types with a derivative in the module.
pub fn leaves(items: &[Item], version: Version, primal_only: bool) -> syn::Result<TokenStream> {
    let tangents = version != Version::Dual && !primal_only;
    let mut out = TokenStream::new();
    for item in items {
        if !select::attributes(&mut item.clone()).map_or(Ok(true), |a| select::keeps(a, version))? {
            continue;
        }
        out.extend(match item {
            Item::Struct(item) => {
                let name = &item.ident;
                let (pattern, visits) = fields(&item.fields);
                let body = |name: &syn::Ident| quote!(let #name #pattern = self; #visits);
                let tangents = tangents && differentiable(&item.attrs);
                impls(name, &item.generics, tangents, &body)
            }
            Item::Enum(item) => {
                let body = |name: &syn::Ident| {
                    let arms = item.variants.iter().map(|variant| {
                        let variant_name = &variant.ident;
                        let (pattern, visits) = fields(&variant.fields);
                        quote!(#name::#variant_name #pattern => { #visits })
                    });
                    quote!(match self { #(#arms)* })
                };
                let tangents = tangents && differentiable(&item.attrs);
                impls(&item.ident, &item.generics, tangents, &body)
            }
            Item::Mod(module) => {
                let inner = module.content.as_ref().map_or(&[][..], |(_, items)| items);
                let inner = leaves(inner, version, primal_only)?;
                let (name, wrapper) =
                    (&module.ident, format_ident!("__leaves_of_{}", module.ident));
                if inner.is_empty() {
                    TokenStream::new()
                } else {
                    quote!(mod #wrapper { use super::#name::*; #inner })
                }
            }
            _ => TokenStream::new(),
        });
    }
    Ok(out)
}

fn impls(
    name: &syn::Ident,
    generics: &syn::Generics,
    tangents: bool,
    body: &dyn Fn(&syn::Ident) -> TokenStream,
) -> TokenStream {
    let mut generics = generics.clone();
    let params: Vec<_> = generics.type_params().map(|param| param.ident.clone()).collect();
    let tangent = tangents.then(|| {
        let mut generics = generics.clone();
        for param in &params {
            let clause = generics.make_where_clause();
            clause.predicates.push(syn::parse_quote!(#param: ::chainrule::Differentiable));
            clause.predicates.push(syn::parse_quote!(
                <#param as ::chainrule::Differentiable>::Tangent: ::chainrule_oracle::Leaves
            ));
        }
        one_impl(&format_ident!("{name}Tangent"), &generics, body)
    });
    for param in &params {
        let clause = generics.make_where_clause();
        clause.predicates.push(syn::parse_quote!(#param: ::chainrule_oracle::Leaves));
    }
    let primal = one_impl(name, &generics, body);
    quote!(#primal #tangent)
}

fn one_impl(
    name: &syn::Ident,
    generics: &syn::Generics,
    body: &dyn Fn(&syn::Ident) -> TokenStream,
) -> TokenStream {
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let body = body(name);
    quote! {
        impl #impl_generics ::chainrule_oracle::Leaves for #name #ty_generics #clause {
            fn visit(&mut self, f: &mut dyn FnMut(&mut dyn ::chainrule_oracle::Scalar)) {
                #body
            }
        }
    }
}

/// A pattern that binds the fields with a derivative, and the visits of these.
fn fields(fields: &Fields) -> (TokenStream, TokenStream) {
    let active =
        |field: &&syn::Field| !field.attrs.iter().any(|attr| attr.path().is_ident("constant"));
    match fields {
        Fields::Named(named) => {
            let names: Vec<_> = named.named.iter().filter(active).map(|f| &f.ident).collect();
            let visits =
                names.iter().map(|name| quote!(::chainrule_oracle::Leaves::visit(#name, f);));
            (quote!({ #(#names,)* .. }), quote!(#(#visits)*))
        }
        Fields::Unnamed(unnamed) => {
            let names: Vec<_> = (0..unnamed.unnamed.len()).map(|i| format_ident!("f{i}")).collect();
            let visits = names
                .iter()
                .zip(&unnamed.unnamed)
                .filter(|(_, field)| active(field))
                .map(|(name, _)| quote!(::chainrule_oracle::Leaves::visit(#name, f);));
            (quote!((#(#names),*)), quote!(#(#visits)*))
        }
        Fields::Unit => (TokenStream::new(), TokenStream::new()),
    }
}
