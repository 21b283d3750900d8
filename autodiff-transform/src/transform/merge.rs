//! Adds to the bar of a variable what the bar of its copy would have added.
//!
//! Of `let x_now = x; ..` in a loop that goes on with `x`, the reverse is `let mut x_now_bar = u; ..;
//! x_now_bar += v; x_bar += x_now_bar`. Where all that is made of `x_bar`, each iteration waits for the
//! one before: there `x_now_bar` ends a chain of operations, and adding it up is one more. With
//! `x_bar += u; ..; x_bar += v` the addition of `u` is done while `v` is being computed.
//!
//! # Legality
//!
//! The copy's bar is declared in a block and added, as a whole and by itself, to the other in the same
//! block.
//! 1. In between it is added to, as it is or by callees that are lent it, and nothing else; afterwards
//!    nothing mentions it. Callees only add to the bar of what they do not take by `&mut`, as in
//!    [`registers`](super::registers).
//! 2. In between nothing mentions the other, but that it may be read until the first addition, and for what
//!    that adds, if the copy's bar is declared as zero: nothing has been added to the other then.
//!
//! Both are bars, whose last bits may change. Where the block does not read the other bar before, it is
//! no more than a sum: to wait for one addition in each iteration is better than for two.

use std::cmp::Ordering;

use super::registers::{is_only_added_to, redirect};
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, Function, Origin, Place, Rvalue, Stage, Stmt, StmtKind, VarId,
};

/// Merges the bars of copies in a derived function with those of what they are copied from.
pub fn merge_bars(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    merge_in(function, &mut body);
    function.body = body;
}

fn merge_in(function: &Function, block: &mut Block) {
    let mut index = 0;
    while index < block.stmts.len() {
        match merged(function, block, index) {
            Some((at, into)) => merge(block, (index, at), function.place(into)),
            None => {
                let inner = block.stmts[index].kind.blocks_mut();
                inner.for_each(|inner| merge_in(function, inner));
                index += 1;
            }
        }
    }
}

/// If the statement declares a bar that can be merged, where it is added to the other one.
fn merged(function: &Function, block: &Block, index: usize) -> Option<(usize, VarId)> {
    let StmtKind::Let { var: bar, value: Some(Rvalue::Expr(value)) } = &block.stmts[index].kind
    else {
        return None;
    };
    let bar = *bar;
    let Origin::Cotangent(of) = function.var(bar).origin else { return None };
    if !value.ty.is_float() || function.param(of).is_some() || function.var(of).mutable {
        return None;
    }
    let after = &block.stmts[index + 1..];
    let last = after.iter().rposition(|stmt| effects::mentions(stmt, bar))?;
    let into = match &after[last].kind {
        StmtKind::Accumulate { place, value } if value.as_var() == Some(bar) => place.is_var()?,
        _ => return None,
    };
    let is_bar = matches!(function.var(into).origin, Origin::Cotangent(_));
    let is_local = function.param(into).is_none() && function.var(into).ty.is_float();
    let between = Block { stmts: after[..last].to_vec() };
    let first = between.stmts.iter().position(|stmt| effects::mentions(stmt, bar));
    // Up to the first addition the other bar may be read if nothing is added to it before.
    let early = if is_zero(value) { first.unwrap_or_default() } else { 0 };
    let untouched = |(at, stmt): (usize, &Stmt)| match at.cmp(&early) {
        Ordering::Less if is_zero(value) => !effects::writes(stmt).contains(&into),
        Ordering::Equal if is_zero(value) => only_evaluates(stmt, into),
        _ => !effects::mentions(stmt, into),
    };
    let elsewhere = between.stmts.iter().enumerate().all(untouched);
    let before = block.stmts[..index].iter().chain(&between.stmts);
    let is_read = before.into_iter().any(|stmt| reads(stmt, into));
    let merges = is_bar && is_local && elsewhere && is_read && is_only_added_to(&between, bar);
    merges.then_some((index + 1 + last, into))
}

fn is_zero(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Zero)
}

/// Whether the statement does no more with the bar than to compute, before it does anything, what it
/// adds elsewhere or calls a reverse sweep with.
fn only_evaluates(stmt: &Stmt, bar: VarId) -> bool {
    match &stmt.kind {
        StmtKind::Accumulate { place, .. } => place.root != bar,
        StmtKind::Call(call) if call.callee.stages == [Stage::Reverse] => {
            call.args.iter().all(|arg| match arg {
                Arg::Active(inner) => matches!(**inner, Arg::Value(_)) || !mentions(inner, bar),
                arg => !mentions(arg, bar),
            })
        }
        _ => !effects::mentions(stmt, bar),
    }
}

fn mentions(arg: &Arg, bar: VarId) -> bool {
    let mut mentioned = false;
    effects::arg_reads(arg, &mut |root| mentioned |= root == bar);
    mentioned
}

fn reads(stmt: &Stmt, bar: VarId) -> bool {
    match &stmt.kind {
        StmtKind::Accumulate { place, value } if place.is_var() == Some(bar) => value.reads(bar),
        kind => {
            let mut found = false;
            effects::own_reads(kind, &mut |root| found |= root == bar);
            found || kind.blocks().any(|block| block.stmts.iter().any(|stmt| reads(stmt, bar)))
        }
    }
}

/// Puts the bar that is declared at `index`, and added at `at`, into the other one.
fn merge(block: &mut Block, (index, at): (usize, usize), into: Place) {
    block.stmts.remove(at);
    let StmtKind::Let { var: bar, value: Some(Rvalue::Expr(value)) } = &block.stmts[index].kind
    else {
        return;
    };
    let (bar, value) = (*bar, value.clone());
    let mut between = Block { stmts: block.stmts.drain(index + 1..at).collect() };
    redirect(&mut between, bar, into.root);
    let own = block.stmts.remove(index).span;
    let mut merged = Block::default();
    if !is_zero(&value) {
        merged.push(StmtKind::Accumulate { place: into, value }, own);
    }
    merged.extend(between);
    block.stmts.splice(index..index, merged.stmts);
}
