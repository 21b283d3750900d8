//! Operators on structs: calls of what an annotated `impl Mul<f64> for Vector` derives.
//!
//! Arithmetic is that of floats unless an operand is a struct, as far as can be told: its type is
//! written down, or it comes from a constructor or another such operator, or a struct is expected of the
//! result. Rustc has the last word either way: a struct has no float's arithmetic, and a float none of
//! the derivatives of a struct's operator.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::structs::Origin;
use super::tys::is_collection;
use super::{Access, Kind, Lowered, Lowerer};
use crate::ir::{Arg, Expr, Operator, Place, Target, Ty};

impl Lowerer<'_> {
    /// Lowers both operands of an operator, in order.
    pub fn operands(&mut self, left: &syn::Expr, right: &syn::Expr) -> [Lowered; 2] {
        let mut a = self.operand_of(left, &Ty::Unknown);
        let mut before = self.position();
        let b = self.operand_of(right, &Ty::Unknown);
        if self.changed_since(before) {
            self.save_lowered(&mut before, &mut a);
        }
        [a, b]
    }

    /// A place, of which an operator may want a reference, or a value.
    pub fn operand_of(&mut self, expr: &syn::Expr, want: &Ty) -> Lowered {
        match self.lower(expr, want) {
            place @ Lowered::Place(..) => place,
            other => Lowered::Value(self.to_expr(other, expr.span())),
        }
    }

    /// Whether the operator is one of structs.
    pub fn is_of_structs(&mut self, operands: &[&Lowered], want: &Ty) -> bool {
        let types: Vec<Ty> = operands.iter().map(|operand| self.lowered_ty(operand)).collect();
        // A literal is none.
        let unknown = |l: &mut Self, ty: &Ty| {
            matches!(l.infer.shallow(ty), Ty::Infer(_)) && l.infer.kind(ty) < Kind::Int
        };
        types.iter().any(|ty| self.is_struct(ty))
            || self.is_struct(want) && types.iter().any(|ty| unknown(self, ty))
    }

    pub fn is_struct(&mut self, ty: &Ty) -> bool {
        match self.infer.shallow(ty) {
            Ty::Adt(ty) => {
                let name = ty.to_token_stream().to_string();
                !self.type_params.contains(&name)
            }
            Ty::Infer(_) => self.infer.is_marked_struct(ty),
            _ => false,
        }
    }

    /// Notes an operand of an operator of bits that may have a derivative, which integers and flags have not.
    pub(super) fn note_bits(&mut self, operand: &Expr) {
        if !self.is_inactive(operand) {
            self.bits.push((operand.ty.clone(), operand.span));
        }
    }

    /// Refuses those of which nothing has told that they are integers or flags.
    pub(super) fn report_unknown_bits(&mut self) {
        if !self.diagnostics.is_empty() {
            return;
        }
        for (ty, span) in std::mem::take(&mut self.bits) {
            if !matches!(self.infer.resolve(&ty), Ty::Int(_) | Ty::Bool) {
                self.diagnostics
                    .error_at(span, "whether this is an integer, a flag or a struct cannot be told here")
                    .help("bind it by `let` with its type: an operator of bits has a derivative if it is a struct");
            }
        }
    }

    /// `a + b`, `-a`.
    pub fn call_operator(
        &mut self,
        operator: Operator,
        operands: Vec<Lowered>,
        exprs: &[&syn::Expr],
        want: &Ty,
        span: Span,
    ) -> Lowered {
        if operands.iter().any(|operand| self.is_ndarray_value(operand)) {
            return self.array_operator(operator, operands, want, span);
        }
        let args = self.to_args(operands, exprs.iter().copied());
        let want = match self.infer.shallow(want) {
            Ty::Unit => Ty::Unknown,
            want => want,
        };
        let result = self.push_call(Target::Operator(operator), args, &want, span);
        let ty = self.lowered_ty(&result);
        self.infer.mark_struct(&ty);
        result
    }

    /// `place += value`.
    pub fn call_assigning_operator(
        &mut self,
        operator: Operator,
        place: Place,
        value: Lowered,
        expr: &syn::Expr,
        span: Span,
    ) -> Lowered {
        if self.infer.is_ndarray(&place.ty) {
            return self.array_assigning_operator(operator, place, value, span);
        }
        self.infer.mark_struct(&place.ty);
        let value = match value {
            Lowered::Place(value, Access::Owned) if value.root == place.root => {
                Lowered::Value(self.temp("operand", Expr::read(value)))
            }
            other => other,
        };
        let mut args = self.to_args(vec![value], [expr]);
        self.constant.remove(&place.root);
        args.insert(0, Arg::RefMut(place));
        self.push_call(Target::Operator(operator), args, &Ty::Unit, span)
    }

    /// Learns from `a + b` that both are structs if one is, or if the sum is to be one and nothing is known of
    /// either; and so of `a` in `a / b`.
    pub fn learn_summands(&mut self, operator: Operator, operands: &[Lowered; 2]) {
        let types = operands.each_ref().map(|operand| self.lowered_ty(operand));
        let one_is = types.iter().any(|ty| self.is_struct(ty));
        let types = match operator {
            Operator::Add | Operator::Sub => &types[..],
            Operator::Div if !one_is => &types[..1],
            _ => return,
        };
        for ty in types {
            if matches!(self.infer.kind(ty), Kind::Number | Kind::Float) {
                self.infer.learn_struct(ty);
            } else if !one_is {
                self.infer.mark_struct(ty);
            }
        }
    }

    /// Notes where a value comes from, and marks what a constructor returns, by the name of the
    /// function: what does not return its own type is hardly called that.
    pub fn note_made(&mut self, path: &syn::Path, result: &Lowered) {
        let ty = self.lowered_ty(result);
        self.infer.note_result(Origin::Function(path.to_token_stream().to_string()), &ty);
        let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (Some(name), Some(owner)) = (names.next(), names.next()) else { return };
        if is_collection(&owner) {
            let named = self.infer.fresh_struct(owner);
            return self.unify(&ty, &named);
        }
        let constructor = CONSTRUCTORS.contains(&name.as_str())
            || ["from_", "new_", "with_"].iter().any(|prefix| name.starts_with(prefix));
        if constructor && owner.starts_with(char::is_uppercase) {
            self.infer.mark_struct(&ty);
        }
    }
}

const CONSTRUCTORS: &[&str] = &[
    "new", "make", "create", "build", "with", "default", "zero", "zeros", "one", "ones", "splat",
    "identity", "from", "unit",
];
