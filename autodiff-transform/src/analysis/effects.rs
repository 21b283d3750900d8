//! What a statement writes, declares and reads.
//!
//! The reverse sweep may read a place again only if nothing has written to its root in between, and
//! must save what it will read before it is overwritten. Both questions are about roots: two places
//! of one root are taken to overlap.

use crate::ir::{
    Arg, Block, Expr, ExprKind, LoopKind, Place, Rvalue, Stmt, StmtKind, VarId, VarSet,
};

/// Whether the statement writes or reads the variable, itself or in its blocks.
pub fn mentions(stmt: &Stmt, var: VarId) -> bool {
    let mut mentioned = false;
    for_each_write(stmt, &mut |root| mentioned |= root == var);
    for_each_read(stmt, &mut |root| mentioned |= root == var);
    mentioned
}

/// The variables that the statement may change, itself or in its blocks; not those it declares.
pub fn writes(stmt: &Stmt) -> VarSet {
    let mut roots = VarSet::new();
    for_each_write(stmt, &mut |root| {
        roots.insert(root);
    });
    roots
}

/// The variables that a block's statements may change.
pub fn block_writes(block: &Block) -> VarSet {
    let mut roots = VarSet::new();
    for stmt in &block.stmts {
        for_each_write(stmt, &mut |root| {
            roots.insert(root);
        });
    }
    roots
}

/// As [`writes`], one variable after the other, possibly several times.
pub fn for_each_write(stmt: &Stmt, visit: &mut impl FnMut(VarId)) {
    for_each_own_write(&stmt.kind, visit);
    for block in stmt.kind.blocks() {
        for inner in &block.stmts {
            for_each_write(inner, visit);
        }
    }
}

/// The variables that the statement itself may change, its blocks left aside.
pub fn own_writes(kind: &StmtKind) -> Vec<VarId> {
    let mut roots = Vec::new();
    for_each_own_write(kind, &mut |root| roots.push(root));
    roots
}

/// As [`own_writes`], one variable after the other.
pub fn for_each_own_write(kind: &StmtKind, visit: &mut impl FnMut(VarId)) {
    match kind {
        StmtKind::Assign { place, .. }
        | StmtKind::Accumulate { place, .. }
        | StmtKind::Fill { place, .. } => visit(place.root),
        StmtKind::Swap { a, b } => {
            visit(a.root);
            visit(b.root);
        }
        StmtKind::VecPush { vec, .. } | StmtKind::VecPop { vec, .. } => visit(vec.root),
        // Without values nothing moves.
        StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. }
            if places.is_empty() => {}
        StmtKind::Push { tape, .. } => visit(*tape),
        StmtKind::Pop { tape, into, declare } => {
            visit(*tape);
            if !declare {
                into.iter().for_each(|place| visit(place.root));
            }
        }
        StmtKind::Opaque { writes, .. } => writes.iter().copied().for_each(visit),
        StmtKind::Call(call) => {
            call.args.iter().filter_map(lent).for_each(|place| visit(place.root));
        }
        StmtKind::Let { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_) => {}
    }
}

/// The place that the callee may change.
fn lent(arg: &Arg) -> Option<&Place> {
    match arg {
        Arg::RefMut(place) => Some(place),
        Arg::Active(inner) => lent(inner),
        Arg::Value(_) | Arg::Ref(_) | Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => None,
    }
}

/// The variables that come into scope in the block the statement stands in.
pub fn declares(kind: &StmtKind) -> Vec<VarId> {
    let mut vars = Vec::new();
    for_each_declared(kind, &mut |var| vars.push(var));
    vars
}

/// As [`declares`], one variable after the other.
pub fn for_each_declared(kind: &StmtKind, visit: &mut impl FnMut(VarId)) {
    match kind {
        StmtKind::Let { var, .. } => visit(*var),
        StmtKind::Call(call) => call.results.iter().copied().for_each(visit),
        StmtKind::VecPop { into, .. } => visit(*into),
        StmtKind::Pop { into, declare: true, .. } => {
            into.iter().for_each(|place| visit(place.root));
        }
        StmtKind::Pop { .. }
        | StmtKind::Assign { .. }
        | StmtKind::Accumulate { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_)
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::VecPush { .. }
        | StmtKind::Push { .. }
        | StmtKind::Opaque { .. } => {}
    }
}

/// Whether the statement declares the vector or may change its length.
pub fn may_resize(stmt: &Stmt, vec: VarId) -> bool {
    let whole = |place: &Place| place.root == vec && place.path.is_empty();
    let here = match &stmt.kind {
        StmtKind::Assign { place, .. } | StmtKind::VecPush { vec: place, .. } => whole(place),
        StmtKind::VecPop { vec: place, into } => whole(place) || *into == vec,
        StmtKind::Swap { a, b } => whole(a) || whole(b),
        StmtKind::Pop { into, .. } => into.iter().any(whole),
        StmtKind::Opaque { writes, .. } => writes.contains(&vec),
        StmtKind::Call(call) => {
            let passed = |arg| lent(arg).is_some_and(whole);
            call.args.iter().any(passed) || call.results.contains(&vec)
        }
        StmtKind::Let { var, .. } => *var == vec,
        StmtKind::Accumulate { .. }
        | StmtKind::Fill { .. }
        | StmtKind::Push { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_) => false,
    };
    here || stmt.kind.blocks().any(|block| block.stmts.iter().any(|stmt| may_resize(stmt, vec)))
}

/// Calls `visit` with the root of every place that the statement reads or changes a part of, its
/// blocks included.
pub fn for_each_read(stmt: &Stmt, visit: &mut impl FnMut(VarId)) {
    own_reads(&stmt.kind, visit);
    for block in stmt.kind.blocks() {
        for inner in &block.stmts {
            for_each_read(inner, visit);
        }
    }
}

/// As [`own_reads`], but for the roots of which only a length that never changes is read.
pub fn value_reads(kind: &StmtKind, visit: &mut impl FnMut(VarId)) {
    match kind {
        StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } => value_roots(value, visit),
        kind => own_reads(kind, visit),
    }
}

fn value_roots(expr: &Expr, visit: &mut impl FnMut(VarId)) {
    match &expr.kind {
        ExprKind::Len(place) if place.has_fixed_length() => {
            place.operands().for_each(|operand| value_roots(operand, visit));
        }
        ExprKind::Read(place) | ExprKind::Len(place) => {
            visit(place.root);
            place.operands().for_each(|operand| value_roots(operand, visit));
        }
        ExprKind::Prim(_, args) => args.iter().for_each(|arg| value_roots(arg, visit)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => value_roots(inner, visit),
        ExprKind::Opaque(code) => code.reads.iter().copied().for_each(visit),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {}
    }
}

/// As [`for_each_read`], blocks left aside.
pub fn own_reads(kind: &StmtKind, visit: &mut impl FnMut(VarId)) {
    match kind {
        StmtKind::Let { value: Some(value), .. } => rvalue_reads(value, visit),
        StmtKind::Let { value: None, .. } => {}
        StmtKind::Assign { place, value } => {
            if place.path.is_empty() {
                operand_reads(place, visit);
            } else {
                place_reads(place, visit);
            }
            rvalue_reads(value, visit);
        }
        StmtKind::Accumulate { place, value }
        | StmtKind::Fill { place, value }
        | StmtKind::VecPush { vec: place, value } => {
            place_reads(place, visit);
            value.for_each_root(visit);
        }
        StmtKind::If { cond, .. } => cond.for_each_root(visit),
        StmtKind::Switch { tag, .. } => tag.for_each_root(visit),
        StmtKind::Loop(loop_) => {
            loop_.exit.iter().copied().for_each(&mut *visit);
            match &loop_.kind {
                LoopKind::For { start, end, step, .. } => {
                    start.for_each_root(visit);
                    end.for_each_root(visit);
                    step.iter().for_each(|step| step.for_each_root(visit));
                }
                LoopKind::While { cond } => cond.for_each_root(visit),
                LoopKind::Forever => {}
            }
        }
        StmtKind::Call(call) => call.args.iter().for_each(|arg| arg_reads(arg, visit)),
        StmtKind::Swap { a, b } => {
            place_reads(a, visit);
            place_reads(b, visit);
        }
        StmtKind::VecPop { vec, .. } => place_reads(vec, visit),
        StmtKind::Push { values, .. } => values.iter().for_each(|place| place_reads(place, visit)),
        StmtKind::Pop { into, .. } => into.iter().for_each(|place| operand_reads(place, visit)),
        StmtKind::Opaque { code, writes } => {
            code.reads.iter().copied().for_each(&mut *visit);
            writes.iter().copied().for_each(visit);
        }
    }
}

fn place_reads(place: &Place, visit: &mut impl FnMut(VarId)) {
    visit(place.root);
    operand_reads(place, visit);
}

fn operand_reads(place: &Place, visit: &mut impl FnMut(VarId)) {
    for operand in place.operands() {
        operand.for_each_root(visit);
    }
}

fn rvalue_reads(value: &Rvalue, visit: &mut impl FnMut(VarId)) {
    match value {
        Rvalue::Expr(expr) => expr.for_each_root(visit),
        Rvalue::ZeroLike(place) => place_reads(place, visit),
        Rvalue::Aggregate { .. } | Rvalue::Repeat { .. } => {
            value.operands().into_iter().for_each(|operand| operand.for_each_root(visit));
        }
    }
}

/// Whether the argument is the variable itself, to be changed.
pub fn lends_whole(arg: &Arg, var: VarId) -> bool {
    matches!(arg, Arg::RefMut(place) if place.is_var() == Some(var))
}

pub fn arg_reads(arg: &Arg, visit: &mut impl FnMut(VarId)) {
    match arg {
        Arg::Value(expr) => expr.for_each_root(visit),
        Arg::Ref(place) | Arg::RefMut(place) => place_reads(place, visit),
        Arg::Opaque(code) => code.reads.iter().copied().for_each(visit),
        Arg::Active(inner) => arg_reads(inner, visit),
        Arg::Inactive | Arg::Constant(_) => {}
    }
}
