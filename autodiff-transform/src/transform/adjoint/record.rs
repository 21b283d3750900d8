//! How values get from a block's forward sweep to its reverse sweep.
//!
//! The reverse sweep of a block reads some of the variables that the forward sweep declared. Unless
//! both run in one scope, each such variable is either *computed again* at the start of the reverse,
//! or *recorded*. It is computed again if it is cheap, pure, and made of variables that are there,
//! none of which the block overwrites after it. (That the rest of the function does not overwrite
//! what it reads from memory, [`kills`](super::kills) ensures.) Each is decided in the order of
//! declaration, and what is computed again may draw in further variables that are free.

use std::collections::{HashMap, HashSet};

use super::bars::Frame;
use super::kills::{Node, for_each_read};
use super::light::{Calls, argument_reads};
use super::private::Assumed;
use super::slots::Trip;
use super::sweep::{Sweep, Swept};

use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Call, Expr, ExprKind, Place, Rvalue, Shape, Stmt, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Prim;
use crate::transform::visit::{exprs_mut, substitute};

/// How a block's reverse sweep is reached from its forward sweep.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Both stand in one scope.
    SameScope,
    /// The block is a loop's body: one record an iteration.
    Iteration,
    /// The block is a branch, executed at most once in its parent: what it declares can move there.
    Branch,
    /// The function's body, its reverse in another function: a record of scalars is returned.
    OtherFunction,
}

fn is_literal(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) => true,
        ExprKind::Prim(Prim::Neg, args) => args.iter().all(is_literal),
        _ => false,
    }
}

/// A block's sweeps, complete.
#[derive(Default)]
pub(super) struct Closed {
    pub forward: Block,
    pub reverse: Block,
    pub nodes: Vec<Node>,
    /// Variables whose declarations moved to the parent block.
    pub hoisted: Vec<VarId>,
    /// Scalars that the forward sweep returns.
    pub record: Vec<VarId>,
    /// Primal variables that the reverse sweep overwrites.
    pub clobbered: Vec<VarId>,
    /// What has to be so for the sweeps to be right.
    pub assumed: Assumed,
}

/// The plan for one block.
struct Plan<'a> {
    block: &'a Block,
    declared: &'a VarSet,
    /// The statement that declares a variable.
    index: HashMap<VarId, usize>,
    /// The roots written after each statement.
    written_after: Vec<VarSet>,
    needed: VarSet,
    /// The roots that the block writes anywhere.
    written: VarSet,
    /// The forward sweeps of its calls.
    calls: &'a Calls,
    exit: Exit,
    trip: Option<&'a Trip>,
    /// Variables that the reverse begins with taking back to what they were at the block's beginning, and
    /// the statement that writes them.
    inverted: HashMap<VarId, usize>,
}

impl Sweep {
    /// Decides how the values that `swept.reverse` reads reach it; `trip` is the loop's, if the block
    /// is the body of one whose trip count is known before it runs.
    pub fn close(
        &mut self,
        block: &Block,
        swept: Swept,
        exit: Exit,
        trip: Option<&Trip>,
    ) -> Closed {
        let Swept { mut forward, reverse, mut nodes, declared, inverses, inverted } = swept;
        if exit == Exit::SameScope || (reverse.stmts.is_empty() && inverses.is_empty()) {
            return Closed { forward, reverse, nodes, ..Closed::default() };
        }
        let calls = Calls::of(block, &forward);
        let (recorded, again) =
            self.plan(block, (&declared, &calls), &reverse, (exit, trip), inverted);
        let mut start = Block { stmts: inverses };
        let mut wanted = self.needed(&declared, &reverse);
        for index in &again {
            let stmt = &block.stmts[*index];
            let mut read = |root| {
                nodes[*index].reads.insert(root);
            };
            match calls.get(*index) {
                Some(call) => argument_reads(call, &mut read),
                None => computed_of(stmt, &mut read),
            }
            // A length too.
            effects::for_each_read(stmt, &mut |root| {
                wanted.insert(root);
            });
        }
        wanted.retain(|var| !recorded.contains(var));
        let mut kept = Vec::new();
        for index in again {
            if calls.get(index).is_none() {
                start.stmts.push(given_at_once(block.stmts[index].clone()));
                continue;
            }
            let [made, otherwise] = self.make_again(&calls, index, &wanted);
            start.stmts.extend(made);
            kept.push(otherwise);
        }
        // Last kept, first taken back.
        forward.stmts.extend(kept.into_iter().rev().flatten());
        let (mut hoisted, record, taped) = self.destine(recorded, &forward, exit, trip);
        if exit == Exit::Branch {
            declare_outside(&mut forward, &hoisted);
        }
        let mut whole = Block::default();
        if let Some(trip) = trip {
            hoisted = self.slots(trip, &hoisted, &mut forward, &mut whole);
        }
        if !taped.is_empty() {
            let places: Vec<Place> = taped.iter().map(|var| self.function.place(*var)).collect();
            let span = places[0].span;
            forward.push(StmtKind::Push { tape: self.tape, values: places.clone() }, span);
            whole.push(StmtKind::Pop { tape: self.tape, into: places, declare: true }, span);
        }
        whole.extend(start);
        whole.extend(reverse);
        Closed { forward, reverse: whole, nodes, hoisted, record, ..Closed::default() }
    }

    /// Whether something that the reverse of a loop's body reads goes on the tape, if these variables are
    /// brought back that a statement writes.
    pub fn is_taped(
        &self,
        body: &Block,
        swept: &Swept,
        inverted: HashMap<VarId, usize>,
        trip: Option<&Trip>,
    ) -> bool {
        let calls = Calls::of(body, &swept.forward);
        let declared = (&swept.declared, &calls);
        let (recorded, again) =
            self.plan(body, declared, &swept.reverse, (Exit::Iteration, trip), inverted);
        let (.., taped) = self.destine(recorded, &swept.forward, Exit::Iteration, trip);
        !taped.is_empty() || again.iter().any(|index| calls.get(*index).is_some())
    }

    /// What the reverse reads of the variables that the forward sweep declared.
    fn needed(&self, declared: &VarSet, reverse: &Block) -> VarSet {
        let mut needed = VarSet::new();
        for stmt in &reverse.stmts {
            for_each_read(stmt, self.kills.len(), &mut |root| {
                if declared.contains(&root) {
                    needed.insert(root);
                }
            });
        }
        needed
    }

    /// What is recorded, and the statements that are run again, in order.
    fn plan(
        &self,
        block: &Block,
        (declared, calls): (&VarSet, &Calls),
        reverse: &Block,
        (exit, trip): (Exit, Option<&Trip>),
        inverted: HashMap<VarId, usize>,
    ) -> (Vec<VarId>, Vec<usize>) {
        let needed = self.needed(declared, reverse);
        let order: Vec<VarId> = needed.iter().collect();
        let plan = Plan { exit, trip, inverted, ..Plan::new(block, (declared, calls), needed) };
        let mut recorded = Vec::new();
        let mut again = HashSet::new();
        for var in order {
            let mut run = HashSet::new();
            match self.runs_again(&plan, var, &mut run) {
                true => again.extend(run),
                false => recorded.push(var),
            }
        }
        let mut again: Vec<usize> = again.into_iter().collect();
        again.sort_unstable();
        (recorded, again)
    }

    /// Whether the variable can be computed again, given all needed ones; `run` collects the
    /// statements to run for it.
    fn runs_again(&self, plan: &Plan, var: VarId, run: &mut HashSet<usize>) -> bool {
        let Some(index) = plan.index.get(&var).copied() else { return false };
        if self.function.var(var).mutable {
            return false;
        }
        if let Some(call) = plan.calls.get(index) {
            let on_tape = plan.goes_on_tape(&self.function.var(var).ty);
            return on_tape
                && (run.contains(&index) || self.call_runs_again(plan, call, index, run));
        }
        let StmtKind::Let { value, .. } = &plan.block.stmts[index].kind else { return false };
        run.insert(index);
        let Some(value) = value else { return self.branches_run_again(plan, var, index, run) };
        match value {
            Rvalue::Expr(expr) => self.is_free(plan, expr, index, run),
            // A table of numbers.
            Rvalue::Aggregate { shape: Shape::Array, fields, .. } => fields.iter().all(is_literal),
            Rvalue::Aggregate { .. } | Rvalue::Repeat { .. } | Rvalue::ZeroLike(_) => false,
        }
    }

    /// The same of what a call gives, if its callee is light.
    fn call_runs_again(
        &self,
        plan: &Plan,
        call: &Call,
        index: usize,
        run: &mut HashSet<usize>,
    ) -> bool {
        let place_is_there = |place: &Place, run: &mut HashSet<usize>| {
            self.is_there(plan, place.root, index, run)
                && place.operands().all(|operand| self.is_free(plan, operand, index, run))
        };
        let mut arg_is_there = |arg: &Arg| match arg {
            Arg::Value(value) => match value.as_place() {
                Some(place) => place_is_there(place, run),
                None => self.is_free(plan, value, index, run),
            },
            Arg::Ref(place) => place_is_there(place, run),
            Arg::Opaque(code) => {
                code.reads.iter().all(|root| self.is_there(plan, *root, index, run))
            }
            Arg::RefMut(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => false,
        };
        // The last one is the tape.
        let made = self.may_be_light(call)
            && call.args[..call.args.len() - 1].iter().all(&mut arg_is_there);
        made && run.insert(index)
    }

    /// The same of a variable that two branches give a value: `let left = if i > 0 { x[i - 1] } else { 0.0 };`.
    fn branches_run_again(
        &self,
        plan: &Plan,
        var: VarId,
        declared: usize,
        run: &mut HashSet<usize>,
    ) -> bool {
        let stmts = &plan.block.stmts;
        let writes = |stmt: &Stmt| effects::writes(stmt).contains(&var);
        let Some(index) = (declared + 1..stmts.len()).find(|index| writes(&stmts[*index])) else {
            return false;
        };
        let StmtKind::If { cond, then, els } = &stmts[index].kind else { return false };
        let mut is_free = |stmt: &Stmt, is_last: bool| match &stmt.kind {
            StmtKind::Let { var: part, value: Some(Rvalue::Expr(value)) } if !is_last => {
                !self.function.var(*part).mutable && self.is_free(plan, value, index, run)
            }
            StmtKind::Assign { place, value: Rvalue::Expr(value) } if is_last => {
                place.is_var() == Some(var) && self.is_free(plan, value, index, run)
            }
            _ => false,
        };
        let mut given = |branch: &Block| {
            let last = branch.stmts.len().saturating_sub(1);
            let mut stmts = branch.stmts.iter().enumerate();
            !branch.stmts.is_empty() && stmts.all(|(at, stmt)| is_free(stmt, at == last))
        };
        if plan.written_after[index].contains(&var) || !given(then) || !given(els) {
            return false;
        }
        run.insert(index);
        self.is_free(plan, cond, index, run)
    }

    fn is_free(&self, plan: &Plan, expr: &Expr, index: usize, run: &mut HashSet<usize>) -> bool {
        match &expr.kind {
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
            ExprKind::Read(place) if !expr.ty.is_scalar() && !place.path.is_empty() => false,
            ExprKind::Len(place)
                if place.has_fixed_length() && !plan.declared.contains(&place.root) =>
            {
                place.operands().all(|operand| self.is_free(plan, operand, index, run))
            }
            ExprKind::Read(place) | ExprKind::Len(place) => {
                self.is_there(plan, place.root, index, run)
                    && place.operands().all(|operand| self.is_free(plan, operand, index, run))
            }
            ExprKind::Prim(..) if self.is_untold(expr) => false,
            ExprKind::Prim(prim, args) => {
                let cheap = !prim.row().dear || !expr.ty.is_float();
                let cheap = cheap || (plan.exit == Exit::Iteration && plan.is_invariant(expr));
                cheap && args.iter().all(|arg| self.is_free(plan, arg, index, run))
            }
            ExprKind::Cast(inner) if self.is_large(inner) => false,
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => {
                self.is_free(plan, inner, index, run)
            }
            ExprKind::Opaque(code)
                if code.reads.iter().any(|var| self.untold.all.contains(var)) =>
            {
                false
            }
            ExprKind::Opaque(code) => {
                code.pure_ && code.reads.iter().all(|root| self.is_there(plan, *root, index, run))
            }
        }
    }

    /// Whether it is arithmetic of integers whose type is another one in the reverse sweep.
    fn is_untold(&self, expr: &Expr) -> bool {
        let mut untold = false;
        expr.for_each_root(&mut |root| untold |= self.untold.all.contains(&root));
        untold && matches!(expr.ty, Ty::Int(None))
    }

    /// Whether it is such an integer, and may not fit that type: what it is cast to is kept.
    fn is_large(&self, expr: &Expr) -> bool {
        let mut large = false;
        expr.for_each_root(&mut |root| large |= self.untold.large.contains(&root));
        large && matches!(expr.ty, Ty::Int(None))
    }

    /// Whether the reverse sweep finds in `root` what statement `index` found there.
    fn is_there(&self, plan: &Plan, root: VarId, index: usize, run: &mut HashSet<usize>) -> bool {
        // References cannot be kept on the tape.
        let leaves = |frame: &Frame| frame.exit == Exit::OtherFunction;
        let kept = plan.declared.contains(&root) || self.frames.iter().any(leaves);
        if kept && self.function.may_hold_references(root) {
            return false;
        }
        if plan.inverted.get(&root).is_some_and(|written| index < *written) {
            return true;
        }
        if plan.written_after[index].contains(&root) {
            return false;
        }
        if !plan.declared.contains(&root) {
            return true;
        }
        // A local aggregate that is recorded anyway may be read again; a scalar is recorded itself.
        if plan.needed.contains(&root) && !self.can_change(root) {
            return self.function.var(root).ty.is_scalar() || plan.index.contains_key(&root);
        }
        if plan.needed.contains(&root) {
            return !self.function.var(root).ty.is_scalar();
        }
        self.runs_again(plan, root, run)
    }

    /// Where each recorded variable goes: out of the branch, into an array or the returned record, on
    /// the tape. The first list is of what the parent block declares.
    fn destine(
        &self,
        recorded: Vec<VarId>,
        forward: &Block,
        exit: Exit,
        trip: Option<&Trip>,
    ) -> (Vec<VarId>, Vec<VarId>, Vec<VarId>) {
        let (mut hoisted, mut record, mut taped) = (Vec::new(), Vec::new(), Vec::new());
        for var in recorded {
            let ty = &self.function.var(var).ty;
            match exit {
                Exit::Branch if has_zero(ty) && is_let(forward, var) => hoisted.push(var),
                Exit::Iteration if trip.is_some_and(|trip| trip.holds(ty)) => hoisted.push(var),
                Exit::OtherFunction if returned(ty) => record.push(var),
                _ => taped.push(var),
            }
        }
        (hoisted, record, taped)
    }
}

impl<'a> Plan<'a> {
    fn new(
        block: &'a Block,
        (declared, calls): (&'a VarSet, &'a Calls),
        needed: VarSet,
    ) -> Plan<'a> {
        let mut index = calls.records.clone();
        let mut written_after = vec![VarSet::new(); block.stmts.len()];
        let mut written = VarSet::new();
        for (position, stmt) in block.stmts.iter().enumerate().rev() {
            written_after[position] = written.clone();
            written.extend(effects::writes(stmt));
            index.extend(effects::declares(&stmt.kind).into_iter().map(|var| (var, position)));
        }
        let inverted = HashMap::new();
        let (exit, trip) = (Exit::SameScope, None);
        Plan { block, declared, index, written_after, needed, written, calls, exit, trip, inverted }
    }

    /// Whether there is no other place for what is recorded of a value that is not declared by `let`.
    fn goes_on_tape(&self, ty: &Ty) -> bool {
        match self.exit {
            Exit::SameScope | Exit::Branch => true,
            Exit::Iteration => !self.trip.is_some_and(|trip| trip.holds(ty)),
            Exit::OtherFunction => !returned(ty),
        }
    }

    /// Whether the expression has one value in all executions of the block, so that rustc computes
    /// it once however often it stands there.
    fn is_invariant(&self, expr: &Expr) -> bool {
        let mut invariant = true;
        expr.for_each_root(&mut |root| {
            invariant &= !self.declared.contains(&root) && !self.written.contains(&root);
        });
        invariant
    }
}

/// What a statement reads that computes something again.
fn computed_of(stmt: &Stmt, visit: &mut impl FnMut(VarId)) {
    effects::value_reads(&stmt.kind, visit);
    for given in stmt.kind.blocks().flat_map(|branch| &branch.stmts) {
        effects::value_reads(&given.kind, visit);
    }
}

/// Of `if c { let t = x[i]; v = t; } …`, `if c { v = x[i]; } …`.
fn given_at_once(mut stmt: Stmt) -> Stmt {
    for branch in stmt.kind.blocks_mut() {
        let mut names: HashMap<VarId, Expr> = HashMap::new();
        for mut inner in std::mem::take(&mut branch.stmts) {
            exprs_mut(&mut inner.kind, &mut |expr| {
                substitute(expr, &|read| names.get(&read));
            });
            match inner.kind {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } => {
                    names.insert(var, value);
                }
                _ => branch.stmts.push(inner),
            }
        }
    }
    stmt
}

/// Whether a function returns what it records of the type.
fn returned(ty: &Ty) -> bool {
    has_zero(ty) && !matches!(ty, Ty::Int(None))
}

/// A type with a constant zero, so that a variable of it can be declared before it has a value.
pub(super) fn has_zero(ty: &Ty) -> bool {
    match ty {
        Ty::Int(_) | Ty::Bool => true,
        Ty::Tuple(elems) => elems.iter().all(has_zero),
        Ty::Array(elem, _) => has_zero(elem),
        _ => ty.has_one_shape(),
    }
}

fn is_let(block: &Block, var: VarId) -> bool {
    block
        .stmts
        .iter()
        .any(|stmt| matches!(stmt.kind, StmtKind::Let { var: let_var, .. } if let_var == var))
}

/// Turns the declarations of variables that are declared outside into assignments.
fn declare_outside(block: &mut Block, hoisted: &[VarId]) {
    let stmts = std::mem::take(&mut block.stmts);
    block.stmts = stmts
        .into_iter()
        .filter_map(|stmt| match stmt.kind {
            StmtKind::Let { var, value } if hoisted.contains(&var) => {
                // Where it is declared it is zero already.
                let value = value.filter(|value| !is_zero(value))?;
                let place =
                    Place { root: var, path: Vec::new(), ty: rvalue_ty(&value), span: stmt.span };
                Some(Stmt { kind: StmtKind::Assign { place, value }, span: stmt.span })
            }
            kind => Some(Stmt { kind, span: stmt.span }),
        })
        .collect();
}

fn is_zero(value: &Rvalue) -> bool {
    matches!(value, Rvalue::Expr(Expr { kind: ExprKind::Zero, .. }))
}

fn rvalue_ty(value: &Rvalue) -> Ty {
    match value {
        Rvalue::Expr(expr) => expr.ty.clone(),
        Rvalue::Aggregate { ty, .. } | Rvalue::Repeat { ty, .. } => ty.clone(),
        Rvalue::ZeroLike(place) => place.ty.tangent(),
    }
}
