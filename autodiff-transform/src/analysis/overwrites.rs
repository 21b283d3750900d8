//! Buffers that are overwritten as a whole before they are read.
//!
//! What such a buffer held before is of no matter, so that nothing is handed on in it: a loop's
//! iterations that overwrite it are independent of each other, and a caller's iterations likewise.
//! A loop over all elements that writes the element of each iteration, without looking at others,
//! overwrites a buffer; so does filling or copying, a branch where both sides do, and a call of a
//! function that does.
//!
//! Of its own `&mut` slices a function knows no more than that they are as long as its loops go, if they
//! are as long as other arguments: `for i in 0..x.len() { y[i] = .. }`. So the answer for a caller
//! ([`Overwrites`]) has a condition: the arguments that have to be as long.

use super::effects;
use super::lengths::{Lengths, Measure};
use crate::ir::{
    Block, Call, Expr, ExprKind, Function, Loop, LoopKind, Passing, Place, Proj, Rvalue, Stmt,
    StmtKind, Ty, VarId,
};
use crate::transform::visit::places_mut;

/// What statements do to a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// They leave it alone.
    Untouched,
    /// Where they read it they have overwritten it before, but they may not have touched it at all.
    Private,
    /// They overwrite all of it, before they read it.
    Overwritten,
    /// They may read what was in it.
    Exposed,
}

/// What has to be known to follow a buffer.
pub trait Context {
    /// Whether the number is the buffer's length.
    fn is_length(&mut self, expr: &Expr) -> bool;

    /// Whether the call overwrites the buffer, which it is handed as argument `index`.
    fn overwrites(&mut self, call: &Call, index: usize) -> bool;
}

/// What a block does to a buffer.
pub fn fate(block: &Block, buffer: VarId, context: &mut impl Context) -> Fate {
    let mut fate = Fate::Untouched;
    for stmt in &block.stmts {
        match of_stmt(stmt, buffer, context) {
            Fate::Untouched => {}
            Fate::Private => fate = Fate::Private,
            decided => return decided,
        }
    }
    fate
}

fn of_stmt(stmt: &Stmt, buffer: VarId, context: &mut impl Context) -> Fate {
    if !effects::mentions(stmt, buffer) {
        return Fate::Untouched;
    }
    let reads = |expr: &Expr| reads_content(expr, buffer);
    match &stmt.kind {
        StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } if !reads(value) => Fate::Untouched,
        // What is assigned to a `Vec` may have another length.
        StmtKind::Assign { place, value: Rvalue::Expr(value) }
            if place.is_var() == Some(buffer)
                && matches!(place.ty, Ty::Slice(_) | Ty::Array(..))
                && !value.reads(buffer) =>
        {
            Fate::Overwritten
        }
        StmtKind::Fill { place, value }
            if place.is_var() == Some(buffer) && !value.reads(buffer) =>
        {
            Fate::Overwritten
        }
        StmtKind::If { cond, then, els } if !reads(cond) => {
            let fates = [fate(then, buffer, context), fate(els, buffer, context)];
            one_of(fates)
        }
        StmtKind::Switch { tag, arms } if !reads(tag) => {
            let fates: Vec<Fate> = arms.iter().map(|arm| fate(arm, buffer, context)).collect();
            one_of(fates)
        }
        StmtKind::Loop(loop_) => of_loop(loop_, buffer, context),
        StmtKind::Call(call) => of_call(call, buffer, context),
        // Anything else is taken to read it.
        _ => Fate::Exposed,
    }
}

/// The fate where one of several blocks runs.
fn one_of(fates: impl IntoIterator<Item = Fate>) -> Fate {
    let same = |a: Fate, b: Fate| match (a, b) {
        (Fate::Exposed, _) | (_, Fate::Exposed) => Fate::Exposed,
        (a, b) if a == b => a,
        _ => Fate::Private,
    };
    fates.into_iter().reduce(same).unwrap_or(Fate::Untouched)
}

fn of_loop(loop_: &Loop, buffer: VarId, context: &mut impl Context) -> Fate {
    let reads = |expr: &Expr| reads_content(expr, buffer);
    match &loop_.kind {
        LoopKind::For { start, end, step, .. } => {
            if [start, end].into_iter().chain(step).any(reads) {
                return Fate::Exposed;
            }
        }
        LoopKind::While { cond } if reads(cond) => return Fate::Exposed,
        LoopKind::While { .. } | LoopKind::Forever => {}
    }
    if let LoopKind::For { var, start, end, step: None, .. } = &loop_.kind
        && matches!(start.kind, ExprKind::Int(0, _))
        && loop_.exit.is_none()
        && overwrites_own(*var, &loop_.body, buffer)
        && context.is_length(end)
    {
        return Fate::Overwritten;
    }
    match fate(&loop_.body, buffer, context) {
        Fate::Exposed => Fate::Exposed,
        // It may not run at all.
        Fate::Untouched | Fate::Private | Fate::Overwritten => Fate::Private,
    }
}

/// Whether each iteration overwrites the buffer's element at the loop's variable, and does nothing else
/// with the buffer but what it does with that element afterwards.
fn overwrites_own(var: VarId, body: &Block, buffer: VarId) -> bool {
    let is_own = |place: &Place| {
        place.root == buffer
            && matches!(&place.path[..], [Proj::Index(index)] if index.as_var() == Some(var))
    };
    let mentions = |stmt: &&Stmt| effects::mentions(stmt, buffer);
    let Some(first) = body.stmts.iter().position(|stmt| mentions(&stmt)) else { return false };
    let writes = match &body.stmts[first].kind {
        StmtKind::Assign { place, value } => {
            is_own(place) && value.operands().iter().all(|operand| !operand.reads(buffer))
        }
        _ => false,
    };
    let mut after = Block { stmts: body.stmts[first + 1..].to_vec() };
    places_mut(&mut after, &mut |place| {
        if is_own(place) {
            place.root = var;
        }
    });
    writes && !after.stmts.iter().any(|stmt| mentions(&stmt))
}

fn of_call(call: &Call, buffer: VarId, context: &mut impl Context) -> Fate {
    let mut at = None;
    for (index, arg) in call.args.iter().enumerate() {
        let mut mentioned = false;
        effects::arg_reads(arg, &mut |root| mentioned |= root == buffer);
        match effects::lends_whole(arg, buffer) {
            true if at.is_none() => at = Some(index),
            _ if mentioned => return Fate::Exposed,
            _ => {}
        }
    }
    match at {
        Some(index) if context.overwrites(call, index) => Fate::Overwritten,
        _ => Fate::Exposed,
    }
}

/// Whether the expression reads elements of the buffer, rather than its length.
fn reads_content(expr: &Expr, buffer: VarId) -> bool {
    match &expr.kind {
        ExprKind::Len(place) => place.operands().any(|operand| reads_content(operand, buffer)),
        ExprKind::Prim(_, args) => args.iter().any(|arg| reads_content(arg, buffer)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => reads_content(inner, buffer),
        ExprKind::Read(_) | ExprKind::Opaque(_) => expr.reads(buffer),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => false,
    }
}

/// Which of its arguments a function overwrites, and on what condition.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Overwrites {
    /// For each argument, those that have to be as long as it, by a bit each, if it is overwritten then.
    conditions: Vec<Option<u64>>,
}

impl Overwrites {
    /// What a function in normal form overwrites.
    pub fn of(function: &Function) -> Overwrites {
        let mut lengths = None;
        let conditions = function.params.iter().map(|param| {
            let ty = &function.var(param.var).ty;
            let is_buffer = param.passing == Passing::RefMut
                && matches!(ty, Ty::Slice(elem) if elem.is_scalar());
            if !is_buffer {
                return None;
            }
            let lengths = lengths.get_or_insert_with(|| Lengths::of(function));
            let measure = Measure { function, lengths, kept: None };
            let mut own = Own { measure, buffer: param.var, equal: 0 };
            let fate = fate(&function.body, param.var, &mut own);
            (fate == Fate::Overwritten).then_some(own.equal)
        });
        Overwrites { conditions: conditions.collect() }
    }

    /// Whether the argument is overwritten where these are as long as it is, by a bit each.
    pub fn overwrites(&self, argument: usize, equal: u64) -> bool {
        let condition = self.conditions.get(argument).copied().flatten();
        condition.is_some_and(|condition| condition & !equal == 0)
    }

    /// The condition for each argument.
    pub fn conditions(&self) -> &[Option<u64>] {
        &self.conditions
    }
}

/// An argument of the function itself.
struct Own<'a> {
    measure: Measure<'a>,
    buffer: VarId,
    /// The arguments that have been taken to be as long.
    equal: u64,
}

impl Context for Own<'_> {
    fn is_length(&mut self, expr: &Expr) -> bool {
        let Some(values) = self.measure.least_of(expr) else { return false };
        let function = self.measure.function;
        let mut equal = 0;
        for value in values {
            let argument = value
                .is_length_of()
                .and_then(|var| function.params.iter().position(|param| param.var == var));
            match argument {
                Some(index) if function.params[index].var == self.buffer => {}
                Some(index) if index < u64::BITS as usize => equal |= 1 << index,
                _ => return false,
            }
        }
        self.equal |= equal;
        true
    }

    fn overwrites(&mut self, _: &Call, _: usize) -> bool {
        false
    }
}
