//! Writes the tangent type and its impls.
//!
//! A struct is treated as an enum of one variant whose constructor is `Self`, and a tuple's fields
//! are named by their numbers (`Self { 0: x }` is Rust), so that one way of writing fits all.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Member, Visibility};

use super::float;
use super::generics::{self, All, family};
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
        emitter.members(),
        float::impl_of(input, &emitter.generics.primal, &emitter.rt),
    ];
    parts.into_iter().collect()
}

pub(super) struct Emitter<'a> {
    pub(super) input: &'a Input,
    pub(super) generics: All,
    /// The type that holds the derivatives, in any family of lanes.
    pub(super) holder: Ident,
    /// `crate::__private`.
    pub(super) rt: TokenStream,
}

impl Emitter<'_> {
    fn new(input: &Input) -> Emitter<'_> {
        let krate = &input.krate;
        let holder = match input.is_laned() && !input.has_constructor() {
            true => format_ident!("{}In", input.tangent),
            false => input.tangent.clone(),
        };
        Emitter { input, generics: generics::of(input), holder, rt: quote!(#krate::__private) }
    }

    /// The tangent's type of a field. It has the span of the field's type, at which rustc then says
    /// that the type has no derivative.
    pub(super) fn field_type(&self, field: &Field) -> TokenStream {
        let (rt, ty, family) = (&self.rt, &field.ty, family());
        if field.constant {
            quote!(())
        } else {
            quote_spanned!(ty.span()=> <#ty as #rt::Laned>::Dot<#family>)
        }
    }

    /// `pub struct BodyTangentIn<T, K> where … { pub mass: …, … }`, and its alias.
    fn declaration(&self) -> TokenStream {
        let (rt, holder) = (&self.rt, &self.holder);
        let Input { ident, vis, tangent, .. } = self.input;
        let mut declared = self.generics.tangent.clone();
        let ident = ident.unraw();
        let doc = format!(
            "Tangents and cotangents of [`{ident}`]: the derivative of each field, `()` for one \
             without."
        );
        let mut alias = TokenStream::new();
        let mut holder_doc = doc.clone();
        if holder != tangent {
            let params = alias_params(&self.generics.tangent_one);
            let arguments = &self.generics.arguments_one;
            alias = quote!(#[doc = #doc] #[allow(dead_code)] #vis type #tangent #params = #holder #arguments;);
            holder_doc =
                format!("As [`{tangent}`], with several derivatives of each float at once.");
            declared.params.iter_mut().for_each(without_default);
        } else if self.input.is_laned()
            && let Some(param) = declared.type_params_mut().last()
        {
            param.eq_token = Some(Default::default());
            param.default = Some(syn::parse_quote!(#rt::One));
        }
        let params = declared_params(&declared);
        let clause = &declared.where_clause;
        let (doc, tangent) = (holder_doc, holder);
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
        quote!(#alias #[doc = #doc] #vis #body)
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

    /// `impl Differentiable for Body` and `impl Laned for Body`.
    fn primal(&self) -> TokenStream {
        let (rt, ident, holder) = (&self.rt, &self.input.ident, &self.holder);
        let (params, own_arguments, clause) = self.generics.primal.split_for_impl();
        let (arguments, arguments_one) = (&self.generics.arguments, &self.generics.arguments_one);
        let components = self.components(false);
        let of_field = |_: &Field| quote!(#rt::Differentiable::zero_tangent);
        let zero = self.zero(&quote!(self), quote!(Self), of_field);
        let (of, dot) = (quote!(#ident #own_arguments), quote!(#holder #arguments));
        let laned = self.laned(&self.generics.primal_in, of, dot, false);
        quote! {
            #[automatically_derived]
            impl #params #rt::Differentiable for #ident #own_arguments #clause {
                type Tangent = #holder #arguments_one;
                #[inline]
                fn zero_tangent(&self) -> <Self as #rt::Differentiable>::Tangent { #zero }
                #components
            }
            #laned
        }
    }

    /// The zero tangent of a value of these constructors, that of a field given by a function.
    fn zero(
        &self,
        value: &TokenStream,
        of: TokenStream,
        of_field: impl Fn(&Field) -> TokenStream,
    ) -> TokenStream {
        let holder = &self.holder;
        let arms = self.input.variants().iter().map(|variant| {
            let value = constructor(of.clone(), variant);
            let zero = constructor(holder.to_token_stream(), variant);
            let active = variant.fields.iter().filter(|field| !field.constant);
            let patterns = active.map(|field| {
                let (member, name) = (&field.member, bound("value", &field.member));
                quote!(#member: #name)
            });
            let zeros = variant.fields.iter().map(|field| {
                let (member, name) = (&field.member, bound("value", &field.member));
                let of_field = of_field(field);
                if field.constant { quote!(#member: ()) } else { quote!(#member: #of_field(#name)) }
            });
            quote!(#value { #(#patterns,)* .. } => #zero { #(#zeros),* },)
        });
        quote!(match #value { #(#arms)* })
    }

    /// `impl Laned for …`, of the type or of its tangent along one direction.
    fn laned(
        &self,
        generics: &Generics,
        of: TokenStream,
        dot: TokenStream,
        of_tangent: bool,
    ) -> TokenStream {
        let (rt, family) = (&self.rt, family());
        let (params, _, clause) = generics.split_for_impl();
        let zero_from = |field: &Field| {
            let ty = &field.ty;
            quote!(<#ty as #rt::Laned>::zero_from::<#family>)
        };
        let from_tangent = self.zero(&quote!(tangent), self.holder.to_token_stream(), zero_from);
        let zero = match of_tangent {
            true => quote!(Self::zero_from::<#family>(self)),
            false => {
                let of_field = |_: &Field| quote!(#rt::Laned::zero_in::<#family>);
                self.zero(&quote!(self), quote!(Self), of_field)
            }
        };
        let visit = |method: TokenStream| {
            let arms = self.input.variants().iter().map(|variant| {
                let constructor = constructor(self.holder.to_token_stream(), variant);
                let active: Vec<&Field> =
                    variant.fields.iter().filter(|field| !field.constant).collect();
                let patterns = active.iter().map(|field| {
                    let (member, name) = (&field.member, bound("value", &field.member));
                    quote!(#member: #name)
                });
                let calls = active.iter().map(|field| {
                    let (ty, name) = (&field.ty, bound("value", &field.member));
                    quote!(<#ty as #rt::Laned>::#method::<#family>(#name, visitor);)
                });
                quote!(#constructor { #(#patterns,)* .. } => { #(#calls)* })
            });
            quote!(match dot { #(#arms)* })
        };
        let (read, write) = (visit(quote!(visit)), visit(quote!(visit_mut)));
        quote! {
            #[automatically_derived]
            impl #params #rt::Laned for #of #clause {
                type Dot<#family: #rt::Lanes> = #dot;
                #[inline]
                fn zero_in<#family: #rt::Lanes>(&self) -> <Self as #rt::Laned>::Dot<#family> { #zero }
                #[inline]
                fn zero_from<#family: #rt::Lanes>(
                    tangent: &<Self as #rt::Laned>::Dot<#rt::One>,
                ) -> <Self as #rt::Laned>::Dot<#family> {
                    #from_tangent
                }
                fn visit<#family: #rt::Lanes>(
                    dot: &<Self as #rt::Laned>::Dot<#family>,
                    visitor: &mut impl #rt::Visit<#family>,
                ) {
                    #read
                }
                fn visit_mut<#family: #rt::Lanes>(
                    dot: &mut <Self as #rt::Laned>::Dot<#family>,
                    visitor: &mut impl #rt::VisitMut<#family>,
                ) {
                    #write
                }
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
        let count = self.count();
        quote! {
            #count
            fn read_components(&self, sink: &mut impl #rt::core::ops::FnMut(f64)) { #read }
            fn update_components(&mut self, update: &mut impl #rt::core::ops::FnMut(f64) -> f64) {
                #update
            }
        }
    }

    /// `const COMPONENTS`, of a struct; the variants of an enum may have different numbers.
    /// A field has as many as its tangent.
    fn count(&self) -> Option<TokenStream> {
        let Body::Struct(variant) = &self.input.body else { return None };
        let rt = &self.rt;
        let counts = variant.fields.iter().filter(|field| !field.constant).map(|field| {
            let ty = &field.ty;
            quote!(<#ty as #rt::Differentiable>::COMPONENTS)
        });
        Some(quote! {
            const COMPONENTS: #rt::core::option::Option<usize> = #rt::sum_of(&[#(#counts),*]);
        })
    }

    /// `impl Differentiable for BodyTangent` and `impl Tangent for BodyTangent`.
    fn tangent(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.holder);
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let (params_one, _, clause_one) = self.generics.tangent_one.split_for_impl();
        let arguments_one = &self.generics.arguments_one;
        let (of, dot) = (quote!(#tangent #arguments_one), quote!(#tangent #arguments));
        let laned = self.laned(&self.generics.tangent_one_in, of, dot, true);
        let what = self.input.ident.unraw().to_string();
        let accumulate = self.zip(
            |sum, value| quote!(#rt::Tangent::accumulate(#sum, #value);),
            |statements| quote!({ #(#statements)* }),
            quote!((sum, value) => #rt::check_shapes(sum, value, #what),),
        );
        let has_components = self.each(
            |component| quote!(#rt::Tangent::has_components(#component)),
            |_, tests| quote!(false #(|| #tests)*),
        );
        let set_zero = self.each(
            |component| quote!(#rt::Tangent::set_zero(#component);),
            |_, statements| quote!({ #(#statements)* }),
        );
        let components = self.components(true);
        quote! {
            #[automatically_derived]
            impl #params_one #rt::Differentiable for #tangent #arguments_one #clause_one {
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
                #[inline]
                fn has_components(&self) -> bool {
                    match self { #has_components }
                }
            }
            #laned
        }
    }

    /// Clone, Debug and PartialEq. Not by rustc's derives, which would bound `T` where `T::Tangent`,
    /// a tangent, has these traits anyway.
    fn standard_traits(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.holder);
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
                let name =
                    variant.ident.as_ref().unwrap_or(&self.input.tangent).unraw().to_string();
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
            quote!(_ => false,),
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

    /// Copy, and for a struct Default, where the fields have it. Default along one direction only:
    /// generated code does not need it, and a user's `PairTangent::default()` leaves no question.
    fn conditional_traits(&self) -> TokenStream {
        let rt = &self.rt;
        let copy = self.copy();
        let Body::Struct(variant) = &self.input.body else { return copy };
        let default = quote!(#rt::core::default::Default);
        let members = variant.fields.iter().map(|field| &field.member);
        let items = quote! {
            #[inline]
            fn default() -> Self {
                Self { #(#members: #default::default()),* }
            }
        };
        let default = self.along_one(&default, items);
        quote!(#copy #default)
    }

    /// A trait of the tangent along one direction, where the fields have it. `for<'always>` makes
    /// rustc accept a bound without parameters that does not hold: there is no impl then.
    fn along_one(&self, name: &TokenStream, items: TokenStream) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.holder);
        let mut generics = self.generics.tangent_one.clone();
        for ty in self.input.active_types() {
            let bound =
                syn::parse_quote!(for<'always> <#ty as #rt::Differentiable>::Tangent: #name);
            generics.make_where_clause().predicates.push(bound);
        }
        let (params, _, clause) = generics.split_for_impl();
        let arguments = &self.generics.arguments_one;
        quote! {
            #[automatically_derived]
            impl #params #name for #tangent #arguments #clause { #items }
        }
    }

    /// In any family. The bound is one on the type of the field, which keeps it from being looked
    /// through: that a `Vec` is not `Copy` is no error, but there is no impl then. A field whose type
    /// is an associated one may be looked through all the same.
    fn copy(&self) -> TokenStream {
        let (rt, tangent, family) = (&self.rt, &self.holder, family());
        let copy = quote!(#rt::core::marker::Copy);
        if !self.input.is_laned() || self.generics.has_projections {
            return self.along_one(&copy, TokenStream::new());
        }
        let mut generics = self.generics.tangent.clone();
        for ty in self.input.active_types() {
            let bound = syn::parse_quote!(#ty: #rt::Laned<Dot<#family>: #copy>);
            generics.make_where_clause().predicates.push(bound);
        }
        let (params, _, clause) = generics.split_for_impl();
        let arguments = &self.generics.arguments;
        quote! {
            #[automatically_derived]
            impl #params #copy for #tangent #arguments #clause {}
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
    /// and the arm `otherwise` where the variants differ.
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
        let otherwise = (variants.len() > 1).then_some(otherwise);
        quote!(#(#arms)* #otherwise)
    }
}

/// `Self` or `Self::Variant`, for `Self` the `ty`.
pub(super) fn constructor(ty: TokenStream, variant: &Variant) -> TokenStream {
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

pub(super) fn member_text(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

fn without_default(param: &mut GenericParam) {
    match param {
        GenericParam::Type(param) => (param.eq_token, param.default) = (None, None),
        GenericParam::Const(param) => (param.eq_token, param.default) = (None, None),
        GenericParam::Lifetime(_) => {}
    }
}

/// The parameters of the alias: without bounds, which rustc does not enforce there.
fn alias_params(generics: &Generics) -> TokenStream {
    let mut generics = generics.clone();
    generics.where_clause = None;
    for param in generics.type_params_mut() {
        param.bounds.clear();
        param.colon_token = None;
    }
    declared_params(&generics)
}

/// The parameters as the declaration has them, defaults included.
fn declared_params(generics: &Generics) -> TokenStream {
    let params = &generics.params;
    if params.is_empty() { TokenStream::new() } else { quote!(<#params>) }
}
