//! Variables that the reverse of a loop counts anew.
//!
//! The columns of a triangle lie one after the other: `let mut start = 0; for j in 0..n { ..;
//! start += n - j; }`. What an iteration reads of `start` need not be kept where the loop's reverse may run
//! upwards ([`direction`]): it has the same values once more if it starts from the same and is changed
//! by the same statement. Downwards, the way of [`invert`](super::invert), rustc would keep an address
//! for each access (measured), and a record of each iteration costs a store and a load.
//!
//! # Legality
//!
//! 1. The reverse of the loop's body hands nothing from one iteration to another, and takes nothing from
//!    the tape once the variables are there.
//! 2. In the body the variable is written by one statement, in the body itself rather than in a branch or
//!    loop of it, and nothing after that statement mentions it.
//! 3. It is an integer. What it is given is made of itself, of the loop's variable, and of what is
//!    declared outside of the body and never changes.
//! 4. So is what it holds when the loop begins, which the block that declares it, or one around the loop,
//!    tells.
//!
//! A float without a derivative could be had the same way, but an iteration would wait for the product of
//! the one before: the powers of `t` in a polynomial are faster read from a record (measured on `llsq` of the
//! GradBench evals: 1.2 in place of 2.0 times the primal).
//!
//! The reverse counts in a variable of its own, so that it reads nothing that would have to be restored.

use std::collections::HashMap;

use proc_macro2::Span;

use super::control::can_change;
use super::direction;
use super::invert::Counter;
use super::kills::Node;
use super::slots::Trip;
use super::sweep::{Sweep, Swept};
use crate::analysis::effects;
use crate::ir::{Block, Expr, Function, Loop, LoopKind, Origin, Rvalue, StmtKind, Ty, VarId};
use crate::transform::visit::{is_plain, rename_in, rename_uses};

/// What integers hold when loops begin, where that is made of what never changes. Loops are told apart
/// by where they are in memory, so that this is of use as long as the body stays where it is.
#[derive(Default)]
pub(super) struct Entries {
    loops: HashMap<*const Loop, HashMap<VarId, Expr>>,
}

impl Entries {
    pub fn of(function: &Function, body: &Block) -> Entries {
        let mut entries = Entries::default();
        entries.block(function, body, &mut HashMap::new());
        entries
    }

    fn block(&mut self, function: &Function, block: &Block, known: &mut HashMap<VarId, Expr>) {
        for stmt in &block.stmts {
            let forget = |known: &mut HashMap<VarId, Expr>| {
                effects::for_each_write(stmt, &mut |var| {
                    known.remove(&var);
                });
            };
            if let StmtKind::Loop(loop_) = &stmt.kind {
                self.loops.insert(std::ptr::from_ref(loop_), known.clone());
                // Its body runs again after it has written.
                forget(known);
            }
            for inner in stmt.kind.blocks() {
                self.block(function, inner, &mut known.clone());
            }
            forget(known);
            if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
                && matches!(value.ty, Ty::Int(_))
                && is_made_of(value, &|root| !can_change(function, root))
            {
                known.insert(*var, value.clone());
            }
        }
    }

    fn get(&self, loop_: &Loop, var: VarId) -> Option<&Expr> {
        self.loops.get(&std::ptr::from_ref(loop_))?.get(&var)
    }
}

/// A variable to be counted anew.
pub(super) struct Recount {
    counter: Counter,
    entry: Expr,
}

impl Sweep {
    /// The variables that the loop's reverse counts anew, so that it runs upwards: of which nothing is
    /// recorded then.
    pub fn recounts(&self, loop_: &Loop, swept: &Swept, trip: Option<&Trip>) -> Vec<Recount> {
        let LoopKind::For { var, reverse: false, .. } = &loop_.kind else { return Vec::new() };
        if !(self.loops.recount && self.loops.upwards) || loop_.exit.is_some() {
            return Vec::new();
        }
        let mut recounts = Vec::new();
        for counter in self.counters(&loop_.kind, &loop_.body) {
            let root = counter.place.root;
            let known = |read: VarId| read == root || read == *var || !self.can_change(read);
            let entry = self.entries.get(loop_, root);
            if let Some(entry) = entry
                && matches!(counter.value.ty, Ty::Int(_))
                && counter.is_made_outside(*var)
                && is_made_of(&counter.value, &known)
            {
                recounts.push(Recount { entry: entry.clone(), counter });
            }
        }
        let in_order = !swept.inverses.is_empty() || !direction::any_order(*var, &swept.reverse);
        if recounts.is_empty() || in_order {
            return Vec::new();
        }
        let mut there = swept.inverted.clone();
        there.extend(recounts.iter().map(Recount::written_at));
        match self.is_taped(&loop_.body, swept, there, trip) {
            true => Vec::new(),
            false => recounts,
        }
    }

    /// Puts the variable that counts anew in place of the other one in the reverse of the loop's body; its
    /// declaration, which precedes the loop, and the end of the body.
    pub fn recount(
        &mut self,
        recount: Recount,
        reverse: &mut Block,
        nodes: &mut [Node],
        span: Span,
    ) -> (Block, Block) {
        let Recount { counter: Counter { place, mut value, .. }, entry } = recount;
        let of = self.function.var(place.root).clone();
        let again = self.function.add_var(&of.name, of.ty, true, Origin::Temp, of.span);
        let name = |var: VarId| if var == place.root { again } else { var };
        rename_all(reverse, &name);
        nodes.iter_mut().for_each(|node| node.forget(place.root));
        rename_in(&mut value, &name);
        let (mut before, mut end) = (Block::default(), Block::default());
        before.push(StmtKind::Let { var: again, value: Some(Rvalue::Expr(entry)) }, span);
        end.assign(self.function.place(again), value);
        (before, end)
    }
}

impl Recount {
    /// The variable, and the statement that writes it.
    pub fn written_at(&self) -> (VarId, usize) {
        (self.counter.place.root, self.counter.at)
    }
}

fn rename_all(block: &mut Block, name: &impl Fn(VarId) -> VarId) {
    for stmt in &mut block.stmts {
        rename_uses(&mut stmt.kind, name);
        stmt.kind.blocks_mut().for_each(|inner| rename_all(inner, name));
    }
}

/// Whether the expression may as well be evaluated later, being made of such variables.
fn is_made_of(expr: &Expr, may_read: &impl Fn(VarId) -> bool) -> bool {
    let mut made_of = is_plain(expr);
    expr.for_each_root(&mut |root| made_of &= may_read(root));
    made_of
}
