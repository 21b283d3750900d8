//! Index arithmetic: `usize` expressions of the IR, with literals folded so that the bounds of a
//! loop over an array stay constants.

use proc_macro2::Span;

use crate::ir::{Expr, ExprKind, Ty};
use crate::ops::Prim;

/// A `usize` literal.
pub fn literal(value: usize, span: Span) -> Expr {
    Expr::int(value as u128, Ty::usize(), span)
}

/// The value of an integer literal.
pub fn value_of(expr: &Expr) -> Option<u128> {
    match expr.kind {
        ExprKind::Int(value, _) => Some(value),
        _ => None,
    }
}

fn is(expr: &Expr, value: u128) -> bool {
    value_of(expr) == Some(value)
}

/// `prim(a, b)`, computed here where both are literals and the result is in range.
fn binary(prim: Prim, a: Expr, b: Expr, fold: fn(u128, u128) -> Option<u128>) -> Expr {
    let (ty, span) = (a.ty.clone(), a.span);
    let folded = value_of(&a).zip(value_of(&b)).and_then(|(a, b)| fold(a, b));
    match folded {
        Some(value) => Expr::int(value, ty, span),
        None => Expr::prim(prim, vec![a, b], ty, span),
    }
}

pub fn add(a: Expr, b: Expr) -> Expr {
    if is(&a, 0) {
        return b;
    }
    if is(&b, 0) {
        return a;
    }
    binary(Prim::Add, a, b, u128::checked_add)
}

/// `a - b`, for `a ≥ b`.
pub fn sub(a: Expr, b: Expr) -> Expr {
    if is(&b, 0) {
        return a;
    }
    binary(Prim::Sub, a, b, u128::checked_sub)
}

pub fn mul(a: Expr, b: Expr) -> Expr {
    if is(&a, 1) {
        return b;
    }
    if is(&b, 1) {
        return a;
    }
    binary(Prim::Mul, a, b, u128::checked_mul)
}

pub fn div(a: Expr, b: Expr) -> Expr {
    if is(&b, 1) {
        return a;
    }
    binary(Prim::Div, a, b, u128::checked_div)
}

pub fn rem(a: Expr, b: Expr) -> Expr {
    binary(Prim::Rem, a, b, u128::checked_rem)
}

pub fn min(a: Expr, b: Expr) -> Expr {
    binary(Prim::Min, a, b, |a, b| Some(a.min(b)))
}

pub fn max(a: Expr, b: Expr) -> Expr {
    binary(Prim::Max, a, b, |a, b| Some(a.max(b)))
}

/// `a - b`, and `0` for `a < b`.
pub fn saturating_sub(a: Expr, b: Expr) -> Expr {
    sub(max(a, b.clone()), b)
}

/// `⌈a / b⌉`.
pub fn div_ceil(a: Expr, b: Expr) -> Expr {
    let span = b.span;
    div(add(a, sub(b.clone(), literal(1, span))), b)
}

/// A comparison.
pub fn compare(prim: Prim, a: Expr, b: Expr) -> Expr {
    let span = a.span;
    Expr::prim(prim, vec![a, b], Ty::Bool, span)
}

pub fn not(a: Expr) -> Expr {
    let span = a.span;
    Expr::prim(Prim::Not, vec![a], Ty::Bool, span)
}
