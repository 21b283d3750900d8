//! Places: variables and their parts.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

use super::expr::project;
use super::tys::INTS;
use super::{Access, Binding, Kind, Lowered, Lowerer};
use crate::ir::{Arg, Expr, ExprKind, Place, Proj, Rvalue, Ty, VarId};

/// A static, or what a closure captures, is looked at where it is: `part` is a reference to it. An entry of a
/// map is a copy, as what is borrowed of the map may have to outlive it.
fn borrow_item(value: &mut Rvalue) {
    let Rvalue::Expr(Expr { kind: ExprKind::Opaque(code), ty: Ty::Infer(_), .. }) = value else {
        return;
    };
    let tokens = &code.tokens;
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(syn::Expr::Path(_)) if code.reads.is_empty() => code.tokens = quote!(&#tokens),
        Ok(syn::Expr::Index(_)) => code.tokens = quote!(::core::clone::Clone::clone(&#tokens)),
        _ => {}
    }
}

impl Lowerer<'_> {
    /// Lowers an expression to a place; a value gets a temporary for its home.
    pub fn place(&mut self, expr: &syn::Expr) -> (Place, Access) {
        let lowered = self.lower(expr, &Ty::Unknown);
        self.to_place(lowered, expr.span())
    }

    pub fn to_place(&mut self, lowered: Lowered, span: Span) -> (Place, Access) {
        match lowered {
            Lowered::Place(place, access) => (place, access),
            Lowered::Value(value) if value.as_var().is_some() && self.is_stable(&value) => {
                (self.function.place(value.as_var().expect("checked")), Access::Owned)
            }
            other => {
                let mut value = self.to_rvalue(other, span);
                borrow_item(&mut value);
                let var = self.temp_var("part", value, span);
                (self.function.place(var), Access::Owned)
            }
        }
    }

    /// The place with its indices as they are now, so that it can be named and used later.
    pub fn freeze(&mut self, mut place: Place) -> Place {
        let mut path = std::mem::take(&mut place.path);
        for proj in &mut path {
            match proj {
                Proj::Index(index) => *index = self.freeze_index(index.clone()),
                Proj::Range(start, end) => {
                    for bound in [start, end].into_iter().flatten() {
                        *bound = self.freeze_index(bound.clone());
                    }
                }
                Proj::Field(_) | Proj::Variant(..) => {}
            }
        }
        Place { path, ..place }
    }

    fn freeze_index(&mut self, index: Expr) -> Expr {
        let simple = match &index.kind {
            ExprKind::Int(..) => true,
            ExprKind::Opaque(code) => {
                let stays = |var: &VarId| !self.function.var(*var).mutable;
                code.is_index() && code.reads.iter().all(stays)
            }
            _ => index.as_var().is_some() && self.is_stable(&index),
        };
        match simple {
            true => index,
            false => self.temp("at", index),
        }
    }

    /// `e.field`, `e[index]`.
    pub fn lower_projection(&mut self, expr: &syn::Expr, want: &Ty) -> Lowered {
        match expr {
            syn::Expr::Field(field) => {
                let before = self.function.vars.len();
                let base = self.lower(self.base(&field.base), &Ty::Unknown);
                if self.is_poisoned(&base) {
                    return base;
                }
                if let (Lowered::Tuple(parts), syn::Member::Unnamed(index)) = (&base, &field.member)
                    && let Some(part) = parts.get(index.index as usize)
                {
                    return match peel(&field.base) {
                        syn::Expr::Tuple(_) => self.moved_out(part.clone(), before, expr.span()),
                        _ => part.clone(),
                    };
                }
                let (place, _) = self.to_place(base, field.base.span());
                Lowered::Place(self.field(place, &field.member, expr.span()), Access::Owned)
            }
            syn::Expr::Index(index) => {
                let base = self.lower(self.base(&index.expr), &Ty::Unknown);
                if self.is_poisoned(&base) {
                    return base;
                }
                let (place, _) = self.to_place(base, index.expr.span());
                // `map[key]`, of what has no derivative.
                let of_map = matches!(self.infer.shallow(&place.ty), Ty::Adt(_) | Ty::Inert(_))
                    || self.is_captured(&index.expr) && is_key(&index.index);
                if of_map && self.is_inactive_place(&place) {
                    return self.opaque(expr, want);
                }
                let of = place.ty.clone();
                let unknown = matches!(self.infer.shallow(&of), Ty::Infer(_));
                let of_key = is_key(&index.index) || unknown && self.is_text(&index.index);
                if of_key && !self.infer.is_ndarray(&of) && self.learn_map(&of, expr.span()) {
                    return self.poison();
                }
                Lowered::Place(self.index(place, &index.index, expr.span()), Access::Owned)
            }
            other => self.reject(other, "this is no place", "bind it by `let`"),
        }
    }

    /// Whether a place is a part of what a name refers to by `&`: nothing of it is changed by that name.
    pub fn is_behind_shared(&self, expr: &syn::Expr) -> bool {
        match peel(expr) {
            syn::Expr::Field(field) => self.is_behind_shared(&field.base),
            syn::Expr::Index(index) => self.is_behind_shared(&index.expr),
            syn::Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                let found = self.scopes.find(&name.to_string());
                let value = match found {
                    Some(Binding::Local { value, .. }) => value,
                    _ => return false,
                };
                matches!(value, Lowered::Place(_, Access::Ref))
            }),
            _ => false,
        }
    }

    /// A field of a place.
    pub fn field(&mut self, place: Place, member: &syn::Member, span: Span) -> Place {
        if matches!(self.infer.kind(&place.ty), Kind::Number | Kind::Float)
            && !self.infer.learn_struct(&place.ty)
        {
            let name = self.function.var(place.root).name.clone();
            self.report_unknown(span, Some(name).filter(|_| place.path.is_empty()));
        }
        let ty = self.field_ty(&place.ty, member);
        project(place, Proj::Field(member.clone()), ty, span)
    }

    pub(super) fn field_ty(&mut self, of: &Ty, member: &syn::Member) -> Ty {
        let name = member.to_token_stream().to_string();
        match (self.infer.shallow(of), member) {
            (Ty::Tuple(elems), syn::Member::Unnamed(index)) => {
                elems.get(index.index as usize).cloned().unwrap_or(Ty::Unknown)
            }
            (Ty::Inert(_), _) => Ty::Inert(None),
            (ty, _) => match self.infer.owner(&ty) {
                Some(owner) => self.infer.field(&owner, &name),
                None => self.infer.fresh(Kind::Any),
            },
        }
    }

    /// `place[index]`, an element or a sub-slice.
    fn index(&mut self, mut place: Place, index: &syn::Expr, span: Span) -> Place {
        if let syn::Expr::Range(range) = peel(index) {
            return self.sub_slice(place, range, span);
        }
        if let Some((start, end)) = self.named_range(index) {
            return self.slice_of(place, Some(start), end, span);
        }
        let container = self.infer.shallow(&place.ty);
        if self.infer.is_ndarray(&container) {
            let index_value = self.after(place.operands_mut(), |l| l.index_of_array(index));
            let elem = self.infer.element(&place.ty);
            return project(place, Proj::Index(index_value), elem, span);
        }
        let array_like =
            matches!(container, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Infer(_));
        let want = if array_like { Ty::usize() } else { Ty::Unknown };
        let index_value = self.after(place.operands_mut(), |l| l.value(index, &want));
        let index_ty = self.infer.shallow(&index_value.ty);
        let of_name = !array_like && self.infer.learn_name(&container);
        if !of_name && (!array_like || !matches!(index_ty, Ty::Int(_) | Ty::Infer(_))) {
            self.diagnostics
                .error(index, "only arrays, slices and `Vec`s are indexed, by `usize` or a range")
                .help("write the range in place, or get the element by an annotated method");
        }
        let elem = self.infer.element(&place.ty);
        project(place, Proj::Index(index_value), elem, span)
    }

    /// `place[start..end]`.
    fn sub_slice(&mut self, mut place: Place, range: &syn::ExprRange, span: Span) -> Place {
        let (start, end) = self.bounds(&mut place, range);
        self.slice_of(place, start, end, span)
    }

    /// The bounds of a range that is an index of `place`.
    pub fn bounds(
        &mut self,
        place: &mut Place,
        range: &syn::ExprRange,
    ) -> (Option<Expr>, Option<Expr>) {
        let bounds: Vec<&syn::Expr> =
            [&range.start, &range.end].into_iter().flatten().map(|bound| &**bound).collect();
        let bounds = self.after(place.operands_mut(), |l| l.values(bounds, &Ty::usize()));
        let mut bounds = bounds.into_iter();
        let start = range.start.as_ref().and_then(|_| bounds.next());
        let end = bounds.next();
        match range.limits {
            syn::RangeLimits::Closed(_) => (start, end.map(|end| self.plus_one(end))),
            syn::RangeLimits::HalfOpen(_) => (start, end),
        }
    }

    /// A sub-slice of an array-like place.
    pub fn slice_of(
        &mut self,
        place: Place,
        start: Option<Expr>,
        end: Option<Expr>,
        span: Span,
    ) -> Place {
        let is_slice = matches!(self.infer.shallow(&place.ty), Ty::Slice(_));
        if is_slice && start.is_none() && end.is_none() {
            return place;
        }
        let ty = Ty::Slice(Box::new(self.infer.element(&place.ty)));
        project(place, Proj::Range(start, end), ty, span)
    }

    /// The element of an array-like place.
    pub fn element_of(&mut self, place: Place, index: Expr) -> Place {
        let span = place.span;
        let elem = self.infer.element(&place.ty);
        let index = self.nth_of_array(&place, &index).unwrap_or(index);
        project(place, Proj::Index(index), elem, span)
    }

    /// The length of an array-like place.
    pub fn len_of(&mut self, place: Place) -> Expr {
        let span = place.span;
        let of_range = |l: &mut Self| match &place.path[..] {
            [Proj::Range(Some(start), None)] => {
                let base = l.function.place(place.root);
                let fixed = matches!(l.infer.shallow(&base.ty), Ty::Slice(_) | Ty::Array(..));
                fixed.then(|| (base, start.clone()))
            }
            _ => None,
        };
        // What begins later in a slice is shorter by as much, whatever becomes of the elements.
        if let Some((base, start)) = of_range(self) {
            let len = Expr::new(ExprKind::Len(base), Ty::usize(), span);
            return Expr::prim(crate::ops::Prim::Sub, vec![len, start], Ty::usize(), span);
        }
        Expr::new(ExprKind::Len(place), Ty::usize(), span)
    }

    /// An inclusive end as an exclusive one. After the largest number of a type there is none.
    pub fn plus_one(&mut self, end: Expr) -> Expr {
        let (ty, span) = (end.ty.clone(), end.span);
        if is_largest(&end, &self.infer.shallow(&ty)) {
            self.diagnostics
                .error_at(span, "a range that ends with the largest number of its type cannot be differentiated")
                .help("count in a larger type, and convert: `for i in 0..256 { let i = i as u8; .. }`");
        }
        let one = Expr::int(1, ty.clone(), span);
        Expr::prim(crate::ops::Prim::Add, vec![end, one], ty, span)
    }
}

/// Whether an integer is the largest of its type, as far as it is written down: `u8::MAX`, `255u8`.
fn is_largest(end: &Expr, ty: &Ty) -> bool {
    match (&end.kind, ty) {
        (ExprKind::Opaque(code), _) => {
            let names: Vec<String> = match syn::parse2::<syn::Path>(code.tokens.clone()) {
                Ok(path) => path.segments.iter().map(|name| name.ident.to_string()).collect(),
                Err(_) => Vec::new(),
            };
            // A `MAX` of one's own is any number.
            matches!(&names[..], [.., of, max] if max == "MAX" && INTS.contains(&of.as_str()))
        }
        (ExprKind::Int(value, _), Ty::Int(Some(name))) => {
            let bits: u32 = name[1..].parse().unwrap_or(usize::BITS);
            let bits = if name.starts_with('i') { bits - 1 } else { bits };
            *value == u128::MAX >> (128 - bits)
        }
        _ => false,
    }
}

/// The expression without parentheses and invisible groups.
pub fn peel(expr: &syn::Expr) -> &syn::Expr {
    match expr {
        syn::Expr::Paren(paren) => peel(&paren.expr),
        syn::Expr::Group(group) => peel(&group.expr),
        other => other,
    }
}

/// Whether an argument is a reference to what the place has a part in, or that in it: then Rust lets no
/// call change the place.
pub fn is_lent_with(arg: &Lowered, place: &Place) -> bool {
    let Lowered::Place(lent, Access::Ref) = arg else { return false };
    let apart = |(a, b): (&Proj, &Proj)| match (a, b) {
        (Proj::Field(a), Proj::Field(b)) => a != b,
        _ => false,
    };
    lent.root == place.root && !lent.path.iter().zip(&place.path).any(apart)
}

/// Makes the references shared of which another is to the same place, or a part of it: Rust lets no exclusive one
/// be given with it, and so takes a name for a `&mut` as a `&`.
pub fn share_overlapping(args: &mut [Arg]) {
    let lent: Vec<Option<Place>> = args
        .iter()
        .map(|arg| match arg {
            Arg::Ref(place) | Arg::RefMut(place) => Some(place.clone()),
            _ => None,
        })
        .collect();
    for (index, arg) in args.iter_mut().enumerate() {
        let Arg::RefMut(place) = arg else { continue };
        let others = lent.iter().enumerate().filter(|(other, _)| *other != index);
        let overlaps = |other: &Place| is_within(place, other) || is_within(other, place);
        if others.filter_map(|(_, other)| other.as_ref()).any(overlaps) {
            *arg = Arg::Ref(place.clone());
        }
    }
}

/// Whether a place is another one, or a part of it.
fn is_within(part: &Place, whole: &Place) -> bool {
    let path = part.path.get(..whole.path.len());
    path.is_some_and(|path| Place { path: path.to_vec(), ..part.clone() }.is_same_part(whole))
}

/// Whether an index is the key of a map: a text, or a reference.
pub fn is_key(index: &syn::Expr) -> bool {
    matches!(peel(index), syn::Expr::Reference(_)) || is_text(index)
}

fn is_text(index: &syn::Expr) -> bool {
    matches!(peel(index), syn::Expr::Lit(lit) if matches!(lit.lit, syn::Lit::Str(_)))
}
