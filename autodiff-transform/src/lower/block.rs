//! Blocks under construction, and exits from them.
//!
//! The IR has no `break`, `continue` or `return`. An exit sets flags; what comes after a statement
//! that may have exited stands under `if !flag`. Where a branch *always* exits no flag is needed:
//! what follows the `if` continues in its other branch. Both are one mechanism: an [`OpenBlock`] is
//! a stack of layers, the innermost receives statements, and each layer but the first will become a
//! branch of a statement in the layer before it when the block is closed. So
//!
//! ```text
//! if c { return a; }            if c { result = a; returned = true }
//! let y = rest(x);       =>     else { let y = rest(x); result = y }
//! y
//! ```
//!
//! with the `else` as an open layer until the end of the function. Flags that nobody reads are
//! removed at the end (see [`finish`](super::finish)).

use std::collections::BTreeSet;

use proc_macro2::Span;

use super::Lowerer;
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Checkpoint, Expr, ExprKind, Loop, LoopKind, Origin, Rvalue, Stmt, StmtKind, Ty,
    VarId,
};
use crate::ops::Prim;

/// A block under construction.
#[derive(Default)]
pub struct OpenBlock {
    layers: Vec<Layer>,
    /// The end of the block is not reached.
    pub diverges: bool,
    /// The exits taken on some path through it.
    pub exits: BTreeSet<Exit>,
}

struct Layer {
    block: Block,
    /// How the layer becomes a statement of the one before it.
    closing: Option<Closing>,
}

/// The statement that a layer is a branch of.
enum Closing {
    If { cond: Expr, other: Block, open_is_then: bool, span: Span },
    Switch { tag: Expr, arms: Vec<Block>, open: usize, span: Span },
}

/// A way out: to the end of a target, or (`again`) to the next iteration of a loop. Targets are
/// numbered from the outermost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Exit {
    pub target: usize,
    pub again: bool,
}

/// What `return`, `break` and `continue` can leave.
pub struct Target {
    pub kind: TargetKind,
    pub label: Option<String>,
    /// Set when something inside leaves this target or one further out.
    exit: VarId,
    /// For a loop: set by `continue`.
    skip: Option<VarId>,
    /// Where the value goes.
    pub result: Option<VarId>,
    pub ty: Ty,
    /// Something exits to it.
    pub used: bool,
}

/// What the user wrote at the head of a loop; nothing at one that lowering makes.
#[derive(Clone, Default)]
pub struct Head {
    pub label: Option<String>,
    pub checkpoint: Option<Checkpoint>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetKind {
    /// The function, or an inlined closure: left by `return`.
    Body,
    Loop,
    /// A labelled block.
    Block,
}

/// A position in the block under construction; see [`Lowerer::position`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    layer: usize,
    pub index: usize,
}

impl OpenBlock {
    pub fn new() -> OpenBlock {
        OpenBlock {
            layers: vec![Layer { block: Block::default(), closing: None }],
            diverges: false,
            exits: BTreeSet::new(),
        }
    }

    fn push(&mut self, kind: StmtKind, span: Span) {
        if !self.diverges {
            self.top().push(kind, span);
        }
    }

    fn top(&mut self) -> &mut Block {
        &mut self.layers.last_mut().expect("a block has a first layer").block
    }

    /// The statement at its end.
    pub fn last(&self) -> Option<&Stmt> {
        self.layers.last()?.block.stmts.last()
    }

    /// Closes all layers above the first `depth`.
    fn close_to(&mut self, depth: usize) {
        while self.layers.len() > depth.max(1) {
            let layer = self.layers.pop().expect("more than one layer");
            let Some(closing) = layer.closing else { continue };
            let (kind, span) = closing.close(layer.block);
            self.top().push(kind, span);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(|layer| layer.block.stmts.is_empty())
    }

    /// The finished block.
    pub fn close(mut self) -> Block {
        self.close_to(1);
        std::mem::take(self.top())
    }

    /// Whether a statement in it may change a variable.
    pub fn writes(&self, var: VarId) -> bool {
        self.layers.iter().any(|layer| writes(&layer.block, var))
    }

    /// Visits the statements in it, and those in them.
    pub fn for_each_stmt(&self, visit: &mut impl FnMut(&StmtKind)) {
        self.layers.iter().for_each(|layer| for_each_stmt(&layer.block, visit));
    }

    /// Leaves by an exit on every path, so that what follows need not be guarded.
    fn always_exits(&self) -> bool {
        self.diverges && !self.exits.is_empty()
    }
}

impl Closing {
    fn close(self, block: Block) -> (StmtKind, Span) {
        match self {
            Closing::If { cond, other, open_is_then, span } => {
                let (then, els) = if open_is_then { (block, other) } else { (other, block) };
                (StmtKind::If { cond, then, els }, span)
            }
            Closing::Switch { tag, mut arms, open, span } => {
                arms[open] = block;
                (StmtKind::Switch { tag, arms }, span)
            }
        }
    }
}

/// Blocks.
impl Lowerer<'_> {
    /// Appends a statement to the block under construction. After a diverging statement it is
    /// dropped: it would never run.
    pub fn push(&mut self, kind: StmtKind, span: Span) {
        self.open.push(kind, span);
    }

    /// Nothing after this point of the block is reached.
    pub fn diverge(&mut self) {
        self.open.diverges = true;
    }

    pub fn diverged(&self) -> bool {
        self.open.diverges
    }

    /// Runs `build` on a new block with a scope of its own, and returns what it returned and the
    /// block, to be given to [`push_if`](Self::push_if), [`push_switch`](Self::push_switch) or
    /// closed by [`OpenBlock::close`].
    pub fn in_block<R>(&mut self, build: impl FnOnce(&mut Self) -> R) -> (R, OpenBlock) {
        let outer = std::mem::replace(&mut self.open, OpenBlock::new());
        self.scopes.enter();
        let built = build(self);
        self.scopes.leave();
        (built, std::mem::replace(&mut self.open, outer))
    }

    /// Goes on with a block made by [`in_block`](Self::in_block).
    pub fn continue_block(&mut self, block: OpenBlock, build: impl FnOnce(&mut Self)) -> OpenBlock {
        let outer = std::mem::replace(&mut self.open, block);
        build(self);
        std::mem::replace(&mut self.open, outer)
    }

    /// Appends a finished attempt to the block under construction, as if it had been lowered there.
    pub fn splice(&mut self, mut block: OpenBlock) {
        if self.open.diverges {
            return;
        }
        let first = std::mem::take(&mut block.layers[0].block);
        self.open.top().extend(first);
        self.open.layers.extend(block.layers.drain(1..));
        self.open.exits.extend(block.exits);
        self.open.diverges = block.diverges;
    }

    /// Appends a block whose layers are conditional: what follows runs in any case.
    pub fn push_always(&mut self, mut block: OpenBlock, span: Span) {
        if self.open.diverges {
            return;
        }
        let exits = std::mem::take(&mut block.exits);
        self.open.top().extend(block.close());
        self.open.exits.extend(exits.iter().copied());
        self.guard(&exits, span);
    }

    /// What follows in this block runs only if `cond`.
    pub fn only_if(&mut self, cond: Expr, span: Span) {
        let closing = Closing::If { cond, other: Block::default(), open_is_then: true, span };
        self.open.layers.push(Layer { block: Block::default(), closing: Some(closing) });
    }

    /// Where the next statement will stand.
    pub fn position(&self) -> Position {
        let layer = self.open.layers.len() - 1;
        Position { layer, index: self.open.layers[layer].block.stmts.len() }
    }

    /// Inserts a statement at an earlier position.
    pub fn insert(&mut self, at: Position, kind: StmtKind, span: Span) {
        self.open.layers[at.layer].block.stmts.insert(at.index, Stmt { kind, span });
    }

    /// Whether a statement since `start` may have changed a variable.
    pub fn changed_since(&self, start: Position) -> bool {
        let inert = |stmt: &Stmt| effects::writes(stmt).is_empty();
        let first = &self.open.layers[start.layer].block.stmts;
        self.open.layers.len() - 1 > start.layer || !first[start.index..].iter().all(inert)
    }

    /// Appends `if cond { then } else { els }` and sees to it that what follows runs only where
    /// neither branch has exited.
    pub fn push_if(&mut self, cond: Expr, mut then: OpenBlock, mut els: OpenBlock, span: Span) {
        if self.open.diverges {
            return;
        }
        let exits: BTreeSet<Exit> = then.exits.union(&els.exits).copied().collect();
        self.open.exits.extend(exits.iter().copied());
        let both = then.diverges && els.diverges;
        if !both && then.always_exits() {
            let closing = Closing::If { cond, other: then.close(), open_is_then: false, span };
            els.layers[0].closing = Some(closing);
            self.open.layers.append(&mut els.layers);
        } else if !both && els.always_exits() {
            let closing = Closing::If { cond, other: els.close(), open_is_then: true, span };
            then.layers[0].closing = Some(closing);
            self.open.layers.append(&mut then.layers);
        } else {
            let kind = StmtKind::If { cond, then: then.close(), els: els.close() };
            self.open.push(kind, span);
            self.open.diverges = both;
            self.guard(&exits, span);
        }
    }

    /// Appends a `Switch`, likewise.
    pub fn push_switch(&mut self, tag: Expr, mut arms: Vec<OpenBlock>, span: Span) {
        if self.open.diverges {
            return;
        }
        let exits: BTreeSet<Exit> = arms.iter().flat_map(|arm| arm.exits.iter().copied()).collect();
        self.open.exits.extend(exits.iter().copied());
        let reached: Vec<usize> = (0..arms.len()).filter(|&arm| !arms[arm].diverges).collect();
        if let [open] = reached[..]
            && !exits.is_empty()
        {
            let mut layers = std::mem::take(&mut arms[open].layers);
            let arms = arms.into_iter().map(|arm| match arm.layers.is_empty() {
                true => Block::default(),
                false => arm.close(),
            });
            layers[0].closing = Some(Closing::Switch { tag, arms: arms.collect(), open, span });
            self.open.layers.append(&mut layers);
            return;
        }
        let arms = arms.into_iter().map(OpenBlock::close).collect();
        self.open.push(StmtKind::Switch { tag, arms }, span);
        self.open.diverges = reached.is_empty();
        self.guard(&exits, span);
    }

    /// Opens an `if !flag` for what follows a statement with these exits.
    fn guard(&mut self, exits: &BTreeSet<Exit>, span: Span) {
        let (Some(innermost), false) = (self.targets.len().checked_sub(1), self.open.diverges)
        else {
            return;
        };
        let target = &self.targets[innermost];
        let again = Exit { target: innermost, again: true };
        let mut flags = Vec::new();
        if exits.contains(&again) {
            flags.extend(target.skip);
        }
        if exits.iter().any(|exit| *exit != again) {
            flags.push(target.exit);
        }
        let unset =
            |flag: &VarId| Expr::prim(Prim::Not, vec![self.function.read(*flag)], Ty::Bool, span);
        let both = |a, b| Expr::prim(Prim::And, vec![a, b], Ty::Bool, span);
        let Some(cond) = flags.iter().map(unset).reduce(both) else { return };
        self.only_if(cond, span);
    }
}

/// Exits.
impl Lowerer<'_> {
    /// Declares a flag, `false`.
    pub(super) fn flag(&mut self, name: &str, span: Span) -> VarId {
        let var = self.variable(name, Ty::Bool, true, Origin::Temp, span);
        let value = Some(Rvalue::Expr(Expr::bool(false, span)));
        self.push(StmtKind::Let { var, value }, span);
        self.flags.push(var);
        var
    }

    pub(super) fn set(&mut self, flag: VarId, span: Span) {
        let place = self.function.place(flag);
        let value = Rvalue::Expr(Expr::bool(true, span));
        self.push(StmtKind::Assign { place, value }, span);
    }

    /// Leaves for `exit`, whose value (if any) has been assigned; the rest of the block is dead.
    pub fn leave(&mut self, exit: Exit, span: Span) {
        let crossed = exit.target + usize::from(exit.again);
        let mut flags: Vec<VarId> =
            self.targets[crossed..].iter().map(|target| target.exit).collect();
        if exit.again {
            flags.extend(self.targets[exit.target].skip);
        }
        for flag in flags {
            self.set(flag, span);
        }
        if !self.open.diverges {
            self.targets[exit.target].used = true;
            self.open.exits.insert(exit);
        }
        self.diverge();
    }

    /// Lowers what `return` or `break 'label` can leave: an inlined body or a labelled block.
    /// `build` gives its value through `set_result` when it exits early, and by
    /// what it returns at its end. Returns whether anything exited early, and what `build` returned
    /// otherwise; in the first case the value is in the target's result variable.
    pub fn in_target<R>(
        &mut self,
        kind: TargetKind,
        label: Option<String>,
        ty: &Ty,
        span: Span,
        build: impl FnOnce(&mut Self) -> R,
        finish: impl FnOnce(&mut Self, R) -> R,
    ) -> (R, Option<VarId>) {
        let exit = self.flag("exited", span);
        let result = self.join_var("value", ty, span);
        let depth = self.open.layers.len();
        let index = self.targets.len();
        let target = Target {
            kind,
            label,
            exit,
            skip: None,
            result: Some(result),
            ty: ty.clone(),
            used: false,
        };
        self.targets.push(target);
        let outer_exits = std::mem::take(&mut self.open.exits);
        let mut built = build(self);
        let used = self.targets[index].used;
        if used {
            built = finish(self, built);
        }
        self.targets.pop();
        let mut exits = std::mem::replace(&mut self.open.exits, outer_exits);
        exits.remove(&Exit { target: index, again: false });
        self.open.exits.extend(exits.iter().copied());
        if used {
            self.open.close_to(depth);
            self.open.diverges = false;
            self.guard(&exits, span);
        }
        (built, used.then_some(result))
    }

    /// Lowers a loop and appends it. `build` lowers the body into a new block. A `Forever` loop
    /// ends by `break` only. Returns the loop's result variable if a `break` with a value set it.
    pub fn push_loop(
        &mut self,
        kind: LoopKind,
        head: Head,
        ty: &Ty,
        span: Span,
        build: impl FnOnce(&mut Self),
    ) -> Option<VarId> {
        let exit = self.flag("done", span);
        let result = matches!(kind, LoopKind::Forever).then(|| self.join_var("value", ty, span));
        let index = self.targets.len();
        let target = Target {
            kind: TargetKind::Loop,
            label: head.label,
            exit,
            skip: None,
            result,
            ty: ty.clone(),
            used: false,
        };
        self.targets.push(target);
        let (_, body) = self.in_block(|l| {
            let skip = l.flag("skip", span);
            l.targets[index].skip = Some(skip);
            build(l);
        });
        self.targets.pop();
        let left = Exit { target: index, again: false };
        let breaks = body.exits.contains(&left);
        let exits: BTreeSet<Exit> =
            body.exits.iter().copied().filter(|exit| exit.target != index).collect();
        let endless = matches!(kind, LoopKind::Forever) && !breaks;
        let exit = (breaks || !exits.is_empty() || endless).then_some(exit);
        self.push(
            StmtKind::Loop(Loop {
                kind,
                body: body.close(),
                exit,
                checkpoint: head.checkpoint,
                sums: None,
            }),
            span,
        );
        self.open.exits.extend(exits.iter().copied());
        if endless {
            self.diverge();
        }
        self.guard(&exits, span);
        result
    }

    /// `break` out of the loop being built, if `cond`.
    pub fn break_if(&mut self, cond: Expr, span: Span) {
        let target = self
            .targets
            .iter()
            .rposition(|target| target.kind == TargetKind::Loop)
            .expect("called while building a loop");
        let (_, then) = self.in_block(|l| l.leave(Exit { target, again: false }, span));
        self.push_if(cond, then, OpenBlock::new(), span);
    }

    /// A variable that gets its value on several paths. [`finish`](super::finish) gives it an
    /// initial value where rustc could not see that every path assigns it, and removes it where
    /// nobody does.
    pub fn join_var(&mut self, name: &str, ty: &Ty, span: Span) -> VarId {
        let var = self.variable(name, ty.clone(), false, Origin::Temp, span);
        self.push(StmtKind::Let { var, value: None }, span);
        var
    }
}

fn for_each_stmt(block: &Block, visit: &mut impl FnMut(&StmtKind)) {
    for stmt in &block.stmts {
        visit(&stmt.kind);
        stmt.kind.blocks().for_each(|inner| for_each_stmt(inner, visit));
    }
}

fn writes(block: &Block, var: VarId) -> bool {
    block.stmts.iter().any(|stmt| {
        let here = match &stmt.kind {
            StmtKind::Assign { place, .. }
            | StmtKind::Accumulate { place, .. }
            | StmtKind::Fill { place, .. }
            | StmtKind::VecPush { vec: place, .. }
            | StmtKind::VecPop { vec: place, .. } => place.root == var,
            StmtKind::Swap { a, b } => a.root == var || b.root == var,
            StmtKind::Opaque { writes, .. } => writes.contains(&var),
            StmtKind::Call(call) => {
                call.args.iter().any(|arg| matches!(arg, Arg::RefMut(place) if place.root == var))
            }
            _ => false,
        };
        here || stmt.kind.blocks().into_iter().any(|nested| writes(nested, var))
    })
}

/// Whether every run through `block` to its end assigns `var` as a whole; a path that panics does
/// not reach the end.
pub fn assigns(block: &Block, var: VarId) -> bool {
    block.stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Assign { place, .. } => place.is_var() == Some(var),
        StmtKind::If { then, els, .. } => assigns(then, var) && assigns(els, var),
        StmtKind::Switch { arms, .. } => arms.iter().all(|arm| assigns(arm, var)),
        StmtKind::Opaque { code, writes } => writes.contains(&var) || code.panics(),
        StmtKind::Loop(loop_) => matches!(loop_.kind, LoopKind::Forever) && loop_.exit.is_none(),
        _ => false,
    })
}

/// A literal `true` or `false`.
pub fn constant_bool(expr: &Expr) -> Option<bool> {
    match expr.kind {
        ExprKind::Bool(value) => Some(value),
        _ => None,
    }
}
