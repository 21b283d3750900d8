//! Branches and loops.

use proc_macro2::Span;

use super::direction;
use super::elements;
use super::kills::Node;
use super::record::{Closed, Exit};
use super::recount::Recount;
use super::saves::{self, Saves};
use super::shares;
use super::slots::Trip;
use super::sweep::{Pair, Sweep};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Origin, Passing, Rvalue, StmtKind, Ty, VarId,
    VarSet,
};
use crate::ops::Prim;

impl Sweep {
    pub fn if_(&mut self, cond: &Expr, then: &Block, els: &Block, span: Span) -> Pair {
        let (mut pair, mut branches) = self.branches(&[then, els]);
        let (els_forward, els_reverse) = branches.pop().unwrap_or_default();
        let (then_forward, then_reverse) = branches.pop().unwrap_or_default();
        let cond = cond.clone();
        if !(then_reverse.stmts.is_empty() && els_reverse.stmts.is_empty()) {
            let kind = StmtKind::If { cond: cond.clone(), then: then_reverse, els: els_reverse };
            pair.reverse.push(kind, span);
        }
        pair.forward.push(StmtKind::If { cond, then: then_forward, els: els_forward }, span);
        pair
    }

    pub fn switch(&mut self, tag: &Expr, arms: &[Block], span: Span) -> Pair {
        let arms: Vec<&Block> = arms.iter().collect();
        let (mut pair, branches) = self.branches(&arms);
        let (forward, reverse): (Vec<Block>, Vec<Block>) = branches.into_iter().unzip();
        if reverse.iter().any(|arm| !arm.stmts.is_empty()) {
            pair.reverse.push(StmtKind::Switch { tag: tag.clone(), arms: reverse }, span);
        }
        pair.forward.push(StmtKind::Switch { tag: tag.clone(), arms: forward }, span);
        pair
    }

    /// Sweeps alternatives. What their reverses need of them is declared before the statement.
    fn branches(&mut self, blocks: &[&Block]) -> (Pair, Vec<(Block, Block)>) {
        let mut pair = Pair::default();
        // A bar that one branch makes ready is ready in the others, and declared before them all.
        let mut branches = Vec::new();
        for block in blocks {
            self.written_bars(block, &mut pair.reverse);
        }
        for block in blocks {
            let swept = self.block(block, &[], Exit::Branch);
            let closed = self.close(block, swept, Exit::Branch, None);
            let Closed { forward, reverse, nodes, hoisted, .. } = closed;
            self.declare_hoisted(hoisted, &mut pair.forward);
            pair.node.blocks.push(nodes);
            branches.push((forward, reverse));
        }
        (pair, branches)
    }

    /// Declares in this block what moved out of a nested one.
    fn declare_hoisted(&mut self, hoisted: Vec<VarId>, forward: &mut Block) {
        for var in hoisted {
            self.function.vars[var.0 as usize].mutable = true;
            let declared = self.function.var(var);
            let (ty, span) = (declared.ty.clone(), declared.span);
            let value = match (self.slot_lengths.get(&var), ty.element()) {
                (Some(len), Some(elem)) => {
                    Rvalue::Repeat { value: Expr::zero(elem, span), len: len.clone(), ty }
                }
                _ => Rvalue::Expr(Expr::zero(ty, span)),
            };
            forward.push(StmtKind::Let { var, value: Some(value) }, span);
            self.frame().declared.insert(var);
        }
    }

    /// Makes the bars ready of the outer variables that a nested block overwrites: whether a
    /// cotangent has arrived at them is not known before all of its reverse is built.
    pub fn written_bars(&mut self, block: &Block, reverse: &mut Block) {
        let mut roots: Vec<VarId> = effects::block_writes(block).into_iter().collect();
        roots.sort();
        for root in roots {
            let outer = self.frames.iter().any(|frame| frame.declared.contains(&root));
            if outer && self.activity.is_active(root) {
                self.ensure_ready(root, reverse);
            }
        }
    }

    pub fn loop_(&mut self, loop_: &Loop, span: Span) -> Pair {
        if let Some(pair) = self.checkpointed(loop_, span) {
            return pair;
        }
        if self.loops.select
            && let Some(pair) = self.selection(loop_, span)
        {
            return pair;
        }
        let mut pair = Pair::default();
        self.written_bars(&loop_.body, &mut pair.reverse);
        let inversions = self.inversions(&loop_.kind, &loop_.body);
        let around = self.enter_copies(loop_);
        let mut swept = self.block_with(&loop_.body, &[], Exit::Iteration, inversions);
        let (totals, read) = self.totals(loop_, &mut swept.reverse);
        pair.reverse.extend(totals);
        // The loop's record is read before the loop can run again.
        let once = self.frames.iter().all(|frame| frame.exit == Exit::SameScope);
        let trip = Trip::of(&self.function, loop_, once);
        let recounts = self.recounts(loop_, &swept, trip.as_ref());
        swept.inverted.extend(recounts.iter().map(Recount::written_at));
        let Closed { mut forward, mut reverse, mut nodes, hoisted, .. } =
            self.close(&loop_.body, swept, Exit::Iteration, trip.as_ref());
        self.leave_copies(loop_, around, (&mut forward, &mut reverse), span);
        self.declare_hoisted(hoisted, &mut pair.forward);
        let saves = match loop_.exit {
            None if self.loops.save => {
                saves::at_once(&self.function, &loop_.kind, &mut forward, &mut reverse)
            }
            _ => Saves::default(),
        };
        pair.forward.extend(saves.save);
        let ends: Vec<(Block, Block)> = recounts
            .into_iter()
            .map(|recount| self.recount(recount, &mut reverse, &mut nodes, span))
            .collect();
        let elements = match &loop_.kind {
            LoopKind::For { var, .. } if self.loops.elements => {
                elements::own(*var, &loop_.body, &reverse)
            }
            _ => VarSet::new(),
        };
        pair.node = Node { blocks: vec![nodes], repeats: true, elements, ..Node::default() };
        pair.node.reads.extend(read);
        let again = Loop {
            kind: loop_.kind.clone(),
            body: forward,
            exit: loop_.exit,
            checkpoint: None,
            sums: None,
        };
        match (&loop_.kind, loop_.exit) {
            _ if reverse.stmts.is_empty() => pair.forward.push(StmtKind::Loop(again), span),
            (LoopKind::For { .. }, None) => {
                pair.forward.push(StmtKind::Loop(again), span);
                self.reversed(&loop_.kind, reverse, ends, span, &mut pair);
            }
            _ => self.counted_loop(loop_, again.body, reverse, span, &mut pair),
        }
        pair.reverse.extend(saves.restore);
        pair
    }

    /// The reverse of a `for` that runs to its end; `counts` are what begins and changes the variables
    /// that it counts anew.
    fn reversed(
        &self,
        kind: &LoopKind,
        body: Block,
        counts: Vec<(Block, Block)>,
        span: Span,
        pair: &mut Pair,
    ) {
        let mut kind = kind.clone();
        let LoopKind::For { var, reverse: backwards, .. } = &mut kind else { return };
        let upwards =
            !counts.is_empty() || (self.loops.upwards && direction::any_order(*var, &body));
        *backwards = !upwards && !*backwards;
        let mut body = shares::in_order(body, *backwards);
        for (begin, change) in counts {
            pair.reverse.extend(begin);
            body.extend(change);
        }
        pair.reverse.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span,
        );
    }

    /// A loop whose trip count only the run tells: the forward sweep counts.
    fn counted_loop(
        &mut self,
        loop_: &Loop,
        forward: Block,
        reverse: Block,
        span: Span,
        pair: &mut Pair,
    ) {
        let ty = Ty::usize();
        let count = self.function.add_var("count", ty.clone(), true, Origin::Temp, span);
        let trips = self.new_temp("trips", ty.clone(), span);
        self.frame().declared.extend([count, trips]);
        let one = Expr::int(1, ty.clone(), span);
        let next = Expr::prim(Prim::Add, vec![self.function.read(count), one], ty.clone(), span);
        let mut body = Block::default();
        body.assign(self.function.place(count), next);
        body.extend(forward);
        pair.forward.let_(count, Expr::int(0, ty.clone(), span));
        let counted =
            Loop { kind: loop_.kind.clone(), body, exit: loop_.exit, checkpoint: None, sums: None };
        pair.forward.push(StmtKind::Loop(counted), span);
        pair.forward.let_(trips, self.function.read(count));

        let trip = self.new_temp("trip", ty.clone(), span);
        let mut body = Block::default();
        if let LoopKind::For { var, .. } = &loop_.kind {
            let value = self.loop_value(&loop_.kind, trip, span);
            body.push(StmtKind::Let { var: *var, value: Some(Rvalue::Expr(value)) }, span);
        }
        body.extend(reverse);
        let start = Expr::int(0, ty, span);
        let end = self.function.read(trips);
        let kind = LoopKind::For { var: trip, start, end, step: None, reverse: true };
        pair.reverse.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span,
        );
    }

    /// The value of a `For`'s variable in iteration `trip`.
    pub fn loop_value(&self, kind: &LoopKind, trip: VarId, span: Span) -> Expr {
        let LoopKind::For { start, end, step, reverse, .. } = kind else {
            return self.function.read(trip);
        };
        let ty = start.ty.clone();
        let op = |prim: Prim, a: Expr, b: Expr| Expr::prim(prim, vec![a, b], ty.clone(), span);
        let one = || Expr::int(1, ty.clone(), span);
        let converted = |expr: Expr| match &ty {
            Ty::Int(Some(name)) if name == "usize" => expr,
            _ => Expr::new(ExprKind::Cast(Box::new(expr)), ty.clone(), span),
        };
        let trip = converted(self.function.read(trip));
        let step = step.clone().map(converted);
        if !reverse {
            let offset = match step {
                Some(step) => op(Prim::Mul, trip, step),
                None => trip,
            };
            let from_zero = matches!(start.kind, ExprKind::Int(0, _));
            return if from_zero { offset } else { op(Prim::Add, start.clone(), offset) };
        }
        // The last value of `(start..end).step_by(step)` is `start + (end - 1 - start)/step·step`.
        let span_of = op(Prim::Sub, op(Prim::Sub, end.clone(), one()), start.clone());
        let from_last = match &step {
            Some(step) => {
                let whole = op(Prim::Div, span_of, step.clone());
                op(Prim::Mul, op(Prim::Sub, whole, trip), step.clone())
            }
            None => op(Prim::Sub, span_of, trip),
        };
        op(Prim::Add, start.clone(), from_last)
    }

    /// Whether the value behind the variable can change after its declaration.
    pub fn can_change(&self, var: VarId) -> bool {
        can_change(&self.function, var)
    }
}

/// Whether the value behind the variable can change after its declaration.
pub(super) fn can_change(function: &Function, var: VarId) -> bool {
    function.var(var).mutable
        || function.param(var).is_some_and(|param| param.passing == Passing::RefMut)
}
