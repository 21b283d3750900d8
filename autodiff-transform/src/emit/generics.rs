//! The generic parameters of derived functions: the user's, their bounds, and the family of lanes.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, ReturnType, Token, Type, TypeParamBound, WherePredicate};

use super::signature::Signature;
use super::types::{family, lane_params};
use super::{runtime_at, runtime_span};
use crate::ir::{FloatTy, Function, Ty};

impl Signature<'_> {
    /// The user's generics, with floats also bound by the runtime's trait: `(<T, ..>, where ..)`.
    pub fn generics(&self, primal: &Function) -> (TokenStream, TokenStream) {
        let rt = &self.rt;
        let generics = &self.source.sig.generics;
        let params = &generics.params;
        let mut predicates: Vec<TokenStream> = generics
            .where_clause
            .iter()
            .flat_map(|clause| clause.predicates.iter().map(ToTokens::to_token_stream))
            .collect();
        for name in float_params(primal) {
            predicates.push(quote!(#name: #rt::Scalar));
        }
        for param in self.generic_structs() {
            predicates.push(quote!(#param: #rt::Differentiable));
        }
        let params = if params.is_empty() { TokenStream::new() } else { quote!(<#params>) };
        let clause = match predicates.is_empty() {
            true => TokenStream::new(),
            false => quote!(where #(#predicates),*),
        };
        (params, clause)
    }

    /// The function's type parameters that are to have a derivative and are no floats.
    fn generic_structs(&self) -> Vec<&Ident> {
        let structs = self.structs();
        let names =
            |ident: &Ident, ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident(ident));
        self.source
            .sig
            .generics
            .type_params()
            .map(|param| &param.ident)
            .filter(|ident| structs.iter().any(|ty| names(ident, ty)))
            .collect()
    }

    /// The structs, enums and type parameters in the types that have a derivative.
    fn structs(&self) -> Vec<&Type> {
        let mut types = Vec::new();
        for param in self.active() {
            collect_structs(&param.ty, &mut types);
        }
        match (&self.source.sig.output, &self.result.parts[..]) {
            (ReturnType::Type(_, ty), [Ty::Adt(_)]) => types.push(ty),
            (_, parts) => parts.iter().for_each(|part| collect_structs(part, &mut types)),
        }
        types
    }

    /// `Body: Differentiable`, at the type's own tokens, for the types that are to have a derivative:
    /// where one has none, that is said there, and not again wherever its tangent is used. Types
    /// of generic parameters are left out: rustc takes such a bound for all that is known of them.
    pub fn differentiable(&self) -> impl Iterator<Item = TokenStream> {
        let mut params = self.generic_names();
        // `Self` stands for a type of the `impl`'s parameters.
        if self.source.impl_generics.is_some_and(|generics| !generics.params.is_empty()) {
            params.push("Self".to_owned());
        }
        self.structs().into_iter().filter(move |ty| is_closed(ty.to_token_stream(), &params)).map(
            |ty| {
                let span = runtime_span(ty.span());
                let rt = runtime_at(&self.rt, span);
                quote_spanned!(span=> #ty: #rt::Differentiable)
            },
        )
    }

    /// Whether a type stands for one type only, so that a constant can be made of it.
    pub fn is_concrete(&self, ty: &TokenStream) -> bool {
        is_closed(ty.clone(), &self.generic_names())
    }

    /// Whether a type is the same for all of the function's type parameters.
    pub fn has_no_type_parameter(&self, ty: &TokenStream) -> bool {
        let generics = [Some(&self.source.sig.generics), self.source.impl_generics];
        let params = generics.into_iter().flatten().flat_map(Generics::type_params);
        is_closed(ty.clone(), &params.map(|param| param.ident.to_string()).collect::<Vec<_>>())
    }

    /// The names of the generic parameters, of the `impl` too.
    fn generic_names(&self) -> Vec<String> {
        let generics = [Some(&self.source.sig.generics), self.source.impl_generics];
        generics
            .into_iter()
            .flatten()
            .flat_map(|generics| &generics.params)
            .map(|param| match param {
                GenericParam::Type(param) => param.ident.to_string(),
                GenericParam::Const(param) => param.ident.to_string(),
                GenericParam::Lifetime(param) => param.lifetime.ident.to_string(),
            })
            .collect()
    }

    /// The same with a family of lanes, in which what stands for a float has lanes.
    pub fn generics_in_family(&self, primal: &Function) -> (TokenStream, TokenStream) {
        let (rt, family) = (&self.rt, family());
        let params = self.source.sig.generics.params.iter();
        let (_, clause) = self.generics(primal);
        let floats = float_params(primal);
        let lane = |name: &Ident| quote!(<#name as #rt::Laned>::Dot<#family>: #rt::Lane<#name>);
        let predicates: Vec<TokenStream> = floats.iter().map(lane).collect();
        let clause = match (predicates.is_empty(), clause.is_empty()) {
            (true, _) => clause,
            (false, true) => quote!(where #(#predicates),*),
            (false, false) => quote!(#clause, #(#predicates),*),
        };
        let lanes = lane_params(rt);
        (quote!(<#(#params,)* #lanes>), clause)
    }

    /// Whether derivatives exist in those families of lanes only that the user's bounds tell of: in
    /// that of one direction. Of floats the runtime's `Scalar` says that there are the lanes of matrices.
    pub fn is_bound_to_one(&self, primal: &Function) -> bool {
        !self.differentiable_params(&float_params(primal)).is_empty()
    }

    /// The type parameters, of the `impl` too, that have a derivative: those that the user says it
    /// of, and those that stand as types of active parameters.
    fn differentiable_params(&self, floats: &[Ident]) -> Vec<Ident> {
        let generics = [Some(&self.source.sig.generics), self.source.impl_generics];
        let mut names = Vec::new();
        for param in generics.into_iter().flatten().flat_map(Generics::type_params) {
            let bound = generics
                .into_iter()
                .flatten()
                .any(|generics| is_bound(&param.ident, generics, "Differentiable"));
            let is_value = || {
                let params = self.active().map(|param| &param.ty);
                params.chain(&self.result.parts).any(|ty| holds(ty, &param.ident))
            };
            if !floats.contains(&param.ident) && (bound || is_value()) {
                names.push(param.ident.clone());
            }
        }
        names
    }

    /// `::<T, N>` to call a derived function with; lifetimes are left to rustc.
    pub fn turbofish(&self) -> TokenStream {
        self.turbofish_and(&[])
    }

    /// The same, with more arguments for what a derived function has besides; these alone are left
    /// to rustc too.
    pub fn turbofish_and(&self, more: &[TokenStream]) -> TokenStream {
        let names: Vec<&Ident> = self
            .source
            .sig
            .generics
            .params
            .iter()
            .filter_map(|param| match param {
                GenericParam::Type(param) => Some(&param.ident),
                GenericParam::Const(param) => Some(&param.ident),
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        match names.is_empty() {
            true => TokenStream::new(),
            false => quote!(::<#(#names,)* #(#more),*>),
        }
    }
}

/// Whether a clause of the generics binds the parameter by a trait of this name.
fn is_bound(param: &Ident, generics: &Generics, name: &str) -> bool {
    let binds = |bounds: &Punctuated<TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == name)
            }
            _ => false,
        })
    };
    let in_place = generics.type_params().any(|own| own.ident == *param && binds(&own.bounds));
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    in_place
        || clauses.into_iter().any(|predicate| match predicate {
            WherePredicate::Type(ty) => {
                matches!(&ty.bounded_ty, Type::Path(path) if path.path.is_ident(param))
                    && binds(&ty.bounds)
            }
            _ => false,
        })
}

/// Whether a value of the type holds values of the type parameter's type.
fn holds(ty: &Ty, param: &Ident) -> bool {
    match ty {
        Ty::Adt(ty) => matches!(&**ty, Type::Path(path) if path.path.is_ident(param)),
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            holds(elem, param)
        }
        Ty::Tuple(elems) => elems.iter().any(|elem| holds(elem, param)),
        _ => false,
    }
}

/// The type parameters that stand for floats.
pub fn float_params(function: &Function) -> Vec<Ident> {
    let mut names: Vec<&str> = Vec::new();
    for var in &function.vars {
        collect_float_params(&var.ty, &mut names);
    }
    for result in &function.results {
        collect_float_params(&result.ty, &mut names);
    }
    names.into_iter().map(|name| Ident::new(name, Span::call_site())).collect()
}

fn collect_float_params<'a>(ty: &'a Ty, names: &mut Vec<&'a str>) {
    match ty {
        Ty::Float(FloatTy::Param(name)) | Ty::Lane(FloatTy::Param(name)) => {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        Ty::Array(elem, _)
        | Ty::Slice(elem)
        | Ty::Vec(elem)
        | Ty::Option(elem)
        | Ty::Dot(elem)
        | Ty::Tangent(elem) => collect_float_params(elem, names),
        Ty::Tuple(elems) => elems.iter().for_each(|elem| collect_float_params(elem, names)),
        Ty::Float(_)
        | Ty::Lane(_)
        | Ty::Int(_)
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(_)
        | Ty::Adt(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Record
        | Ty::Tape => {}
    }
}

/// Whether a type names no generic parameter and no lifetime, and leaves nothing open.
fn is_closed(ty: TokenStream, params: &[String]) -> bool {
    ty.into_iter().all(|token| match token {
        TokenTree::Ident(ident) => {
            ident != "_" && ident != "Self" && !params.iter().any(|param| ident == param)
        }
        TokenTree::Punct(punct) => punct.as_char() != '\'',
        TokenTree::Group(group) => is_closed(group.stream(), params),
        TokenTree::Literal(_) => true,
    })
}

/// The structs and enums that a type is made of.
fn collect_structs<'a>(ty: &'a Ty, types: &mut Vec<&'a Type>) {
    match ty {
        Ty::Adt(ty) => types.push(ty),
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            collect_structs(elem, types);
        }
        Ty::Tuple(elems) => elems.iter().for_each(|elem| collect_structs(elem, types)),
        Ty::Float(_)
        | Ty::Int(_)
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Tangent(_)
        | Ty::Lane(_)
        | Ty::Dot(_)
        | Ty::Record
        | Ty::Tape => {}
    }
}
