//! What derivatives ask of the types of their arguments.
//!
//! A derivative that runs a function more than once, or later, copies the arguments that are passed by
//! value or changed. Not every type can be copied, and a macro cannot know. So such a derivative has
//! the bound `for<'always> Body: Clone`: the higher rank keeps rustc from checking it before the
//! derivative is called, and the others of the same function need no copy.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

use super::signature::{Param, Signature};
use super::sweeps::is_anonymous;
use crate::ir::{Passing, Ty};
use crate::lifetimes;

/// `where` with these bounds besides those that are there.
pub fn and(clause: TokenStream, bounds: &[TokenStream]) -> TokenStream {
    match (clause.is_empty(), bounds.is_empty()) {
        (_, true) => clause,
        (true, false) => quote!(where #(#bounds),*),
        (false, false) => quote!(#clause, #(#bounds),*),
    }
}

/// That the arguments which a call uses up or changes can be copied.
pub fn used_up(signature: &Signature<'_>) -> Vec<TokenStream> {
    let used_up = |param: &&Param<'_>| param.passing != Passing::Ref;
    let types = signature.params.iter().filter(used_up).filter_map(copied);
    bounds(signature, types.filter(|ty| !is_anonymous(ty.clone())))
}

/// That all arguments that change, or that have a derivative, can be copied; nothing if a type cannot
/// be named in a bound.
pub fn all(signature: &Signature<'_>) -> Option<Vec<TokenStream>> {
    let changes = |param: &&Param<'_>| param.active || param.passing != Passing::Ref;
    let types: Vec<_> = signature.params.iter().filter(changes).filter_map(copied).collect();
    let nameable = !types.iter().cloned().any(is_anonymous);
    nameable.then(|| bounds(signature, types.into_iter()))
}

/// Of a type with lifetimes, whatever they are: rustc cannot choose between bounds that differ in
/// nothing else.
fn bounds(signature: &Signature<'_>, types: impl Iterator<Item = TokenStream>) -> Vec<TokenStream> {
    let rt = &signature.rt;
    let mut seen = HashSet::new();
    types
        .map(|ty| lifetimes::always(&signature.with_self(&ty), &quote!(#rt::core::clone::Clone)))
        .filter(|bound| seen.insert(bound.to_string()))
        .collect()
}

/// The type of which there will be copies, unless it is known that there can be.
fn copied(param: &Param<'_>) -> Option<TokenStream> {
    if is_known(&param.ty) {
        return None;
    }
    Some(match param.user_ty {
        None => quote!(Self),
        Some(Type::Slice(slice)) => slice.elem.to_token_stream(),
        Some(ty) => ty.to_token_stream(),
    })
}

/// Whether a type is made of what the macro knows to be `Clone`.
fn is_known(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Lane(_) | Ty::Int(_) | Ty::Bool | Ty::Unit => true,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => is_known(elem),
        Ty::Tuple(elems) => elems.iter().all(is_known),
        Ty::Inert(_)
        | Ty::Adt(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Tangent(_)
        | Ty::Dot(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}
