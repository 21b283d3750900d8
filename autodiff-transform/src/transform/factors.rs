//! The order of a product's factors: a derivative is multiplied last.
//!
//! The rules of the table put a derivative through one factor after the other, `d * a * b * c`. In a
//! loop that carries derivatives from one iteration to the next the whole product is then part of the
//! chain of operations that wait for each other. `d * (a * b * c)` takes as many multiplications, but
//! all but one of them are of values that do not depend on `d`: they are ready before it arrives, or the
//! same for all directions at once. A constant stays with a derivative that a loop does not change:
//! `2.0 * seed * a`.
//!
//! Likewise `let e = d * a`, of which nothing but two further products are made, is put into these:
//! `d * (a * b)` and `d * (a * c)` take one multiplication more, and each of them waits for `d` only
//! as long as one takes. Measured on a Runge–Kutta loop, whose reverse sweep is such a chain: 43 ns for
//! each step before both, 38 ns after.

use super::derivatives::Derivatives;
use super::simplify::{LARGEST, Uses, is_fixed, is_ours, reads_what_is_lent};
use super::visit::{exprs_mut, is_plain, substitute, weight};
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Function, Rvalue, Stmt, StmtKind, VarId, VarSet};
use crate::ops::Prim;

/// Multiplies derivatives last in a derived function.
pub fn derivatives_last(function: &mut Function) {
    let mut derivatives = Derivatives::of(function);
    let uses = Uses::of(function);
    let mut body = std::mem::take(&mut function.body);
    shorten_chains(function, &mut body, &uses, &derivatives);
    function.body = body;
    in_block(&mut function.body, &mut derivatives);
    function.results.iter_mut().for_each(|result| reorder(result, &derivatives));
}

fn in_block(block: &mut Block, derivatives: &mut Derivatives) {
    for stmt in &mut block.stmts {
        exprs_mut(&mut stmt.kind, &mut |expr| reorder(expr, derivatives));
        if let StmtKind::Loop(loop_) = &mut stmt.kind {
            let outer = derivatives.enter(&loop_.body);
            in_block(&mut loop_.body, derivatives);
            derivatives.leave(outer);
            continue;
        }
        stmt.kind.blocks_mut().for_each(|inner| in_block(inner, derivatives));
    }
}

fn reorder(expr: &mut Expr, derivatives: &Derivatives) {
    match &mut expr.kind {
        ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| reorder(arg, derivatives)),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => reorder(inner, derivatives),
        ExprKind::Read(_)
        | ExprKind::Len(_)
        | ExprKind::Float(..)
        | ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Opaque(_)
        | ExprKind::Zero => {}
    }
    let mut factors = Vec::new();
    collect(expr, &mut factors);
    if factors.len() < 3 {
        return;
    }
    let (mut derived, others): (Vec<&Expr>, Vec<&Expr>) =
        factors.into_iter().partition(|factor| derivatives.are_in(factor));
    let (Some(derivative), true) = (derived.pop(), derived.is_empty()) else { return };
    let mut derivative = derivative.clone();
    let waits = derivative.as_place().is_none_or(|place| derivatives.is_fresh(place.root));
    let is_constant = |factor: &&&Expr| matches!(factor.kind, ExprKind::Float(..));
    let (constants, others): (Vec<&Expr>, Vec<&Expr>) = match waits {
        true => (Vec::new(), others),
        // Rustc multiplies the two once, before the loop.
        false => others.iter().partition(is_constant),
    };
    for constant in constants {
        derivative = times(constant.clone(), derivative, expr);
    }
    let others = others.into_iter().cloned();
    *expr = match others.reduce(|product, factor| times(product, factor, expr)) {
        Some(others) => times(derivative, others, expr),
        None => derivative,
    };
}

/// The factors of a product of floats, in the order in which they stand.
fn collect<'e>(expr: &'e Expr, factors: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Prim(Prim::Mul, args) if expr.ty.is_float() => {
            args.iter().for_each(|arg| collect(arg, factors));
        }
        _ => factors.push(expr),
    }
}

fn times(left: Expr, right: Expr, of: &Expr) -> Expr {
    Expr::prim(Prim::Mul, vec![left, right], of.ty.clone(), of.span)
}

/// Puts products that two others are made of into these, in every block.
fn shorten_chains(function: &Function, block: &mut Block, uses: &Uses, derivatives: &Derivatives) {
    let mut index = 0;
    while index < block.stmts.len() {
        match intermediate(function, &block.stmts[index], uses, derivatives) {
            Some((var, value)) if put(&mut block.stmts[index + 1..], var, &value, derivatives) => {
                block.stmts.remove(index);
            }
            _ => index += 1,
        }
    }
    for stmt in &mut block.stmts {
        for inner in stmt.kind.blocks_mut() {
            shorten_chains(function, inner, uses, derivatives);
        }
    }
}

/// A derivative times one other factor, used twice. With more factors the products would grow along a
/// chain of such steps.
fn intermediate(
    function: &Function,
    stmt: &Stmt,
    uses: &Uses,
    derivatives: &Derivatives,
) -> Option<(VarId, Expr)> {
    let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind else { return None };
    let twice = uses.reads(*var) == 2 && is_ours(function, *var) && is_fixed(function, *var);
    let mut factors = Vec::new();
    collect(value, &mut factors);
    let is_derivative = |factor: &&&Expr| {
        let var = factor.as_var().filter(|var| is_fixed(function, *var));
        var.is_some_and(|var| derivatives.contains(var))
    };
    let of_one = factors.iter().filter(is_derivative).count() == 1;
    let others = factors.iter().filter(|factor| derivatives.are_in(factor)).count() == 1;
    (twice && factors.len() == 2 && of_one && others && is_plain(value))
        .then(|| (*var, value.clone()))
}

/// Puts the value in place of both reads of the variable, if each stands in a product.
fn put(stmts: &mut [Stmt], var: VarId, value: &Expr, derivatives: &Derivatives) -> bool {
    let mut inputs = VarSet::new();
    value.for_each_root(&mut |root| {
        inputs.insert(root);
    });
    let (mut changed, mut found) = (Vec::new(), 0);
    for (index, stmt) in stmts.iter().enumerate() {
        let mut count = 0;
        effects::for_each_read(stmt, &mut |root| count += usize::from(root == var));
        found += count;
        if count > 0 {
            if reads_what_is_lent(&stmt.kind, var, value) {
                return false;
            }
            let mut trial = stmt.kind.clone();
            let (mut done, mut size) = (0, 0);
            exprs_mut(&mut trial, &mut |expr| {
                done += scaled(expr, var, derivatives);
                substitute(expr, &|read| (read == var).then_some(value));
                size = size.max(weight(expr));
            });
            if done != count || size > LARGEST {
                return false;
            }
            changed.push((index, trial));
            if found == 2 {
                break;
            }
        }
        if !effects::writes(stmt).is_disjoint(&inputs) {
            return false;
        }
    }
    if found < 2 {
        return false;
    }
    changed.into_iter().for_each(|(index, kind)| stmts[index].kind = kind);
    true
}

/// How often the variable stands in a product whose other factors are no derivatives.
fn scaled(expr: &Expr, var: VarId, derivatives: &Derivatives) -> usize {
    let ExprKind::Prim(_, args) = &expr.kind else { return 0 };
    let mut factors = Vec::new();
    collect(expr, &mut factors);
    if let [_, _, ..] = factors[..] {
        let own = factors.iter().filter(|factor| factor.as_var() == Some(var)).count();
        let derived = factors.iter().filter(|factor| derivatives.are_in(factor)).count();
        return usize::from(own == 1 && derived == 1);
    }
    args.iter().map(|arg| scaled(arg, var, derivatives)).sum()
}
