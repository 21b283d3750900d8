//! Irrefutable patterns: names for values and for parts of places.
//!
//! A name bound to a reference, to a part of what is behind one, or to a moved value is an alias;
//! a name bound to a value is a variable. Refutable patterns are tested in
//! [`matching`](super::matching), and their names bound here.

use std::rc::Rc;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::expr::{is_place, project};
use super::keeper::bound_names;
use super::pattern_syntax::{is_rest, refers};
use super::{Access, Binding, Lowered, Lowerer};
use crate::ir::{Expr, Origin, Place, Proj, Rvalue, StmtKind, Ty, VarId};

impl Lowerer<'_> {
    /// Binds the names of an irrefutable pattern to (parts of) a value.
    pub fn bind(&mut self, pat: &syn::Pat, value: Lowered) {
        if self.bind_referred(pat, &value) {
            return;
        }
        match pat {
            syn::Pat::Ident(ident) => self.bind_ident_pat(ident, value),
            syn::Pat::Wild(_) => {}
            syn::Pat::Paren(paren) => self.bind(&paren.pat, value),
            syn::Pat::Type(typed) => {
                let ty = self.ty(&typed.ty);
                let value = self.annotate(value, &ty);
                self.bind(&typed.pat, value);
            }
            syn::Pat::Reference(reference) => {
                let value = self.behind(value, pat.span());
                self.bind(&reference.pat, value);
            }
            syn::Pat::Tuple(tuple) => self.bind_tuple(&tuple.elems, value, pat.span()),
            syn::Pat::TupleStruct(tuple) => self.bind_tuple_struct(tuple, value),
            syn::Pat::Struct(struct_) => self.bind_struct(struct_, value),
            syn::Pat::Slice(slice) => self.bind_slice(slice, value),
            // Tested before, if it can fail; nothing to bind.
            syn::Pat::Path(_) | syn::Pat::Lit(_) | syn::Pat::Range(_) | syn::Pat::Rest(_) => {}
            syn::Pat::Or(_) if bound_names(pat).is_empty() => {}
            syn::Pat::Const(_)
            | syn::Pat::Macro(_)
            | syn::Pat::Or(_)
            | syn::Pat::Verbatim(_)
            | _ => {
                self.reject(
                    pat,
                    "this pattern cannot bind values that carry derivatives",
                    "bind a name, and test it by `if` or `match`",
                );
                self.bind_poison(pat);
            }
        }
    }

    /// What the names of patterns by `ref` refer to: of an expression that is no place, a temporary.
    pub(super) fn by_reference<'p>(
        &mut self,
        pats: impl IntoIterator<Item = &'p syn::Pat>,
        expr: &syn::Expr,
        value: Lowered,
    ) -> Lowered {
        match is_place(expr) {
            true => value,
            false => self.item_by_reference(pats, value, expr.span()),
        }
    }

    /// The same of what is given by value: an item, an argument.
    pub(super) fn item_by_reference<'p>(
        &mut self,
        pats: impl IntoIterator<Item = &'p syn::Pat>,
        value: Lowered,
        span: Span,
    ) -> Lowered {
        match refers(pats) {
            Some(mutable) => self.temporary(value, mutable, span),
            None => value,
        }
    }

    fn temporary(&mut self, value: Lowered, mutable: bool, span: Span) -> Lowered {
        match value {
            Lowered::Tuple(parts) => Lowered::Tuple(
                parts.into_iter().map(|part| self.temporary(part, mutable, span)).collect(),
            ),
            Lowered::Option { is_some, payload } => {
                let payload = Box::new(self.temporary(*payload, mutable, span));
                Lowered::Option { is_some, payload }
            }
            Lowered::Place(_, Access::Owned) | Lowered::Value(_) | Lowered::Built(_)
                if self.kept_place(&value).is_none() =>
            {
                let value = self.to_rvalue(value, span);
                let var = self.referent(value, mutable, span);
                Lowered::Place(self.function.place(var), Access::Owned)
            }
            other => other,
        }
    }

    /// A variable for what a reference is to that has no name.
    pub(super) fn referent(&mut self, value: Rvalue, mutable: bool, span: Span) -> VarId {
        let var = self.temp_var("referent", value, span);
        self.function.vars[var.0 as usize].mutable = mutable;
        if mutable {
            self.constant.remove(&var);
        }
        var
    }

    /// Binds the names of a refused pattern, so that their uses are no further errors.
    pub fn bind_poison(&mut self, pat: &syn::Pat) {
        for name in bound_names(pat) {
            let value = self.poison();
            self.scopes.bind(name, Binding::Local { value, mutable: true });
        }
    }

    fn bind_ident_pat(&mut self, pat: &syn::PatIdent, value: Lowered) {
        let value = match (&pat.by_ref, value) {
            (Some(_), value) => {
                let (place, _) = self.to_place(value, pat.span());
                let access = match pat.mutability {
                    Some(_) => Access::RefMut,
                    None => Access::Ref,
                };
                Lowered::Place(self.freeze(place), access)
            }
            (None, value) => value,
        };
        // `None`, a constant.
        let name = pat.ident.to_string();
        if name.starts_with(char::is_uppercase)
            && pat.subpat.is_none()
            && !self.upper_case.contains(&name)
        {
            return;
        }
        let mutable = pat.by_ref.is_none() && pat.mutability.is_some();
        if let Some((_, sub)) = &pat.subpat {
            if pat.by_ref.is_some() && pat.mutability.is_some() && !bound_names(sub).is_empty() {
                self.reject(
                    &pat.ident,
                    "names of parts beside one that may change the whole are not differentiated",
                    "bind the parts by a pattern of their own before",
                );
                return self.bind_poison(&syn::Pat::Ident(pat.clone()));
            }
            let (place, access) = self.to_place(value, pat.span());
            self.bind_ident(&pat.ident, Lowered::Place(place.clone(), access), mutable);
            self.bind(sub, Lowered::Place(place, access));
        } else {
            self.bind_ident(&pat.ident, value, mutable);
        }
    }

    /// Binds one name.
    pub fn bind_ident(&mut self, ident: &syn::Ident, value: Lowered, mutable: bool) {
        let bound = self.named(ident, value, mutable);
        self.scopes.bind(ident.to_string(), Binding::Local { value: bound, mutable });
    }

    fn named(&mut self, ident: &syn::Ident, value: Lowered, mutable: bool) -> Lowered {
        let span = ident.span();
        match value {
            Lowered::Value(value) => self.named_value(ident, value, mutable),
            Lowered::Built(built) => {
                let ty = self.rvalue_ty(&built);
                Lowered::Place(self.declare(ident, ty, mutable, Some(built)), Access::Owned)
            }
            Lowered::Place(place, Access::Ref) if mutable && self.is_for_window(&place.ty) => {
                Lowered::Place(self.window(place, span), Access::Ref)
            }
            // A number behind a shared reference stays what it is as long as the name is used.
            Lowered::Place(place, Access::Ref) if self.is_number_in(&place) => {
                let value = Some(Rvalue::Expr(Expr { span, ..Expr::read(place.clone()) }));
                Lowered::Place(self.declare(ident, place.ty, false, value), Access::Ref)
            }
            Lowered::Place(place, access @ (Access::Ref | Access::RefMut)) => {
                self.named.insert(place.root);
                Lowered::Place(self.freeze(place), access)
            }
            Lowered::Place(place, Access::Owned) => match self.moves(&place, mutable) {
                true => {
                    let place = self.freeze(place);
                    if mutable {
                        self.function.vars[place.root.0 as usize].mutable = true;
                        self.constant.remove(&place.root);
                    }
                    Lowered::Place(place, Access::Owned)
                }
                false => self.named_value(ident, Expr::read(place), mutable),
            },
            Lowered::Tuple(parts) => self.named_tuple(ident, parts, mutable),
            Lowered::Option { is_some, payload } => {
                let is_some = self.temp("is_some", is_some);
                Lowered::Option { is_some, payload: Box::new(self.frozen(*payload, span)) }
            }
            Lowered::Iter(chain) if mutable => {
                Lowered::Iter(Rc::new(self.cursor((*chain).clone(), span)))
            }
            other @ (Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never) => other,
        }
    }

    /// Whether a place is a number that is part of a variable.
    fn is_number_in(&mut self, place: &Place) -> bool {
        !place.path.is_empty() && self.infer.resolve(&place.ty).is_scalar()
    }

    fn named_tuple(&mut self, ident: &syn::Ident, parts: Vec<Lowered>, mutable: bool) -> Lowered {
        let span = ident.span();
        if parts.iter().all(is_value) {
            let built = self.to_rvalue(Lowered::Tuple(parts), span);
            let ty = self.rvalue_ty(&built);
            return Lowered::Place(self.declare(ident, ty, mutable, Some(built)), Access::Owned);
        }
        Lowered::Tuple(parts.into_iter().map(|part| self.frozen(part, span)).collect())
    }

    /// What a name can stand for at any later point of its scope.
    pub fn frozen(&mut self, value: Lowered, span: Span) -> Lowered {
        match value {
            Lowered::Place(place, access @ (Access::Ref | Access::RefMut)) => {
                Lowered::Place(self.freeze(place), access)
            }
            Lowered::Place(place, Access::Owned) if self.moves(&place, false) => {
                Lowered::Place(self.freeze(place), Access::Owned)
            }
            Lowered::Place(place, Access::Owned) => {
                let value = self.temp("part", Expr { span, ..Expr::read(place) });
                Lowered::Value(value)
            }
            Lowered::Value(value) if !self.is_stable(&value) => {
                Lowered::Value(self.temp("part", value))
            }
            Lowered::Built(built) => {
                let var = self.temp_var("part", built, span);
                Lowered::Value(self.function.read(var))
            }
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|part| self.frozen(part, span)).collect())
            }
            other => other,
        }
    }

    /// Whether binding an owned place to a name renames it: a move, or a value that neither name
    /// can change.
    fn moves(&mut self, place: &Place, mutable: bool) -> bool {
        let ty = self.infer.resolve(&place.ty);
        let root = self.function.var(place.root);
        let by_ref = self
            .function
            .param(place.root)
            .is_some_and(|param| param.passing != crate::ir::Passing::Value);
        match ty {
            Ty::Slice(_) => true,
            ty if ty.is_scalar() => false,
            _ if mutable && self.shared.contains(&place.root) => false,
            _ if !root.mutable && !mutable => true,
            Ty::Vec(_) => !root.mutable && !by_ref && place.path.is_empty(),
            _ => false,
        }
    }

    /// Binds a name to a pure expression: a variable of its own, or the temporary that holds it.
    fn named_value(&mut self, ident: &syn::Ident, value: Expr, mutable: bool) -> Lowered {
        if let Some(var) = value.as_var()
            && self.function.var(var).origin == Origin::Temp
            && !self.flags.contains(&var)
            && !self.named.contains(&var)
            && !(mutable && self.shared.contains(&var))
        {
            let name = self.unique(&ident.to_string());
            let temp = &mut self.function.vars[var.0 as usize];
            (temp.name, temp.origin, temp.span) = (name, Origin::User, ident.span());
            temp.mutable |= mutable;
            if mutable {
                self.constant.remove(&var);
            }
            return Lowered::Place(self.function.place(var), Access::Owned);
        }
        let ty = value.ty.clone();
        let place = self.declare(ident, ty, mutable, Some(Rvalue::Expr(value)));
        Lowered::Place(place, Access::Owned)
    }

    /// Declares a variable of the user's.
    pub fn declare(
        &mut self,
        ident: &syn::Ident,
        ty: Ty,
        mutable: bool,
        value: Option<Rvalue>,
    ) -> Place {
        let inactive = value.as_ref().is_some_and(|value| self.is_inactive_rvalue(value));
        let var = self.variable(&ident.to_string(), ty, mutable, Origin::User, ident.span());
        if inactive && !mutable {
            self.constant.insert(var);
        }
        if let Some(value) = &value {
            self.note_cut(var, value);
            self.note_poison(var, value);
        }
        self.push(StmtKind::Let { var, value }, ident.span());
        self.function.place(var)
    }

    /// Binds a name to an existing variable.
    pub fn bind_var(&mut self, name: &str, var: VarId, access: Access) {
        let place = self.function.place(var);
        let mutable = self.function.var(var).mutable;
        let value = Lowered::Place(place, access);
        self.scopes.bind(name.to_owned(), Binding::Local { value, mutable });
    }

    /// Unifies the type of what was lowered with an annotation.
    pub fn annotate(&mut self, value: Lowered, ty: &Ty) -> Lowered {
        match &value {
            Lowered::Value(expr) => self.unify(&expr.ty.clone(), ty),
            Lowered::Built(built) => {
                let built = self.rvalue_ty(built);
                self.unify(&built, ty);
            }
            Lowered::Place(place, _) => self.unify(&place.ty.clone(), ty),
            Lowered::Tuple(parts) => {
                if let Ty::Tuple(elems) = self.infer.shallow(ty) {
                    for (part, elem) in parts.clone().into_iter().zip(&elems) {
                        self.annotate(part, elem);
                    }
                }
            }
            Lowered::Option { payload, .. } => {
                if let Ty::Option(elem) = self.infer.shallow(ty) {
                    self.annotate((**payload).clone(), &elem);
                }
            }
            Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never => {}
        }
        value
    }

    fn bind_tuple<'p>(
        &mut self,
        pats: impl IntoIterator<Item = &'p syn::Pat>,
        value: Lowered,
        span: Span,
    ) {
        let pats: Vec<&syn::Pat> = pats.into_iter().collect();
        let rest = pats.iter().position(|pat| matches!(pat, syn::Pat::Rest(_)));
        if let Lowered::Tuple(parts) = value {
            let tail = pats.len() - rest.map_or(pats.len(), |rest| rest + 1);
            let skipped = parts.len().saturating_sub(tail);
            for (index, part) in parts.into_iter().enumerate() {
                let pat = match rest {
                    Some(rest) if index >= rest && index < skipped => continue,
                    Some(rest) if index >= skipped => pats.get(rest + 1 + index - skipped),
                    _ => pats.get(index),
                };
                if let Some(pat) = pat {
                    self.bind(pat, part);
                }
            }
            return;
        }
        let (place, access) = self.to_place(value, span);
        if rest.is_none()
            && let Ty::Infer(_) = self.infer.shallow(&place.ty)
        {
            let elems = pats.iter().map(|_| self.fresh()).collect();
            self.unify(&place.ty, &Ty::Tuple(elems));
        }
        let len = match self.infer.shallow(&place.ty) {
            Ty::Tuple(elems) => elems.len(),
            _ => pats.len(),
        };
        for (index, pat) in pats.iter().enumerate() {
            let index = match rest {
                Some(rest) if index == rest => continue,
                Some(rest) if index > rest => len - (pats.len() - index),
                _ => index,
            };
            let part = self.field(place.clone(), &syn::Member::from(index), pat.span());
            self.bind(pat, Lowered::Place(part, access));
        }
    }

    fn bind_tuple_struct(&mut self, tuple: &syn::PatTupleStruct, value: Lowered) {
        if let Lowered::Option { payload, .. } = value {
            // `Some` is the variant, and what is in it is a pattern of its own.
            self.variant_hint = false;
            if let Some(pat) = tuple.elems.first() {
                self.bind(pat, *payload);
            }
            return;
        }
        let variant = self.is_variant(&tuple.path);
        let (place, access) = self.to_place(value, tuple.span());
        for (index, pat) in tuple.elems.iter().enumerate() {
            if let syn::Pat::Rest(_) = pat {
                if index + 1 < tuple.elems.len() {
                    self.reject(
                        pat,
                        "how many fields this `..` skips cannot be told",
                        "write `_` for each",
                    );
                    tuple.elems.iter().skip(index + 1).for_each(|pat| self.bind_poison(pat));
                }
                return;
            }
            if let syn::Pat::Wild(_) = pat {
                continue;
            }
            let member = syn::Member::from(index);
            let part = match variant {
                true => self.payload(place.clone(), &tuple.path, &member, pat.span()),
                false => self.field(place.clone(), &member, pat.span()),
            };
            self.bind(pat, Lowered::Place(part, access));
        }
    }

    fn bind_struct(&mut self, struct_: &syn::PatStruct, value: Lowered) {
        let variant = self.is_variant(&struct_.path);
        let (place, access) = self.to_place(value, struct_.span());
        for field in &struct_.fields {
            let part = match variant {
                true => self.payload(place.clone(), &struct_.path, &field.member, field.span()),
                false => self.field(place.clone(), &field.member, field.span()),
            };
            self.bind(&field.pat, Lowered::Place(part, access));
        }
    }

    /// Whether a pattern's path names a variant of an enum rather than a struct.
    fn is_variant(&mut self, path: &syn::Path) -> bool {
        let hint = std::mem::take(&mut self.variant_hint);
        let is_upper =
            |segment: &syn::PathSegment| segment.ident.to_string().starts_with(char::is_uppercase);
        let count = path.segments.len();
        match count {
            1 => {
                let name = path.segments[0].ident.to_string();
                hint || ["Some", "Ok", "Err"].contains(&&*name) || self.imported.contains_key(&name)
            }
            _ => is_upper(&path.segments[count - 2]),
        }
    }

    /// The payload of an enum value that is known to be of a variant.
    pub fn payload(
        &mut self,
        place: Place,
        path: &syn::Path,
        member: &syn::Member,
        span: Span,
    ) -> Place {
        let mut path = path.clone();
        let variant = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        // That it is the standard library's, whose error is constant, rustc is to check.
        let is_error = path.is_ident("Err");
        if is_error {
            path = syn::parse_quote_spanned!(path.span()=> ::core::result::Result::Err);
        }
        let owner = self.infer.owner(&place.ty).unwrap_or_default();
        let owner = format!("{owner}::{variant}");
        let ty = match self.infer.shallow(&place.ty) {
            Ty::Option(elem) => *elem,
            Ty::Inert(_) | Ty::Int(_) => Ty::Inert(None),
            _ if is_error && !self.is_inactive_place(&place) => Ty::Inert(None),
            _ => self.infer.field(&owner, &member.to_token_stream().to_string()),
        };
        project(place, Proj::Variant(path, member.clone()), ty, span)
    }

    fn bind_slice(&mut self, slice: &syn::PatSlice, value: Lowered) {
        let (place, access) = self.to_place(value, slice.span());
        let place = self.freeze(place);
        let count = slice.elems.len();
        let rest = slice.elems.iter().position(is_rest);
        for (index, pat) in slice.elems.iter().enumerate() {
            let from_end = |l: &mut Self| {
                let len = l.len_of(place.clone());
                let back = Expr::int((count - index) as u128, Ty::usize(), pat.span());
                let args = vec![len, back];
                Expr::prim(crate::ops::Prim::Sub, args, Ty::usize(), pat.span())
            };
            let at = match rest {
                Some(rest) if index > rest => from_end(self),
                _ => Expr::int(index as u128, Ty::usize(), pat.span()),
            };
            if rest == Some(index) {
                if let syn::Pat::Ident(ident) = pat {
                    let start = (index > 0).then_some(at);
                    let last = count - index - 1;
                    let end = (last > 0).then(|| {
                        let len = self.len_of(place.clone());
                        let back = Expr::int(last as u128, Ty::usize(), pat.span());
                        let args = vec![len, back];
                        Expr::prim(crate::ops::Prim::Sub, args, Ty::usize(), pat.span())
                    });
                    let part = self.slice_of(place.clone(), start, end, pat.span());
                    self.bind_ident(&ident.ident, Lowered::Place(part, access), false);
                }
                continue;
            }
            let part = self.element_of(place.clone(), at);
            self.bind(pat, Lowered::Place(part, access));
        }
    }
}

/// Whether this is a value, which a variable can hold.
fn is_value(part: &Lowered) -> bool {
    match part {
        Lowered::Value(_) | Lowered::Built(_) | Lowered::Place(_, Access::Owned) => true,
        Lowered::Tuple(parts) => parts.iter().all(is_value),
        _ => false,
    }
}
