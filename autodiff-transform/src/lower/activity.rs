//! Which values certainly have no derivative, as far as lowering must know.
//!
//! A conservative guess from types and origins, for one purpose: an active value must not vanish in
//! code that is kept as it stands. The analysis proper is done on the IR.

use super::{Kind, Lowerer};
use crate::ir::{Expr, ExprKind, Place, Rvalue, Shape, Ty, VarId};
use crate::ops::{Contribution, Yields};

impl Lowerer<'_> {
    /// Whether a value of this type may carry a derivative, as far as the type is known.
    pub fn may_be_active(&mut self, ty: &Ty) -> bool {
        match self.infer.resolve(ty) {
            free @ Ty::Infer(_) => self.infer.kind(&free) != Kind::Int,
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                self.may_be_active(&elem)
            }
            Ty::Tuple(elems) => elems.iter().any(|elem| self.may_be_active(elem)),
            known => known.can_be_active(),
        }
    }

    /// Whether a value certainly has no derivative.
    pub fn is_inactive(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => true,
            ExprKind::Read(place) => self.is_inactive_place(place),
            ExprKind::Cast(inner) => !self.may_be_active(&expr.ty) || self.is_inactive(inner),
            ExprKind::Prim(prim, args) => {
                let row = prim.row();
                row.yields == Yields::Bool
                    || row.contributions.iter().all(|c| matches!(c, Contribution::None))
                    || args.iter().all(|arg| self.is_inactive(arg))
            }
        }
    }

    pub fn is_inactive_place(&mut self, place: &Place) -> bool {
        self.constant.contains(&place.root)
            || !self.may_be_active(&place.ty)
            || self.is_marked(place)
    }

    pub fn is_inactive_var(&mut self, var: VarId) -> bool {
        let ty = self.function.var(var).ty.clone();
        self.constant.contains(&var) || !self.may_be_active(&ty)
    }

    pub fn is_inactive_rvalue(&mut self, value: &Rvalue) -> bool {
        match value {
            Rvalue::Expr(expr) => self.is_inactive(expr),
            Rvalue::Aggregate { shape: Shape::VecWithCapacity(_), .. } => false,
            Rvalue::Aggregate { fields, .. } => fields.iter().all(|field| self.is_inactive(field)),
            Rvalue::Repeat { value, .. } => self.is_inactive(value),
            Rvalue::ZeroLike(_) => false,
        }
    }

    fn is_active_float(&mut self, var: VarId) -> bool {
        let ty = self.function.var(var).ty.clone();
        self.infer.kind(&ty) == Kind::Float && !self.is_inactive_var(var)
    }

    /// Whether an integer was made from an active float, by a cast or otherwise.
    pub fn is_cut(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Cast(inner) => {
                self.is_cut(inner) || !self.may_be_active(&expr.ty) && !self.is_inactive(inner)
            }
            ExprKind::Read(place) => self.cut.contains(&place.root),
            ExprKind::Prim(prim, args) => {
                prim.row().yields != Yields::Bool && args.iter().any(|arg| self.is_cut(arg))
            }
            ExprKind::Opaque(code) => {
                let number = match self.infer.shallow(&expr.ty) {
                    Ty::Option(elem) => *elem,
                    other => other,
                };
                let is_int = self.infer.kind(&number) == Kind::Int;
                code.reads
                    .iter()
                    .any(|var| self.cut.contains(var) || is_int && self.is_active_float(*var))
            }
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Zero => false,
        }
    }

    /// Notes that a variable gets such an integer.
    pub fn note_cut(&mut self, var: VarId, value: &Rvalue) {
        let cut = match value {
            Rvalue::Expr(value) => self.is_cut(value),
            Rvalue::Aggregate { fields, .. } => fields.iter().any(|field| self.is_cut(field)),
            Rvalue::Repeat { value, .. } => self.is_cut(value),
            Rvalue::ZeroLike(_) => false,
        };
        if cut {
            self.cut.insert(var);
        }
    }

    /// Refuses an integer made from an active float where it becomes a float again.
    pub fn refuse_cut(&mut self, value: &Expr, span: proc_macro2::Span) {
        if self.is_cut(value) {
            self.diagnostics
                .error_at(
                    span,
                    "an active value becomes an integer and a float again, which loses its \
                     derivative",
                )
                .help(
                    "round by `.floor()`, `.round()` or `.trunc()`, whose derivative is zero, or cut \
                     the derivative before: `chainrule::detach(..)`",
                );
        }
    }
}
