//! Cotangents in which nothing is yet.
//!
//! `f::adjoint` adds to the buffers it is given. `f::grad_into` does not care what is in them:
//!
//! ```text
//! for i in 0..x.len() { t_each[i] = exp(x[i]) … }        for i in 0..x.len() { x_bar[i] = exp(x[i]) … }
//! for i in 0..x.len() { x_bar[i] += s * t_each[i] }      for i in 0..x.len() { x_bar[i] = s * x_bar[i] }
//! ```
//!
//! A loop over all elements that is the first to touch the cotangent assigns rather than adds to what would
//! have to be filled with zeros. And until then the memory is free: the record of a loop over as many
//! elements, of which that loop is the last to read, lies there.
//!
//! # Legality
//!
//! 1. The cotangent is a slice of floats, that of an argument behind `&`.
//! 2. The loop stands in the function's body itself, goes over `0..x.len()`, has no exit, and adds once to the
//!    element at its variable. It does nothing else with the cotangent, nor does anything in front of it.
//! 3. The record has floats of the same type and is as long as `x`. One loop over all elements assigns it, in
//!    each iteration that of its own; nothing else changes it. The loop that overwrites reads elements of its
//!    own only, before it has assigned, and nothing after it reads the record.
//!
//! rustc compiles the sweeps once more for it. So it is done where a record is saved, or where there is not
//! much to compile: a function that does little for each element spends its time on memory.
//!
//! What is zero may come out with the other sign, since nothing is added to a zero.

use super::visit::places_mut;
use crate::analysis::effects::{mentions, writes};
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Origin, Param, Passing, Place, Proj, Role,
    Rvalue, Stmt, StmtKind, Ty, VarId, VarSet,
};

/// Up to so many statements the sweeps are worth to be compiled again.
const FEW: usize = 24;

/// A function that need not be given zeros.
pub struct Fresh {
    pub function: Function,
    /// The arguments whose cotangents it overwrites.
    pub overwritten: VarSet,
}

/// The joint sweeps for cotangents in which nothing is yet, if they differ.
pub fn fresh(joint: &Function) -> Option<Fresh> {
    let mut function = joint.clone();
    let mut body = std::mem::take(&mut function.body);
    let mut overwritten = VarSet::new();
    let mut is_worth_it = statements(&body) <= FEW;
    for bar in bars(joint) {
        let Some(at) = bar.overwritten_at(&function, &body) else { continue };
        bar.overwrite(&mut body, at);
        overwritten.insert(bar.of);
        if let Some(record) = bar.record(&function, &body, at) {
            places_mut(&mut body, &mut |place| {
                if place.root == record.var {
                    place.root = bar.var;
                }
            });
            body.stmts.remove(record.declared_at);
            is_worth_it = true;
        }
    }
    function.body = body;
    (is_worth_it && !overwritten.is_empty()).then_some(Fresh { function, overwritten })
}

fn statements(block: &Block) -> usize {
    let inside = |stmt: &Stmt| stmt.kind.blocks().map(statements).sum::<usize>();
    block.stmts.iter().map(|stmt| 1 + inside(stmt)).sum()
}

/// The cotangent of a slice.
struct Bar {
    var: VarId,
    of: VarId,
}

/// The record of a loop.
struct Record {
    var: VarId,
    declared_at: usize,
}

fn bars(function: &Function) -> Vec<Bar> {
    let is_shared = |of: VarId| {
        function.params.iter().any(|param| param.var == of && param.passing == Passing::Ref)
    };
    let bar = |param: &Param| match param.role {
        Role::Cotangent(of) if is_shared(of) => Some(Bar { var: param.var, of }),
        _ => None,
    };
    let bars = function.params.iter().filter_map(bar);
    bars.filter(|bar| {
        let is_floats = |var| matches!(&function.var(var).ty, Ty::Slice(elem) if elem.is_float());
        is_floats(bar.var) && is_floats(bar.of)
    })
    .collect()
}

impl Bar {
    /// The place in the body of the loop that may overwrite it.
    fn overwritten_at(&self, function: &Function, body: &Block) -> Option<usize> {
        let at = body.stmts.iter().position(|stmt| mentions(stmt, self.var))?;
        let StmtKind::Loop(loop_) = &body.stmts[at].kind else { return None };
        let var = self.goes_over_all(function, body, loop_)?;
        let own = only(loop_, self.var)?;
        let StmtKind::Accumulate { place, value } = &loop_.body.stmts[own].kind else {
            return None;
        };
        (is_own(place, self.var, var) && !value.reads(self.var)).then_some(at)
    }

    fn overwrite(&self, body: &mut Block, at: usize) {
        let StmtKind::Loop(loop_) = &mut body.stmts[at].kind else { return };
        let Some(own) = only(loop_, self.var) else { return };
        let stmt = &mut loop_.body.stmts[own];
        if let StmtKind::Accumulate { place, value } = &stmt.kind {
            let (place, value) = (place.clone(), Rvalue::Expr(value.clone()));
            stmt.kind = StmtKind::Assign { place, value };
        }
    }

    /// The variable of a loop over all elements.
    fn goes_over_all(&self, function: &Function, body: &Block, loop_: &Loop) -> Option<VarId> {
        let LoopKind::For { var, start, end, step: None, .. } = &loop_.kind else { return None };
        let from_zero = matches!(start.kind, ExprKind::Int(0, _));
        let ends_early = loop_.exit.is_some() || loop_.sums.is_some();
        (from_zero && !ends_early && self.is_length(function, body, end)).then_some(*var)
    }

    /// Whether the expression is how many elements there are.
    fn is_length(&self, function: &Function, body: &Block, expr: &Expr) -> bool {
        let named = |name: VarId| {
            body.stmts.iter().any(|stmt| match &stmt.kind {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } if *var == name => {
                    matches!(&value.kind, ExprKind::Len(place) if place.is_var() == Some(self.of))
                }
                _ => false,
            })
        };
        match &expr.kind {
            ExprKind::Len(place) => place.is_var() == Some(self.of),
            ExprKind::Read(place) => {
                place.is_var().is_some_and(|var| !function.var(var).mutable && named(var))
            }
            _ => false,
        }
    }

    /// A record that may lie in the cotangent's memory until the loop at this place overwrites it.
    fn record(&self, function: &Function, body: &Block, at: usize) -> Option<Record> {
        let declared = body.stmts[..at].iter().enumerate();
        let mut records = declared.filter_map(|(declared_at, stmt)| match &stmt.kind {
            StmtKind::Let { var, value: Some(Rvalue::Repeat { len, .. }) }
                if self.is_like(function, *var) && self.is_length(function, body, len) =>
            {
                Some(Record { var: *var, declared_at })
            }
            _ => None,
        });
        records.find(|record| {
            self.is_written_once(function, body, record, at)
                && self.is_read_last(function, body, record.var, at)
        })
    }

    /// Whether the variable is a record of such elements.
    fn is_like(&self, function: &Function, record: VarId) -> bool {
        let (record, bar) = (function.var(record), &function.var(self.var).ty);
        match (&record.ty, bar) {
            (Ty::Vec(elem), Ty::Slice(own)) => {
                record.origin == Origin::Scratch && elem.to_string() == own.to_string()
            }
            _ => false,
        }
    }

    /// Whether the first loop that has to do with the record writes all of it, and is the only one to write.
    fn is_written_once(
        &self,
        function: &Function,
        body: &Block,
        record: &Record,
        at: usize,
    ) -> bool {
        let between = &body.stmts[record.declared_at + 1..at];
        let Some(first) = between.iter().position(|stmt| mentions(stmt, record.var)) else {
            return false;
        };
        let StmtKind::Loop(loop_) = &between[first].kind else { return false };
        let Some(var) = self.goes_over_all(function, body, loop_) else { return false };
        let assigned = only(loop_, record.var).map(|own| &loop_.body.stmts[own].kind);
        let is_assigned = match assigned {
            Some(StmtKind::Assign { place, value: Rvalue::Expr(value) }) => {
                is_own(place, record.var, var) && !value.reads(record.var)
            }
            _ => false,
        };
        is_assigned && !between[first + 1..].iter().any(|stmt| writes(stmt).contains(&record.var))
    }

    /// Whether the loop reads elements of its own only, before it overwrites, and nothing reads the record
    /// after it.
    fn is_read_last(&self, function: &Function, body: &Block, record: VarId, at: usize) -> bool {
        let StmtKind::Loop(loop_) = &body.stmts[at].kind else { return false };
        let Some(var) = self.goes_over_all(function, body, loop_) else { return false };
        let Some(own) = only(loop_, self.var) else { return false };
        let mut only_own = true;
        places_mut(&mut loop_.body.clone(), &mut |place| {
            only_own &= place.root != record || is_own(place, record, var);
        });
        let after = loop_.body.stmts[own + 1..].iter().chain(&body.stmts[at + 1..]);
        only_own
            && !after.into_iter().any(|stmt| mentions(stmt, record))
            && !writes(&body.stmts[at]).contains(&record)
            && !function.results.iter().any(|result| result.reads(record))
    }
}

/// The one statement of the loop's body that has to do with the variable.
fn only(loop_: &Loop, var: VarId) -> Option<usize> {
    let mut all = loop_.body.stmts.iter().enumerate().filter(|(_, stmt)| mentions(stmt, var));
    match (all.next(), all.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// Whether the place is the element at the loop's variable.
fn is_own(place: &Place, of: VarId, var: VarId) -> bool {
    let at_var = |index: &Expr| index.as_var() == Some(var);
    place.root == of && matches!(&place.path[..], [Proj::Index(index)] if at_var(index))
}
