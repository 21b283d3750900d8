//! `differentiate!(for<T: Real, const N: usize> |x: [T; N]| -> T { … })`: the type and constant
//! parameters of the function around a closure, which its macro does not see.
//!
//! In an annotated function they are written there by the attribute.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Generics, Ident, Token, TypeParamBound, WherePredicate};

use crate::diagnostics::Diagnostics;
use crate::differentiate;

/// Reads the parameters in front of a closure.
pub fn parse(input: ParseStream) -> syn::Result<Generics> {
    input.parse::<Token![for]>()?;
    let generics: Generics = input.parse()?;
    if generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_))) {
        // A closure may have such of its own.
        return Err(input.error("no parameters of types"));
    }
    Ok(generics)
}

/// What is made of a closure is compiled in the function around it, where no more is known of a float than
/// the function says.
pub fn refuse_others(
    generics: Option<&Generics>,
    floats: &[Ident],
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    for param in generics.into_iter().flat_map(Generics::type_params) {
        let is_bound = |name: &str| param.bounds.iter().any(|bound| named(bound, name));
        if floats.contains(&param.ident) && is_bound("Float") && !is_bound("Real") {
            let name = &param.ident;
            diagnostics
                .error(name, format!("`Float` does not say that `{name}` has a derivative"))
                .help(format!(
                    "`differentiate!` in a generic function needs `{name}: chainrule::Real`"
                ));
            return None;
        }
    }
    Some(())
}

fn named(bound: &TypeParamBound, name: &str) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|last| last.ident == name)
}

/// Tells each `differentiate!` in a function's body which of these parameters it mentions.
pub fn tell<'g>(body: &mut syn::Block, generics: impl IntoIterator<Item = &'g Generics>) {
    let known = Known::of(generics);
    if !known.0.is_empty() {
        Tell(&known).visit_block_mut(body);
    }
}

/// As [`tell`], in a closure.
pub fn tell_closure(closure: &mut syn::ExprClosure, generics: &Generics) {
    Tell(&Known::of([generics])).visit_expr_closure_mut(closure);
}

/// The parameters that a closure can be told of, with all that is said of them alone.
struct Known(Vec<GenericParam>);

impl Known {
    fn of<'g>(generics: impl IntoIterator<Item = &'g Generics>) -> Known {
        let mut known = Vec::new();
        for generics in generics {
            let params = generics.params.iter().cloned();
            known.extend(params.filter_map(|param| match param {
                GenericParam::Lifetime(_) => None,
                GenericParam::Const(mut param) => {
                    (param.eq_token, param.default) = (None, None);
                    Some(GenericParam::Const(param))
                }
                GenericParam::Type(mut param) => {
                    (param.eq_token, param.default) = (None, None);
                    let clauses =
                        generics.where_clause.iter().flat_map(|clause| &clause.predicates);
                    for clause in clauses {
                        if let WherePredicate::Type(clause) = clause
                            && is(&clause.bounded_ty, &param.ident)
                        {
                            param.colon_token.get_or_insert_default();
                            param.bounds.extend(clause.bounds.iter().cloned());
                        }
                    }
                    Some(GenericParam::Type(param))
                }
            }));
        }
        Known(known)
    }

    /// Those that occur in the tokens, or in what is said of others that do.
    fn mentioned(&self, tokens: &TokenStream) -> Punctuated<&GenericParam, Token![,]> {
        let mut tokens = tokens.clone();
        loop {
            let found: Vec<&GenericParam> =
                self.0.iter().filter(|param| occurs(name(param), tokens.clone())).collect();
            let with_bounds = quote!(#tokens #(#found)*);
            let more = self.0.iter().filter(|param| occurs(name(param), with_bounds.clone()));
            if more.count() == found.len() {
                return found.into_iter().collect();
            }
            tokens = with_bounds;
        }
    }
}

fn name(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    }
}

fn is(ty: &syn::Type, param: &Ident) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(param))
}

fn occurs(name: &Ident, tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => occurs(name, group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

struct Tell<'k>(&'k Known);

impl VisitMut for Tell<'_> {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if mac.path.segments.last().is_none_or(|last| last.ident != "differentiate") {
            return;
        }
        let told = differentiate::has_generics(mac.tokens.clone());
        let mentioned = self.0.mentioned(&mac.tokens);
        if !told && !mentioned.is_empty() {
            let tokens = mac.tokens.to_token_stream();
            mac.tokens = quote!(for<#mentioned> #tokens);
        }
    }

    /// An item inside has parameters of its own.
    fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
}
