//! Signs: what the rules of the table give as `a + -b`.

use crate::ir::{Block, Expr, ExprKind, StmtKind};
use crate::ops::Prim;
use crate::transform::visit::exprs_mut;

/// Rewrite 6, in every block; `a += -p * q` becomes `a += -(p * q)`, which is printed as `a -= p * q`.
pub fn shorten(block: &mut Block) -> bool {
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
            changed |= shorten(inner);
        }
    }
    changed
}

/// `a + -b` is `a - b`, and `a - -b` is `a + b`, to the last bit.
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
    changed
}

/// `v` of `-v`, `a * b` of `-a * b`, `a + b` of `-a - b`, but not `2.0` of `-2.0`.
fn negated(expr: &Expr) -> Option<Expr> {
    let ExprKind::Prim(prim, args) = &expr.kind else { return None };
    let with = |prim, args| Some(Expr { kind: ExprKind::Prim(prim, args), ..expr.clone() });
    match (prim, args.as_slice()) {
        _ if !expr.ty.is_float() => None,
        (Prim::Neg, [arg]) if matches!(arg.kind, ExprKind::Float(..)) => None,
        (Prim::Neg, [arg]) => Some(arg.clone()),
        (Prim::Mul | Prim::Div, [a, b]) => match (negated(a), prim) {
            (Some(a), _) => with(*prim, vec![a, b.clone()]),
            (None, Prim::Mul) => with(Prim::Mul, vec![a.clone(), negated(b)?]),
            (None, _) => None,
        },
        (Prim::Sub, [a, b]) => with(Prim::Add, vec![negated(a)?, b.clone()]),
        _ => None,
    }
}
