//! Writes the tangent type and its impls.
//!
//! A struct is treated as an enum of one variant whose constructor is `Self`, and a tuple's fields
//! are named by their numbers (`Self { 0: x }` is Rust), so that one way of writing fits all.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Generics, Member, Visibility};

use super::float;
use super::generics::{self, Both};
use super::{Body, Field, Input, Style, Variant};

pub(super) fn emit(input: &Input) -> TokenStream {
    let emitter = Emitter::new(input);
    let parts = [
        emitter.declaration(),
        emitter.primal(),
        emitter.tangent(),
        emitter.standard_traits(),
        emitter.conditional_traits(),
        emitter.payloads(),
        float::impl_of(input, &emitter.generics.primal, &emitter.rt),
    ];
    parts.into_iter().collect()
}

struct Emitter<'a> {
    input: &'a Input,
    generics: Both,
    /// `crate::__private`.
    rt: TokenStream,
}

impl Emitter<'_> {
    fn new(input: &Input) -> Emitter<'_> {
        let krate = &input.krate;
        Emitter { input, generics: generics::of(input), rt: quote!(#krate::__private) }
    }

    /// The tangent's type of a field. It has the span of the field's type, at which rustc then says
    /// that the type has no derivative.
    fn field_type(&self, field: &Field) -> TokenStream {
        let (rt, ty) = (&self.rt, &field.ty);
        if field.constant {
            quote!(())
        } else {
            quote_spanned!(ty.span()=> <#ty as #rt::Differentiable>::Tangent)
        }
    }

    /// `pub struct BodyTangent<T> where … { pub mass: …, … }`.
    fn declaration(&self) -> TokenStream {
        let Input { ident, vis, tangent, .. } = self.input;
        let params = declared_params(&self.generics.tangent);
        let clause = &self.generics.tangent.where_clause;
        let doc = format!(
            "Tangents and cotangents of [`{}`]: the derivative of each field, `()` for one without.",
            ident.unraw()
        );
        let body = match &self.input.body {
            Body::Struct(variant) => {
                let fields = self.declared_fields(variant, true);
                match variant.style {
                    Style::Named => quote!(struct #tangent #params #clause { #fields }),
                    Style::Tuple => quote!(struct #tangent #params ( #fields ) #clause;),
                    Style::Unit => quote!(struct #tangent #params #clause;),
                }
            }
            Body::Enum(variants) => {
                let variants = variants.iter().map(|variant| {
                    let name = &variant.ident;
                    let fields = self.declared_fields(variant, false);
                    let doc = format!("A value that is `{}`.", name.to_token_stream());
                    match variant.style {
                        Style::Named => quote!(#[doc = #doc] #name { #fields },),
                        Style::Tuple => quote!(#[doc = #doc] #name ( #fields ),),
                        Style::Unit => quote!(#[doc = #doc] #name,),
                    }
                });
                quote!(enum #tangent #params #clause { #(#variants)* })
            }
        };
        quote!(#[doc = #doc] #vis #body)
    }

    fn declared_fields(&self, variant: &Variant, with_vis: bool) -> TokenStream {
        let fields = variant.fields.iter().map(|field| {
            let ty = self.field_type(field);
            let vis = if with_vis { field.vis.clone() } else { Visibility::Inherited };
            match &field.member {
                Member::Named(name) => {
                    let doc = format!("The derivative of `{}`.", name.unraw());
                    quote!(#[doc = #doc] #vis #name: #ty,)
                }
                Member::Unnamed(_) => quote!(#vis #ty,),
            }
        });
        fields.collect()
    }

    /// `impl Differentiable for Body`.
    fn primal(&self) -> TokenStream {
        let (rt, Input { ident, tangent, .. }) = (&self.rt, self.input);
        let (params, arguments, clause) = self.generics.primal.split_for_impl();
        let (_, tangent_arguments, _) = self.generics.tangent.split_for_impl();
        let arms = self.input.variants().iter().map(|variant| {
            let value = constructor(quote!(Self), variant);
            let zero = constructor(tangent.to_token_stream(), variant);
            let active = variant.fields.iter().filter(|field| !field.constant);
            let patterns = active.map(|field| {
                let (member, name) = (&field.member, bound("value", &field.member));
                quote!(#member: #name)
            });
            let zeros = variant.fields.iter().map(|field| {
                let (member, name) = (&field.member, bound("value", &field.member));
                if field.constant {
                    quote!(#member: ())
                } else {
                    quote!(#member: #rt::Differentiable::zero_tangent(#name))
                }
            });
            quote!(#value { #(#patterns,)* .. } => #zero { #(#zeros),* },)
        });
        let components = self.components(false);
        quote! {
            #[automatically_derived]
            impl #params #rt::Differentiable for #ident #arguments #clause {
                type Tangent = #tangent #tangent_arguments;
                #[inline]
                fn zero_tangent(&self) -> Self::Tangent {
                    match self { #(#arms)* }
                }
                #components
            }
        }
    }

    /// The methods that visit the components, of the type or of its tangent.
    fn components(&self, of_tangent: bool) -> TokenStream {
        let rt = &self.rt;
        let visit = |method: TokenStream, visitor: TokenStream| {
            let arms = self.input.variants().iter().map(|variant| {
                let constructor = constructor(quote!(Self), variant);
                let active = variant.fields.iter().filter(|field| of_tangent || !field.constant);
                let names: Vec<(&Member, Ident)> =
                    active.map(|field| (&field.member, bound("value", &field.member))).collect();
                let patterns = names.iter().map(|(member, name)| quote!(#member: #name));
                let calls = names
                    .iter()
                    .map(|(_, name)| quote!(#rt::Differentiable::#method(#name, #visitor);));
                quote!(#constructor { #(#patterns,)* .. } => { #(#calls)* })
            });
            quote!(match self { #(#arms)* })
        };
        let read = visit(quote!(read_components), quote!(sink));
        let update = visit(quote!(update_components), quote!(update));
        quote! {
            fn read_components(&self, sink: &mut impl #rt::core::ops::FnMut(f64)) { #read }
            fn update_components(&mut self, update: &mut impl #rt::core::ops::FnMut(f64) -> f64) {
                #update
            }
        }
    }

    /// `impl Differentiable for BodyTangent` and `impl Tangent for BodyTangent`.
    fn tangent(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.input.tangent);
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let what = self.input.ident.unraw().to_string();
        let accumulate = self.zip(
            |sum, value| quote!(#rt::Tangent::accumulate(#sum, #value);),
            |statements| quote!({ #(#statements)* }),
            quote!(#rt::shape_mismatch(#what)),
        );
        let set_zero = self.each(
            |component| quote!(#rt::Tangent::set_zero(#component);),
            |_, statements| quote!({ #(#statements)* }),
        );
        let components = self.components(true);
        quote! {
            #[automatically_derived]
            impl #params #rt::Differentiable for #tangent #arguments #clause {
                type Tangent = Self;
                #[inline]
                fn zero_tangent(&self) -> Self {
                    let mut zero = #rt::core::clone::Clone::clone(self);
                    #rt::Tangent::set_zero(&mut zero);
                    zero
                }
                #components
            }
            #[automatically_derived]
            impl #params #rt::Tangent for #tangent #arguments #clause {
                #[inline]
                fn accumulate(&mut self, other: &Self) {
                    match (self, other) { #accumulate }
                }
                #[inline]
                fn set_zero(&mut self) {
                    match self { #set_zero }
                }
            }
        }
    }

    /// Clone, Debug and PartialEq. Not by rustc's derives, which would bound `T` where `T::Tangent`,
    /// a tangent, has these traits anyway.
    fn standard_traits(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.input.tangent);
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let clone = self.each(
            |component| quote!(#rt::core::clone::Clone::clone(#component)),
            |variant, values| {
                let copy = constructor(quote!(Self), variant);
                let members = variant.fields.iter().map(|field| &field.member);
                quote!(#copy { #(#members: #values),* })
            },
        );
        let debug = self.each(
            |component| quote!(#component),
            |variant, values| {
                let name = variant.ident.as_ref().unwrap_or(tangent).unraw().to_string();
                let names = variant.fields.iter().map(|field| member_text(&field.member));
                match variant.style {
                    Style::Named => {
                        quote!(f.debug_struct(#name)#(.field(#names, #values))*.finish())
                    }
                    Style::Tuple => quote!(f.debug_tuple(#name)#(.field(#values))*.finish()),
                    Style::Unit => quote!(f.write_str(#name)),
                }
            },
        );
        let equal = self.zip(
            |left, right| quote!(*#left == *#right),
            |tests| quote!(true #(&& #tests)*),
            quote!(false),
        );
        quote! {
            #[automatically_derived]
            impl #params #rt::core::clone::Clone for #tangent #arguments #clause {
                #[inline]
                fn clone(&self) -> Self {
                    match self { #clone }
                }
            }
            #[automatically_derived]
            impl #params #rt::core::fmt::Debug for #tangent #arguments #clause {
                fn fmt(&self, f: &mut #rt::core::fmt::Formatter<'_>) -> #rt::core::fmt::Result {
                    match self { #debug }
                }
            }
            #[automatically_derived]
            impl #params #rt::core::cmp::PartialEq for #tangent #arguments #clause {
                #[inline]
                fn eq(&self, other: &Self) -> bool {
                    match (self, other) { #equal }
                }
            }
        }
    }

    /// Copy, and for a struct Default, where the fields have it. `for<'always>` makes rustc accept a
    /// bound without parameters that does not hold: there is no impl then.
    fn conditional_traits(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.input.tangent);
        let conditional = |name: TokenStream, items: TokenStream| {
            let mut generics = self.generics.tangent.clone();
            for field in self.input.variants().iter().flat_map(|variant| &variant.fields) {
                let ty = self.field_type(field);
                let bound = syn::parse_quote!(for<'always> #ty: #name);
                generics.make_where_clause().predicates.push(bound);
            }
            let (params, arguments, clause) = generics.split_for_impl();
            quote! {
                #[automatically_derived]
                impl #params #name for #tangent #arguments #clause { #items }
            }
        };
        let copy = conditional(quote!(#rt::core::marker::Copy), TokenStream::new());
        let Body::Struct(variant) = &self.input.body else { return copy };
        let default = quote!(#rt::core::default::Default);
        let members = variant.fields.iter().map(|field| &field.member);
        let items = quote! {
            #[inline]
            fn default() -> Self {
                Self { #(#members: #default::default()),* }
            }
        };
        let default = conditional(default.clone(), items);
        quote!(#copy #default)
    }

    /// `__Variant_member()` and `__Variant_member_mut()` of an enum's tangent.
    fn payloads(&self) -> TokenStream {
        let Body::Enum(variants) = &self.input.body else { return TokenStream::new() };
        let (rt, Input { ident, vis, tangent, .. }) = (&self.rt, self.input);
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let what = ident.unraw().to_string();
        let otherwise = (variants.len() > 1).then(|| quote!(_ => #rt::shape_mismatch(#what),));
        let accessors = variants.iter().flat_map(|variant| {
            variant.fields.iter().map(|field| {
                let name = variant.ident.as_ref().map(IdentExt::unraw);
                let name = format!("__{}_{}", name.to_token_stream(), member_text(&field.member));
                let (get, get_mut) = (format_ident!("{name}"), format_ident!("{name}_mut"));
                let pattern = constructor(quote!(Self), variant);
                let (member, ty) = (&field.member, self.field_type(field));
                quote! {
                    #[inline]
                    #vis fn #get(&self) -> &#ty {
                        match self { #pattern { #member: payload, .. } => payload, #otherwise }
                    }
                    #[inline]
                    #vis fn #get_mut(&mut self) -> &mut #ty {
                        match self { #pattern { #member: payload, .. } => payload, #otherwise }
                    }
                }
            })
        });
        quote! {
            #[doc(hidden)]
            #[allow(non_snake_case, dead_code)]
            impl #params #tangent #arguments #clause { #(#accessors)* }
        }
    }

    /// The arms of `match self`: `one` for each field, `all` for each variant.
    fn each(
        &self,
        one: impl Fn(&Ident) -> TokenStream,
        all: impl Fn(&Variant, Vec<TokenStream>) -> TokenStream,
    ) -> TokenStream {
        let arms = self.input.variants().iter().map(|variant| {
            let pattern = pattern(variant, "value");
            let parts = variant.fields.iter().map(|field| one(&bound("value", &field.member)));
            let result = all(variant, parts.collect());
            quote!(#pattern => #result,)
        });
        arms.collect()
    }

    /// The arms of `match (self, other)`: `one` for each pair of fields, `all` for each variant,
    /// `otherwise` where the variants differ.
    fn zip(
        &self,
        one: impl Fn(&Ident, &Ident) -> TokenStream,
        all: impl Fn(Vec<TokenStream>) -> TokenStream,
        otherwise: TokenStream,
    ) -> TokenStream {
        let variants = self.input.variants();
        let arms = variants.iter().map(|variant| {
            let (left, right) = (pattern(variant, "left"), pattern(variant, "right"));
            let parts = variant
                .fields
                .iter()
                .map(|field| one(&bound("left", &field.member), &bound("right", &field.member)));
            let result = all(parts.collect());
            quote!((#left, #right) => #result,)
        });
        let otherwise = (variants.len() > 1).then(|| quote!(_ => #otherwise,));
        quote!(#(#arms)* #otherwise)
    }
}

/// `Self` or `Self::Variant`, for `Self` the `ty`.
fn constructor(ty: TokenStream, variant: &Variant) -> TokenStream {
    match &variant.ident {
        Some(name) => quote!(#ty::#name),
        None => ty,
    }
}

/// `Self::Variant { mass: left_mass, … }`.
fn pattern(variant: &Variant, prefix: &str) -> TokenStream {
    let constructor = constructor(quote!(Self), variant);
    let fields = variant.fields.iter().map(|field| {
        let (member, name) = (&field.member, bound(prefix, &field.member));
        quote!(#member: #name)
    });
    quote!(#constructor { #(#fields),* })
}

/// The variable a field is bound to.
fn bound(prefix: &str, member: &Member) -> Ident {
    format_ident!("{prefix}_{}", member_text(member))
}

fn member_text(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// The parameters as the declaration has them, defaults included.
fn declared_params(generics: &Generics) -> TokenStream {
    let params = &generics.params;
    if params.is_empty() { TokenStream::new() } else { quote!(<#params>) }
}
