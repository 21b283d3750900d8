//! The generic parameters and bounds of a tangent type.
//!
//! The tangent keeps the parameters that the active fields' types mention, as rustc refuses unused
//! ones, and those bounds that mention no other, and has one more, the family of lanes. Bounds
//! `T: Differentiable`, or `T: Laned` where the family is a parameter, are added for each type
//! parameter, and for each associated type of one (`T::Item`), that such a type mentions; bounding
//! whole field types instead would make a recursive type's impl depend on itself.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{
    GenericParam, Generics, Lifetime, Path, Token, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use super::Input;

/// The parameters and bounds of the two types, for each kind of impl.
pub(super) struct All {
    /// Of the type: `T: Differentiable`.
    pub(super) primal: Generics,
    /// Of the type in families of lanes: `T: Laned`.
    pub(super) primal_in: Generics,
    /// Of the tangent: `T: Laned`, and the family. Where no field is active there is no family to choose.
    pub(super) tangent: Generics,
    /// Of the tangent along one direction: `T: Differentiable`.
    pub(super) tangent_one: Generics,
    /// Of the same in families of lanes: `T: Laned`.
    pub(super) tangent_one_in: Generics,
    /// The arguments of the tangent in the family, and along one direction.
    pub(super) arguments: TokenStream,
    pub(super) arguments_one: TokenStream,
    /// Whether fields have types that are associated with a parameter.
    pub(super) has_projections: bool,
}

/// The family's name in generated code.
pub(super) fn family() -> Ident {
    Ident::new("__K", Span::call_site())
}

pub(super) fn of(input: &Input) -> All {
    let mut mentions = Mentions::new(&input.generics);
    input.active_types().for_each(|ty| mentions.visit_type(ty));

    let (krate, family) = (&input.krate, family());
    let rt = quote!(#krate::__private);
    let types: Vec<&Type> = mentions.to_bound.values().collect();
    let differentiable = bounds(&types, |ty| parse_quote!(#ty: #rt::Differentiable));
    let laned = bounds(&types, |ty| parse_quote!(#ty: #rt::Laned));
    let tangent = restrict(&input.generics, &mentions.used);
    let own_family = |mut generics: Generics| {
        if input.is_laned() {
            generics.params.push(parse_quote!(#family: #rt::Lanes));
        }
        generics
    };
    let with_bounds = |mut generics: Generics, bounds: &[WherePredicate]| {
        if !bounds.is_empty() {
            generics.make_where_clause().predicates.extend(bounds.iter().cloned());
        }
        generics
    };
    let arguments = |family: TokenStream| {
        let names = tangent.params.iter().map(argument);
        let names = names.chain(input.is_laned().then_some(family));
        quote!(<#(#names),*>)
    };
    let is_parameter =
        |ty: &&Type| matches!(ty, Type::Path(path) if path.path.get_ident().is_some());
    All {
        has_projections: !types.iter().all(is_parameter),
        arguments: arguments(quote!(#family)),
        arguments_one: arguments(quote!(#rt::One)),
        primal: with_bounds(input.generics.clone(), &differentiable),
        primal_in: with_bounds(input.generics.clone(), &laned),
        tangent: with_bounds(own_family(tangent.clone()), &laned),
        tangent_one: with_bounds(tangent.clone(), &differentiable),
        tangent_one_in: with_bounds(tangent, &laned),
    }
}

fn bounds(types: &[&Type], bound: impl Fn(&Type) -> WherePredicate) -> Vec<WherePredicate> {
    types.iter().map(|ty| bound(ty)).collect()
}

/// The parameter as an argument.
fn argument(param: &GenericParam) -> TokenStream {
    match param {
        GenericParam::Type(ty) => ty.ident.to_token_stream(),
        GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_token_stream(),
        GenericParam::Const(constant) => constant.ident.to_token_stream(),
    }
}

/// `generics` with the parameters in `kept` only, and the bounds on only them.
fn restrict(generics: &Generics, kept: &BTreeSet<String>) -> Generics {
    let within = |mentioned: &BTreeSet<String>| mentioned.is_subset(kept);
    let mut restricted = generics.clone();
    let params = generics.params.iter().filter(|param| kept.contains(&name(param))).cloned();
    restricted.params = params
        .map(|mut param| {
            match &mut param {
                GenericParam::Type(ty) => {
                    ty.bounds = kept_bounds(&ty.bounds, |bound| {
                        within(&mentioned(generics, |m| m.visit_type_param_bound(bound)))
                    });
                }
                GenericParam::Lifetime(lifetime) => {
                    lifetime.bounds = lifetime
                        .bounds
                        .iter()
                        .filter(|bound| within(&mentioned(generics, |m| m.visit_lifetime(bound))))
                        .cloned()
                        .collect();
                }
                GenericParam::Const(_) => {}
            }
            param
        })
        .collect();
    if let Some(clause) = &mut restricted.where_clause {
        let predicates = std::mem::take(&mut clause.predicates).into_iter();
        clause.predicates = predicates
            .filter(|predicate| {
                within(&mentioned(generics, |m| m.visit_where_predicate(predicate)))
            })
            .collect();
    }
    restricted
}

fn kept_bounds(
    bounds: &Punctuated<TypeParamBound, Token![+]>,
    keep: impl Fn(&TypeParamBound) -> bool,
) -> Punctuated<TypeParamBound, Token![+]> {
    bounds.iter().filter(|bound| keep(bound)).cloned().collect()
}

fn name(param: &GenericParam) -> String {
    match param {
        GenericParam::Type(ty) => ty.ident.to_string(),
        GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_string(),
        GenericParam::Const(constant) => constant.ident.to_string(),
    }
}

/// The parameters that something mentions.
fn mentioned(generics: &Generics, visit: impl FnOnce(&mut Mentions<'_>)) -> BTreeSet<String> {
    let mut mentions = Mentions::new(generics);
    visit(&mut mentions);
    mentions.used
}

/// Finds the mentions of a type's parameters.
struct Mentions<'a> {
    generics: &'a Generics,
    used: BTreeSet<String>,
    /// The type parameters among them, or their associated types, by their text.
    to_bound: std::collections::BTreeMap<String, Type>,
}

impl Mentions<'_> {
    fn new(generics: &Generics) -> Mentions<'_> {
        Mentions { generics, used: BTreeSet::new(), to_bound: Default::default() }
    }

    fn is_type_param(&self, path: &Path) -> bool {
        let first = path.segments.first().filter(|_| path.leading_colon.is_none());
        first.is_some_and(|first| self.generics.type_params().any(|ty| ty.ident == first.ident))
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        if let Type::Path(path) = ty {
            let qualified = path.qself.as_ref().is_some_and(
                |qself| matches!(&*qself.ty, Type::Path(of) if self.is_type_param(&of.path)),
            );
            if qualified || self.is_type_param(&path.path) {
                self.to_bound.insert(ty.to_token_stream().to_string(), ty.clone());
            }
            if qualified {
                // The parameter itself is mentioned and need not be differentiable.
                let bounds = self.to_bound.clone();
                syn::visit::visit_type(self, ty);
                self.to_bound = bounds;
                return;
            }
        }
        syn::visit::visit_type(self, ty);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first().filter(|_| path.leading_colon.is_none()) {
            let ident = first.ident.to_string();
            if self.generics.params.iter().any(|param| name(param) == ident) {
                self.used.insert(ident);
            }
        }
        // What `PhantomData` is of, it does not contain.
        let bounds = self.to_bound.clone();
        syn::visit::visit_path(self, path);
        if path.segments.last().is_some_and(|last| last.ident == "PhantomData") {
            self.to_bound = bounds;
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        let lifetime = lifetime.to_string();
        if self.generics.lifetimes().any(|param| param.lifetime.to_string() == lifetime) {
            self.used.insert(lifetime);
        }
    }
}
