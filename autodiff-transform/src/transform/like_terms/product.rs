//! Products as signs, constants and factors, so that the order of factors does not matter.

use std::collections::HashMap;

use crate::ir::{Block, Expr, ExprKind, Function, Rvalue, StmtKind, VarId, VarSet};
use crate::ops::Prim;
use crate::transform::simplify::{declared_once, is_fixed};

/// How many factors are compared; names of products of products stand for any number.
const MOST_FACTORS: usize = 12;

/// What immutable variables stand for that are products of such.
pub struct Names(HashMap<VarId, Expr>);

impl Names {
    pub fn of(function: &Function) -> Names {
        let mut names = HashMap::new();
        collect(function, &function.body, &mut names);
        let once = declared_once(&function.body, &mut |_| ());
        names.retain(|var, _| once.contains(var));
        Names(names)
    }

    /// What the variable stands for.
    pub fn get(&self, var: VarId) -> Option<&Expr> {
        self.0.get(&var)
    }
}

fn collect(function: &Function, block: &Block, names: &mut HashMap<VarId, Expr>) {
    for stmt in &block.stmts {
        if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind {
            let is_product = matches!(value.kind, ExprKind::Prim(Prim::Mul | Prim::Neg, _));
            let mut fixed = is_fixed(function, *var);
            value.for_each_root(&mut |root| fixed &= is_fixed(function, root));
            if value.ty.is_float() && is_product && fixed {
                names.insert(*var, value.clone());
            }
        }
        for inner in stmt.kind.blocks() {
            collect(function, inner, names);
        }
    }
}

/// A product: its sign, its constant, and its other factors.
pub struct Product<'a> {
    pub negative: bool,
    pub constant: f64,
    pub factors: Vec<&'a Expr>,
    /// It has too many factors to be compared.
    pub too_long: bool,
}

impl<'a> Product<'a> {
    /// The factors of an expression, those of the products that `names` knows included.
    pub fn of(
        negative: bool,
        expr: &'a Expr,
        names: &impl Fn(VarId) -> Option<&'a Expr>,
    ) -> Product<'a> {
        let constant = 1.0;
        let mut product = Product { negative, constant, factors: Vec::new(), too_long: false };
        product.take(expr, names);
        product
    }

    fn take(&mut self, expr: &'a Expr, names: &impl Fn(VarId) -> Option<&'a Expr>) {
        self.too_long |= self.factors.len() >= MOST_FACTORS;
        match &expr.kind {
            _ if self.too_long => {}
            ExprKind::Prim(Prim::Mul, args) => args.iter().for_each(|arg| self.take(arg, names)),
            ExprKind::Prim(Prim::Neg, args) => {
                self.negative ^= true;
                self.take(&args[0], names);
            }
            ExprKind::Float(value, _) => self.constant *= value,
            _ => match expr.as_var().and_then(names) {
                Some(named) => self.take(named, names),
                None => self.factors.push(expr),
            },
        }
    }

    /// Whether they differ in the order of their factors at most.
    pub fn is_like(&self, other: &Product<'_>) -> bool {
        let differ = self.too_long
            || other.too_long
            || self.negative != other.negative
            || self.constant != other.constant
            || self.factors.len() != other.factors.len();
        let mut left: Vec<&Expr> = other.factors.clone();
        !differ
            && self.factors.iter().all(|factor| {
                let at = left.iter().position(|candidate| candidate.is_same(factor));
                at.map(|at| left.swap_remove(at)).is_some()
            })
    }

    /// The one factor that reads any of these variables, if it is one of them as a whole.
    pub fn only(&self, vars: &VarSet) -> Option<&'a Expr> {
        let reads = |factor: &&&Expr| {
            let mut reads = false;
            factor.for_each_root(&mut |root| reads |= vars.contains(&root));
            reads
        };
        let mut found = self.factors.iter().filter(reads);
        match (found.next(), found.next()) {
            (Some(factor), None) if !self.too_long => factor.as_var().map(|_| *factor),
            _ => None,
        }
    }
}
