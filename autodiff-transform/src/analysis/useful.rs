//! Usefulness: the variables whose derivative can reach an output.
//!
//! The results, what stands behind `&mut` parameters and what goes on a tape are outputs (what comes
//! from a tape has a derivative beside it there, and so keeps it). Derivatives
//! flow back from there through the same operands as forwards: not through conditions, indices,
//! lengths, or a value without its derivative. What only decides a branch, or is detached, needs no
//! tangent, and its computation no reverse.
//!
//! A call's arguments and results are all useful: what becomes of them the callee alone knows, and
//! the callee's slots check that nothing active is handed to a constant.

use crate::ir::{Arg, Block, Expr, ExprKind, Function, Passing, Rvalue, StmtKind, VarId, VarSet};
use crate::ops::Contribution;

/// The useful variables of a function.
pub fn of(function: &Function) -> VarSet {
    let mut useful = Useful::default();
    let outputs = function.params.iter().filter(|param| param.passing == Passing::RefMut);
    useful.vars.extend(outputs.map(|param| param.var));
    function.results.iter().for_each(|result| useful.mark_sources(result));
    loop {
        let before = useful.vars.len();
        useful.block(&function.body);
        if useful.vars.len() == before {
            return useful.vars;
        }
    }
}

#[derive(Default)]
struct Useful {
    vars: VarSet,
}

impl Useful {
    /// Marks the variables whose derivatives flow into the expression.
    fn mark_sources(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Read(place) => {
                self.vars.insert(place.root);
            }
            ExprKind::Prim(prim, args) => {
                for (arg, contribution) in args.iter().zip(prim.row().contributions) {
                    if matches!(contribution, Contribution::Map(_)) {
                        self.mark_sources(arg);
                    }
                }
            }
            ExprKind::Cast(inner) => self.mark_sources(inner),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => {}
        }
    }

    fn into(&mut self, target: VarId, value: &Rvalue) {
        if !self.vars.contains(&target) {
            return;
        }
        match value {
            Rvalue::Expr(expr) | Rvalue::Repeat { value: expr, .. } => self.mark_sources(expr),
            Rvalue::Aggregate { fields, .. } => {
                fields.iter().for_each(|field| self.mark_sources(field));
            }
            Rvalue::ZeroLike(_) => {}
        }
    }

    fn block(&mut self, block: &Block) {
        // Backwards, as the flow goes: most of it is known after one round.
        for stmt in block.stmts.iter().rev() {
            stmt.kind.blocks().for_each(|inner| self.block(inner));
            self.stmt(&stmt.kind);
        }
    }

    fn stmt(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Let { var, value: Some(value) } => self.into(*var, value),
            StmtKind::Assign { place, value } => self.into(place.root, value),
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value } => {
                if self.vars.contains(&place.root) {
                    self.mark_sources(value);
                }
            }
            StmtKind::VecPop { vec, into } => {
                if self.vars.contains(into) {
                    self.vars.insert(vec.root);
                }
            }
            StmtKind::Swap { a, b } => {
                if self.vars.contains(&a.root) || self.vars.contains(&b.root) {
                    self.vars.extend([a.root, b.root]);
                }
            }
            StmtKind::Call(call) => {
                call.args.iter().for_each(|arg| self.arg(arg));
                self.vars.extend(&call.results);
            }
            StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. } => {
                self.vars.extend(places.iter().map(|place| place.root));
            }
            StmtKind::Let { value: None, .. }
            | StmtKind::If { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Opaque { .. } => {}
        }
    }

    fn arg(&mut self, arg: &Arg) {
        match arg {
            Arg::Value(expr) => self.mark_sources(expr),
            Arg::Ref(place) | Arg::RefMut(place) => {
                self.vars.insert(place.root);
            }
            Arg::Active(inner) => self.arg(inner),
            Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {}
        }
    }
}
