//! Loops whose reverse sweep runs iterations again, from states that were kept of them.
//!
//! What an iteration of a loop leaves to the next is its *state*: the variables from outside that its
//! body changes. With the state before an iteration at hand, the iteration can be reversed at once, in
//! one scope, by the sweeps that its body would have anyway; all that its forward sweep records is gone
//! when the next one's turn comes. So the tape holds some states and the record of one iteration.
//!
//! ```text
//! forward                                     reverse
//! push(0, state)                              for trip in (0..trips).rev() {
//! for i in start..end {                           pop(from, state)
//!     if position == next {                       if trip is not from, push(from, state)
//!         push(position, state)                   for step in from..trip {
//!         next = …                                    if step == next { push(step, state) … }
//!     }                                               body
//!     body                                        }
//!     position += 1                               forward sweep of body
//! }                                               reverse sweep of body
//!                                             }
//!                                             pop(_, state)
//! ```
//!
//! Where states are kept the runtime's `advance` says, an optimal schedule. A loop whose trip count
//! shows at its end only keeps the first state in the forward sweep, and counts; the schedule begins
//! with the reverse.
//!
//! The first state is kept until the end, so that the loop's reverse leaves all variables as they were
//! before the loop: what statements before it need of them needs no other undoing. What has an effect
//! outside of the function's variables (printing, assertions) happens in the forward sweep only.

use proc_macro2::Span;

use super::fuse::declared;
use super::kills::{Node, for_each_read};
use super::record::Exit;
use super::sweep::{Pair, Sweep};
use crate::analysis::effects;
use crate::ir::{
    Block, Checkpoint, Expr, ExprKind, Loop, LoopKind, Origin, Place, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Prim;
use crate::transform::separate::rename_declared;

/// A loop, and what both of its sweeps speak of.
struct Run<'l> {
    loop_: &'l Loop,
    span: Span,
    tape: VarId,
    /// What an iteration leaves to the next.
    state: Vec<Place>,
    /// How many iterations there are.
    trips: Expr,
    /// How many states are kept.
    kept: VarId,
}

impl Sweep {
    /// Sweeps a loop as one that runs iterations again, if it asks for that and has a derivative.
    pub fn checkpointed(&mut self, loop_: &Loop, span: Span) -> Option<Pair> {
        let checkpoint = loop_.checkpoint?;
        let state = state(&loop_.body);
        if !state.iter().any(|root| self.activity.is_active(*root)) {
            return None;
        }
        let mut pair = Pair::default();
        self.written_bars(&loop_.body, &mut pair.reverse);
        let swept = self.block(&loop_.body, &[], Exit::SameScope);
        let closed = self.close(&loop_.body, swept, Exit::SameScope, None);
        let mut iteration = closed.forward;
        drop_effects(&mut iteration);
        iteration.extend(closed.reverse);

        let known = known_trips(loop_);
        let trips = self.trips(known.clone(), span, &mut pair.forward);
        let kept = self.counter("kept", span);
        let places = state.iter().map(|root| self.function.place(*root)).collect();
        let run = Run { loop_, span, tape: self.tape, state: places, trips, kept };
        match known {
            Some(_) => self.keeping(&run, checkpoint, &mut pair.forward),
            None => self.counting(&run, &mut pair.forward, &mut pair.reverse),
        }
        self.iterations(&run, checkpoint, iteration, &mut pair.reverse);

        let mut reads = VarSet::new();
        for stmt in &pair.reverse.stmts {
            for_each_read(stmt, self.kills.len(), &mut |root| {
                reads.insert(root);
            });
        }
        state.iter().for_each(|root| {
            reads.remove(root);
        });
        pair.node = Node { reads, blocks: vec![closed.nodes], restores: state, ..Node::default() };
        Some(pair)
    }

    /// The number of iterations, as both sweeps read it; without a value until it is counted.
    fn trips(&mut self, known: Option<Expr>, span: Span, forward: &mut Block) -> Expr {
        if let Some(simple) = known.as_ref().filter(|trips| is_simple(trips)) {
            return simple.clone();
        }
        let trips = self.new_temp("trips", Ty::usize(), span);
        self.frame().declared.insert(trips);
        if let Some(known) = known {
            forward.let_(trips, known);
        }
        self.function.read(trips)
    }

    /// The forward sweep of a loop whose trip count is known: the loop, keeping states.
    fn keeping(&mut self, run: &Run<'_>, checkpoint: Checkpoint, forward: &mut Block) {
        let position = self.counter("position", run.span);
        self.frame().declared.insert(run.kept);
        forward.let_(position, run.number(0));
        forward.let_(run.kept, run.number(1));
        forward.push(run.keep(self.function.place(position)), run.span);
        let room = self.room(run, checkpoint, forward);
        let next = self.counter("next", run.span);
        forward.let_(next, self.next(run, position, &run.trips, &room));
        let mut body = self.keep_if_next(run, position, next, &run.trips, &room);
        body.extend(run.loop_.body.clone());
        self.count(run, position, &mut body);
        forward.push(run.again(body), run.span);
    }

    /// The forward sweep of a loop that is to be counted. It keeps the first state only.
    fn counting(&mut self, run: &Run<'_>, forward: &mut Block, reverse: &mut Block) {
        let count = self.counter("count", run.span);
        forward.let_(count, run.number(0));
        forward.push(run.keep(self.function.place(count)), run.span);
        let mut body = Block::default();
        self.count(run, count, &mut body);
        body.extend(run.loop_.body.clone());
        forward.push(run.again(body), run.span);
        if let Some(trips) = run.trips.as_var() {
            forward.let_(trips, self.function.read(count));
        }
        reverse.let_(run.kept, run.number(1));
    }

    /// The reverse sweep: each iteration, the last first, is run up to, run, and reversed.
    fn iterations(
        &mut self,
        run: &Run<'_>,
        checkpoint: Checkpoint,
        iteration: Block,
        reverse: &mut Block,
    ) {
        let span = run.span;
        let room = self.room(run, checkpoint, reverse);
        let from = self.counter("from", span);
        let next = self.counter("next", span);
        let trip = self.new_temp("trip", Ty::usize(), span);
        let step = self.new_temp("step", Ty::usize(), span);
        let (from_place, from_now) = (self.function.place(from), self.function.read(from));
        let this = self.function.read(trip);

        let mut again = self.keep_if_next(run, step, next, &this, &room);
        self.bind_index(run, step, &mut again);
        let mut body = run.loop_.body.clone();
        drop_effects(&mut body);
        again.extend(body);
        rename_declared(&mut self.function, &mut again);

        let mut whole = Block::default();
        whole.push(run.restore(from_place.clone()), span);
        whole.push(self.keep_on(run, from, &this), span);
        whole.let_(next, self.next(run, from, &this, &room));
        whole.push(for_each(step, from_now, this, false, again), span);
        self.bind_index(run, trip, &mut whole);
        whole.extend(iteration);

        reverse.let_(from, run.number(0));
        reverse.push(for_each(trip, run.number(0), run.trips.clone(), true, whole), span);
        reverse.push(run.restore(from_place), span);
    }

    /// How many states may be kept at a time.
    fn room(&mut self, run: &Run<'_>, checkpoint: Checkpoint, block: &mut Block) -> Expr {
        match checkpoint {
            Checkpoint::AtMost(most) => run.number(most.into()),
            Checkpoint::Logarithmic => {
                let room = self.new_temp("room", Ty::usize(), run.span);
                block.let_(room, run.op(Prim::Snapshots, vec![run.trips.clone()]));
                self.function.read(room)
            }
        }
    }

    /// Where the next state is kept, given that one is at `from` and the iterations up to `end` are to
    /// be reversed, what follows them included.
    fn next(&self, run: &Run<'_>, from: VarId, end: &Expr, room: &Expr) -> Expr {
        let from = self.function.read(from);
        let last = run.op(Prim::Sub, vec![end.clone(), from.clone()]);
        let steps = run.op(Prim::Add, vec![last, run.number(1)]);
        let free = run.op(Prim::Sub, vec![room.clone(), self.function.read(run.kept)]);
        let far = run.op(Prim::Advance, vec![steps, free]);
        run.op(Prim::Add, vec![from, far])
    }

    /// `if position == next { keep; next = … }`.
    fn keep_if_next(
        &self,
        run: &Run<'_>,
        position: VarId,
        next: VarId,
        end: &Expr,
        room: &Expr,
    ) -> Block {
        let mut then = Block::default();
        then.push(run.keep(self.function.place(position)), run.span);
        self.count(run, run.kept, &mut then);
        then.assign(self.function.place(next), self.next(run, position, end, room));
        let here = vec![self.function.read(position), self.function.read(next)];
        let cond = Expr::prim(Prim::Eq, here, Ty::Bool, run.span);
        let mut block = Block::default();
        block.push(StmtKind::If { cond, then, els: Block::default() }, run.span);
        block
    }

    /// Keeps a state that was just taken back, unless `this` iteration is the one that it stands before:
    /// then it was its last use, but for the first state.
    fn keep_on(&self, run: &Run<'_>, from: VarId, this: &Expr) -> StmtKind {
        let kept = self.function.read(run.kept);
        let mut then = Block::default();
        let fewer = run.op(Prim::Sub, vec![kept, run.number(1)]);
        then.assign(self.function.place(run.kept), fewer);
        let mut els = Block::default();
        els.push(run.keep(self.function.place(from)), run.span);
        let holds = |prim, a, b| Expr::prim(prim, vec![a, b], Ty::Bool, run.span);
        let reached = holds(Prim::Eq, self.function.read(from), this.clone());
        let later = holds(Prim::Gt, this.clone(), run.number(0));
        StmtKind::If { cond: holds(Prim::And, reached, later), then, els }
    }

    /// The value of a `For`'s variable in iteration `trip`.
    fn bind_index(&self, run: &Run<'_>, trip: VarId, block: &mut Block) {
        if let LoopKind::For { var, .. } = &run.loop_.kind {
            block.let_(*var, self.loop_value(&run.loop_.kind, trip, run.span));
        }
    }

    fn count(&self, run: &Run<'_>, counter: VarId, block: &mut Block) {
        let next = run.op(Prim::Add, vec![self.function.read(counter), run.number(1)]);
        block.assign(self.function.place(counter), next);
    }

    fn counter(&mut self, name: &str, span: Span) -> VarId {
        self.function.add_var(name, Ty::usize(), true, Origin::Temp, span)
    }
}

impl Run<'_> {
    fn number(&self, value: u128) -> Expr {
        Expr::int(value, Ty::usize(), self.span)
    }

    fn op(&self, prim: Prim, args: Vec<Expr>) -> Expr {
        Expr::prim(prim, args, Ty::usize(), self.span)
    }

    /// Keeps the state before an iteration.
    fn keep(&self, position: Place) -> StmtKind {
        let values = std::iter::once(position).chain(self.state.clone()).collect();
        StmtKind::Push { tape: self.tape, values }
    }

    /// Takes back the latest state that is kept.
    fn restore(&self, position: Place) -> StmtKind {
        let into = std::iter::once(position).chain(self.state.clone()).collect();
        StmtKind::Pop { tape: self.tape, into, declare: false }
    }

    /// The loop with another body.
    fn again(&self, body: Block) -> StmtKind {
        StmtKind::Loop(Loop { body, checkpoint: None, ..self.loop_.clone() })
    }
}

/// The outer variables that the body changes, in a fixed order.
fn state(body: &Block) -> Vec<VarId> {
    let mut inner = VarSet::new();
    declared(body, &mut inner);
    effects::block_writes(body).iter().filter(|root| !inner.contains(root)).collect()
}

/// The trip count of a loop over a range that it does not leave early.
fn known_trips(loop_: &Loop) -> Option<Expr> {
    let (LoopKind::For { start, end, step, .. }, None) = (&loop_.kind, loop_.exit) else {
        return None;
    };
    let span = start.span;
    let is_usize = matches!(&start.ty, Ty::Int(Some(name)) if name == "usize");
    let op =
        |prim, a: &Expr, b: &Expr| Expr::prim(prim, vec![a.clone(), b.clone()], a.ty.clone(), span);
    let cast = |from: &Expr, ty| Expr::new(ExprKind::Cast(Box::new(from.clone())), ty, span);
    let length = if !is_usize {
        // Wide enough for the difference of any two.
        let wide = |bound| cast(bound, Ty::Int(Some("i128".to_owned())));
        let (first, last) = (wide(start), wide(end));
        cast(&op(Prim::Sub, &op(Prim::Max, &last, &first), &first), Ty::usize())
    } else if matches!(start.kind, ExprKind::Int(0, _)) {
        end.clone()
    } else {
        op(Prim::Sub, &op(Prim::Max, end, start), start)
    };
    let Some(step) = step else { return Some(length) };
    let one = Expr::int(1, Ty::usize(), span);
    Some(op(Prim::Div, &op(Prim::Add, &length, &op(Prim::Sub, step, &one)), step))
}

/// A literal or a variable.
fn is_simple(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Int(..)) || expr.as_var().is_some()
}

fn for_each(var: VarId, start: Expr, end: Expr, reverse: bool, body: Block) -> StmtKind {
    let kind = LoopKind::For { var, start, end, step: None, reverse };
    StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None })
}

/// Leaves out what only has an effect outside of the function's variables.
fn drop_effects(block: &mut Block) {
    block.stmts.retain(|stmt| match &stmt.kind {
        StmtKind::Opaque { code, writes } => !writes.is_empty() || code.panics(),
        _ => true,
    });
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(drop_effects);
    }
}
