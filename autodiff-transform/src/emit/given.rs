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
//!
//! What is computed of such products alone is zero where none of their tangents is given, so that its own
//! products stand under the condition that one is:
//!
//! ```text
//! let s_dot = if x_dot_given { x_dot[i] * w[i] } else { rt::empty_sum() };
//! y_dot[j] += if x_dot_given { s_dot * v[j] } else { rt::empty_sum() };
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

    /// A product with a component of a tangent that may not be given, or a sum of such products, under its
    /// condition.
    pub(super) fn term(&self, expr: &Expr) -> Option<TokenStream> {
        if self.given.is_empty() || self.in_term.get() {
            return None;
        }
        let given = self.condition(expr)?;
        if !self.is_work(expr) {
            return None;
        }
        let rt = &self.rt;
        self.in_term.set(true);
        let term = self.expr(expr);
        self.in_term.set(false);
        Some(quote!(if #(#given.is())||* { #term } else { #rt::empty_sum() }))
    }

    /// The condition of an expression that is a sum of multiples of tangents' components, if it is the same
    /// for all of them.
    fn condition(&self, expr: &Expr) -> Option<&[Ident]> {
        match &expr.kind {
            ExprKind::Read(place) => {
                let given = self.given(place.root).map(std::slice::from_ref);
                given.or_else(|| self.given_of(place.root))
            }
            ExprKind::Prim(Prim::Add | Prim::Sub, args) => {
                let (one, other) = (self.condition(&args[0])?, self.condition(&args[1])?);
                (one == other).then_some(one)
            }
            ExprKind::Prim(Prim::Mul, args) => {
                match (args[0].ty.has_lanes(), args[1].ty.has_lanes()) {
                    (true, false) => self.condition(&args[0]),
                    (false, true) => self.condition(&args[1]),
                    _ => None,
                }
            }
            ExprKind::Prim(Prim::Neg | Prim::Scale, args) => self.condition(&args[0]),
            _ => None,
        }
    }

    /// Whether the sum of terms with conditions is more than variables, which are zero where what they are
    /// made of is not given.
    fn is_work(&self, sum: &Expr) -> bool {
        match &sum.kind {
            ExprKind::Prim(Prim::Add | Prim::Sub | Prim::Neg, args) => {
                args.iter().any(|arg| self.is_work(arg))
            }
            ExprKind::Read(place) => self.given(place.root).is_some(),
            _ => true,
        }
    }

    /// The variables that tell whether anything that this one is computed of is given.
    fn given_of(&self, var: VarId) -> Option<&[Ident]> {
        self.given_of.iter().find(|(of, _)| *of == var).map(|(_, given)| given.as_slice())
    }

    /// Notes the variables of the block that are computed of products with tangents that may not be given.
    pub(super) fn note_given(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
                && !self.function.var(*var).mutable
                && let Some(given) = self.given_in_all(value)
            {
                self.given_of.push((*var, given));
            }
            stmt.kind.blocks().for_each(|inner| self.note_given(inner));
        }
    }

    /// Of a sum in which each term has a condition, the variables that it takes.
    fn given_in_all(&self, sum: &Expr) -> Option<Vec<Ident>> {
        match &sum.kind {
            ExprKind::Prim(Prim::Add | Prim::Sub, args) => {
                let mut all = self.given_in_all(&args[0])?;
                all.extend(self.given_in_all(&args[1])?);
                all.sort();
                all.dedup();
                Some(all)
            }
            _ => self.condition(sum).map(<[Ident]>::to_vec),
        }
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
