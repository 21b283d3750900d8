//! Values that stand beside the expressions that tell their derivatives.
//!
//! `given(value, same)` is `value`, differentiated as `same`. Once a function is derived no more, nothing
//! is left of `same`: it is dropped, and with it the loops that only it needs. What is derived again
//! keeps it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::separate::separate;
use super::simplify::{renumber, simplify};
use super::visit::{count_reads, exprs_mut};
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Function, Rvalue, Stmt, StmtKind, VarId, VarSet};
use crate::ops::Prim;

/// The function as it is printed, if it is not derived again.
pub fn values_alone(function: &Function) -> Cow<'_, Function> {
    let mut alone = function.clone();
    let mut found = false;
    in_block(&mut alone.body, &mut found);
    alone.results.iter_mut().for_each(|result| in_expr(result, &mut found));
    if !found {
        return Cow::Borrowed(function);
    }
    // What both sweeps read is declared in each.
    let mut alone = separate(&alone);
    while drop_unread_sums(&mut alone) {}
    simplify(&mut alone);
    renumber(&mut alone);
    Cow::Owned(alone)
}

/// Drops variables that nothing reads but what they are made of themselves: `sum += x[i]`.
fn drop_unread_sums(function: &mut Function) -> bool {
    let mut reads: HashMap<VarId, isize> = HashMap::new();
    count_reads(&function.body, &mut |root| *reads.entry(root).or_default() += 1);
    for result in &function.results {
        result.for_each_root(&mut |root| *reads.entry(root).or_default() += 1);
    }
    let mut declared = VarSet::new();
    own_reads(&function.body, &mut reads, &mut declared);
    let params: Vec<VarId> = function.params.iter().map(|param| param.var).collect();
    let unread: VarSet = declared
        .iter()
        .filter(|var| !params.contains(var) && function.var(*var).ty.is_float())
        .filter(|var| reads.get(var).is_none_or(|count| *count == 0))
        .collect();
    let before = count(&function.body);
    remove(&mut function.body, &unread);
    count(&function.body) < before
}

/// Takes off what a variable's own assignments read of it, and notes the variables.
fn own_reads(block: &Block, reads: &mut HashMap<VarId, isize>, declared: &mut VarSet) {
    for stmt in &block.stmts {
        let own = match &stmt.kind {
            StmtKind::Let { var, .. } => {
                declared.insert(*var);
                None
            }
            StmtKind::Assign { place, .. } | StmtKind::Accumulate { place, .. } => place.is_var(),
            _ => None,
        };
        if let Some(own) = own {
            effects::own_reads(&stmt.kind, &mut |root| {
                if root == own {
                    *reads.entry(root).or_default() -= 1;
                }
            });
        }
        stmt.kind.blocks().for_each(|inner| own_reads(inner, reads, declared));
    }
}

fn remove(block: &mut Block, unread: &VarSet) {
    block.stmts.retain(|stmt| match &stmt.kind {
        StmtKind::Let { var, value: None | Some(Rvalue::Expr(_)) } => !unread.contains(var),
        StmtKind::Assign { place, value: Rvalue::Expr(_) } | StmtKind::Accumulate { place, .. } => {
            place.is_var().is_none_or(|var| !unread.contains(&var))
        }
        _ => true,
    });
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(|inner| remove(inner, unread));
    }
}

/// The number of statements.
fn count(block: &Block) -> usize {
    let inner = |stmt: &Stmt| stmt.kind.blocks().map(count).sum::<usize>();
    block.stmts.iter().map(|stmt| 1 + inner(stmt)).sum()
}

fn in_block(block: &mut Block, found: &mut bool) {
    for stmt in &mut block.stmts {
        exprs_mut(&mut stmt.kind, &mut |expr| in_expr(expr, found));
        stmt.kind.blocks_mut().for_each(|inner| in_block(inner, found));
    }
}

fn in_expr(expr: &mut Expr, found: &mut bool) {
    if let ExprKind::Prim(prim, args) = &mut expr.kind {
        args.iter_mut().for_each(|arg| in_expr(arg, found));
        if let (Prim::Given, [value, _]) = (*prim, &mut args[..]) {
            *found = true;
            let value = std::mem::replace(value, Expr::bool(false, expr.span));
            *expr = value;
        }
    }
}
