//! Iterators over text and over collections without derivatives, bound to names that can change:
//! `let mut words = line.split(' ');`, then `words.next()`.
//!
//! What a variable holds of a type that is not known may become active later, so that code that changes it is
//! refused. Of these the type is known to be an iterator's, which holds what its source holds.

use super::place::peel;
use super::tys::is_collection;
use super::{Binding, Kind, Lowered, Lowerer};
use crate::ir::Ty;

/// Methods of text that give iterators.
const ITERATORS: &[&str] = &[
    "lines",
    "chars",
    "char_indices",
    "bytes",
    "split",
    "split_whitespace",
    "split_ascii_whitespace",
    "split_terminator",
    "split_inclusive",
    "splitn",
    "rsplit",
    "rsplitn",
    "rsplit_terminator",
    "matches",
    "match_indices",
];

/// Those among them whose items are no text.
const OF_OTHERS: &[&str] = &["chars", "char_indices", "bytes", "match_indices"];

/// Methods of text that give text.
const TEXT: &[&str] = &[
    "as_str",
    "trim",
    "trim_start",
    "trim_end",
    "trim_matches",
    "trim_start_matches",
    "trim_end_matches",
    "to_owned",
    "to_string",
    "to_lowercase",
    "to_uppercase",
    "replace",
    "clone",
];

/// Methods of collections that give iterators.
const OF_COLLECTIONS: &[&str] =
    &["iter", "into_iter", "keys", "values", "into_keys", "into_values"];

/// Methods of iterators that give iterators.
const ADAPTERS: &[&str] = &[
    "chain",
    "cloned",
    "copied",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "fuse",
    "inspect",
    "map",
    "map_while",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "zip",
];

/// Those among them that give what they take.
const KEEPING: &[&str] = &[
    "cloned",
    "copied",
    "filter",
    "fuse",
    "inspect",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
];

impl Lowerer<'_> {
    /// Notes that what is bound to a name is an iterator without active values, if that can be seen.
    pub(super) fn note_iterator(&mut self, value: &Lowered, written: &syn::Expr) {
        let Lowered::Value(value) = value else { return };
        let kept = value.as_var().is_some_and(|var| self.kept.contains(&var));
        let unknown = matches!(self.infer.shallow(&value.ty), Ty::Infer(_))
            && self.infer.kind(&value.ty) == Kind::Any;
        if kept && unknown && self.is_inert_iterator(written) {
            self.unify(&value.ty, &Ty::Inert(None));
        }
        self.note_collected(&value.ty, written);
    }

    /// `let mut names: Vec<_> = map.keys().collect();`: a list of what cannot be active.
    fn note_collected(&mut self, ty: &Ty, written: &syn::Expr) {
        let Ty::Vec(elem) = self.infer.shallow(ty) else { return };
        let syn::Expr::MethodCall(call) = peel(written) else { return };
        let unknown = matches!(self.infer.shallow(&elem), Ty::Infer(_))
            && self.infer.kind(&elem) == Kind::Any;
        if unknown && call.method == "collect" && self.has_inert_items(&call.receiver) {
            self.unify(&elem, &Ty::Inert(None));
        }
    }

    /// Whether an iterator gives text, or what a collection holds that is no number.
    fn has_inert_items(&mut self, expr: &syn::Expr) -> bool {
        let syn::Expr::MethodCall(call) = peel(expr) else { return false };
        let name = call.method.to_string();
        if KEEPING.contains(&name.as_str()) {
            return self.has_inert_items(&call.receiver);
        }
        let text = name == "chars" || !OF_OTHERS.contains(&name.as_str());
        if ITERATORS.contains(&name.as_str()) {
            return text && self.is_text(&call.receiver);
        }
        let Some(Found::Type(ty)) = self.inert_type_of(peel(&call.receiver)) else { return false };
        let args = collection_args(&ty);
        let item = match (name.as_str(), &args[..]) {
            ("keys" | "into_keys", [key, _]) => key,
            ("values" | "into_values", [_, value]) => value,
            ("iter" | "into_iter", [item]) => item,
            _ => return false,
        };
        let item = self.ty(item);
        matches!(self.infer.shallow(&item), Ty::Inert(_))
    }

    /// Notes that a name is bound to what an iterator over text gives.
    pub(super) fn note_text(&mut self, pat: &syn::Pat, iterator: &syn::Expr) {
        let (syn::Pat::Ident(ident), syn::Expr::MethodCall(call)) = (pat, peel(iterator)) else {
            return;
        };
        let name = call.method.to_string();
        let gives_text = ITERATORS.contains(&name.as_str()) && !OF_OTHERS.contains(&name.as_str());
        if gives_text
            && self.is_text(&call.receiver)
            && let Some(Binding::Local { value: Lowered::Place(place, _), .. }) =
                self.scopes.find(&ident.ident.to_string())
            && let Some(var) = place.is_var()
        {
            self.text.insert(var);
        }
    }

    fn is_inert_iterator(&mut self, expr: &syn::Expr) -> bool {
        let syn::Expr::MethodCall(call) = peel(expr) else { return false };
        let name = call.method.to_string();
        let is = |list: &[&str]| list.contains(&name.as_str());
        is(ITERATORS) && self.is_text(&call.receiver)
            || is(OF_COLLECTIONS) && self.is_inert_collection_in(&call.receiver)
            || is(ADAPTERS) && self.is_inert_iterator(&call.receiver)
    }

    /// Whether an expression is known to be text.
    pub(super) fn is_text(&mut self, expr: &syn::Expr) -> bool {
        match peel(expr) {
            syn::Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_)),
            syn::Expr::Reference(reference) => self.is_text(&reference.expr),
            syn::Expr::MethodCall(call) if call.method == "as_str" => true,
            syn::Expr::MethodCall(call) => {
                TEXT.contains(&call.method.to_string().as_str()) && self.is_text(&call.receiver)
            }
            place => match self.inert_type_of(place) {
                Some(Found::Text) => true,
                Some(Found::Type(ty)) => {
                    last_name(&ty).is_some_and(|n| n == "str" || n == "String")
                }
                None => false,
            },
        }
    }

    fn is_inert_collection_in(&mut self, expr: &syn::Expr) -> bool {
        match self.inert_type_of(peel(expr)) {
            Some(Found::Type(ty)) => last_name(&ty).is_some_and(|name| is_collection(&name)),
            Some(Found::Text) | None => false,
        }
    }

    /// What is known of a variable, a field or an element without a derivative.
    fn inert_type_of(&mut self, expr: &syn::Expr) -> Option<Found> {
        if !matches!(expr, syn::Expr::Path(_) | syn::Expr::Field(_) | syn::Expr::Index(_)) {
            return None;
        }
        let errors = self.diagnostics.len();
        let (value, _) = self.in_block(|l| l.lower(expr, &Ty::Unknown));
        let refused = self.diagnostics.len() > errors;
        self.diagnostics.truncate(errors);
        if refused {
            return None;
        }
        if let Lowered::Place(place, _) = &value
            && place.is_var().is_some_and(|var| self.text.contains(&var))
        {
            return Some(Found::Text);
        }
        let ty = self.lowered_ty(&value);
        match self.infer.shallow(&ty) {
            Ty::Inert(Some(ty)) => Some(Found::Type(ty)),
            _ => None,
        }
    }
}

enum Found {
    Text,
    Type(Box<syn::Type>),
}

fn last_name(ty: &syn::Type) -> Option<String> {
    let ty = match ty {
        syn::Type::Reference(reference) => &*reference.elem,
        ty => ty,
    };
    let syn::Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// The types that a collection is of.
fn collection_args(ty: &syn::Type) -> Vec<syn::Type> {
    let syn::Type::Path(path) = ty else { return Vec::new() };
    match path.path.segments.last() {
        Some(last) if is_collection(&last.ident.to_string()) => match &last.arguments {
            syn::PathArguments::AngleBracketed(args) => args
                .args
                .iter()
                .filter_map(|arg| match arg {
                    syn::GenericArgument::Type(ty) => Some(ty.clone()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
