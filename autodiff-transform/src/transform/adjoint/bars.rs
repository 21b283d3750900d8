//! Cotangent variables: where they are declared, and how they receive.
//!
//! A variable's bar lives in the reverse of the block that declares the variable. The first
//! contribution declares it (`let t_bar = …`, rather than zero and an addition) if it arrives in
//! that very block; if it arrives in a nested one, the bar is declared as zero before it. A bar that
//! nothing has arrived at is zero, and the statement that made its variable hands on nothing.

use std::collections::HashMap;

use super::invert::Inversion;
use super::record::Exit;
use super::reuse::Computed;
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, Function, Origin, Param, Place, Rvalue, Stmt, StmtKind, Ty, VarId, VarSet,
};

/// The bars known so far.
#[derive(Default)]
pub(super) struct Bars {
    /// The bar of each variable.
    of: HashMap<VarId, VarId>,
    /// The variables whose bars are declared.
    ready: VarSet,
}

/// A block whose reverse is being built.
pub(super) struct Frame {
    /// What the block's forward statements declare.
    pub declared: VarSet,
    /// Variables of this block whose bars a nested block asked for: to be declared as zero before
    /// the nested statement's reverse.
    pub pending: Vec<VarId>,
    /// How its reverse is reached.
    pub exit: Exit,
    /// The statement whose reverse is being built.
    pub at: usize,
    /// For an assignment to a whole variable, the load that has its old value.
    pub loads: HashMap<usize, VarId>,
    /// What the block computes that may be of use to derivatives.
    pub computed: Vec<Computed>,
    /// The writes of a loop's body that are undone by computing the old value.
    pub inversions: HashMap<VarId, Inversion>,
    /// What undoes them, to stand at the beginning of the block's reverse.
    pub inverses: Vec<Stmt>,
}

/// For each assignment of a block to a whole variable, the immutable variable that has its old value.
pub(super) fn loaded_before(function: &Function, block: &Block) -> HashMap<usize, VarId> {
    let mut loads: HashMap<VarId, VarId> = HashMap::new();
    let mut before = HashMap::new();
    for (index, stmt) in block.stmts.iter().enumerate() {
        if let StmtKind::Assign { place, .. } = &stmt.kind
            && let Some(load) = place.is_var().and_then(|var| loads.get(&var))
        {
            before.insert(index, *load);
        }
        effects::for_each_write(stmt, &mut |root| {
            loads.remove(&root);
        });
        if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
            && let Some(of) = value.as_var()
            && !function.var(*var).mutable
        {
            loads.insert(of, *var);
        }
    }
    before
}

impl Sweep {
    /// Makes a bar parameter the bar of its parameter.
    pub fn param_bar(&mut self, param: &Param) {
        if let crate::ir::Role::Cotangent(primal) = param.role {
            self.bars.of.insert(primal, param.var);
            self.bars.ready.insert(primal);
        }
    }

    pub fn is_ready(&self, var: VarId) -> bool {
        self.bars.ready.contains(&var)
    }

    /// The bar that the variable has been given, if any.
    pub fn known_bar(&self, var: VarId) -> Option<VarId> {
        self.bars.of.get(&var).copied()
    }

    /// The bar of a place; declared or about to be.
    pub fn bar_place(&mut self, place: &Place) -> Place {
        let bar = self.bar(place.root);
        place.on(bar)
    }

    /// The value of a place's bar.
    pub fn read_bar(&mut self, place: &Place) -> Expr {
        Expr { span: place.span, ..Expr::read(self.bar_place(place)) }
    }

    fn bar(&mut self, var: VarId) -> VarId {
        if let Some(bar) = self.bars.of.get(&var) {
            return *bar;
        }
        let primal = self.function.var(var).clone();
        let name = format!("{}_bar", primal.name);
        let bar = self.function.add_var(
            &name,
            cotangent(&primal.ty),
            true,
            Origin::Cotangent(var),
            primal.span,
        );
        self.bars.of.insert(var, bar);
        bar
    }

    /// Sees to it that the variable's bar is declared before what is being built for `reverse`.
    pub fn ensure_ready(&mut self, var: VarId, reverse: &mut Block) {
        if !self.bars.ready.insert(var) {
            return;
        }
        let declaring = self.frames.iter().rposition(|frame| frame.declared.contains(&var));
        match declaring {
            Some(depth) if depth + 1 < self.frames.len() => self.frames[depth].pending.push(var),
            _ => self.declare_zero(var, reverse),
        }
    }

    /// `let x_bar = 0`, in the shape that `x` has now.
    pub fn declare_zero(&mut self, var: VarId, reverse: &mut Block) {
        self.bars.ready.insert(var);
        let bar = self.bar(var);
        let value = self.zero_like(&self.function.place(var));
        let span = self.function.var(var).span;
        reverse.push(StmtKind::Let { var: bar, value: Some(value) }, span);
    }

    /// The tape that the cotangents of what is on a tape are on.
    pub fn tape_bar(&mut self, tape: VarId, reverse: &mut Block) -> VarId {
        self.ensure_ready(tape, reverse);
        self.bar(tape)
    }

    /// A name for a place whose bar is a copy of the place's own: the own one can then be zeroed
    /// before it receives from the copy.
    pub fn stand_in(&mut self, place: &Place, reverse: &mut Block) -> Place {
        let sized = |ty: Ty| match ty {
            Ty::Slice(elem) => Ty::Vec(elem),
            ty => ty,
        };
        let (ty, span) = (sized(place.ty.clone()), place.span);
        let again = match place.path.is_empty() {
            true => Origin::Again(place.root),
            false => Origin::Temp,
        };
        let moved = self.function.add_var("moved", ty.clone(), false, again, span);
        if !place.path.is_empty() {
            self.function.vars[moved.0 as usize].part = Some(Box::new(place.clone()));
        }
        let origin = Origin::Cotangent(moved);
        let copy = self.function.add_var("moved_bar", sized(ty.tangent()), true, origin, span);
        let own = self.read_bar(place);
        reverse.let_(copy, own);
        self.bars.of.insert(moved, copy);
        self.bars.ready.insert(moved);
        self.function.place(moved)
    }

    /// A zero tangent of the shape that the place's value has at this point of the reverse sweep.
    pub fn zero_like(&mut self, place: &Place) -> Rvalue {
        let ty = cotangent(&place.ty);
        if let Ty::Tape = ty {
            return Rvalue::Expr(Expr::zero(ty, place.span));
        }
        if ty.has_one_shape() {
            return Rvalue::Expr(Expr::zero(ty, place.span));
        }
        match (&ty, self.lengths.get(&place.root)) {
            (Ty::Vec(elem), Some(len)) if place.path.is_empty() && elem.has_one_shape() => {
                Rvalue::Repeat {
                    value: Expr::zero((**elem).clone(), place.span),
                    len: self.function.read(*len),
                    ty,
                }
            }
            _ => Rvalue::ZeroLike(place.clone()),
        }
    }

    /// `place_bar += value`.
    pub fn accumulate(&mut self, place: &Place, value: Expr, reverse: &mut Block) {
        let span = value.span;
        let here = self.frames.last().is_some_and(|frame| frame.declared.contains(&place.root));
        if place.path.is_empty() && here && self.bars.ready.insert(place.root) {
            let var = self.bar(place.root);
            reverse.push(StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }, span);
            return;
        }
        self.ensure_ready(place.root, reverse);
        let place = self.bar_place(place);
        reverse.push(StmtKind::Accumulate { place, value }, span);
    }
}

/// The type of a variable's bar: that of its tangent, but for a tape, whose bar is a tape.
pub(super) fn cotangent(ty: &Ty) -> Ty {
    match ty {
        Ty::Tape => Ty::Tape,
        ty => ty.tangent(),
    }
}
