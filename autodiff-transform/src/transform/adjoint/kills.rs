//! Writes that destroy what the reverse sweep will read, and how they are undone.
//!
//! The sweep leaves a marker at each write (a *kill*) with the statements that would save the old
//! value before it and restore it on the way back. Which of them are needed is a forward dataflow
//! problem over the finished sweeps (*to be recorded*): a root is required from the statement whose
//! reverse reads it on, until the whole of it is overwritten; a kill of a required root is undone.
//! Loops are iterated to the fixpoint. The rest of the markers disappears.
//!
//! A call's reverse may read an argument or not, which only the callee knows; see [`callees`]. The
//! problem is solved once for what is read for certain and once for each such question, and a kill
//! that only some of these require is undone if the answer to one of them is yes.
//!
//! What undoes a write also reads: an index, or, where the old value is got back from another (a swap
//! swapped back, an element popped), that other. Those reads are only known once the undoing stands
//! in the reverse sweep, so the sweep is repeated with what is known to be needed until nothing new
//! is.
//!
//! [`callees`]: super::callees
//!
//! Source: the TBR analysis of Hascoët, Naumann and Pascual, "To be recorded" analysis in
//! reverse-mode automatic differentiation, FGCS 21(8), 2005.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::analysis::effects;
use crate::ir::{Block, LoopKind, Stmt, StmtKind, VarId, VarSet};

/// A write that may have to be undone.
pub(super) struct Kill {
    /// What the write changes; two variables for a swap.
    pub roots: Vec<VarId>,
    /// Nothing of the roots' old values survives.
    pub whole: bool,
    /// Undone whether or not the root is required, since the reverse of the write itself needs the
    /// old value's shape.
    pub forced: bool,
}

/// What one statement's reverse reads and kills; in the shape of the statement tree.
#[derive(Default)]
pub(super) struct Node {
    /// What the statement declares, and so makes a new variable each time it runs.
    pub declares: Vec<VarId>,
    /// Roots that the statement's reverse reads, blocks left aside.
    pub reads: VarSet,
    /// Roots that it reads if the answer to a question is yes.
    pub asks: Vec<(usize, VarId)>,
    pub kills: Vec<usize>,
    pub blocks: Vec<Vec<Node>>,
    pub repeats: bool,
    /// Each run of its blocks is reversed before anything else is.
    pub at_once: bool,
    /// Variables of which each run of its blocks has an element of its own.
    pub elements: VarSet,
    /// The statement's reverse brings these back by itself; each run of its blocks is reversed before
    /// anything else is.
    pub restores: Vec<VarId>,
}

impl Node {
    /// The reverse, blocks included, does not read the variable any more.
    pub fn forget(&mut self, var: VarId) {
        self.reads.remove(&var);
        self.asks.retain(|(_, root)| *root != var);
        self.blocks.iter_mut().flatten().for_each(|node| node.forget(var));
    }
}

/// Stands for the kill's statements in a block: a `Push` (forward) or `Pop` (reverse) without values
/// on a tape that no function has, which nothing is said to write.
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

/// Whether a statement does nothing but stand for kills.
pub(super) fn stands_for_kills(stmt: &Stmt, count: usize) -> bool {
    let idle = match &stmt.kind {
        StmtKind::If { .. } | StmtKind::Switch { .. } => true,
        StmtKind::Loop(loop_) => matches!(loop_.kind, LoopKind::For { .. }) && loop_.exit.is_none(),
        kind => return marked(kind, count).is_some(),
    };
    let stands_for = |block: &Block| block.stmts.iter().all(|inner| stands_for_kills(inner, count));
    idle && stmt.kind.blocks().all(stands_for)
}

/// The variables that a statement of the reverse sweep reads, but for what stands for kills.
pub(super) fn for_each_read(stmt: &Stmt, kills: usize, visit: &mut impl FnMut(VarId)) {
    if stands_for_kills(stmt, kills) {
        return;
    }
    effects::own_reads(&stmt.kind, visit);
    for block in stmt.kind.blocks() {
        block.stmts.iter().for_each(|inner| for_each_read(inner, kills, visit));
    }
}

/// When a kill must be undone.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Need {
    Always,
    /// If the answer to one of these questions is yes.
    If(BTreeSet<usize>),
}

impl Need {
    /// Whether this includes the other.
    pub fn covers(&self, other: &Need) -> bool {
        match (self, other) {
            (Need::Always, _) => true,
            (Need::If(_), Need::Always) => false,
            (Need::If(own), Need::If(other)) => other.is_subset(own),
        }
    }

    pub fn extend(&mut self, other: &Need) {
        match (&mut *self, other) {
            (Need::Always, _) => {}
            (Need::If(_), Need::Always) => *self = Need::Always,
            (Need::If(own), Need::If(other)) => own.extend(other),
        }
    }
}

/// The kills that must be undone, of statements that ask so many questions.
pub(super) fn required(nodes: &[Node], kills: &[Kill], questions: usize) -> BTreeMap<usize, Need> {
    let mut always: HashSet<usize> =
        kills.iter().enumerate().filter(|(_, kill)| kill.forced).map(|(id, _)| id).collect();
    let certain = |node: &Node, required: &mut VarSet| required.extend(node.reads.iter());
    walk(nodes, kills, VarSet::new(), &certain, &mut always);
    let mut needed: BTreeMap<usize, Need> = BTreeMap::new();
    for question in 0..questions {
        let mut asked = HashSet::new();
        let reads = |node: &Node, required: &mut VarSet| {
            let asks = node.asks.iter().filter(|(asked, _)| *asked == question);
            required.extend(asks.map(|(_, root)| *root));
        };
        walk(nodes, kills, VarSet::new(), &reads, &mut asked);
        for id in asked {
            let need = Need::If(BTreeSet::from([question]));
            needed.entry(id).and_modify(|old| old.extend(&need)).or_insert(need);
        }
    }
    needed.extend(always.into_iter().map(|id| (id, Need::Always)));
    needed
}

/// `reads` adds what a statement's reverse reads.
fn walk(
    nodes: &[Node],
    kills: &[Kill],
    mut required: VarSet,
    reads: &impl Fn(&Node, &mut VarSet),
    needed: &mut HashSet<usize>,
) -> VarSet {
    for node in nodes {
        node.declares.iter().for_each(|var| {
            required.remove(var);
        });
        for id in &node.kills {
            let kill = &kills[*id];
            if kill.roots.iter().any(|root| required.contains(root)) {
                needed.insert(*id);
            }
            if kill.whole {
                kill.roots.iter().for_each(|root| {
                    required.remove(root);
                });
            }
        }
        required = blocks(node, kills, required, reads, needed);
        reads(node, &mut required);
    }
    required
}

fn blocks(
    node: &Node,
    kills: &[Kill],
    mut before: VarSet,
    reads: &impl Fn(&Node, &mut VarSet),
    needed: &mut HashSet<usize>,
) -> VarSet {
    if !node.restores.is_empty() {
        for block in &node.blocks {
            walk(block, kills, VarSet::new(), reads, needed);
        }
        node.restores.iter().for_each(|root| {
            before.remove(root);
        });
        return before;
    }
    if node.at_once {
        for block in &node.blocks {
            walk(block, kills, before.clone(), reads, needed);
        }
        return before;
    }
    let mut entry = before.clone();
    loop {
        // A branch may run or not, a loop any number of times: what was required stays so.
        let mut exit = entry.clone();
        for block in &node.blocks {
            exit.extend(walk(block, kills, entry.clone(), reads, needed));
        }
        if !node.repeats {
            return exit;
        }
        // What one run requires of its own elements, no other one overwrites.
        let mut next = exit.clone();
        for root in node.elements.iter().filter(|root| !before.contains(root)) {
            next.remove(&root);
        }
        if next == entry {
            return exit;
        }
        entry = next;
    }
}

/// Removes the markers, which all stand for kills that need no undoing.
pub(super) fn remove_markers(block: &mut Block, kills: &[Kill]) {
    block.stmts.retain(|stmt| !stands_for_kills(stmt, kills.len()));
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(|inner| remove_markers(inner, kills));
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
