//! The float type that a struct or enum is made of.
//!
//! It is that of the first active field in which one is written; failing that, that of the first
//! field whose type may be another derived type or a parameter; failing that, `f64`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Generics, PathArguments, Type, parse_quote};

use super::Input;

/// Types that are made of no float.
const PLAIN: &[&str] = &[
    "usize",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "bool",
    "char",
    "str",
    "String",
    "PhantomData",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
];

/// `impl FloatOf for Body { type Float = f64; }`.
pub(super) fn impl_of(input: &Input, generics: &Generics, rt: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let mut generics = generics.clone();
    let written = input.active_types().find_map(written_float);
    let float = match (written, input.active_types().find_map(leaf)) {
        (Some(float), _) => quote!(#float),
        (None, Some(field)) => {
            if mentions_parameter(field, &generics) {
                let bound = parse_quote!(#field: #rt::FloatOf);
                generics.make_where_clause().predicates.push(bound);
            }
            quote!(<#field as #rt::FloatOf>::Float)
        }
        (None, None) => quote!(f64),
    };
    let (params, args, clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #rt::FloatOf for #ident #args #clause {
            type Float = #float;
        }
    }
}

/// `f32` or `f64`, where it is written in a type.
pub(super) fn written_float(ty: &Type) -> Option<&Type> {
    let is_float = |path: &syn::Path| path.is_ident("f32") || path.is_ident("f64");
    match ty {
        Type::Path(path) if is_float(&path.path) => Some(ty),
        other => parts(other).into_iter().find_map(written_float),
    }
}

/// The first type inside a type that may be made of floats without saying so.
fn leaf(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if PLAIN.iter().any(|plain| last.ident == plain) {
                return None;
            }
            match last.ident == "Vec" || last.ident == "Option" || last.ident == "Box" {
                true => parts(ty).into_iter().find_map(leaf),
                false => Some(ty),
            }
        }
        other => parts(other).into_iter().find_map(leaf),
    }
}

/// The types that a type is written with.
fn parts(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Array(array) => vec![&array.elem],
        Type::Slice(slice) => vec![&slice.elem],
        Type::Group(group) => vec![&group.elem],
        Type::Paren(paren) => vec![&paren.elem],
        Type::Reference(reference) => vec![&reference.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Path(path) => {
            let arguments = path.path.segments.last().map(|last| &last.arguments);
            let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
                return Vec::new();
            };
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    }
}

fn mentions_parameter(ty: &Type, generics: &Generics) -> bool {
    let Type::Path(path) = ty else { return false };
    let own = generics
        .type_params()
        .any(|param| path.path.segments.first().is_some_and(|first| first.ident == param.ident));
    own || parts(ty).into_iter().any(|part| mentions_parameter(part, generics))
}
