//! Struct literals, enum variants and constants.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::place::peel;
use super::structs::Origin;
use super::{Access, Binding, Kind, Lowered, Lowerer};
use crate::ir::{Expr, Rvalue, Shape, Ty};

impl Lowerer<'_> {
    /// `Path(a, b)`: a tuple struct or a variant.
    pub fn lower_constructor(&mut self, call: &syn::ExprCall, path: &syn::Path) -> Lowered {
        let fields = self.fields(&call.args);
        let members = (0..fields.len()).map(syn::Member::from).collect();
        self.constructed(path, members, fields, false)
    }

    /// `Path { a: x, b, ..base }`.
    pub fn lower_struct(&mut self, struct_: &syn::ExprStruct, want: &Ty) -> Lowered {
        if let Some(qself) = &struct_.qself {
            return self.reject(
                &qself.ty,
                "a struct named through a qualified type cannot be differentiated",
                "name the struct itself",
            );
        }
        let path = self.constructor_in_full(&struct_.path, want);
        let members = struct_.fields.iter().map(|field| field.member.clone()).collect();
        let rest = struct_.rest.as_deref().map(|rest| self.default_of_struct(&path, rest));
        let exprs = struct_.fields.iter().map(|field| &field.expr).chain(rest.as_ref());
        let fields = self.fields(exprs);
        self.constructed(&path, members, fields, struct_.rest.is_some())
    }

    /// The values of fields, evaluated in order.
    fn fields<'e>(&mut self, exprs: impl IntoIterator<Item = &'e syn::Expr>) -> Vec<Expr> {
        let mut values: Vec<Expr> = Vec::new();
        for expr in exprs {
            let value = self.after(&mut values, |l| match l.refers_to_constant(expr) {
                true => {
                    let kept = l.opaque(expr, &Ty::Inert(None));
                    l.to_expr(kept, expr.span())
                }
                false => l.value(expr, &Ty::Unknown),
            });
            values.push(value);
        }
        values
    }

    /// Whether an expression is a reference to a constant, which a field then is as well.
    fn refers_to_constant(&mut self, expr: &syn::Expr) -> bool {
        let name = match peel(expr) {
            syn::Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        let Some(Binding::Local { value: Lowered::Place(place, Access::Ref), .. }) =
            name.and_then(|name| self.scopes.find(&name.to_string()))
        else {
            return false;
        };
        let place = place.clone();
        let is_param = self.function.param(place.root).is_some();
        is_param && place.path.is_empty() && self.is_inactive_place(&place)
    }

    /// `Default::default()` as the rest of a struct's fields: of which type, rustc may learn too late.
    fn default_of_struct(&mut self, path: &syn::Path, rest: &syn::Expr) -> syn::Expr {
        match self.constructed_ty(path).0 {
            Ty::Adt(ty) if is_default(rest) => syn::parse_quote_spanned! {rest.span()=>
                <#ty as ::core::default::Default>::default()
            },
            _ => rest.clone(),
        }
    }

    fn constructed(
        &mut self,
        path: &syn::Path,
        members: Vec<syn::Member>,
        fields: Vec<Expr>,
        base: bool,
    ) -> Lowered {
        let (ty, is_variant) = self.constructed_ty(path);
        if base && let Some(base) = fields.last() {
            let base = base.ty.clone();
            self.unify(&ty, &base);
        }
        let mut owner = self.infer.owner(&ty).unwrap_or_default();
        if is_variant && let Some(last) = path.segments.last() {
            owner = format!("{owner}::{}", last.ident);
        }
        for (member, field) in members.iter().zip(&fields) {
            let known = self.infer.field(&owner, &member.to_token_stream().to_string());
            self.unify(&known, &field.ty);
        }
        let path = path.clone();
        // A literal's name is no other type's.
        self.infer.own_names.extend(path.get_ident().filter(|_| !is_variant).map(Ident::to_string));
        let shape = match is_variant {
            true => Shape::Variant { path, members },
            false => Shape::Struct { path, members, base },
        };
        Lowered::Built(Rvalue::Aggregate { shape, fields, ty })
    }

    /// The type that a constructor's path belongs to, and whether it names a variant of it.
    fn constructed_ty(&mut self, path: &syn::Path) -> (Ty, bool) {
        if let Some(of) = path.get_ident().and_then(|name| self.imported.get(&name.to_string())) {
            let ty = match of.clone() {
                Some(path) => self.ty(&syn::Type::Path(syn::TypePath { qself: None, path })),
                None => self.infer.fresh(Kind::Any),
            };
            self.infer.mark_struct(&ty);
            return (ty, true);
        }
        let count = path.segments.len();
        let upper =
            |segment: &syn::PathSegment| segment.ident.to_string().starts_with(char::is_uppercase);
        let is_variant = count > 1 && upper(&path.segments[count - 2]);
        let mut path = path.clone();
        if is_variant {
            path.segments.pop();
            path.segments.pop_punct();
        }
        // What was taken for the name of a float is a struct's, or an enum's.
        let named = path.get_ident().and_then(|name| self.infer.named.get(&name.to_string()));
        if let Some(named) = named.cloned() {
            self.infer.learn_struct(&named);
        }
        // The literal `Pair { .. }` does not tell whether `Pair` has parameters. Its type is the one
        // that the function names, if it names `Pair` without any, and otherwise left to rustc.
        let name = path.to_token_stream().to_string();
        let closed = path.segments.iter().all(|segment| segment.arguments.is_none())
            && !path.is_ident("Self")
            && !self.named_types.contains(&name);
        let ty = match closed || self.generic_types.contains(&name) {
            true => self.infer.fresh_struct(name),
            false => self.ty(&syn::Type::Path(syn::TypePath { qself: None, path })),
        };
        (ty, is_variant)
    }

    /// A path that is no local name and is not called.
    pub fn lower_item_path(&mut self, path: &syn::ExprPath) -> Lowered {
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some(last) = segments.last() else { return self.constant(path, None) };
        if last.chars().any(char::is_lowercase) {
            return match last.starts_with(char::is_uppercase) {
                true => self.unit_value(path),
                false => Lowered::Function(path.clone()),
            };
        }
        let ty = self.constant_ty(&segments);
        if matches!(&segments[..], [.., owner, _] if owner.starts_with(char::is_uppercase)) {
            self.infer.note_result(Origin::Function(path.path.to_token_stream().to_string()), &ty);
        }
        let value = self.opaque_tokens(path.to_token_stream(), ty, path.span());
        Lowered::Value(value)
    }

    /// A unit struct, or a variant without a payload.
    fn unit_value(&mut self, path: &syn::ExprPath) -> Lowered {
        let (ty, _) = self.constructed_ty(&path.path);
        Lowered::Value(self.opaque_tokens(path.to_token_stream(), ty, path.span()))
    }

    /// The type of a constant from its path: `f64::consts::PI`, `usize::MAX`, `LIMIT`.
    fn constant_ty(&mut self, segments: &[String]) -> Ty {
        let Some((name, owners)) = segments.split_last() else { return self.fresh() };
        let mut owners = owners.iter();
        if is_integer_of_floats(name) {
            return self.fresh();
        }
        if let Some(float) = owners.clone().find(|owner| *owner == "f64" || *owner == "f32") {
            let float: syn::Type = match float.as_str() {
                "f32" => syn::parse_quote!(f32),
                _ => syn::parse_quote!(f64),
            };
            return self.ty(&float);
        }
        if owners.clone().next_back().is_some_and(|owner| owner == "consts")
            && is_std_constant(name)
        {
            return self.infer.fresh(Kind::Float);
        }
        match owners.next_back().and_then(|owner| self.type_called(owner)) {
            Some(int @ Ty::Int(_)) => int,
            _ => self.fresh(),
        }
    }

    /// A constant whose type may be known.
    pub fn constant(&mut self, path: &syn::ExprPath, ty: Option<syn::Type>) -> Lowered {
        let span = path.span();
        let refers = matches!(&ty, Some(syn::Type::Reference(_)));
        let ty = match ty {
            Some(ty) => self.ty_of_let(&ty),
            None => self.fresh(),
        };
        let is_list = matches!(ty, Ty::Slice(_) | Ty::Array(..));
        let value = self.opaque_tokens(path.to_token_stream(), ty, span);
        if refers && is_list {
            // What is in it is referred to as well.
            let var = self.temp_var("constant", Rvalue::Expr(value), span);
            return Lowered::Place(self.function.place(var), Access::Ref);
        }
        Lowered::Value(value)
    }
}

/// `Default::default()`, of whatever type is asked for.
fn is_default(expr: &syn::Expr) -> bool {
    let syn::Expr::Call(call) = peel(expr) else { return false };
    let syn::Expr::Path(path) = peel(&call.func) else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let named =
        names.next().as_deref() == Some("default") && names.next().as_deref() == Some("Default");
    path.qself.is_none() && named && call.args.is_empty()
}

/// Whether `std::f64::consts` has a constant of this name. A module of the user's may be called `consts` too.
fn is_std_constant(name: &str) -> bool {
    let names =
        "PI TAU E EGAMMA PHI SQRT_2 SQRT_3 LN_2 LN_10 LOG2_E LOG2_10 LOG10_E LOG10_2 GOLDEN_RATIO";
    let fraction = name.starts_with("FRAC_");
    fraction || names.split(' ').any(|known| known == name)
}

/// `f64::MANTISSA_DIGITS` and the like.
fn is_integer_of_floats(name: &str) -> bool {
    let names = "RADIX DIGITS MANTISSA_DIGITS MIN_EXP MAX_EXP MIN_10_EXP MAX_10_EXP";
    names.split(' ').any(|known| known == name)
}
