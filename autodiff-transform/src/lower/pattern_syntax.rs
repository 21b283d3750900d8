//! What can be told from the syntax of patterns alone.

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use super::control::has_let;
use super::keeper::{bound_names, named, shadowed_names};
use super::{Access, Lowered};
use crate::differentiate;

/// The variables in upper case that a body binds where no constant may stand: by `let` and `for`, and as
/// arguments of closures.
pub(super) fn upper_case_variables(body: &syn::Block) -> HashSet<String> {
    #[derive(Default)]
    struct Names(HashSet<String>);
    impl Names {
        fn add(&mut self, pat: &syn::Pat) {
            let names = shadowed_names(pat).into_iter();
            self.0.extend(names.filter(|name| name.starts_with(char::is_uppercase)));
        }
    }
    impl<'p> Visit<'p> for Names {
        fn visit_local(&mut self, local: &'p syn::Local) {
            if local.init.as_ref().is_none_or(|init| init.diverge.is_none()) {
                self.add(&local.pat);
            }
            visit::visit_local(self, local);
        }
        fn visit_expr_for_loop(&mut self, for_: &'p syn::ExprForLoop) {
            self.add(&for_.pat);
            visit::visit_expr_for_loop(self, for_);
        }
        fn visit_expr_closure(&mut self, closure: &'p syn::ExprClosure) {
            closure.inputs.iter().for_each(|input| self.add(input));
            visit::visit_expr_closure(self, closure);
        }
        fn visit_macro(&mut self, mac: &'p syn::Macro) {
            if let Ok(closure) = differentiate::closure_of(mac.tokens.clone()) {
                self.0.extend(upper_case_variables(&syn::parse_quote!({ #closure })));
            }
        }
    }
    let mut names = Names::default();
    names.visit_block(body);
    names.0
}

/// The names that a pattern binds as `mut`.
pub(super) fn mutable_names(pat: &syn::Pat) -> HashSet<String> {
    #[derive(Default)]
    struct Mutable(HashSet<String>);
    impl<'p> Visit<'p> for Mutable {
        fn visit_pat_ident(&mut self, ident: &'p syn::PatIdent) {
            if ident.mutability.is_some() {
                self.0.insert(ident.ident.to_string());
            }
            visit::visit_pat_ident(self, ident);
        }
    }
    let mut mutable = Mutable::default();
    mutable.visit_pat(pat);
    mutable.0
}

/// Whether a pattern can be tested by comparisons in the IR.
pub(super) fn is_testable(pat: &syn::Pat, value: &Lowered) -> bool {
    match pat {
        syn::Pat::Wild(_) | syn::Pat::Range(_) => true,
        syn::Pat::Lit(lit) => {
            matches!(lit.lit, syn::Lit::Int(_) | syn::Lit::Float(_) | syn::Lit::Bool(_))
        }
        syn::Pat::Ident(ident) if ident.ident == "None" => matches!(value, Lowered::Option { .. }),
        syn::Pat::Ident(ident) => {
            let constant = ident.ident.to_string().starts_with(char::is_uppercase);
            !constant && ident.subpat.as_ref().is_none_or(|(_, sub)| is_testable(sub, value))
        }
        syn::Pat::Path(path) => {
            let last = path.path.segments.last().map(|last| last.ident.to_string());
            last.is_some_and(|name| !name.chars().any(char::is_lowercase))
        }
        syn::Pat::Paren(paren) => is_testable(&paren.pat, value),
        syn::Pat::Reference(reference) => is_testable(&reference.pat, value),
        syn::Pat::Or(or) => or.cases.iter().all(|case| is_testable(case, value)),
        syn::Pat::Tuple(tuple) => match value {
            Lowered::Tuple(parts) => {
                tuple.elems.len() == parts.len()
                    && tuple.elems.iter().zip(parts).all(|(pat, part)| is_testable(pat, part))
            }
            Lowered::Place(..) | Lowered::Value(_) => {
                tuple.elems.iter().all(|pat| is_testable(pat, value))
            }
            _ => false,
        },
        syn::Pat::TupleStruct(some) => match value {
            Lowered::Option { payload, .. } => {
                let of_payload = |pat| is_testable(pat, payload) || is_length(pat, payload);
                some.path.is_ident("Some") && some.elems.iter().all(of_payload)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether patterns have a name by `ref`, and if so, whether one is by `ref mut`.
pub(super) fn refers<'p>(pats: impl IntoIterator<Item = &'p syn::Pat>) -> Option<bool> {
    let by_ref = |pat: &syn::PatIdent| pat.by_ref.map(|_| pat.mutability.is_some());
    pats.into_iter().flat_map(named).filter_map(by_ref).max()
}

/// Whether a pattern stands for the elements that others leave: `..`, `rest @ ..`.
pub(super) fn is_rest(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Rest(_) => true,
        syn::Pat::Ident(ident) => ident.subpat.as_ref().is_some_and(|(_, sub)| is_rest(sub)),
        _ => false,
    }
}

/// Whether a pattern asks of a slice only how long it is.
fn is_length(pat: &syn::Pat, value: &Lowered) -> bool {
    fn is_name(pat: &syn::Pat) -> bool {
        match pat {
            syn::Pat::Wild(_) | syn::Pat::Rest(_) => true,
            syn::Pat::Ident(ident) => {
                let constant = ident.ident.to_string().starts_with(char::is_uppercase);
                !constant && ident.subpat.as_ref().is_none_or(|(_, sub)| is_name(sub))
            }
            syn::Pat::Paren(paren) => is_name(&paren.pat),
            syn::Pat::Reference(reference) => is_name(&reference.pat),
            _ => false,
        }
    }
    match pat {
        syn::Pat::Paren(paren) => is_length(&paren.pat, value),
        syn::Pat::Reference(reference) => is_length(&reference.pat, value),
        syn::Pat::Slice(slice) => {
            matches!(value, Lowered::Place(..) | Lowered::Value(_))
                && slice.elems.iter().all(is_name)
        }
        _ => false,
    }
}

/// Arms whose alternatives bind names become one arm for each: an alternative's name stands for
/// another place than the next one's.
pub(super) fn split_alternatives(arms: &[syn::Arm]) -> Vec<syn::Arm> {
    arms.iter()
        .flat_map(|arm| match &arm.pat {
            syn::Pat::Or(or) if !bound_names(&arm.pat).is_empty() => {
                or.cases.iter().map(|case| syn::Arm { pat: case.clone(), ..arm.clone() }).collect()
            }
            _ => vec![arm.clone()],
        })
        .collect()
}

/// Whether the arms name different structs or variants, or one that may be another, so that they are variants.
pub(super) fn has_several_paths(arms: &[syn::Arm]) -> bool {
    let takes_all = |arm: &syn::Arm| arm.guard.is_none() && takes_all(&arm.pat);
    let whole = |arm: &syn::Arm| match &arm.pat {
        syn::Pat::TupleStruct(tuple) => tuple.elems.iter().all(self::takes_all),
        syn::Pat::Struct(struct_) => struct_.fields.iter().all(|field| self::takes_all(&field.pat)),
        _ => false,
    };
    let one_of_all = arms.iter().position(|arm| arm.guard.is_none() && whole(arm));
    if let (Some(one), Some(all)) = (one_of_all, arms.iter().position(takes_all))
        && one < all
    {
        return true;
    }
    let mut paths: Vec<String> = arms
        .iter()
        .filter_map(|arm| match &arm.pat {
            syn::Pat::TupleStruct(tuple) => Some(tuple.path.to_token_stream().to_string()),
            syn::Pat::Struct(struct_) => Some(struct_.path.to_token_stream().to_string()),
            syn::Pat::Path(path) => Some(path.path.to_token_stream().to_string()),
            syn::Pat::Ident(ident) if ident.ident.to_string().starts_with(char::is_uppercase) => {
                Some(ident.ident.to_string())
            }
            _ => None,
        })
        .collect();
    paths.sort();
    paths.dedup();
    paths.len() > 1
}

/// The variants that a body names without their enum: `use Shape::{Disc, Point};` says of which, a `match` whose arms
/// name several only that they are.
pub(super) fn imported_variants(body: &syn::Block) -> HashMap<String, Option<syn::Path>> {
    #[derive(Default)]
    struct Variants(HashMap<String, Option<syn::Path>>);
    impl Variants {
        fn imported(&mut self, tree: &syn::UseTree, of: &[syn::Ident]) {
            match tree {
                syn::UseTree::Path(path) => {
                    let of: Vec<syn::Ident> = of.iter().chain([&path.ident]).cloned().collect();
                    self.imported(&path.tree, &of);
                }
                syn::UseTree::Group(group) => {
                    group.items.iter().for_each(|item| self.imported(item, of));
                }
                syn::UseTree::Name(name) if of.last().is_some_and(is_upper) => {
                    self.0.insert(name.ident.to_string(), Some(syn::parse_quote!(#(#of)::*)));
                }
                _ => {}
            }
        }
    }
    impl<'p> Visit<'p> for Variants {
        fn visit_item_use(&mut self, import: &'p syn::ItemUse) {
            self.imported(&import.tree, &[]);
        }
        fn visit_expr_match(&mut self, match_: &'p syn::ExprMatch) {
            let arms = split_alternatives(&match_.arms);
            if has_several_paths(&arms) {
                let names = arms.iter().filter_map(|arm| match &arm.pat {
                    syn::Pat::TupleStruct(tuple) => tuple.path.get_ident(),
                    syn::Pat::Struct(struct_) => struct_.path.get_ident(),
                    _ => None,
                });
                let known = ["Some", "Ok", "Err"];
                for name in names.filter(|name| !known.iter().any(|known| name == known)) {
                    self.0.entry(name.to_string()).or_insert(None);
                }
            }
            visit::visit_expr_match(self, match_);
        }
    }
    let mut variants = Variants::default();
    variants.visit_block(body);
    variants.0
}

/// Whether a pattern fits whatever it is of.
fn takes_all(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Wild(_) | syn::Pat::Rest(_) => true,
        syn::Pat::Ident(name) => name.subpat.is_none() && !is_upper(&name.ident),
        syn::Pat::Tuple(tuple) => tuple.elems.iter().all(takes_all),
        syn::Pat::Reference(reference) => takes_all(&reference.pat),
        syn::Pat::Paren(paren) => takes_all(&paren.pat),
        _ => false,
    }
}

fn is_upper(name: &syn::Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}

/// The pattern with `_` for the names that the guard does not use.
pub(super) fn without_names(pat: &syn::Pat, guard: Option<&syn::Expr>) -> syn::Pat {
    struct Erase {
        used: String,
    }
    impl VisitMut for Erase {
        fn visit_pat_mut(&mut self, pat: &mut syn::Pat) {
            if let syn::Pat::Ident(ident) = pat {
                let name = ident.ident.to_string();
                let constant = name.starts_with(char::is_uppercase) && ident.subpat.is_none();
                let used = self.used.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                if constant || used.into_iter().any(|word| word == name) {
                    return;
                }
                *pat = match ident.subpat.take() {
                    Some((_, sub)) => *sub,
                    None => syn::parse_quote!(_),
                };
            }
            visit_mut::visit_pat_mut(self, pat);
        }
        fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
            field.colon_token.get_or_insert_default();
            visit_mut::visit_field_pat_mut(self, field);
        }
        fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
    }
    let mut pat = pat.clone();
    let used = guard.map(|guard| guard.to_token_stream().to_string()).unwrap_or_default();
    Erase { used }.visit_pat_mut(&mut pat);
    pat
}

/// The names of a pattern that are bound behind a reference because the scrutinee is `lent` where the
/// user's code has it by value. In such a pattern `ref` and `mut` would be errors, and mean nothing
/// to a guard.
pub(super) fn behind_references(
    pat: &mut syn::Pat,
    scrutinee: &Lowered,
    lent: &Lowered,
) -> Vec<String> {
    struct Behind(Vec<String>);
    impl VisitMut for Behind {
        fn visit_pat_ident_mut(&mut self, ident: &mut syn::PatIdent) {
            ident.mutability = None;
            if ident.by_ref.take().is_none() {
                self.0.push(ident.ident.to_string());
            }
            visit_mut::visit_pat_ident_mut(self, ident);
        }
    }
    match (pat, scrutinee, lent) {
        (
            syn::Pat::TupleStruct(some),
            Lowered::Option { payload, .. },
            Lowered::Option { payload: lent, .. },
        ) => some.elems.iter_mut().flat_map(|pat| behind_references(pat, payload, lent)).collect(),
        (
            pat,
            Lowered::Place(_, Access::Owned) | Lowered::Value(_),
            Lowered::Place(_, Access::Ref),
        ) => {
            let mut behind = Behind(Vec::new());
            behind.visit_pat_mut(pat);
            behind.0
        }
        (syn::Pat::Paren(paren), _, _) => behind_references(&mut paren.pat, scrutinee, lent),
        (syn::Pat::Or(or), _, _) => {
            or.cases.iter_mut().flat_map(|case| behind_references(case, scrutinee, lent)).collect()
        }
        (syn::Pat::Tuple(tuple), Lowered::Tuple(values), Lowered::Tuple(lent)) => {
            let left_out = (values.len() + 1).saturating_sub(tuple.elems.len());
            let mut at = 0;
            let mut behind = Vec::new();
            for pat in &mut tuple.elems {
                if matches!(pat, syn::Pat::Rest(_)) {
                    at += left_out;
                    continue;
                }
                if let (Some(value), Some(lent)) = (values.get(at), lent.get(at)) {
                    behind.extend(behind_references(pat, value, lent));
                }
                at += 1;
            }
            behind
        }
        _ => Vec::new(),
    }
}

/// The links of a chain of `&&`.
pub(super) fn conjuncts<'e>(cond: &'e syn::Expr, links: &mut Vec<&'e syn::Expr>) {
    match cond {
        syn::Expr::Paren(paren) if has_let(cond) => conjuncts(&paren.expr, links),
        syn::Expr::Group(group) => conjuncts(&group.expr, links),
        syn::Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::And(_), right, .. })
            if has_let(cond) =>
        {
            conjuncts(left, links);
            conjuncts(right, links);
        }
        other => links.push(other),
    }
}

/// The tokens before and after the first comma.
pub(super) fn first_comma(tokens: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let mut before = TokenStream::new();
    let mut rest = tokens.clone().into_iter();
    for token in rest.by_ref() {
        match &token {
            proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',' => {
                let after: TokenStream = rest.collect();
                let mut trees: Vec<proc_macro2::TokenTree> = after.into_iter().collect();
                if matches!(trees.last(), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == ',')
                {
                    trees.pop();
                }
                return Some((before, trees.into_iter().collect()));
            }
            _ => before.extend([token]),
        }
    }
    None
}
