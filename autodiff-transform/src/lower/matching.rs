//! `match`, `if let`, `let … else`: refutable patterns.
//!
//! Where all patterns of a `match` are over numbers, `bool`s and tuples of them, it becomes a chain
//! of `if`s on comparisons. Otherwise an integer tag is computed by the user's own `match`, kept as
//! it stands (with `_` for names that no guard uses), and a `Switch` on the tag runs the arms; the
//! names in an arm are other names for parts of the matched place.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

use super::control::not;
use super::keeper::bound_names;
use super::opaque::Use;
use super::pattern_syntax::{
    behind_references, conjuncts, first_comma, has_several_paths, is_rest, is_testable,
    split_alternatives, without_names,
};
use super::{Access, Binding, Lowered, Lowerer, OpenBlock};
use crate::ir::{Expr, ExprKind, Opaque, Place, Proj, Ty, VarId};
use crate::ops::Prim;

impl Lowerer<'_> {
    pub fn lower_match(&mut self, match_: &syn::ExprMatch, want: &Ty) -> Lowered {
        let span = match_.match_token.span;
        let scrutinee = self.lower(&match_.expr, &Ty::Unknown);
        let pats = match_.arms.iter().map(|arm| &arm.pat);
        let scrutinee = self.by_reference(pats, &match_.expr, scrutinee);
        let scrutinee = self.steady(scrutinee, match_.expr.span());
        if self.diverged() {
            return Lowered::Never;
        }
        let arms = split_alternatives(&match_.arms);
        for arm in &arms {
            self.unify_pattern(&arm.pat, &scrutinee);
        }
        let testable = arms.iter().all(|arm| is_testable(&arm.pat, &scrutinee));
        self.branching(want, span, true, |l, result, ty| match testable {
            true => l.match_by_tests(&arms, &scrutinee, result, ty),
            false => l.match_by_tag(&arms, &scrutinee, result, ty, span),
        })
    }

    /// A scrutinee that means the same until the arm is chosen.
    pub fn steady(&mut self, value: Lowered, span: Span) -> Lowered {
        match value {
            Lowered::Value(value) => match (&value.kind, value.as_var()) {
                (ExprKind::Int(..) | ExprKind::Bool(_), _) | (_, Some(_)) => Lowered::Value(value),
                _ => Lowered::Value(self.temp("scrutinee", value)),
            },
            Lowered::Built(built) => {
                let var = self.temp_var("scrutinee", built, span);
                Lowered::Place(self.function.place(var), Access::Owned)
            }
            Lowered::Place(place, access) => Lowered::Place(self.freeze(place), access),
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|part| self.steady(part, span)).collect())
            }
            Lowered::Option { is_some, payload } => {
                let is_some = self.temp("is_some", is_some);
                let payload = Box::new(self.steady(*payload, span));
                Lowered::Option { is_some, payload }
            }
            Lowered::Unit | Lowered::Never => value,
            Lowered::Closure(_) | Lowered::Iter(_) | Lowered::Function(_) => {
                self.diagnostics
                    .error_at(span, "a function or an iterator cannot be matched on")
                    .help("match on a value");
                Lowered::Never
            }
        }
    }

    /// `if c0 { arm0 } else if c1 { arm1 } else { last }`.
    fn match_by_tests(
        &mut self,
        arms: &[syn::Arm],
        scrutinee: &Lowered,
        result: Option<VarId>,
        ty: &Ty,
    ) {
        let Some((arm, rest)) = arms.split_first() else { return };
        // The arms are exhaustive, so the last needs no test.
        let cond = match rest.is_empty() {
            true => None,
            false => self.arm_condition(arm, scrutinee),
        };
        let Some(cond) = cond else {
            self.scopes.enter();
            self.lower_arm(arm, scrutinee, result, ty);
            self.scopes.leave();
            return;
        };
        let (_, then) = self.in_block(|l| l.lower_arm(arm, scrutinee, result, ty));
        let (_, els) = self.in_block(|l| l.match_by_tests(rest, scrutinee, result, ty));
        self.push_if(cond, then, els, arm.pat.span());
    }

    fn lower_arm(&mut self, arm: &syn::Arm, scrutinee: &Lowered, result: Option<VarId>, ty: &Ty) {
        self.bind(&arm.pat, scrutinee.clone());
        self.variant_hint = false;
        let value = self.lower(&arm.body, ty);
        self.give(result, ty, value, arm.body.span());
    }

    /// Whether the arm is taken: its pattern fits and its guard holds. `None` for always.
    fn arm_condition(&mut self, arm: &syn::Arm, scrutinee: &Lowered) -> Option<Expr> {
        let test = self.test(&arm.pat, scrutinee);
        let Some((_, guard)) = &arm.guard else { return test };
        let span = guard.span();
        let lower_guard = |l: &mut Self| {
            l.scopes.enter();
            l.peek(&arm.pat, scrutinee);
            let guard = l.value(guard, &Ty::Bool);
            l.scopes.leave();
            guard
        };
        Some(match test {
            Some(test) => self.lazy(Prim::And, test, span, lower_guard),
            None => lower_guard(self),
        })
    }

    /// Binds the names of a pattern to the parts as they are, for a guard to look at.
    fn peek(&mut self, pat: &syn::Pat, value: &Lowered) {
        match (pat, value) {
            (syn::Pat::Ident(ident), _) => {
                let value = Lowered::clone(value);
                let binding = Binding::Local { value: value.clone(), mutable: false };
                self.scopes.bind(ident.ident.to_string(), binding);
                if let Some((_, sub)) = &ident.subpat {
                    self.peek(sub, &value);
                }
            }
            (syn::Pat::Paren(paren), _) => self.peek(&paren.pat, value),
            (syn::Pat::Reference(reference), Lowered::Place(place, _)) => {
                self.peek(&reference.pat, &Lowered::Place(place.clone(), Access::Owned));
            }
            (syn::Pat::Reference(reference), _) => self.peek(&reference.pat, value),
            (syn::Pat::Tuple(tuple), _) => {
                for (index, pat) in tuple.elems.iter().enumerate() {
                    let part = self.part(value, index, pat.span());
                    self.peek(pat, &part);
                }
            }
            (syn::Pat::TupleStruct(some), Lowered::Option { payload, .. }) => {
                for pat in &some.elems {
                    self.peek(pat, payload);
                }
            }
            // No names, or a pattern that is refused where it is bound.
            _ => {}
        }
    }

    /// The condition under which a testable pattern fits.
    fn test(&mut self, pat: &syn::Pat, value: &Lowered) -> Option<Expr> {
        match pat {
            syn::Pat::Paren(paren) => self.test(&paren.pat, value),
            syn::Pat::Reference(reference) => self.test(&reference.pat, value),
            syn::Pat::Type(typed) => self.test(&typed.pat, value),
            syn::Pat::Ident(ident) if ident.ident == "None" => match value {
                Lowered::Option { is_some, .. } => Some(not(is_some.clone())),
                _ => None,
            },
            syn::Pat::Ident(ident) => {
                let (_, sub) = ident.subpat.as_ref()?;
                self.test(sub, value)
            }
            syn::Pat::Or(or) => {
                let tests: Vec<Option<Expr>> =
                    or.cases.iter().map(|case| self.test(case, value)).collect();
                let tests = tests.into_iter().collect::<Option<Vec<Expr>>>()?;
                tests.into_iter().reduce(|a, b| logical(Prim::Or, a, b))
            }
            syn::Pat::Tuple(tuple) => {
                let mut all = None;
                for (index, pat) in tuple.elems.iter().enumerate() {
                    let part = self.part(value, index, pat.span());
                    let test = self.test(pat, &part);
                    all = conjunction(all, test);
                }
                all
            }
            syn::Pat::Slice(slice) => {
                let (place, _) = self.to_place(value.clone(), slice.span());
                let has_rest = slice.elems.iter().any(is_rest);
                let least = slice.elems.len() - usize::from(has_rest);
                let least = Expr::int(least as u128, Ty::usize(), slice.span());
                let prim = if has_rest { Prim::Ge } else { Prim::Eq };
                let len = self.len_of(place);
                Some(Expr::prim(prim, vec![len, least], Ty::Bool, slice.span()))
            }
            syn::Pat::TupleStruct(some) => {
                let Lowered::Option { is_some, payload } = value else { return None };
                let inner = some.elems.first().and_then(|pat| self.test(pat, payload));
                conjunction(Some(is_some.clone()), inner)
            }
            syn::Pat::Lit(lit) => {
                let literal = syn::Expr::Lit(lit.clone());
                Some(self.compare(Prim::Eq, value, &literal))
            }
            syn::Pat::Path(path) => {
                let constant = syn::Expr::Path(path.clone());
                Some(self.compare(Prim::Eq, value, &constant))
            }
            syn::Pat::Range(range) => {
                let last = match range.limits {
                    syn::RangeLimits::HalfOpen(_) => Prim::Lt,
                    syn::RangeLimits::Closed(_) => Prim::Le,
                };
                let start = range.start.as_ref().map(|start| self.compare(Prim::Ge, value, start));
                let end = range.end.as_ref().map(|end| self.compare(last, value, end));
                conjunction(start, end)
            }
            _ => None,
        }
    }

    /// An element of a tuple.
    fn part(&mut self, value: &Lowered, index: usize, span: Span) -> Lowered {
        match value {
            Lowered::Tuple(parts) => parts.get(index).cloned().unwrap_or(Lowered::Never),
            other => {
                let (place, access) = self.to_place(other.clone(), span);
                Lowered::Place(self.field(place, &syn::Member::from(index), span), access)
            }
        }
    }

    fn compare(&mut self, prim: Prim, value: &Lowered, with: &syn::Expr) -> Expr {
        let span = with.span();
        let value = self.to_expr(value.clone(), span);
        let with = self.value(with, &value.ty);
        Expr::prim(prim, vec![value, with], Ty::Bool, span)
    }

    /// Says what the literals of a pattern tell about types.
    fn unify_pattern(&mut self, pat: &syn::Pat, value: &Lowered) {
        match (pat, value) {
            (syn::Pat::Tuple(tuple), Lowered::Place(place, _)) => {
                let has_rest = tuple.elems.iter().any(|pat| matches!(pat, syn::Pat::Rest(_)));
                if !has_rest && matches!(self.infer.shallow(&place.ty), Ty::Infer(_)) {
                    let elems = tuple.elems.iter().map(|_| self.fresh()).collect();
                    self.unify(&place.ty, &Ty::Tuple(elems));
                }
            }
            (syn::Pat::TupleStruct(some), Lowered::Place(..) | Lowered::Value(_))
                if some.path.is_ident("Some") && self.kept_place(value).is_none() =>
            {
                let (ty, elem) = (self.lowered_ty(value), self.fresh());
                self.unify(&ty, &Ty::Option(Box::new(elem)));
            }
            _ => {}
        }
    }

    /// `switch (match scrutinee { P0 => 0, P1 if g => 1, … }) { … }`.
    fn match_by_tag(
        &mut self,
        arms: &[syn::Arm],
        scrutinee: &Lowered,
        result: Option<VarId>,
        ty: &Ty,
        span: Span,
    ) {
        let hint = has_several_paths(arms);
        let mut cases = TokenStream::new();
        let mut reads = Vec::new();
        let scrutinee_of_tag = self.lent(scrutinee, arms);
        for (tag, arm) in arms.iter().enumerate() {
            let guard = arm.guard.as_ref().map(|(_, guard)| &**guard);
            let mut pat = without_names(&arm.pat, guard);
            let behind = behind_references(&mut pat, scrutinee, &scrutinee_of_tag);
            let tag = proc_macro2::Literal::usize_suffixed(tag);
            let guard = guard.map(|guard| {
                let code = self.guard_code(&arm.pat, &behind, guard);
                reads.extend(code.reads);
                let tokens = code.tokens;
                quote!(if #tokens)
            });
            cases.extend(quote!(#pat #guard => #tag,));
        }
        let matched = self.scrutinee_tokens(&scrutinee_of_tag, span, &mut reads);
        let pure_ = !reads.iter().any(|&read| self.may_refer(read));
        let tokens = quote!(match #matched { #cases });
        let opaque = Opaque { tokens, reads, pure_, through: false };
        let tag = Expr::new(ExprKind::Opaque(opaque), Ty::usize(), span);
        let tag = self.temp("tag", tag);
        let scrutinee = &self.owned_scrutinee(arms.iter().map(|arm| &arm.pat), scrutinee.clone());
        let arms: Vec<OpenBlock> = arms
            .iter()
            .map(|arm| {
                let (_, block) = self.in_block(|l| {
                    l.variant_hint = hint;
                    l.lower_arm(arm, scrutinee, result, ty);
                });
                block
            })
            .collect();
        self.push_switch(tag, arms, span);
    }

    /// A guard that stays in the `match`; the names of its pattern stay too.
    fn guard_code(&mut self, pat: &syn::Pat, behind: &[String], guard: &syn::Expr) -> Opaque {
        self.scopes.enter();
        for name in bound_names(pat) {
            let binding = match behind.contains(&name) {
                true => Binding::Behind,
                false => Binding::Verbatim,
            };
            self.scopes.bind(name, binding);
        }
        let code = self.code(guard, Use::Inspect);
        self.scopes.leave();
        code.opaque
    }

    /// The scrutinee, by reference where a guard's names would otherwise be moved out of it.
    fn lent(&mut self, scrutinee: &Lowered, arms: &[syn::Arm]) -> Lowered {
        let named = |arm: &syn::Arm| {
            let guard = arm.guard.as_ref().map(|(_, guard)| &**guard);
            guard.is_some() && !bound_names(&without_names(&arm.pat, guard)).is_empty()
        };
        match scrutinee {
            Lowered::Tuple(_) | Lowered::Option { .. } => self.lent_place(scrutinee),
            Lowered::Value(value) if value.as_var().is_some_and(|var| self.may_refer(var)) => {
                self.lent_value(value)
            }
            // What a call gives; what kept code gives may be a reference already.
            Lowered::Value(value)
                if arms.iter().any(named)
                    && value.as_var().is_some_and(|var| self.called.contains(&var)) =>
            {
                self.lent_value(value)
            }
            // A text is a reference, and is copied.
            place if arms.iter().any(named) && !arms.iter().any(is_text) => self.lent_place(place),
            other => other.clone(),
        }
    }

    /// A place that would be moved, by reference.
    fn lent_place(&mut self, value: &Lowered) -> Lowered {
        match value {
            Lowered::Place(place, Access::Owned) if !self.infer.resolve(&place.ty).is_scalar() => {
                Lowered::Place(place.clone(), Access::Ref)
            }
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.iter().map(|part| self.lent_part(part)).collect())
            }
            Lowered::Option { is_some, payload } => {
                let payload = Box::new(self.lent_part(payload));
                Lowered::Option { is_some: is_some.clone(), payload }
            }
            other => other.clone(),
        }
    }

    fn lent_part(&mut self, part: &Lowered) -> Lowered {
        match part {
            Lowered::Value(value) if !self.infer.resolve(&value.ty).is_scalar() => {
                self.lent_value(value)
            }
            other => self.lent_place(other),
        }
    }

    fn lent_value(&mut self, value: &Expr) -> Lowered {
        match value.as_var() {
            Some(var) => Lowered::Place(self.function.place(var), Access::Ref),
            None => Lowered::Value(value.clone()),
        }
    }

    fn scrutinee_tokens(
        &mut self,
        scrutinee: &Lowered,
        span: Span,
        reads: &mut Vec<VarId>,
    ) -> TokenStream {
        // Matching on a tuple or an `Option` must not move its parts.
        let scrutinee = match scrutinee {
            Lowered::Tuple(_) | Lowered::Option { .. } => self.lent_place(scrutinee),
            other => other.clone(),
        };
        match self.matched_tokens(scrutinee, span, reads) {
            Some(tokens) => tokens,
            None => {
                self.diagnostics
                    .error_at(span, "these patterns cannot be matched in differentiated code")
                    .help("match on the value itself");
                quote!(())
            }
        }
    }

    /// What is matched on, as the user's patterns have it.
    fn matched_tokens(
        &mut self,
        scrutinee: Lowered,
        span: Span,
        reads: &mut Vec<VarId>,
    ) -> Option<TokenStream> {
        match scrutinee {
            Lowered::Tuple(parts) => {
                let parts: Option<Vec<TokenStream>> =
                    parts.into_iter().map(|part| self.matched_tokens(part, span, reads)).collect();
                let parts = parts?;
                Some(quote!((#(#parts),*)))
            }
            Lowered::Option { is_some, payload } => {
                let in_variant =
                    |place: &Place| place.path.iter().any(|proj| matches!(proj, Proj::Variant(..)));
                // What a variant holds would be looked at whether or not it is there.
                if matches!(&*payload, Lowered::Place(place, _) if in_variant(place)) {
                    return None;
                }
                let payload = self.matched_tokens(*payload, span, reads)?;
                let is_some = self.name_tokens(Lowered::Value(is_some), span, reads)?;
                Some(quote! {
                    if #is_some {
                        ::core::option::Option::Some(#payload)
                    } else {
                        ::core::option::Option::None
                    }
                })
            }
            other => self.name_tokens(other, span, reads),
        }
    }

    /// The condition that a refutable pattern fits; `None` for always.
    fn fits(&mut self, pat: &syn::Pat, scrutinee: &Lowered, span: Span) -> Option<Expr> {
        self.unify_pattern(pat, scrutinee);
        if is_testable(pat, scrutinee) {
            return self.test(pat, scrutinee);
        }
        let mut reads = Vec::new();
        let matched = self.scrutinee_tokens(scrutinee, span, &mut reads);
        let pat = without_names(pat, None);
        let tokens = quote!(::core::matches!(#matched, #pat));
        let pure_ = !reads.iter().any(|&read| self.may_refer(read));
        let opaque = Opaque { tokens, reads, pure_, through: false };
        let value = Expr::new(ExprKind::Opaque(opaque), Ty::Bool, span);
        Some(self.temp("fits", value))
    }

    /// What a `let` in a condition takes apart.
    fn lower_scrutinee(&mut self, let_: &syn::ExprLet) -> Lowered {
        let scrutinee = self.lower(&let_.expr, &Ty::Unknown);
        let scrutinee = self.by_reference([&*let_.pat], &let_.expr, scrutinee);
        self.steady(scrutinee, let_.expr.span())
    }

    /// A condition with `let` in it.
    pub fn lower_let_chain(
        &mut self,
        cond: &syn::Expr,
        span: Span,
        then: impl FnOnce(&mut Self),
        els: impl FnOnce(&mut Self),
    ) {
        let mut links = Vec::new();
        conjuncts(cond, &mut links);
        if let [syn::Expr::Let(let_)] = links[..] {
            let scrutinee = self.lower_scrutinee(let_);
            let fits = self.fits(&let_.pat, &scrutinee, span);
            let scrutinee = self.owned_scrutinee([&*let_.pat], scrutinee);
            let bind_then = |l: &mut Self| {
                l.bind_refutable(&let_.pat, scrutinee.clone());
                then(l);
            };
            return match fits {
                Some(cond) => {
                    let (_, then) = self.in_block(bind_then);
                    let (_, els) = self.in_block(els);
                    self.push_if(cond, then, els, span);
                }
                None => bind_then(self),
            };
        }
        let taken = self.flag("taken", span);
        let (_, block) = self.in_block(|l| {
            l.lower_links(&links, span);
            l.set(taken, span);
            then(l);
        });
        // The links opened layers, each under the condition of the one before.
        self.push_always(block, span);
        let untaken = not(self.function.read(taken));
        let (_, els) = self.in_block(els);
        self.push_if(untaken, els, OpenBlock::new(), span);
    }

    /// The links of a chain: what follows runs only where all of them hold.
    fn lower_links(&mut self, links: &[&syn::Expr], span: Span) {
        for link in links {
            let cond = match link {
                syn::Expr::Let(let_) => {
                    let scrutinee = self.lower_scrutinee(let_);
                    let fits = self.fits(&let_.pat, &scrutinee, span);
                    let scrutinee = self.owned_scrutinee([&*let_.pat], scrutinee);
                    if let Some(cond) = fits {
                        self.only_if(cond, span);
                    }
                    self.bind_refutable(&let_.pat, scrutinee);
                    continue;
                }
                other => self.value(other, &Ty::Bool),
            };
            self.only_if(cond, span);
        }
    }

    /// `let P = value else { … };`
    pub fn lower_let_else(
        &mut self,
        pat: &syn::Pat,
        (value, want): (&syn::Expr, &Ty),
        written: Option<&syn::Type>,
        (els, span): (&syn::Expr, Span),
    ) {
        let scrutinee = self.lower(value, want);
        let scrutinee = self.annotate(scrutinee, want);
        self.note_written(&scrutinee, written);
        let scrutinee = self.by_reference([pat], value, scrutinee);
        let scrutinee = self.steady(scrutinee, value.span());
        let fits = self.fits(pat, &scrutinee, span);
        let scrutinee = self.owned_scrutinee([pat], scrutinee);
        if let Some(cond) = fits {
            let (_, els) = self.in_block(|l| {
                l.lower(els, &Ty::Unknown);
            });
            self.push_if(cond, OpenBlock::new(), els, span);
        }
        self.bind_refutable(pat, scrutinee);
    }

    /// Binds a pattern that can fail: a path in it names a variant.
    fn bind_refutable(&mut self, pat: &syn::Pat, value: Lowered) {
        self.variant_hint = true;
        self.bind(pat, value);
        self.variant_hint = false;
    }

    /// `matches!(value, pattern if guard)`.
    pub fn lower_matches(&mut self, mac: &syn::Macro) -> Lowered {
        let tokens = &mac.tokens;
        let Some(split) = first_comma(tokens) else {
            return self.reject(&mac.path, "`matches!` takes a value and a pattern", "add both");
        };
        let (value, pattern) = split;
        let matched: Result<syn::ExprMatch, _> =
            syn::parse2(quote!(match #value { #pattern => true, _ => false, }));
        match matched {
            Ok(matched) => self.lower_match(&matched, &Ty::Bool),
            Err(error) => {
                self.diagnostics.push(error);
                self.poison()
            }
        }
    }
}

/// `a && b`, `a || b` of two conditions.
fn logical(prim: Prim, a: Expr, b: Expr) -> Expr {
    let span = a.span;
    Expr::prim(prim, vec![a, b], Ty::Bool, span)
}

/// `a && b`, where nothing is `true`.
pub(super) fn conjunction(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(logical(Prim::And, a, b)),
        (a, b) => a.or(b),
    }
}

/// Whether the pattern is a text.
fn is_text(arm: &syn::Arm) -> bool {
    matches!(&arm.pat, syn::Pat::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }))
}
