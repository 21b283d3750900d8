//! Accumulators: the mutable variables in which `fold` and its relatives keep their state.
//!
//! A tuple is kept in one variable for each part, so that a fold over `(f64, f64)` is a loop over
//! two scalars. Of a reference to an element, as `find` and `max_by` give it, the index is kept.

use proc_macro2::Span;

use super::{Chain, arith};
use crate::ir::{Expr, ExprKind, Len, Origin, Place, Proj, Rvalue, Shape, StmtKind, Ty, VarId};
use crate::lower::{Access, Kind, Lowered, Lowerer, Position};
use crate::ops::Prim;

/// Where an accumulator lives.
#[derive(Clone)]
pub enum Slots {
    One(VarId),
    Parts(Vec<Slots>),
    /// A place with variables for its indices, which are the accumulator.
    Element {
        place: Place,
        access: Access,
        indices: Vec<VarId>,
    },
}

/// Whether an accumulator holds items as they are, or what is made of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Items,
    Values,
}

impl Slots {
    /// Whether the place of an item stands for the item itself: it may change later, and not the item.
    fn is_to_be_copied(&self) -> bool {
        match self {
            Slots::One(_) => false,
            Slots::Parts(parts) => parts.iter().any(Slots::is_to_be_copied),
            Slots::Element { access, .. } => *access == Access::Owned,
        }
    }

    fn vars(&self) -> Vec<VarId> {
        match self {
            Slots::One(var) => vec![*var],
            Slots::Parts(parts) => parts.iter().flat_map(Slots::vars).collect(),
            Slots::Element { indices, .. } => indices.clone(),
        }
    }
}

impl Lowerer<'_> {
    /// Declares an accumulator that starts as `init`.
    pub fn accumulator(&mut self, init: Lowered, name: &str, span: Span) -> Slots {
        if let Lowered::Tuple(parts) = init {
            let parts = parts.into_iter().map(|part| self.accumulator(part, name, span));
            return Slots::Parts(parts.collect());
        }
        let value = self.to_rvalue(init, span);
        Slots::One(self.owned_var(name, value, span))
    }

    /// Declares a mutable variable that starts as `value`.
    pub fn owned_var(&mut self, name: &str, value: Rvalue, span: Span) -> VarId {
        let ty = self.rvalue_ty(&value);
        let var = self.variable(name, ty, true, Origin::Temp, span);
        self.push(StmtKind::Let { var, value: Some(value) }, span);
        var
    }

    /// Variables for items of this shape, not declared yet.
    pub fn slots_for(&mut self, item: &Lowered, name: &str, span: Span) -> Slots {
        if let Lowered::Tuple(parts) = item {
            return Slots::Parts(
                parts.iter().map(|part| self.slots_for(part, name, span)).collect(),
            );
        }
        match item {
            Lowered::Place(place, Access::RefMut) => {
                return self.slot_for_element(place.clone(), Access::RefMut, span);
            }
            Lowered::Place(place, Access::Ref) if !self.is_plain(&place.ty) => {
                return self.slot_for_element(place.clone(), Access::Ref, span);
            }
            _ => {}
        }
        let ty = match item {
            Lowered::Value(value) => value.ty.clone(),
            Lowered::Built(built) => self.rvalue_ty(built),
            Lowered::Place(place, _) => place.ty.clone(),
            _ => self.fresh(),
        };
        Slots::One(self.variable(name, ty, true, Origin::Temp, span))
    }

    /// Variables for items themselves: of those that have a place outside of the loop, and no blank value, the
    /// indices.
    fn slots_for_items(
        &mut self,
        item: &Lowered,
        name: &str,
        outside: impl Fn(VarId) -> bool + Copy,
        span: Span,
    ) -> Slots {
        match item {
            Lowered::Tuple(parts) => {
                let parts =
                    parts.iter().map(|part| self.slots_for_items(part, name, outside, span));
                Slots::Parts(parts.collect())
            }
            Lowered::Place(place, Access::Owned)
                if outside(place.root)
                    && place.path.iter().any(|proj| matches!(proj, Proj::Index(_)))
                    && !self.is_plain(&place.ty) =>
            {
                self.slot_for_element(place.clone(), Access::Owned, span)
            }
            other => self.slots_for(other, name, span),
        }
    }

    /// Whether values of this type are numbers, of which a variable can be made without one of them.
    fn is_plain(&mut self, ty: &Ty) -> bool {
        match self.infer.resolve(ty) {
            Ty::Float(_) | Ty::Int(_) | Ty::Bool => true,
            free @ Ty::Infer(_) => self.infer.kind(&free) != Kind::Any,
            Ty::Array(elem, _) => self.is_plain(&elem),
            Ty::Tuple(elems) => elems.iter().all(|elem| self.is_plain(elem)),
            _ => false,
        }
    }

    fn slot_for_element(&mut self, mut place: Place, access: Access, span: Span) -> Slots {
        let mut indices = Vec::new();
        for index in indices_of(&mut place) {
            let var = self.variable("at", Ty::usize(), true, Origin::Temp, span);
            *index = self.function.read(var);
            indices.push(var);
        }
        Slots::Element { place, access, indices }
    }

    /// The accumulator as what a closure is given.
    pub fn slots_value(&self, slots: &Slots) -> Lowered {
        match slots {
            Slots::One(var) => Lowered::Place(self.function.place(*var), Access::Owned),
            Slots::Parts(parts) => {
                Lowered::Tuple(parts.iter().map(|part| self.slots_value(part)).collect())
            }
            Slots::Element { place, access, .. } => Lowered::Place(place.clone(), *access),
        }
    }

    /// The accumulator as the result of the chain.
    pub fn slots_result(&mut self, slots: &Slots) -> Lowered {
        match slots {
            Slots::One(var) => {
                // The names that closures had for it are gone.
                self.named.remove(var);
                Lowered::Value(self.function.read(*var))
            }
            Slots::Parts(parts) => {
                Lowered::Tuple(parts.iter().map(|part| self.slots_result(part)).collect())
            }
            Slots::Element { place, access, .. } => {
                Lowered::Place(self.freeze(place.clone()), *access)
            }
        }
    }

    /// Assigns a new value to the accumulator, all parts at once.
    pub fn store(&mut self, slots: &Slots, value: Lowered, span: Span) {
        let mut pairs = Vec::new();
        self.pair_slots(slots, value, span, &mut pairs);
        if self.diverged() {
            return;
        }
        if let [(var, value)] = &mut pairs[..] {
            let value = std::mem::replace(value, Rvalue::Expr(Expr::bool(false, span)));
            return self.store_one(*var, value, span);
        }
        let saved: Vec<(VarId, Expr)> = pairs
            .into_iter()
            .map(|(var, value)| {
                let next = self.temp_var("next", value, span);
                (var, self.function.read(next))
            })
            .collect();
        for (var, value) in saved {
            self.store_one(var, Rvalue::Expr(value), span);
        }
    }

    /// The variables that change, with their new values.
    fn pair_slots(
        &mut self,
        slots: &Slots,
        value: Lowered,
        span: Span,
        pairs: &mut Vec<(VarId, Rvalue)>,
    ) {
        match (slots, value) {
            (Slots::One(var), Lowered::Place(place, _)) if place.is_var() == Some(*var) => {}
            (Slots::One(_), value) if value.is_exclusive() => {
                let message = "what this gives is an exclusive reference to one of several places";
                self.diagnostics
                    .error_at(span, message)
                    .help("find the index, `let i = v.iter().position(..)`, and change `v[i]`");
            }
            (Slots::One(var), value) => {
                let value = self.to_rvalue(value, span);
                let (ty, var_ty) = (self.rvalue_ty(&value), self.function.var(*var).ty.clone());
                self.unify(&var_ty, &ty);
                pairs.push((*var, value));
            }
            (Slots::Element { place, indices, .. }, Lowered::Place(mut other, _))
                if is_alike(place, &other) =>
            {
                let values: Vec<Expr> = indices_of(&mut other).map(|index| index.clone()).collect();
                pairs.extend(indices.iter().copied().zip(values.into_iter().map(Rvalue::Expr)));
            }
            (Slots::Element { .. }, _) => {
                self.diagnostics
                    .error_at(span, "what this gives is a reference to one of several places")
                    .help("find the index, or make values of the items: `.cloned()`");
            }
            (Slots::Parts(slots), Lowered::Tuple(parts)) if slots.len() == parts.len() => {
                for (slot, part) in slots.iter().zip(parts) {
                    self.pair_slots(slot, part, span, pairs);
                }
            }
            (Slots::Parts(slots), value) => {
                let (place, _) = self.to_place(value, span);
                for (index, slot) in slots.iter().enumerate() {
                    let part = self.field(place.clone(), &syn::Member::from(index), span);
                    self.pair_slots(slot, Lowered::Place(part, Access::Owned), span, pairs);
                }
            }
        }
    }

    /// `acc = acc + e` of floats accumulates.
    fn store_one(&mut self, var: VarId, value: Rvalue, span: Span) {
        let place = self.function.place(var);
        let is_float = self.infer.kind(&place.ty) == Kind::Float;
        let kind = match value {
            Rvalue::Expr(Expr { kind: ExprKind::Prim(Prim::Add, mut args), .. })
                if is_float && args[0].as_var() == Some(var) && !args[1].reads(var) =>
            {
                StmtKind::Accumulate { place, value: args.remove(1) }
            }
            value => StmtKind::Assign { place, value },
        };
        self.push(kind, span);
    }

    /// A reduction without a first value: the first item is it. `step` combines the accumulator
    /// with an item and stores the result. Gives an `Option`.
    pub fn reduce_items(
        &mut self,
        chain: &Chain,
        (name, holds): (&str, Holds),
        span: Span,
        step: &mut dyn FnMut(&mut Lowerer<'_>, &Slots, Lowered),
    ) -> Lowered {
        let before = self.position();
        let count = self.function.vars.len() as u32;
        let outside = move |var: VarId| holds == Holds::Items && var.0 < count;
        let mut slots: Option<Slots> = None;
        let is_some = if chain.is_indexed() && !chain.has_effects() {
            let count = self.count_of(chain, span);
            let is_some = arith::compare(Prim::Gt, count, arith::literal(0, span));
            let is_some = self.temp("is_some", is_some);
            self.when(is_some.clone(), span, |l| {
                let first = l.item_at(chain, arith::literal(0, span), span);
                let kept = l.slots_for_items(&first, name, outside, span);
                l.store(&kept, first, span);
                let rest = Chain::Skip(Box::new(chain.clone()), arith::literal(1, span));
                l.drive_all(&rest, span, &mut |l, item| step(l, &kept, item));
                slots = Some(kept);
            });
            is_some
        } else {
            let seen = self.state("seen", Expr::bool(false, span), span);
            let is_some = self.function.read(seen);
            self.drive_all(chain, span, &mut |l, item| {
                let item = l.held(item, span);
                let kept = slots
                    .get_or_insert_with(|| l.slots_for_items(&item, name, outside, span))
                    .clone();
                let ((), then) = l.in_block(|l| step(l, &kept, item.clone()));
                let ((), els) = l.in_block(|l| {
                    l.store(&kept, item, span);
                    l.set_state(seen, Expr::bool(true, span), span);
                });
                // What is held is given before it is read: so rustc learns its type.
                l.push_if(arith::not(l.function.read(seen)), els, then, span);
            });
            is_some
        };
        let is_copied = slots.as_ref().is_some_and(|slots| self.is_to_be_copied(slots));
        let reduced = self.optional(slots, is_some, before, span);
        match is_copied {
            true => Lowered::Value(self.to_expr(reduced, span)),
            false => reduced,
        }
    }

    /// Whether an `Option` is made of what is held: of a type that has no blank value there is nothing to read
    /// where there is no item.
    fn is_to_be_copied(&mut self, slots: &Slots) -> bool {
        let is_plain = |l: &mut Self, var| {
            let ty = l.function.var(var).ty.clone();
            l.is_plain(&ty)
        };
        slots.is_to_be_copied() || !slots.vars().into_iter().all(|var| is_plain(self, var))
    }

    /// What the variables hold, if they hold anything; they are declared at an earlier position.
    pub fn optional(
        &mut self,
        slots: Option<Slots>,
        is_some: Expr,
        before: Position,
        span: Span,
    ) -> Lowered {
        let Some(slots) = slots else { return Lowered::Never };
        self.declare_slots(&slots, before, span);
        let payload = Box::new(self.slots_result(&slots));
        Lowered::Option { is_some, payload }
    }

    /// Declares variables at an earlier position: numbers with values that nobody reads, others without.
    fn declare_slots(&mut self, slots: &Slots, at: Position, span: Span) {
        for var in slots.vars() {
            let ty = self.function.var(var).ty.clone();
            let mut at = at;
            let value = match self.is_plain(&ty) {
                true => self.blank(&ty, &mut at, span),
                false => None,
            };
            self.insert(at, StmtKind::Let { var, value }, span);
        }
    }

    /// Some value of a type made of numbers, to be used at a position, which moves on if it needs
    /// statements.
    pub fn blank(&mut self, ty: &Ty, at: &mut Position, span: Span) -> Option<Rvalue> {
        let ty = self.infer.resolve(ty);
        match &ty {
            Ty::Float(_) => Some(Rvalue::Expr(Expr::float(0.0, ty, span))),
            Ty::Int(_) => Some(Rvalue::Expr(Expr::int(0, ty, span))),
            Ty::Bool => Some(Rvalue::Expr(Expr::bool(false, span))),
            Ty::Infer(_) => match self.infer.kind(&ty) {
                Kind::Int => Some(Rvalue::Expr(Expr::int(0, ty, span))),
                Kind::Any | Kind::Number | Kind::Float => {
                    self.infer.constrain(&ty, Kind::Float);
                    Some(Rvalue::Expr(Expr::float(0.0, ty, span)))
                }
            },
            Ty::Array(elem, len) => {
                if is_float_array(elem) {
                    return Some(Rvalue::Expr(Expr::zero(ty, span)));
                }
                let value = self.blank_expr(elem, at, span)?;
                Some(Rvalue::Repeat { value, len: len_expr(len, span), ty })
            }
            Ty::Tuple(elems) => {
                let fields: Option<Vec<Expr>> =
                    elems.iter().map(|elem| self.blank_expr(elem, at, span)).collect();
                Some(Rvalue::Aggregate { shape: Shape::Tuple, fields: fields?, ty })
            }
            Ty::Unit
            | Ty::Inert(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Tangent(_)
            | Ty::Lane(_)
            | Ty::Dot(_)
            | Ty::Record
            | Ty::Tape => None,
        }
    }
}

impl Lowerer<'_> {
    /// As [`blank`](Self::blank), named if it is no expression.
    fn blank_expr(&mut self, ty: &Ty, at: &mut Position, span: Span) -> Option<Expr> {
        Some(match self.blank(ty, at, span)? {
            Rvalue::Expr(value) => value,
            built => {
                let var = self.variable("blank", ty.clone(), false, Origin::Temp, span);
                self.insert(*at, StmtKind::Let { var, value: Some(built) }, span);
                at.index += 1;
                self.function.read(var)
            }
        })
    }
}

/// The indices in a place, in order.
fn indices_of(place: &mut Place) -> impl Iterator<Item = &mut Expr> {
    place.path.iter_mut().flat_map(|proj| match proj {
        Proj::Index(index) => vec![index],
        Proj::Range(start, end) => [start, end].into_iter().flatten().collect(),
        Proj::Field(_) | Proj::Variant(..) => Vec::new(),
    })
}

/// Whether two places are the same but for their indices.
fn is_alike(a: &Place, b: &Place) -> bool {
    let alike = |a: &Proj, b: &Proj| match (a, b) {
        (Proj::Index(_), Proj::Index(_)) => true,
        (Proj::Range(a, b), Proj::Range(c, d)) => {
            a.is_some() == c.is_some() && b.is_some() == d.is_some()
        }
        (Proj::Field(a), Proj::Field(b)) => a == b,
        (Proj::Variant(a, i), Proj::Variant(b, j)) => a == b && i == j,
        _ => false,
    };
    a.root == b.root
        && a.path.len() == b.path.len()
        && a.path.iter().zip(&b.path).all(|(a, b)| alike(a, b))
}

fn is_float_array(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(elem, _) => is_float_array(elem),
        _ => false,
    }
}

/// The length of an array type as an expression.
pub fn len_expr(len: &Len, span: Span) -> Expr {
    match len.value {
        Some(value) => arith::literal(value, span),
        None => {
            let tokens = quote::ToTokens::to_token_stream(&len.expr);
            let code = crate::ir::Opaque { tokens, reads: Vec::new(), pure_: true, through: false };
            Expr::new(ExprKind::Opaque(code), Ty::usize(), span)
        }
    }
}
