//! Loops whose reverse sweep runs in the same pass as their forward sweep.
//!
//! `for i in 0..n { s += f(x[i]); }` carries nothing from one iteration to the next but the sum, and
//! no iteration looks at the sum. If the cotangent of `s` is known before the loop runs, each
//! iteration can be reversed at once: no tape, no second pass over the data. It is known if the
//! reverse of all that follows the loop, or what of it the loop needs ([`ahead`](super::ahead)), reads
//! nothing that the loop or what follows it computes: then that reverse moves in front of the loop.
//!
//! Of a block's loops the last is fused first. For an earlier one its reverse is no longer among what
//! follows, so that of the rest, and of what moved in front of the later loop, only what the earlier
//! one needs can move on.
//!
//! The order in which iterations add to the cotangents changes; the order of the primal's own
//! operations does not.

use std::collections::{BTreeMap, HashMap};

use super::kills::Node;
use super::record::Exit;
use super::shares;
use super::sweep::{Pair, Sweep};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Loop, LoopKind, Origin, Rvalue, Stmt, StmtKind, VarId, VarSet,
};

/// What has been fused of a block.
#[derive(Default)]
pub(super) struct Fused {
    /// The private buffers of its loops, see [`private`](super::private).
    private: HashMap<usize, VarSet>,
    /// What stands in front of a fused loop, by the loop's place in the block.
    pub ahead: BTreeMap<usize, Block>,
    /// What the fused loops read and write.
    reads: VarSet,
    writes: VarSet,
}

impl Fused {
    pub fn new(private: HashMap<usize, VarSet>) -> Fused {
        Fused { private, ..Fused::default() }
    }

    /// What stands in front of the loop.
    pub fn ahead_of(&mut self, index: usize) -> Block {
        self.ahead.remove(&index).unwrap_or_default()
    }

    fn add(&mut self, index: usize, ahead: Block, loop_: &Stmt) {
        self.ahead.insert(index, ahead);
        self.writes.extend(effects::writes(loop_).iter());
        effects::for_each_read(loop_, &mut |root| {
            self.reads.insert(root);
        });
    }

    /// Whether one of the loops writes one of these.
    pub fn writes_any(&self, vars: &VarSet) -> bool {
        !self.writes.is_disjoint(vars)
    }

    /// Whether the statement can move from behind these loops to their front.
    pub fn can_pass(&self, stmt: &Stmt) -> bool {
        let writes = effects::writes(stmt);
        !reads_any(stmt, &self.writes)
            && writes.is_disjoint(&self.reads)
            && writes.is_disjoint(&self.writes)
    }
}

impl Sweep {
    /// Sweeps the statement `block.stmts[index]` as a fused loop if it can be one; `after` is the
    /// reverse of what follows it, and `done` has the loops there, of which is taken what has to precede
    /// the loop.
    pub fn fused(
        &mut self,
        block: &Block,
        index: usize,
        after: &mut Block,
        done: &mut Fused,
    ) -> Option<Pair> {
        let StmtKind::Loop(loop_) = &block.stmts[index].kind else { return None };
        let private = done.private.get(&index).cloned().unwrap_or_default();
        let sums = independent(loop_, &private)?;
        // Undoing what an iteration adds would take it back at once.
        if !sums.is_disjoint(&self.undone.roots) {
            return None;
        }
        let rest = &block.stmts[index..];
        let resized = |vec: &VarId| {
            !private.contains(vec) && rest.iter().any(|stmt| effects::may_resize(stmt, *vec))
        };
        let lengths = self.lengths.iter().filter(|(vec, _)| resized(vec)).map(|(_, len)| *len);
        let later = later(rest, lengths.collect());
        let mut ahead = match done.ahead.is_empty() && is_known_before(after, &later) {
            true => std::mem::take(after),
            false => self.ahead((loop_, &rest[1..]), &sums, after, (&later, done))?,
        };
        self.assumed.used |= !private.is_empty();
        let mut pair = Pair::default();
        let mut shared = sums;
        shared.extend(private.iter());
        for var in shared.iter().filter(|var| self.activity.is_active(*var)).collect::<Vec<_>>() {
            self.ensure_ready(var, &mut ahead);
        }
        self.find_copies(loop_, &private);
        let swept = self.block(&loop_.body, &[], Exit::SameScope);
        for var in std::mem::take(&mut self.frame().pending) {
            self.declare_zero(var, &mut ahead);
        }
        let mut closed = self.close(&loop_.body, swept, Exit::SameScope, None);
        pair.forward.extend(self.declared_copies());
        pair.forward.stmts.extend(self.shared_arrays(loop_, &mut closed.forward));
        let backwards = matches!(loop_.kind, LoopKind::For { reverse: true, .. });
        let mut body = closed.forward;
        body.extend(shares::in_order(closed.reverse, backwards));
        self.lend_slices(&private, &mut body);
        pair.node = Node { blocks: vec![closed.nodes], at_once: true, ..Node::default() };
        let span = block.stmts[index].span;
        pair.forward.push(
            StmtKind::Loop(Loop { body, checkpoint: None, sums: None, ..loop_.clone() }),
            span,
        );
        if let Some(fused) = pair.forward.stmts.last() {
            done.add(index, ahead, fused);
        }
        Some(pair)
    }

    /// Takes out of a fused iteration the declarations of the arrays that keep the records of its inner
    /// loops: one for all iterations will do, where it has the same length in each.
    fn shared_arrays(&self, loop_: &Loop, iteration: &mut Block) -> Vec<Stmt> {
        let mut changed = effects::block_writes(&loop_.body);
        declared(iteration, &mut changed);
        if let LoopKind::For { var, .. } = &loop_.kind {
            changed.insert(*var);
        }
        let is_shared = |stmt: &mut Stmt| match &stmt.kind {
            StmtKind::Let { var, value: Some(Rvalue::Repeat { len, .. }) } => {
                // The loop may not run at all.
                let safe = cannot_panic(len);
                let mut same = safe && self.function.var(*var).origin == Origin::Scratch;
                len.for_each_root(&mut |root| same &= !changed.contains(&root));
                same
            }
            _ => false,
        };
        iteration.stmts.extract_if(.., is_shared).collect()
    }
}

/// Whether evaluating the expression cannot panic, wherever it stands.
pub(super) fn cannot_panic(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(..) => true,
        ExprKind::Read(place) | ExprKind::Len(place) => place.path.is_empty(),
        ExprKind::Float(..)
        | ExprKind::Bool(_)
        | ExprKind::Zero
        | ExprKind::Prim(..)
        | ExprKind::Cast(_)
        | ExprKind::Detach(_)
        | ExprKind::Opaque(_) => false,
    }
}

/// The sums that are all that the iterations of a loop have in common, but for the `private` buffers.
pub(super) fn independent(loop_: &Loop, private: &VarSet) -> Option<VarSet> {
    if loop_.exit.is_some() || !matches!(loop_.kind, LoopKind::For { .. }) {
        return None;
    }
    only_sums(&loop_.body, private.clone())
}

/// The sums that the block adds to without reading them, if it changes nothing else but its own variables
/// and the `inner` ones.
pub(super) fn only_sums(block: &Block, mut inner: VarSet) -> Option<VarSet> {
    let mut sums = VarSet::new();
    declared(block, &mut inner);
    let only_sums = only_adds(block, &inner, &mut sums);
    let mut looked_at = false;
    reads(block, &mut |root| looked_at |= sums.contains(&root));
    (only_sums && !looked_at).then_some(sums)
}

/// The variables that a block declares, nested ones included.
pub(in crate::transform) fn declared(block: &Block, vars: &mut VarSet) {
    for stmt in &block.stmts {
        vars.extend(effects::declares(&stmt.kind));
        stmt.kind.blocks().for_each(|inner| declared(inner, vars));
    }
}

/// Whether the block changes nothing but its own variables, and sums by adding to them.
fn only_adds(block: &Block, inner: &VarSet, sums: &mut VarSet) -> bool {
    block.stmts.iter().all(|stmt| {
        let own = effects::own_writes(&stmt.kind).into_iter().all(|root| inner.contains(&root));
        let adds = match &stmt.kind {
            StmtKind::Accumulate { place, .. } => {
                let number = place.ty.is_float();
                if number && !inner.contains(&place.root) {
                    sums.insert(place.root);
                }
                number
            }
            _ => false,
        };
        let exits = matches!(&stmt.kind, StmtKind::Loop(loop_) if loop_.exit.is_some_and(|flag| !inner.contains(&flag)));
        (own || adds)
            && !exits
            && stmt.kind.blocks().into_iter().all(|nested| only_adds(nested, inner, sums))
    })
}

/// The roots that the block reads; adding to a variable is no reading of it here.
fn reads(block: &Block, visit: &mut impl FnMut(VarId)) {
    for stmt in &block.stmts {
        match &stmt.kind {
            StmtKind::Accumulate { place, value } => {
                place.operands().for_each(|index| index.for_each_root(visit));
                value.for_each_root(visit);
            }
            kind => effects::own_reads(kind, visit),
        }
        stmt.kind.blocks().for_each(|inner| reads(inner, visit));
    }
}

/// What the statements declare or change, and `more`.
fn later(stmts: &[Stmt], mut more: VarSet) -> VarSet {
    for stmt in stmts {
        more.extend(effects::writes(stmt));
        more.extend(effects::declares(&stmt.kind));
    }
    more
}

/// Whether a reverse sweep reads nothing that is computed later, and restores nothing.
fn is_known_before(reverse: &Block, later: &VarSet) -> bool {
    reverse.stmts.iter().all(|stmt| is_simple(stmt) && !reads_any(stmt, later))
}

/// Whether a statement of a reverse sweep does no more than compute a cotangent.
pub(super) fn is_simple(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Let { .. } | StmtKind::Assign { .. } | StmtKind::Accumulate { .. } => true,
        StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_)
        | StmtKind::Call(_)
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::VecPush { .. }
        | StmtKind::VecPop { .. }
        | StmtKind::Push { .. }
        | StmtKind::Pop { .. }
        | StmtKind::Opaque { .. } => false,
    }
}

/// Whether the statement reads one of the variables.
pub(super) fn reads_any(stmt: &Stmt, vars: &VarSet) -> bool {
    let mut reads = false;
    effects::for_each_read(stmt, &mut |root| reads |= vars.contains(&root));
    reads
}
