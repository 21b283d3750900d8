//! Adds up like terms of derivatives.
//!
//! The rule of a product gives `x·x` two equal shares, `c·b·b` two that differ in the order of their
//! factors only. In a sum of derivatives, terms with the same factors become one:
//! 1. `d·x + d·x` becomes `2·d·x`, where a factor may be the name of a product: with `t = c·b` the
//!    terms `d·t` and `d·b·c` are alike, and the shorter one stays;
//! 2. `d·p + d·q` becomes `d·(p + q)` for a derivative `d` that is another one in each iteration of a
//!    loop: what is known without `d` then no longer waits for it, which is what a recurrence backwards
//!    spends its time on;
//! 3. `(if c { d } else { 0 }) + (if c { 0 } else { e })` becomes `if c { d } else { e }`.
//!
//! # Legality
//!
//! The terms of one sum are evaluated in one state, so that factors that are written alike are equal;
//! a name stands for a product only if neither it nor what the product reads can change. Only
//! expressions that read a tangent, a cotangent or a seed are looked at, so that primal values stay
//! bit-equal. A derivative may change in its last bits: the terms left out would have been rounded on
//! their own.

mod product;

use std::collections::VecDeque;

use self::product::{Names, Product};
use super::derivatives::Derivatives;
use super::visit::{exprs_mut, weight};
use crate::ir::{Block, Expr, ExprKind, Function, StmtKind};
use crate::ops::Prim;

/// Adds up the like terms in a derived function.
pub fn like_terms(function: &mut Function) {
    let derivatives = Derivatives::of(function);
    let mut pass = LikeTerms { derivatives, names: Names::of(function) };
    pass.block(&mut function.body);
    function.results.iter_mut().for_each(|result| pass.root(result));
}

struct LikeTerms {
    derivatives: Derivatives,
    names: Names,
}

/// A product as a derivative times the rest.
struct Factored {
    negative: bool,
    factor: Expr,
    partial: Expr,
}

/// How much longer rewrite 2 may make an expression: by two operations and their operands, which a name
/// stood for. It then still takes less time where the factor is what has to be waited for.
const MORE: usize = 4;

/// A term of a sum, and whether it is subtracted.
type Term = (bool, Expr);

impl LikeTerms {
    fn block(&mut self, block: &mut Block) {
        for stmt in &mut block.stmts {
            exprs_mut(&mut stmt.kind, &mut |expr| self.root(expr));
            if let StmtKind::Loop(loop_) = &mut stmt.kind {
                let outer = self.derivatives.enter(&loop_.body);
                self.block(&mut loop_.body);
                self.derivatives.leave(outer);
                continue;
            }
            stmt.kind.blocks_mut().for_each(|inner| self.block(inner));
        }
    }

    fn root(&self, expr: &mut Expr) {
        if self.derivatives.are_in(expr) {
            self.expr(expr);
        }
    }

    fn expr(&self, expr: &mut Expr) {
        if expr.ty.is_float() && matches!(expr.kind, ExprKind::Prim(Prim::Add | Prim::Sub, _)) {
            self.sum(expr);
        }
        match &mut expr.kind {
            ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| self.expr(arg)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.expr(inner),
            ExprKind::Read(_)
            | ExprKind::Len(_)
            | ExprKind::Opaque(_)
            | ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero => {}
        }
    }

    /// Adds up the terms of a sum, if some are alike.
    fn sum(&self, expr: &mut Expr) {
        let mut terms = Vec::new();
        flatten(expr, false, &mut terms);
        let count = terms.len();
        let mut left: VecDeque<Term> = terms.into();
        let mut added = Vec::new();
        while let Some(first) = left.pop_front() {
            added.push(self.take_like(first, &mut left));
        }
        let added = self.grouped(added);
        if added.len() < count {
            let sum = added.into_iter().fold(None, |sum, (negative, term)| {
                Some(match (sum, negative) {
                    (None, false) => term,
                    (None, true) => unary(Prim::Neg, term),
                    (Some(sum), false) => binary(Prim::Add, sum, term),
                    (Some(sum), true) => binary(Prim::Sub, sum, term),
                })
            });
            *expr = sum.unwrap_or_else(|| expr.clone());
        }
    }

    /// Rewrite 2: makes one term of those with the same fresh derivative among their factors.
    fn grouped(&self, terms: Vec<Term>) -> Vec<Term> {
        let split = |term: Term| (self.factored(term.0, &term.1), term);
        let mut left: VecDeque<(Option<Factored>, Term)> = terms.into_iter().map(split).collect();
        let mut grouped = Vec::new();
        while let Some((factored, first)) = left.pop_front() {
            let Some(Factored { negative, factor, partial }) = factored else {
                grouped.push(first);
                continue;
            };
            let shares = |(other, _): &(Option<Factored>, Term)| {
                other.as_ref().is_some_and(|other| other.factor.is_same(&factor))
            };
            let (same, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(shares);
            left = rest.into();
            let (others, terms): (Vec<_>, Vec<_>) = same.into_iter().unzip();
            let sum = others.into_iter().flatten().fold(partial, |sum, other| {
                let prim = if other.negative == negative { Prim::Add } else { Prim::Sub };
                binary(prim, sum, other.partial)
            });
            let product = binary(Prim::Mul, factor, sum);
            let terms: Vec<Term> = std::iter::once(first).chain(terms).collect();
            let before = terms.iter().map(|(_, term)| weight(term) + 1).sum::<usize>() - 1;
            match terms.len() > 1 && weight(&product) <= before + MORE {
                true => grouped.push((negative, product)),
                false => grouped.extend(terms),
            }
        }
        grouped
    }

    fn product<'a>(&'a self, negative: bool, term: &'a Expr) -> Product<'a> {
        Product::of(negative, term, &|var| self.names.get(var))
    }

    /// The product split into a fresh derivative and the rest, if no other derivative is in it. What
    /// the names of derivatives stand for may lead to one that more terms have.
    fn factored(&self, negative: bool, term: &Expr) -> Option<Factored> {
        let named = |var| self.names.get(var).filter(|_| self.derivatives.contains(var));
        let of = Product::of(negative, term, &named);
        let split = self.split(&of, term);
        split.or_else(|| self.split(&Product::of(negative, term, &|_| None), term))
    }

    fn split(&self, product: &Product<'_>, term: &Expr) -> Option<Factored> {
        let factor = product.only(self.derivatives.all())?;
        let var = factor.as_var().filter(|var| self.derivatives.is_fresh(*var))?;
        let constant = || Expr::float(product.constant, term.ty.clone(), term.span);
        let factors = product.factors.iter().filter(|factor| factor.as_var() != Some(var));
        let partial = (product.constant != 1.0)
            .then(constant)
            .into_iter()
            .chain(factors.map(|factor| (*factor).clone()))
            .reduce(|partial, factor| binary(Prim::Mul, partial, factor))
            .unwrap_or_else(constant);
        Some(Factored { negative: product.negative, factor: factor.clone(), partial })
    }

    /// Rewrites 1 and 3: takes all that the term can be added up with.
    fn take_like(&self, (negative, first): Term, terms: &mut VecDeque<Term>) -> Term {
        let product = self.product(negative, &first);
        let is_like = |(negative, term): &Term| product.is_like(&self.product(*negative, term));
        let (like, rest): (Vec<_>, Vec<_>) = std::mem::take(terms).into_iter().partition(is_like);
        *terms = rest.into();
        if !like.is_empty() {
            let count = 1.0 + like.len() as f64;
            let all = std::iter::once((negative, first.clone())).chain(like);
            let shortest = all.min_by_key(|(_, term)| weight(term));
            let (negative, mut term) = shortest.unwrap_or((negative, first.clone()));
            times(&mut term, count);
            return (negative, term);
        }
        for index in 0..terms.len() {
            let (sign, other) = &terms[index];
            if let (true, Some(joined)) = (*sign == negative, joined(&first, other)) {
                terms.remove(index);
                return (negative, joined);
            }
        }
        (negative, first)
    }
}

fn flatten(expr: &Expr, negative: bool, terms: &mut Vec<Term>) {
    match &expr.kind {
        ExprKind::Prim(Prim::Add, args) => {
            flatten(&args[0], negative, terms);
            flatten(&args[1], negative, terms);
        }
        ExprKind::Prim(Prim::Sub, args) => {
            flatten(&args[0], negative, terms);
            flatten(&args[1], !negative, terms);
        }
        ExprKind::Prim(Prim::Neg, args) => flatten(&args[0], !negative, terms),
        _ => terms.push((negative, expr.clone())),
    }
}

fn unary(prim: Prim, arg: Expr) -> Expr {
    let (ty, span) = (arg.ty.clone(), arg.span);
    Expr::prim(prim, vec![arg], ty, span)
}

fn binary(prim: Prim, left: Expr, right: Expr) -> Expr {
    let (ty, span) = (left.ty.clone(), left.span);
    Expr::prim(prim, vec![left, right], ty, span)
}

/// Multiplies a product by a constant: its first factor, which is a tangent or a cotangent and often
/// the same in all iterations of a loop, so that rustc does it once.
fn times(term: &mut Expr, count: f64) {
    match &mut term.kind {
        ExprKind::Prim(Prim::Mul | Prim::Neg, args) => times(&mut args[0], count),
        _ => {
            let factor = Expr::float(count, term.ty.clone(), term.span);
            *term = binary(Prim::Mul, factor, term.clone());
        }
    }
}

/// One selection of two by the same condition, the first of which is zero where it does not hold,
/// the second where it does.
fn joined(first: &Expr, second: &Expr) -> Option<Expr> {
    let (ExprKind::Prim(Prim::Select, a), ExprKind::Prim(Prim::Select, b)) =
        (&first.kind, &second.kind)
    else {
        return None;
    };
    let is_zero = |expr: &Expr| matches!(expr.kind, ExprKind::Zero);
    let complement = a[0].is_same(&b[0]) && is_zero(&a[2]) && is_zero(&b[1]);
    let args = || vec![a[0].clone(), a[1].clone(), b[2].clone()];
    complement.then(|| Expr::prim(Prim::Select, args(), first.ty.clone(), first.span))
}
