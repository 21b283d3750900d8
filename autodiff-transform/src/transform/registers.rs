//! Adds to a local variable in loops, rather than to memory behind a reference.
//!
//! The bar of a float that is passed by value is a `&mut f64`. An iteration that adds to it waits for
//! the store of the one before, and rustc may not keep it in a register, since a panic would show
//! what is in it. So a function that adds to such a bar within a loop, and does nothing else with it,
//! sums up in a variable of its own and adds that to the bar at the end.
//!
//! # Legality
//!
//! The sum begins at zero, so that nothing may look at the bar, or replace it, as long as the sum
//! stands in for it:
//! 1. In the body the bar is added to as a whole, or lent in a derivative slot, and nothing else.
//! 2. A callee that is lent the bar only adds to it. By the calling convention
//!    ([`Stage`](crate::ir::Stage)) that is so unless the argument itself is passed by `&mut`: the bar
//!    of such an argument holds the cotangent of its final state, and the callee *replaces* it by that
//!    of the initial state. So the bar's own parameter has to be one that no call can take by `&mut`:
//!    passed by value or by shared reference, and immutable.
//! 3. The sum is declared and added in the body's outermost block, around all that adds to it, so that
//!    no path has one without the other.
//!
//! The bar may change in its last bits: it is added to once.

use super::visit::{count_reads, places_mut};
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, Function, Origin, Param, Passing, Place, Role, Rvalue, Stmt, StmtKind, VarId,
};

/// Gives the bars of a derived function that loops add to a sum of their own.
pub fn sum_in_registers(function: &mut Function) {
    for param in function.params.clone() {
        let Role::Cotangent(of) = param.role else { continue };
        let adds = |stmt: &Stmt| adds_in_loop(stmt, param.var);
        if is_float_behind_reference(function, &param)
            && is_never_replaced(function, of)
            && is_only_added_to(&function.body, param.var)
            && function.body.stmts.iter().any(adds)
        {
            sum_up(function, param.var, of);
        }
    }
}

fn is_float_behind_reference(function: &Function, bar: &Param) -> bool {
    bar.passing == Passing::RefMut && function.var(bar.var).ty.is_float()
}

/// Condition 2.
fn is_never_replaced(function: &Function, of: VarId) -> bool {
    let by_mut = function.param(of).is_none_or(|param| param.passing == Passing::RefMut);
    !by_mut && !function.var(of).mutable
}

/// Condition 1.
pub(super) fn is_only_added_to(block: &Block, bar: VarId) -> bool {
    let (mut reads, mut writes, mut additions) = (0, 0, 0);
    count_reads(block, &mut |root| reads += usize::from(root == bar));
    for_each(block, &mut |stmt| {
        additions += self::additions(stmt, bar);
        writes += effects::own_writes(&stmt.kind).into_iter().filter(|root| *root == bar).count();
    });
    reads == additions && writes == additions
}

/// How often the statement itself adds to the bar as a whole.
fn additions(stmt: &Stmt, bar: VarId) -> usize {
    match &stmt.kind {
        StmtKind::Accumulate { place, .. } => usize::from(place.is_var() == Some(bar)),
        StmtKind::Call(call) => {
            let is_bar = |place: &&Place| place.is_var() == Some(bar);
            call.args.iter().filter_map(lent_bar).filter(is_bar).count()
        }
        _ => 0,
    }
}

/// What is lent in a derivative slot to be changed.
fn lent_bar(arg: &Arg) -> Option<&Place> {
    match arg {
        Arg::Active(inner) => match &**inner {
            Arg::RefMut(place) => Some(place),
            Arg::Value(_)
            | Arg::Ref(_)
            | Arg::Opaque(_)
            | Arg::Active(_)
            | Arg::Inactive
            | Arg::Constant(_) => None,
        },
        Arg::Value(_)
        | Arg::Ref(_)
        | Arg::RefMut(_)
        | Arg::Opaque(_)
        | Arg::Inactive
        | Arg::Constant(_) => None,
    }
}

fn for_each(block: &Block, visit: &mut impl FnMut(&Stmt)) {
    for stmt in &block.stmts {
        visit(stmt);
        stmt.kind.blocks().for_each(|inner| for_each(inner, visit));
    }
}

fn adds(stmt: &Stmt, bar: VarId) -> bool {
    effects::writes(stmt).contains(&bar)
}

fn adds_in_loop(stmt: &Stmt, bar: VarId) -> bool {
    match &stmt.kind {
        StmtKind::Loop(_) => adds(stmt, bar),
        kind => {
            let mut inner = kind.blocks().flat_map(|block| &block.stmts);
            inner.any(|stmt| adds_in_loop(stmt, bar))
        }
    }
}

/// Declares the sum before the first statement that adds to the bar, and adds it after the last.
fn sum_up(function: &mut Function, bar: VarId, of: VarId) {
    let var = function.var(bar).clone();
    let name = format!("{}_sum", var.name);
    let sum = function.add_var(&name, var.ty.clone(), true, Origin::Cotangent(of), var.span);
    let zero = Rvalue::Expr(Expr::zero(var.ty, var.span));
    let declaration = StmtKind::Let { var: sum, value: Some(zero) };
    let total = StmtKind::Accumulate { place: function.place(bar), value: function.read(sum) };
    let body = &mut function.body;
    let first = body.stmts.iter().position(|stmt| adds(stmt, bar));
    let last = body.stmts.iter().rposition(|stmt| adds(stmt, bar));
    let (Some(first), Some(last)) = (first, last) else { return };
    redirect(body, bar, sum);
    body.stmts.insert(last + 1, Stmt { kind: total, span: var.span });
    body.stmts.insert(first, Stmt { kind: declaration, span: var.span });
}

/// Adds to `sum` what is added to the bar.
pub(super) fn redirect(block: &mut Block, bar: VarId, sum: VarId) {
    places_mut(block, &mut |place| {
        if place.root == bar {
            place.root = sum;
        }
    });
}
