//! Values that the forward sweep has computed, for the derivatives of others.
//!
//! The derivative of `sin x` is `cos x`, which a function that turns by an angle has computed as well.
//! Where a rule asks for a dear value that a variable holds, the variable is read: it is there, or
//! recorded, as any value that the reverse sweep reads.
//!
//! The variable has to have its value whenever the reverse of the statement runs: it is declared in the
//! statement's own block, whose statements are all run before its reverse, or in an outer one before
//! the statement. What it was computed from is immutable.

use super::bars::Frame;
use super::sweep::Sweep;
use crate::ir::{Block, Expr, ExprKind, Rvalue, StmtKind, VarId};

/// A value that a block computes.
pub(super) struct Computed {
    /// The statement in the block.
    at: usize,
    var: VarId,
    value: Expr,
}

impl Sweep {
    /// The dear values that the block computes.
    pub fn computed(&self, block: &Block) -> Vec<Computed> {
        let mut computed = Vec::new();
        if !self.loops.reuse {
            return computed;
        }
        for (at, stmt) in block.stmts.iter().enumerate() {
            if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
                && !self.can_change(*var)
                && self.is_dear_of_constants(value)
            {
                computed.push(Computed { at, var: *var, value: value.clone() });
            }
        }
        computed
    }

    fn is_dear_of_constants(&self, value: &Expr) -> bool {
        let ExprKind::Prim(prim, args) = &value.kind else { return false };
        let is_constant = |arg: &Expr| match &arg.kind {
            ExprKind::Float(..) | ExprKind::Int(..) => true,
            _ => arg.as_var().is_some_and(|var| !self.can_change(var)),
        };
        prim.row().dear && value.ty.is_float() && args.iter().all(is_constant)
    }

    /// The expression with variables for what they hold.
    pub fn reused(&self, mut expr: Expr) -> Expr {
        if self.frames.iter().any(|frame| !frame.computed.is_empty()) {
            self.reuse_in(&mut expr);
        }
        expr
    }

    fn reuse_in(&self, expr: &mut Expr) {
        if let Some(var) = self.holding(expr) {
            *expr = Expr { span: expr.span, ..self.function.read(var) };
            return;
        }
        match &mut expr.kind {
            ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| self.reuse_in(arg)),
            ExprKind::Cast(inner) => self.reuse_in(inner),
            _ => {}
        }
    }

    fn holding(&self, expr: &Expr) -> Option<VarId> {
        if !matches!(&expr.kind, ExprKind::Prim(prim, _) if prim.row().dear) {
            return None;
        }
        let innermost = self.frames.len() - 1;
        let in_frame = |(depth, frame): (usize, &Frame)| {
            let mut computed = frame.computed.iter();
            let holds = |computed: &&Computed| {
                (depth == innermost || computed.at < frame.at) && computed.value.is_same(expr)
            };
            computed.find(holds).map(|computed| computed.var)
        };
        // An outer block computes it less often.
        self.frames.iter().enumerate().find_map(in_frame)
    }
}
