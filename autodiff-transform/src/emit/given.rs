//! Tangents that the caller may not give.
//!
//! The slot of an argument without derivative is empty, and its tangent zero. Where a forward sweep
//! does nothing with such a tangent but multiply its components and add the products up, each product
//! stands under a condition that is constant for rustc, so that nothing is multiplied by zero and no
//! zeros need memory:
//!
//! ```text
//! y_dot[i] += w_dot[i] * x[i] + if x_dot_given { x_dot[i] * w[i] } else { rt::empty_sum() };
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::Printer;
use super::disjoint;
use super::part::mentions;
use crate::analysis::effects;
use crate::ir::{Arg, Block, Expr, ExprKind, Function, Passing, Role, Rvalue, StmtKind, Ty, VarId};
use crate::ops::Prim;

impl Printer<'_> {
    /// The tangents passed by reference that the body reads in sums of products only, and the
    /// variables that tell whether they are given.
    pub(super) fn given_in(&self, function: &Function) -> Vec<(VarId, Ident)> {
        function
            .params
            .iter()
            .filter(|param| matches!(param.role, Role::Tangent(_)))
            .filter(|param| param.passing == Passing::Ref)
            .map(|param| param.var)
            .filter(|dot| only_in_terms(*dot, &function.body))
            .filter(|dot| !function.results.iter().any(|result| result.reads(*dot)))
            .map(|dot| {
                let given = format_ident!("{}_given", self.ident(dot), span = Span::mixed_site());
                (dot, given)
            })
            .collect()
    }

    /// The variable that tells whether this tangent is given.
    pub(super) fn given(&self, dot: VarId) -> Option<&Ident> {
        self.given.iter().find(|(var, _)| *var == dot).map(|(_, given)| given)
    }

    /// A product with a component of a tangent that may not be given, under its condition.
    pub(super) fn term(&self, expr: &Expr) -> Option<TokenStream> {
        if self.given.is_empty() || self.in_term.get() {
            return None;
        }
        let given = self.given(factor(expr)?)?;
        let rt = &self.rt;
        self.in_term.set(true);
        let term = self.expr(expr);
        self.in_term.set(false);
        Some(quote!(if #given.is() { #term } else { #rt::empty_sum() }))
    }
}

/// The variable that an expression is a multiple of a component of.
fn factor(expr: &Expr) -> Option<VarId> {
    match &expr.kind {
        ExprKind::Read(place) => Some(place.root),
        ExprKind::Prim(Prim::Mul, args) => match (args[0].ty.has_lanes(), args[1].ty.has_lanes()) {
            (true, false) => factor(&args[0]),
            (false, true) => factor(&args[1]),
            _ => None,
        },
        ExprKind::Prim(Prim::Neg | Prim::Scale, args) => factor(&args[0]),
        _ => None,
    }
}

/// Whether the tangent stands in sums of products only, and is passed on as a tangent.
fn only_in_terms(dot: VarId, block: &Block) -> bool {
    block.stmts.iter().all(|stmt| match &stmt.kind {
        StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } => is_sum(value, dot),
        StmtKind::Let { value: Some(Rvalue::Aggregate { fields, .. }), .. } => {
            fields.iter().all(|field| is_sum(field, dot))
        }
        StmtKind::Assign { place, value: Rvalue::Expr(value) }
        | StmtKind::Accumulate { place, value } => {
            is_sum(value, dot) && !place.operands().any(|operand| operand.reads(dot))
        }
        StmtKind::Call(call) if disjoint::contends(&call.args, dot) => false,
        StmtKind::Call(call) => call.args.iter().all(|arg| match arg {
            Arg::Active(inner) => match &**inner {
                Arg::Ref(place) => !place.operands().any(|operand| operand.reads(dot)),
                inner => !mentions(inner, dot),
            },
            arg => !mentions(arg, dot),
        }),
        kind => {
            let mut found = effects::own_writes(kind).contains(&dot);
            effects::own_reads(kind, &mut |root| found |= root == dot);
            !found && kind.blocks().into_iter().all(|block| only_in_terms(dot, block))
        }
    })
}

/// Whether each component of the tangent that the expression reads has a factor, and is added.
fn is_sum(expr: &Expr, dot: VarId) -> bool {
    if !expr.reads(dot) {
        return true;
    }
    match &expr.kind {
        ExprKind::Read(place) => {
            matches!(expr.ty, Ty::Lane(_)) && !place.operands().any(|operand| operand.reads(dot))
        }
        ExprKind::Prim(Prim::Add | Prim::Sub | Prim::Mul | Prim::Neg | Prim::Scale, args) => {
            args.iter().all(|arg| is_sum(arg, dot))
        }
        _ => false,
    }
}
