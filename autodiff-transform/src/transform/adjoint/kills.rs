//! Writes that destroy what the reverse sweep will read, and how they are undone.
//!
//! The sweep leaves a marker at each write (a *kill*) with the statements that would save the old
//! value before it and restore it on the way back. Which of them are needed is a forward dataflow
//! problem over the finished sweeps (*to be recorded*): a root is required from the statement whose
//! reverse reads it on, until the whole of it is overwritten; a kill of a required root is undone.
//! Loops are iterated to the fixpoint. The rest of the markers disappears.
//!
//! Source: the TBR analysis of Hascoët, Naumann and Pascual, "To be recorded" analysis in
//! reverse-mode automatic differentiation, FGCS 21(8), 2005.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::effects;
use crate::ir::{Block, Stmt, StmtKind, VarId};

/// A write and its undoing.
pub(super) struct Kill {
    pub root: VarId,
    /// Run before the write, in the forward sweep.
    pub save: Vec<Stmt>,
    /// Run after the write's own reverse, in the reverse sweep.
    pub restore: Vec<Stmt>,
    /// Nothing of the root's old value survives.
    pub whole: bool,
    /// Undone whether or not the root is required, since the reverse of the write itself needs the
    /// old value's shape.
    pub forced: bool,
}

/// What one statement's reverse reads and kills; in the shape of the statement tree.
#[derive(Default)]
pub(super) struct Node {
    /// Roots that the statement's reverse reads, blocks left aside.
    pub reads: HashSet<VarId>,
    pub kills: Vec<usize>,
    pub blocks: Vec<Vec<Node>>,
    pub repeats: bool,
}

/// Stands for the kill's statements in a block: a `Push` (forward) or `Pop` (reverse) without values
/// on a tape that no function has.
pub(super) fn marker(id: usize, forward: bool, span: proc_macro2::Span) -> Stmt {
    let tape = VarId(u32::MAX - id as u32);
    let kind = match forward {
        true => StmtKind::Push { tape, values: Vec::new() },
        false => StmtKind::Pop { tape, into: Vec::new(), declare: false },
    };
    Stmt { kind, span }
}

fn marked(kind: &StmtKind, count: usize) -> Option<usize> {
    let (StmtKind::Push { tape, .. } | StmtKind::Pop { tape, .. }) = kind else { return None };
    let id = (u32::MAX - tape.0) as usize;
    (id < count).then_some(id)
}

/// The kills that must be undone.
pub(super) fn required(nodes: &[Node], kills: &[Kill]) -> HashSet<usize> {
    let mut needed: HashSet<usize> =
        kills.iter().enumerate().filter(|(_, kill)| kill.forced).map(|(id, _)| id).collect();
    walk(nodes, kills, HashSet::new(), &mut needed);
    needed
}

fn walk(
    nodes: &[Node],
    kills: &[Kill],
    mut required: HashSet<VarId>,
    needed: &mut HashSet<usize>,
) -> HashSet<VarId> {
    for node in nodes {
        for id in &node.kills {
            let kill = &kills[*id];
            if required.contains(&kill.root) {
                needed.insert(*id);
            }
            if kill.whole {
                required.remove(&kill.root);
            }
        }
        required = blocks(node, kills, required, needed);
        required.extend(&node.reads);
    }
    required
}

fn blocks(
    node: &Node,
    kills: &[Kill],
    before: HashSet<VarId>,
    needed: &mut HashSet<usize>,
) -> HashSet<VarId> {
    let mut entry = before;
    loop {
        // A branch may run or not, a loop any number of times: what was required stays so.
        let mut exit = entry.clone();
        for block in &node.blocks {
            exit.extend(walk(block, kills, entry.clone(), needed));
        }
        if !node.repeats || exit == entry {
            return exit;
        }
        entry = exit;
    }
}

/// Puts the statements of the kills that are needed in place of their markers, and removes the other
/// markers.
pub(super) fn resolve(block: &mut Block, kills: &[Kill], needed: &HashSet<usize>, forward: bool) {
    let stmts = std::mem::take(&mut block.stmts);
    for mut stmt in stmts {
        match marked(&stmt.kind, kills.len()) {
            Some(id) if needed.contains(&id) => {
                let kill = &kills[id];
                block.stmts.extend(if forward { kill.save.clone() } else { kill.restore.clone() });
            }
            Some(_) => {}
            None => {
                for inner in stmt.kind.blocks_mut() {
                    resolve(inner, kills, needed, forward);
                }
                block.stmts.push(stmt);
            }
        }
    }
}

/// The primal variables that the reverse sweep changes, in a fixed order.
pub(super) fn clobbered(reverse: &Block) -> Vec<VarId> {
    let mut order = BTreeMap::new();
    for root in effects::block_writes(reverse) {
        order.insert(root, ());
    }
    order.into_keys().collect()
}
