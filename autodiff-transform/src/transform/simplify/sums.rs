//! Shorter sums: what the rules of the table give term by term, put together.

use super::{LARGEST, is_inlinable, is_ours, weight};
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Function, Rvalue, Stmt, StmtKind, VarId};
use crate::ops::Prim;
use crate::transform::visit::exprs_mut;

/// Rewrites 6 and 7, in every block.
pub fn shorten(function: &Function, block: &mut Block) -> bool {
    let mut changed = false;
    for stmt in &mut block.stmts {
        exprs_mut(&mut stmt.kind, &mut |expr| changed |= signs(expr));
        if let StmtKind::Accumulate { value, .. } = &mut stmt.kind
            && !matches!(value.kind, ExprKind::Prim(Prim::Neg, _))
            && let Some(positive) = negated(value)
        {
            let (ty, span) = (value.ty.clone(), value.span);
            *value = Expr::prim(Prim::Neg, vec![positive], ty, span);
        }
        for inner in stmt.kind.blocks_mut() {
            changed |= shorten(function, inner);
        }
    }
    let mut index = 0;
    while index < block.stmts.len() {
        match twice(block, index) || first_term(function, block, index) {
            true => changed = true,
            false => index += 1,
        }
    }
    changed
}

/// `a + -b` is `a - b`, `a - -b` is `a + b`, and `p + p` of a product is `p * 2.0`, to the last bit.
pub fn signs(expr: &mut Expr) -> bool {
    let mut changed = false;
    match &mut expr.kind {
        ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| changed |= signs(arg)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => changed |= signs(inner),
        ExprKind::Read(place) | ExprKind::Len(place) => {
            place.operands_mut().for_each(|operand| changed |= signs(operand));
        }
        ExprKind::Float(..)
        | ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Opaque(_)
        | ExprKind::Zero => {}
    }
    let ExprKind::Prim(prim @ (Prim::Add | Prim::Sub), args) = &mut expr.kind else {
        return changed;
    };
    if !expr.ty.is_float() {
        return changed;
    }
    if let Some(negated) = negated(&args[1]) {
        args[1] = negated;
        *prim = if *prim == Prim::Add { Prim::Sub } else { Prim::Add };
        return true;
    }
    if *prim == Prim::Add && weight(&args[0]) > 1 && args[0].is_same(&args[1]) {
        *expr = doubled(args[0].clone());
        return true;
    }
    changed
}

/// `v` of `-v`, `a * b` of `-a * b`, but not `2.0` of `-2.0`.
fn negated(expr: &Expr) -> Option<Expr> {
    let ExprKind::Prim(prim, args) = &expr.kind else { return None };
    match prim {
        _ if !expr.ty.is_float() => None,
        Prim::Neg if matches!(args[0].kind, ExprKind::Float(..)) => None,
        Prim::Neg => Some(args[0].clone()),
        Prim::Mul | Prim::Div => {
            let mut args = args.clone();
            args[0] = negated(&args[0])?;
            Some(Expr { kind: ExprKind::Prim(*prim, args), ..expr.clone() })
        }
        _ => None,
    }
}

fn doubled(expr: Expr) -> Expr {
    let (ty, span) = (expr.ty.clone(), expr.span);
    if let ExprKind::Prim(Prim::Neg, args) = expr.kind {
        let inner = args.into_iter().next().expect("a sign has an operand");
        return Expr::prim(Prim::Neg, vec![doubled(inner)], ty, span);
    }
    let two = Expr::float(2.0, ty.clone(), span);
    Expr::prim(Prim::Mul, vec![expr, two], ty, span)
}

/// Statement `index` and the same addition after it become one.
fn twice(block: &mut Block, index: usize) -> bool {
    let Some([first, second]) = block.stmts.get(index..index + 2) else { return false };
    let (
        StmtKind::Accumulate { place, value },
        StmtKind::Accumulate { place: other, value: again },
    ) = (&first.kind, &second.kind)
    else {
        return false;
    };
    let mut reads_place = false;
    value.for_each_root(&mut |root| reads_place |= root == place.root);
    let scalar = place.ty.is_float() && value.ty.is_float() && weight(value) > 1;
    if reads_place || !scalar || !place.is_same(other) || !value.is_same(again) {
        return false;
    }
    let kind = StmtKind::Accumulate { place: place.clone(), value: doubled(value.clone()) };
    block.stmts[index].kind = kind;
    block.stmts.remove(index + 1);
    true
}

/// `let b = a; …; b += e;` becomes `…; let b = a + e;`.
fn first_term(function: &Function, block: &mut Block, index: usize) -> bool {
    let Some((var, start)) = start_of_sum(function, &block.stmts[index]) else { return false };
    let mut inputs = Vec::new();
    start.for_each_root(&mut |root| inputs.push(root));
    for next in index + 1..block.stmts.len() {
        let stmt = &mut block.stmts[next];
        if let StmtKind::Accumulate { place, value } = &stmt.kind
            && place.is_var() == Some(var)
        {
            let mut reads_itself = false;
            value.for_each_root(&mut |root| reads_itself |= root == var);
            if reads_itself || weight(&start) + weight(value) >= LARGEST {
                return false;
            }
            let sum = vec![start.clone(), value.clone()];
            let mut sum = Expr::prim(Prim::Add, sum, start.ty.clone(), start.span);
            signs(&mut sum);
            stmt.kind = StmtKind::Let { var, value: Some(Rvalue::Expr(sum)) };
            block.stmts.remove(index);
            return true;
        }
        let written = effects::writes(stmt);
        let mut touched = written.contains(&var) || inputs.iter().any(|it| written.contains(it));
        effects::for_each_read(stmt, &mut |read| touched |= read == var);
        if touched {
            return false;
        }
    }
    false
}

/// A variable of ours that begins as a float other than zero.
fn start_of_sum(function: &Function, stmt: &Stmt) -> Option<(VarId, Expr)> {
    let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind else { return None };
    let added_to = function.var(*var).mutable && function.var(*var).ty.is_float();
    let ours = added_to && is_ours(function, *var) && value.ty.is_float();
    (ours && is_inlinable(value) && !matches!(value.kind, ExprKind::Zero))
        .then(|| (*var, value.clone()))
}
