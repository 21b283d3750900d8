//! `#[derive(Differentiable)]`: the tangent type of a struct or enum.
//!
//! For a type `Body` the derive writes `BodyTangent` with the same shape, visibility and field
//! names, in which a field of type `F` has the type `<F as Differentiable>::Tangent`, or `()` where
//! the field is marked `#[constant]`:
//!
//! ```text
//! #[derive(Differentiable)]
//! pub struct Body<T> { pub mass: T, pub path: Vec<[T; 3]>, #[constant] name: Name }
//!
//! pub type BodyTangent<T> = BodyTangentIn<T, One>;
//! pub struct BodyTangentIn<T, K: Lanes> where T: Laned<K> {
//!     pub mass: <T as Laned<K>>::Dot,
//!     pub path: <Vec<[T; 3]> as Laned<K>>::Dot,
//!     name: (),
//! }
//! impl<T> Differentiable for Body<T> where T: Differentiable { type Tangent = BodyTangent<T>; … }
//! impl<T> Differentiable for BodyTangent<T> where T: Differentiable { type Tangent = Self; … }
//! impl<T, K: Lanes> Laned<K> for Body<T> where T: Laned<K> { type Dot = BodyTangentIn<T, K>; … }
//! impl<T, K: Lanes> Laned<K> for BodyTangent<T> where … { type Dot = BodyTangentIn<T, K>; … }
//! impl<T, K: Lanes> Tangent for BodyTangentIn<T, K> where T: Laned<K> { … }
//! // Clone, Debug and PartialEq, which each tangent has; Copy and Default where all fields have them
//! ```
//!
//! The family of lanes `K` is the one of a single direction for users. An alias has no constructor
//! functions: a tuple struct's tangent is `PairTangent<K = One>` itself.
//!
//! An enum's tangent has the variant of its value. Code that has established the variant reads the
//! payload through `__Variant_member()` and `__Variant_member_mut()` ([`members`]).
//!
//! `FloatOf` tells the float type that the fields are made of ([`float`]).
//!
//! A constant field's type needs no trait. Parameters of the type that only constant fields use are
//! not parameters of the tangent. `#[differentiable(tangent = Name)]` gives the tangent another name,
//! `#[differentiable(crate = path)]` says where chainrule is found.

mod emit;
mod float;
mod generics;
mod input;
mod lifetimes;
mod members;
#[cfg(test)]
mod tests;

use proc_macro2::{Ident, TokenStream};
use syn::{Generics, Member, Path, Type, Visibility};

use crate::diagnostics::Diagnostics;
use crate::fragments;

/// Derives `Differentiable` for a struct or enum; on errors, these instead.
pub fn expand(input: TokenStream) -> TokenStream {
    let input = match syn::parse2(fragments::in_parentheses(input)) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut diagnostics = Diagnostics::new();
    match input::read(input, &mut diagnostics) {
        Some(input) if diagnostics.is_empty() => emit::emit(&input),
        Some(_) | None => diagnostics.to_compile_errors(),
    }
}

/// A struct or enum to be given a tangent.
struct Input {
    ident: Ident,
    vis: Visibility,
    generics: Generics,
    body: Body,
    /// The tangent type's name.
    tangent: Ident,
    /// Where the facade crate is found.
    krate: Path,
}

enum Body {
    Struct(Variant),
    Enum(Vec<Variant>),
}

/// A variant of an enum, or the only one of a struct.
struct Variant {
    /// The name of an enum's variant.
    ident: Option<Ident>,
    style: Style,
    fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Named,
    Tuple,
    Unit,
}

struct Field {
    member: Member,
    vis: Visibility,
    ty: Type,
    constant: bool,
}

impl Input {
    fn variants(&self) -> &[Variant] {
        match &self.body {
            Body::Struct(variant) => std::slice::from_ref(variant),
            Body::Enum(variants) => variants,
        }
    }

    /// Whether the tangent's type depends on the family of lanes.
    fn is_laned(&self) -> bool {
        self.active_types().next().is_some()
    }

    /// Whether the tangent has a constructor in the namespace of values, which an alias has not.
    fn has_constructor(&self) -> bool {
        matches!(&self.body, Body::Struct(variant) if variant.style != Style::Named)
    }

    /// The types that have to be differentiable.
    fn active_types(&self) -> impl Iterator<Item = &Type> {
        let fields = self.variants().iter().flat_map(|variant| &variant.fields);
        fields.filter(|field| !field.constant).map(|field| &field.ty)
    }
}
