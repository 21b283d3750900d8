//! Both sweeps, statement by statement.
//!
//! Statements are visited last to first, the order of the reverse sweep, since a statement's reverse
//! depends on whether a cotangent can have arrived at what it made.

use std::collections::{BTreeMap, HashMap};

use proc_macro2::Span;

use super::Loops;
use super::bars::{Bars, Frame, loaded_before};
use super::callees::{Known, Question, Size, sizes};
use super::copies::Copies;
use super::fuse::Fused;
use super::invert::Inversion;
use super::kills::{Kill, Need, Node, clobbered, marker, remove_markers, required};
use super::private::Assumed;
use super::record::{Closed, Exit};
use super::recount::Entries;
use super::totals::sums_from_zero;
use crate::analysis::activity::Activity;
use crate::analysis::effects;
use crate::analysis::initial::Initial;
use crate::analysis::lengths::Lengths;
use crate::ir::{
    Block, Expr, ExprKind, Function, Origin, Place, Proj, Rvalue, Shape, Stmt, StmtKind, Ty, VarId,
    VarSet,
};

pub(super) struct Sweep {
    pub function: Function,
    pub activity: Activity,
    pub tape: VarId,
    pub bars: Bars,
    /// The blocks being built, outermost first.
    pub frames: Vec<Frame>,
    /// The length that a local `Vec` has at the end of its block.
    pub lengths: HashMap<VarId, VarId>,
    pub kills: Vec<Kill>,
    /// The lengths of the arrays that keep the records of loops.
    pub slot_lengths: HashMap<VarId, Expr>,
    pub undone: Undone,
    pub loops: Loops,
    /// What is known of the functions that are called.
    pub known: Known,
    /// How the lengths of the local vectors can change.
    pub sizes: HashMap<VarId, Size>,
    /// What lengths are made of.
    pub definitions: Lengths,
    pub assumed: Assumed,
    /// The floats that one loop may add up.
    pub sums_from_zero: VarSet,
    initial: Initial,
    pub entries: Entries,
    pub copies: Copies,
    /// Integers whose types the reverse sweep is not told.
    pub untold: super::untold::Untold,
}

/// The kills known to need undoing, from an earlier run over the same function.
#[derive(Clone, Default)]
pub(super) struct Undone {
    pub kills: BTreeMap<usize, Need>,
    /// What they change.
    pub roots: VarSet,
    /// What callees are asked for it.
    pub questions: Vec<Question>,
}

/// A block's two sweeps before it is decided how values get from one to the other.
pub(super) struct Swept {
    pub forward: Block,
    pub reverse: Block,
    pub nodes: Vec<Node>,
    /// What the forward sweep declares in the block itself.
    pub declared: VarSet,
    /// What comes first in the reverse, see [`invert`](super::invert), and the statement that each
    /// variable that it may bring back is written by.
    pub inverses: Vec<Stmt>,
    pub inverted: HashMap<VarId, usize>,
}

/// A statement's two sweeps.
#[derive(Default)]
pub(super) struct Pair {
    pub forward: Block,
    pub reverse: Block,
    pub node: Node,
}

impl Sweep {
    pub fn new(
        function: Function,
        activity: Activity,
        tape: VarId,
        undone: Undone,
        (loops, known): (Loops, Known),
    ) -> Sweep {
        Sweep {
            sizes: sizes(&function),
            definitions: if loops.private { Lengths::of(&function) } else { Lengths::default() },
            assumed: Assumed::default(),
            untold: super::untold::Untold::of(&function),
            sums_from_zero: match loops.totals {
                true => sums_from_zero(&function),
                false => VarSet::new(),
            },
            function,
            activity,
            tape,
            bars: Bars::default(),
            frames: Vec::new(),
            lengths: HashMap::new(),
            kills: Vec::new(),
            slot_lengths: HashMap::new(),
            undone,
            loops,
            known,
            initial: Initial::default(),
            entries: Entries::default(),
            copies: Copies::default(),
        }
    }

    /// Sweeps the function's body, the cotangents of its results being `seeds`. Kills that turn out
    /// to need undoing and are not undone yet are the error.
    pub fn function_body(&mut self, seeds: &[VarId], exit: Exit) -> Result<Closed, Undone> {
        let body = std::mem::take(&mut self.function.body);
        self.initial = Initial::of(&body);
        if self.loops.recount {
            self.entries = Entries::of(&self.function, &body);
        }
        let swept = self.block(&body, seeds, exit);
        let mut closed = self.close(&body, swept, exit, None);
        let needed = required(&closed.nodes, &self.kills, self.known.questions.len());
        let undone = |(id, need): (&usize, &Need)| {
            self.undone.kills.get(id).is_some_and(|undone| undone.covers(need))
        };
        if !needed.iter().all(undone) {
            let roots = needed.keys().flat_map(|id| self.kills[*id].roots.clone());
            return Err(Undone {
                roots: roots.collect(),
                kills: needed,
                questions: self.known.questions.clone(),
            });
        }
        remove_markers(&mut closed.forward, &self.kills);
        remove_markers(&mut closed.reverse, &self.kills);
        closed.clobbered = clobbered(&closed.reverse);
        closed.assumed = std::mem::take(&mut self.assumed);
        Ok(closed)
    }

    /// Sweeps a block; `seeds` are those of the function's results if it is the body, `exit` is how
    /// its reverse will be reached.
    pub fn block(&mut self, block: &Block, seeds: &[VarId], exit: Exit) -> Swept {
        self.block_with(block, seeds, exit, HashMap::new())
    }

    /// As [`Sweep::block`], with the writes that are undone by their inverse.
    pub fn block_with(
        &mut self,
        block: &Block,
        seeds: &[VarId],
        exit: Exit,
        inversions: HashMap<VarId, Inversion>,
    ) -> Swept {
        let declared = block.stmts.iter().flat_map(|stmt| effects::declares(&stmt.kind)).collect();
        let computed = self.computed(block);
        self.frames.push(Frame {
            declared,
            pending: Vec::new(),
            exit,
            at: 0,
            loads: loaded_before(&self.function, block),
            computed,
            inversions,
            inverses: Vec::new(),
        });
        let mut reverse = Block::default();
        let private = match exit {
            Exit::SameScope if self.loops.fuse => self.private_buffers(block),
            Exit::SameScope | Exit::Iteration | Exit::Branch | Exit::OtherFunction => {
                HashMap::new()
            }
        };
        let mut lengths = self.lengths(block, &private);
        self.seed(seeds, &mut reverse);
        self.declare_resizable(block, &mut reverse);
        let mut forward = Vec::new();
        let mut nodes = Vec::new();
        let mut done = Fused::new(private);
        for (index, stmt) in block.stmts.iter().enumerate().rev() {
            self.frame().at = index;
            let fused = match exit {
                Exit::SameScope if self.loops.fuse => {
                    self.fused(block, index, &mut reverse, &mut done)
                }
                Exit::SameScope | Exit::Iteration | Exit::Branch | Exit::OtherFunction => None,
            };
            let pair = fused.unwrap_or_else(|| self.stmt(stmt));
            for var in std::mem::take(&mut self.frame().pending) {
                self.declare_zero(var, &mut reverse);
            }
            reverse.extend(pair.reverse);
            let mut chunk = pair.forward;
            chunk.extend(lengths.remove(&index).unwrap_or_default());
            forward.push(chunk);
            nodes.push(pair.node);
        }
        nodes.reverse();
        let mut whole = Block::default();
        for (index, chunk) in forward.into_iter().rev().enumerate() {
            whole.extend(done.ahead_of(index));
            whole.extend(chunk);
        }
        let frame = self.frames.pop().expect("the block's frame was pushed");
        let Frame { declared, inversions, inverses, .. } = frame;
        let inverted = inversions.into_iter().map(|(var, inversion)| (var, inversion.at)).collect();
        Swept { forward: whole, reverse, nodes, declared, inverses, inverted }
    }

    pub fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("statements are swept within a block")
    }

    fn seed(&mut self, seeds: &[VarId], reverse: &mut Block) {
        for (index, seed) in seeds.iter().enumerate() {
            let result = self.function.results[index].clone();
            if let (true, Some(place)) = (self.activity.expr(&result), result.as_place()) {
                self.accumulate(place, self.function.read(*seed), reverse);
            }
        }
    }

    fn declared_by(&self, block: &Block) -> Vec<VarId> {
        let declared = block.stmts.iter().flat_map(|stmt| effects::declares(&stmt.kind));
        declared.filter(|var| self.activity.is_active(*var)).collect()
    }

    /// `let v_len = v.len()` for the bars of the block's vectors, each after the last statement that
    /// may change the length.
    fn lengths(
        &mut self,
        block: &Block,
        private: &HashMap<usize, VarSet>,
    ) -> HashMap<usize, Block> {
        let mut after: HashMap<usize, Block> = HashMap::new();
        for var in self.declared_by(block) {
            let declared = self.function.var(var).clone();
            if !matches!(declared.ty, Ty::Vec(_)) {
                continue;
            }
            let len = self.new_temp(&format!("{}_len", declared.name), Ty::usize(), declared.span);
            let value = ExprKind::Len(self.function.place(var));
            let keeps = |at: usize| private.get(&at).is_some_and(|kept| kept.contains(&var));
            let last = (0..block.stmts.len())
                .rfind(|at| !keeps(*at) && effects::may_resize(&block.stmts[*at], var));
            let chunk = after.entry(last.unwrap_or_default()).or_default();
            chunk.let_(len, Expr::new(value, Ty::usize(), declared.span));
            self.frame().declared.insert(len);
            self.lengths.insert(var, len);
        }
        after
    }

    /// The bars of variables whose shape may change start in the shape that they have at the end.
    fn declare_resizable(&mut self, block: &Block, reverse: &mut Block) {
        for var in self.declared_by(block) {
            let declared = self.function.var(var);
            let resizable = declared.mutable && !declared.ty.tangent().has_one_shape();
            if resizable && !self.is_ready(var) {
                self.declare_zero(var, reverse);
            }
        }
    }

    pub fn new_temp(&mut self, name: &str, ty: Ty, span: Span) -> VarId {
        self.function.add_var(name, ty, false, Origin::Temp, span)
    }

    fn stmt(&mut self, stmt: &Stmt) -> Pair {
        let mut pair = match &stmt.kind {
            StmtKind::If { cond, then, els } => return self.if_(cond, then, els, stmt.span),
            StmtKind::Switch { tag, arms } => return self.switch(tag, arms, stmt.span),
            StmtKind::Loop(loop_) => return self.loop_(loop_, stmt.span),
            StmtKind::Call(call) => self.call(call, stmt.span),
            _ => self.simple(stmt),
        };
        pair.node.declares = effects::declares(&stmt.kind);
        for inner in &pair.reverse.stmts {
            self.reads(inner, &mut pair.node);
        }
        pair
    }

    fn simple(&mut self, stmt: &Stmt) -> Pair {
        let mut pair = Pair::default();
        match &stmt.kind {
            StmtKind::Let { var, value: Some(value) } => {
                let place = self.function.place(*var);
                self.hand_on(&place, value, &mut pair.reverse);
            }
            StmtKind::Assign { place, value } if self.initial.is(stmt) => {
                self.hand_on(place, value, &mut pair.reverse);
            }
            StmtKind::Assign { place, .. } if self.is_inverted(place) => {
                self.kill_by_inverse(place.root, &mut pair);
            }
            StmtKind::Assign { place, value } => self.assign(place, value, &mut pair),
            StmtKind::Accumulate { place, value } => {
                self.kill(place, false, &mut pair);
                if self.activity.expr(value) && self.is_ready(place.root) {
                    let bar = self.read_bar(place);
                    match &value.kind {
                        ExprKind::Cast(inner) => self.give_cast(inner, bar, &mut pair.reverse),
                        _ => self.give(value, bar, &mut pair.reverse),
                    }
                }
            }
            StmtKind::Swap { a, b } => self.swap(a, b, stmt, &mut pair),
            StmtKind::Fill { place, value } => {
                self.kill(place, place.path.is_empty(), &mut pair);
                self.fill(place, value, stmt.span, &mut pair.reverse);
            }
            StmtKind::VecPush { vec, value } => self.vec_push(vec, value, stmt.span, &mut pair),
            StmtKind::VecPop { vec, into } => self.vec_pop(vec, *into, stmt.span, &mut pair),
            // Who gave the reference has overwritten what it refers to.
            StmtKind::Opaque { code, writes } if code.through && !writes.is_empty() => {}
            StmtKind::Opaque { writes, .. } => {
                for root in writes {
                    let place = self.function.place(*root);
                    self.kill(&place, false, &mut pair);
                }
                pair.reverse.stmts.reverse();
            }
            StmtKind::Push { tape, values } => self.pushed(*tape, values, stmt.span, &mut pair),
            StmtKind::Pop { tape, into, declare } => {
                self.popped(*tape, into, *declare, stmt.span, &mut pair);
            }
            StmtKind::Let { value: None, .. }
            | StmtKind::If { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Call(_) => {}
        }
        pair.forward.stmts.push(stmt.clone());
        pair
    }

    /// Marks that the statement overwrites (a part of) a place.
    pub fn kill(&mut self, place: &Place, whole: bool, pair: &mut Pair) {
        let span = place.span;
        let save = StmtKind::Push { tape: self.tape, values: vec![place.clone()] };
        let restore = StmtKind::Pop { tape: self.tape, into: vec![place.clone()], declare: false };
        let undo = (vec![Stmt { kind: save, span }], vec![Stmt { kind: restore, span }]);
        self.kill_by(vec![place.root], undo, whole, span, pair);
    }

    /// Marks that the statement overwrites a place if a condition holds, which has the same value
    /// whenever it is evaluated.
    pub fn kill_if(&mut self, cond: Expr, place: &Place, pair: &mut Pair) {
        let span = place.span;
        let save = StmtKind::Push { tape: self.tape, values: vec![place.clone()] };
        let restore = StmtKind::Pop { tape: self.tape, into: vec![place.clone()], declare: false };
        let [save, restore] = [save, restore]
            .map(|kind| vec![only_if(cond.clone(), vec![Stmt { kind, span }], span)]);
        self.kill_by(vec![place.root], (save, restore), false, span, pair);
    }

    pub fn kill_by(
        &mut self,
        roots: Vec<VarId>,
        (save, restore): (Vec<Stmt>, Vec<Stmt>),
        whole: bool,
        span: Span,
        pair: &mut Pair,
    ) {
        if !roots.iter().any(|root| self.can_change(*root)) {
            return;
        }
        let id = self.kills.len();
        pair.node.kills.push(id);
        match self.undone.kills.get(&id).cloned() {
            Some(need) if self.is_copied(&roots, &need) => {}
            Some(Need::Always) => {
                pair.forward.stmts.extend(save);
                pair.reverse.stmts.extend(restore);
            }
            Some(Need::If(questions)) => {
                let cond = self.known.any(&questions, span);
                pair.forward.stmts.push(only_if(cond.clone(), save, span));
                pair.reverse.stmts.push(only_if(cond, restore, span));
            }
            None => {
                pair.forward.stmts.push(marker(id, true, span));
                pair.reverse.stmts.push(marker(id, false, span));
            }
        }
        self.kills.push(Kill { roots, whole, forced: false });
    }

    fn assign(&mut self, place: &Place, value: &Rvalue, pair: &mut Pair) {
        let whole = place.path.is_empty();
        self.kill(place, whole, pair);
        if !self.activity.place(place) {
            return;
        }
        let target = match self.is_ready(place.root) && moves_within(place.root, value) {
            true => self.stand_in(place, &mut pair.reverse),
            false => {
                self.hand_on(place, value, &mut pair.reverse);
                place.clone()
            }
        };
        if !self.can_change(place.root) || !self.is_ready(place.root) {
            return;
        }
        // The old value had no part in the new one.
        let at = self.frame().at;
        let zero = if place.ty.tangent().has_one_shape() {
            Rvalue::Expr(Expr::zero(place.ty.tangent(), place.span))
        } else if let Some(load) = self.frame().loads.get(&at).copied().filter(|_| whole) {
            Rvalue::ZeroLike(self.function.place(load))
        } else {
            if let Some(id) = pair.node.kills.last() {
                self.kills[*id].forced = true;
            }
            Rvalue::ZeroLike(place.clone())
        };
        let bar = self.bar_place(place);
        pair.reverse.push(StmtKind::Assign { place: bar, value: zero }, place.span);
        if target.root != place.root {
            self.hand_on(&target, value, &mut pair.reverse);
        }
    }

    /// Hands the cotangent of `target` on to what its value was made of.
    fn hand_on(&mut self, target: &Place, value: &Rvalue, reverse: &mut Block) {
        if !self.is_ready(target.root) || !self.activity.rvalue(value) {
            return;
        }
        let bar = self.bar_place(target);
        match value {
            Rvalue::Expr(expr) => self.hand_on_expr(target, expr, reverse),
            Rvalue::Repeat { value, .. } => self.give_sum(value, &bar, reverse),
            Rvalue::ZeroLike(_) => {}
            Rvalue::Aggregate { shape, fields, .. } => {
                for (proj, field) in projections(shape, fields.len()).into_iter().zip(fields) {
                    let part = project(&bar, proj, field);
                    self.give(field, Expr::read(part), reverse);
                }
                if let (Shape::Struct { members, base: true, .. }, Some(base)) =
                    (shape, fields.last())
                {
                    let replaced = &fields[..members.len()];
                    let fixed = replaced.iter().all(|field| field.ty.tangent().has_one_shape());
                    self.hand_on_base(target, members, (base, fixed), reverse);
                }
            }
        }
    }

    /// `S { members…, ..base }`: the base receives what is left once the members' cotangents are zero,
    /// of the shape of its own members unless that is `fixed`.
    fn hand_on_base(
        &mut self,
        target: &Place,
        members: &[syn::Member],
        (base, fixed): (&Expr, bool),
        reverse: &mut Block,
    ) {
        let (true, Some(from)) = (self.activity.expr(base), base.as_place()) else { return };
        if !fixed {
            self.ensure_ready(from.root, reverse);
        }
        for member in members {
            let member_of = |place: &Place| {
                let mut part = place.clone();
                part.path.push(Proj::Field(member.clone()));
                Place { ty: Ty::Unknown, ..part }
            };
            let place = self.bar_place(&member_of(target));
            let zero = match fixed {
                true => Rvalue::ZeroLike(place.clone()),
                false => Rvalue::ZeroLike(self.bar_place(&member_of(from))),
            };
            reverse.push(StmtKind::Assign { place, value: zero }, target.span);
        }
        let rest = self.read_bar(target);
        self.give(base, rest, reverse);
    }

    fn hand_on_expr(&mut self, target: &Place, expr: &Expr, reverse: &mut Block) {
        let bar = self.read_bar(target);
        match &expr.kind {
            ExprKind::Prim(prim, args) => {
                let value = Expr { span: expr.span, ..Expr::read(target.clone()) };
                for (index, arg) in args.iter().enumerate() {
                    if !self.activity.expr(arg) {
                        continue;
                    }
                    if let Some(share) = prim.contribution(index, bar.clone(), args, &value) {
                        self.give(arg, self.reused(share), reverse);
                    }
                }
            }
            ExprKind::Cast(inner) => self.give_cast(inner, bar, reverse),
            _ => self.give(expr, bar, reverse),
        }
    }

    /// Adds a cotangent to the bar of what was cast.
    fn give_cast(&mut self, inner: &Expr, bar: Expr, reverse: &mut Block) {
        let span = bar.span;
        let share = ExprKind::Cast(Box::new(bar));
        self.give(inner, Expr::new(share, inner.ty.tangent(), span), reverse);
    }

    /// Adds a cotangent to an operand's bar, if it has one.
    pub fn give(&mut self, operand: &Expr, share: Expr, reverse: &mut Block) {
        if let (true, Some(place)) = (self.activity.expr(operand), operand.as_place()) {
            self.accumulate(place, share, reverse);
        }
    }

    fn swap(&mut self, a: &Place, b: &Place, stmt: &Stmt, pair: &mut Pair) {
        // Swapping back undoes it for both roots.
        let undo = (Vec::new(), vec![stmt.clone()]);
        self.kill_by(vec![a.root, b.root], undo, false, stmt.span, pair);
        if self.activity.place(a) || self.activity.place(b) {
            self.ensure_ready(a.root, &mut pair.reverse);
            self.ensure_ready(b.root, &mut pair.reverse);
            let (a, b) = (self.bar_place(a), self.bar_place(b));
            pair.reverse.push(StmtKind::Swap { a, b }, stmt.span);
        }
    }
}

pub(super) fn only_if(cond: Expr, stmts: Vec<Stmt>, span: Span) -> Stmt {
    let kind = StmtKind::If { cond, then: Block { stmts }, els: Block::default() };
    Stmt { kind, span }
}

/// Whether an aggregate goes from one part of the variable to another, or to itself.
fn moves_within(root: VarId, value: &Rvalue) -> bool {
    value.operands().into_iter().any(|operand| {
        operand.as_place().is_some_and(|place| place.root == root && !place.ty.is_scalar())
    })
}

/// The parts that `count` fields of an aggregate become; without a struct's base.
fn projections(shape: &Shape, count: usize) -> Vec<Proj> {
    let members = || (0..count).map(syn::Member::from);
    let elements =
        || (0..count).map(|index| Expr::int(index as u128, Ty::usize(), Span::call_site()));
    match shape {
        Shape::Tuple => members().map(Proj::Field).collect(),
        Shape::Array | Shape::Vec => elements().map(Proj::Index).collect(),
        Shape::VecWithCapacity(_) => Vec::new(),
        Shape::Option => {
            members().map(|member| Proj::Variant(syn::parse_quote!(Some), member)).collect()
        }
        Shape::Struct { members, .. } => members.iter().cloned().map(Proj::Field).collect(),
        Shape::Variant { path, members } => {
            members.iter().map(|member| Proj::Variant(path.clone(), member.clone())).collect()
        }
    }
}

fn project(bar: &Place, proj: Proj, field: &Expr) -> Place {
    let mut part = bar.clone();
    part.ty = match (field.ty.tangent(), bar.ty.projected(std::slice::from_ref(&proj))) {
        // A slice is stored as a `Vec`.
        (Ty::Slice(_), Some(vec @ Ty::Vec(_))) => vec,
        (ty, _) => ty,
    };
    part.path.push(proj);
    part
}
