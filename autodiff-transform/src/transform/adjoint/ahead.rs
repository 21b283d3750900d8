//! The part of a reverse that stands before a fused loop.
//!
//! A loop can be fused ([`fuse`](super::fuse)) if the cotangents of its sums are known before it. In
//! `for i in 0..n { s += f(x[i], w) } s + penalty(w)` that of `s` is, though the reverse of what follows
//! the loop calls `penalty`'s and cannot stand in front of the loop as a whole. So of that reverse
//! only what the loop's own reverse needs moves: the cotangents of the sums, all that they are made
//! of, and the declarations of the cotangents that the loop adds to. In `s / n as f64` the cotangent of
//! `s` is made of a number that is computed after the loop, but could be before: where such a value is
//! made of what does not change, it is computed again.
//!
//! # Legality
//!
//! 1. What moves reads nothing that the loop or what follows it computes or changes.
//! 2. What stays does not read what something that moves, and stood after it, writes.
//! 3. What follows the loop writes none of the variables that the loop reads. Of their cotangents what
//!    stays does no more than add to them then, and so does the loop: the order is no matter. (A
//!    cotangent is looked at or replaced only by the reverse of a statement that writes the variable.)
//! 4. Loops that have been fused there write nothing that moves, or that what moves is made of, and do
//!    not read what it writes.

use std::collections::HashMap;

use super::fuse::{Fused, is_simple, reads_any};
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Loop, Rvalue, Stmt, StmtKind, VarId, VarSet};
use crate::transform::visit::{exprs_mut, substitute};

impl Sweep {
    /// Takes out of `after`, the reverse of the statements `rest` that follow a loop, and out of what stands
    /// in front of the loops there that are `done`, what has to stand before the loop if it is to be
    /// fused. `later` is what the loop and the rest compute.
    pub fn ahead(
        &self,
        (loop_, rest): (&Loop, &[Stmt]),
        sums: &VarSet,
        after: &mut Block,
        (later, done): (&VarSet, &mut Fused),
    ) -> Option<Block> {
        if !self.loops.ahead {
            return None;
        }
        let mut used = VarSet::new();
        loop_.body.stmts.iter().for_each(|stmt| {
            effects::for_each_read(stmt, &mut |root| {
                used.insert(root);
            });
        });
        let changes = |stmt: &Stmt| {
            effects::writes(stmt).iter().any(|root| used.contains(&root) && !sums.contains(&root))
        };
        if rest.iter().any(changes) {
            return None;
        }
        let bars = |vars: &VarSet| -> VarSet {
            vars.iter().filter_map(|var| self.known_bar(var)).collect()
        };
        let early = self.early(rest, later);
        let known = |stmt: &Stmt| {
            let mut stmt = stmt.clone();
            exprs_mut(&mut stmt.kind, &mut |expr| {
                substitute(expr, &|var| early.get(&var));
            });
            let is_known = is_simple(&stmt) && !reads_any(&stmt, later) && done.can_pass(&stmt);
            is_known.then_some(stmt)
        };
        let mut all = Block::default();
        done.ahead.values().for_each(|ahead| all.extend(ahead.clone()));
        all.extend(after.clone());
        let (moves, needed) = needed(&all, bars(sums), &bars(&used), &known)?;
        if done.writes_any(&needed) {
            return None;
        }
        let mut moved = moves.iter();
        let mut stays = |_: &Stmt| moved.next().is_some_and(Option::is_none);
        for part in done.ahead.values_mut().chain([after]) {
            part.stmts.retain(&mut stays);
        }
        Some(Block { stmts: moves.into_iter().flatten().collect() })
    }

    /// What the statements compute of what is known before them, in terms of that.
    fn early(&self, stmts: &[Stmt], later: &VarSet) -> HashMap<VarId, Expr> {
        let mut early: HashMap<VarId, Expr> = HashMap::new();
        for stmt in stmts {
            if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
                && !self.can_change(*var)
                && value.ty.is_scalar()
            {
                let mut value = value.clone();
                substitute(&mut value, &|var| early.get(&var));
                let mut known = is_arithmetic(&value);
                value.for_each_root(&mut |root| known &= !later.contains(&root));
                if known {
                    early.insert(*var, value);
                }
            }
        }
        early
    }
}

/// Whether the expression is made of variables, lengths and numbers by operations only.
fn is_arithmetic(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
        ExprKind::Read(place) | ExprKind::Len(place) => place.path.is_empty(),
        ExprKind::Prim(_, args) => args.iter().all(is_arithmetic),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => is_arithmetic(inner),
        ExprKind::Opaque(_) => false,
    }
}

/// What moves, and all that it is made of: the statements that write one of the `needed` variables or what
/// they are made of, and those that declare one of the `declared`. `known` says how each reads before the loop, if it can
/// stand there.
fn needed(
    reverse: &Block,
    mut needed: VarSet,
    declared: &VarSet,
    known: &impl Fn(&Stmt) -> Option<Stmt>,
) -> Option<(Vec<Option<Stmt>>, VarSet)> {
    let mut moves = vec![None; reverse.stmts.len()];
    // What is written by statements that move and stand after the one looked at.
    let mut written = VarSet::new();
    for (index, stmt) in reverse.stmts.iter().enumerate().rev() {
        let declares: Vec<VarId> = effects::declares(&stmt.kind);
        let mut writes = effects::writes(stmt);
        writes.extend(declares.iter().copied());
        let makes = !writes.is_disjoint(&needed);
        if makes || declares.iter().any(|var| declared.contains(var)) {
            let known = known(stmt)?;
            effects::for_each_read(&known, &mut |root| {
                needed.insert(root);
            });
            written.extend(writes.iter());
            moves[index] = Some(known);
        } else if reads_any(stmt, &written) || !writes.is_disjoint(&written) {
            return None;
        }
    }
    Some((moves, needed))
}
