//! Writes that are undone by computing the old value from the new one.
//!
//! A loop that counts beside its own variable, `start += length` or `sign = -sign`, overwrites the count
//! in each iteration. Its old value need not be kept: the reverse sweep takes off what was added. So a
//! reverse iteration begins by taking the variable back to what it was at the iteration's beginning, and
//! whatever the iteration read of it can be computed again.
//!
//! # Legality
//!
//! In the body of a loop,
//! 1. the variable is written by one statement, in the body itself rather than in a branch or loop of
//!    it, and nothing after that statement mentions it,
//! 2. the statement adds to an integer or takes off of it, takes it off of something, or turns a sign or a
//!    flag: of integers also what overflows is undone, floats are not added to,
//! 3. what is added is made of values that never change and are declared outside of the body.
//!
//! Nor is it made of the loop's own variable, which would be legal: what grows by more and more is no
//! progression to rustc, which then keeps an address for each access in memory and moves them all along in
//! each iteration (measured on the columns of a triangular matrix: 2.4 in place of 2.0 times the primal).

use std::collections::HashMap;

use super::kills::{Kill, Need};
use super::sweep::{Pair, Sweep, only_if};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, LoopKind, Place, Rvalue, Stmt, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Prim;
use crate::transform::visit::substitute;

/// How a write is undone.
#[derive(Clone)]
pub(super) struct Inversion {
    /// The statement in the block.
    pub at: usize,
    pub inverse: Stmt,
}

/// A variable that a loop's body writes by one statement.
pub(super) struct Counter {
    pub place: Place,
    /// What it is given, but for what the body declares made of what is there before the body runs.
    pub value: Expr,
    /// The statement in the block.
    pub at: usize,
    /// What the body declares before, and the loop's own variable.
    declared: VarSet,
}

impl Counter {
    /// Whether the value is made of nothing that the body declares but the loop's own variable.
    pub fn is_made_outside(&self, loop_var: VarId) -> bool {
        let mut outside = true;
        self.value.for_each_root(&mut |root| {
            outside &= root == loop_var || !self.declared.contains(&root);
        });
        outside
    }
}

impl Sweep {
    /// The writes of a loop's body that can be undone so, by the variable.
    pub fn inversions(&self, kind: &LoopKind, body: &Block) -> HashMap<VarId, Inversion> {
        let mut inversions = HashMap::new();
        if !self.loops.invert {
            return inversions;
        }
        for counter in self.counters(kind, body) {
            let Counter { place, value, at, declared } = counter;
            if let Some(old) = self.old_value(place.root, &value, &declared) {
                let root = place.root;
                let span = body.stmts[at].span;
                let kind = StmtKind::Assign { place, value: Rvalue::Expr(old) };
                inversions.insert(root, Inversion { at, inverse: Stmt { kind, span } });
            }
        }
        inversions
    }

    /// The variables that the body writes by one statement, and does not mention after it.
    pub fn counters(&self, kind: &LoopKind, body: &Block) -> Vec<Counter> {
        let mut counters = Vec::new();
        let mut lets: HashMap<VarId, Expr> = HashMap::new();
        let mut declared = VarSet::new();
        if let LoopKind::For { var, .. } = kind {
            declared.insert(*var);
        }
        for (at, stmt) in body.stmts.iter().enumerate() {
            declared.extend(effects::declares(&stmt.kind));
            match &stmt.kind {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }
                    if !self.can_change(*var) && value.ty.is_scalar() =>
                {
                    let mut value = value.clone();
                    substitute(&mut value, &|var| lets.get(&var));
                    lets.insert(*var, value);
                }
                StmtKind::Assign { place, value: Rvalue::Expr(value) }
                    if place.path.is_empty()
                        && !self.untold.all.contains(&place.root)
                        && is_only_write(place.root, at, body) =>
                {
                    let mut value = value.clone();
                    substitute(&mut value, &|var| lets.get(&var));
                    let (place, declared) = (place.clone(), declared.clone());
                    counters.push(Counter { place, value, at, declared });
                }
                _ => {}
            }
        }
        counters
    }

    /// Whether the statement that is being reversed, one of the innermost block, writes the place and can
    /// be undone by its inverse.
    pub fn is_inverted(&mut self, place: &Place) -> bool {
        self.frame().inversions.contains_key(&place.root)
    }

    /// Marks that the statement overwrites the variable, to be undone by its inverse.
    pub fn kill_by_inverse(&mut self, root: VarId, pair: &mut Pair) {
        let id = self.kills.len();
        pair.node.kills.push(id);
        self.kills.push(Kill { roots: vec![root], whole: true, forced: false });
        let Some(need) = self.undone.kills.get(&id) else { return };
        let Some(Inversion { inverse, .. }) =
            self.frames.last().and_then(|frame| frame.inversions.get(&root).cloned())
        else {
            return;
        };
        effects::for_each_read(&inverse, &mut |read| {
            pair.node.reads.insert(read);
        });
        let undo = match need {
            Need::Always => inverse,
            Need::If(questions) => {
                let span = inverse.span;
                only_if(self.known.any(questions, span), vec![inverse], span)
            }
        };
        self.frame().inverses.push(undo);
    }

    /// What the variable held before it was given the value, if that can be told from what it holds now.
    fn old_value(&self, var: VarId, value: &Expr, declared: &VarSet) -> Option<Expr> {
        let ExprKind::Prim(prim, args) = &value.kind else { return None };
        if declared.contains(&var) || self.activity.is_active(var) {
            return None;
        }
        let is_var = |expr: &Expr| expr.as_var() == Some(var);
        let stays = |expr: &Expr| {
            let mut stays = !matches!(&expr.kind, ExprKind::Opaque(code) if !code.pure_);
            expr.for_each_root(&mut |root| {
                stays &= !declared.contains(&root) && !self.can_change(root);
            });
            stays
        };
        let is_int = matches!(value.ty, Ty::Int(_));
        let inverse = |prim: Prim, args: Vec<Expr>| {
            Some(Expr::prim(prim, args, value.ty.clone(), value.span))
        };
        match (prim, &args[..]) {
            (Prim::Add, [old, added]) if is_int && is_var(old) && stays(added) => {
                inverse(Prim::Sub, vec![old.clone(), added.clone()])
            }
            (Prim::Add, [added, old]) if is_int && is_var(old) && stays(added) => {
                inverse(Prim::Sub, vec![old.clone(), added.clone()])
            }
            (Prim::Sub, [old, taken]) if is_int && is_var(old) && stays(taken) => {
                inverse(Prim::Add, vec![old.clone(), taken.clone()])
            }
            (Prim::Sub, [from, old]) if is_int && is_var(old) && stays(from) => Some(value.clone()),
            (Prim::Neg | Prim::Not, [old]) if is_var(old) && value.ty.is_scalar() => {
                Some(value.clone())
            }
            _ => None,
        }
    }
}

/// Whether no other statement writes the variable, and none after this one mentions it.
fn is_only_write(var: VarId, at: usize, body: &Block) -> bool {
    let (before, after) = body.stmts.split_at(at);
    let after = &after[1..];
    before.iter().all(|stmt| !effects::writes(stmt).contains(&var))
        && after.iter().all(|stmt| !effects::mentions(stmt, var))
}
