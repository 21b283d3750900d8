//! Sums of cotangents that the loop itself has made.
//!
//! In `for x in xs { let t = (x - largest).exp(); sum += t; }` the cotangent of `largest` is the sum of all
//! `-sum_bar * t`, one addition after the other in the loop's reverse. But the loop has added up the
//! same `t`: it is `-sum_bar * sum`. So that addition leaves the reverse, of which rustc can then make
//! vector instructions, and stands once before it.
//!
//! # Legality
//!
//! 1. `sum` is declared as zero in the block that the loop stands in, and changed by nothing but one
//!    addition in each of the loop's iterations, of the immutable `t`.
//! 2. In the reverse of an iteration the cotangent is added to once, and not looked at. What is added is a
//!    product of `t` and of what is the same in all iterations, at most negated.
//! 3. The reverse reads `sum` as the loop left it, which the statement says that it does
//!    ([`kills`](super::kills)).
//!
//! The cotangent may change in its last bits. Where what `t` is multiplied by is zero, so is the product,
//! whatever the sum is; and without iterations there is none.

use super::fuse::declared;
use super::saves::if_runs;
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Rvalue, Stmt, StmtKind, VarId, VarSet,
};
use crate::ops::Prim;

/// The floats that are declared as zero and changed by one statement alone.
pub(super) fn sums_from_zero(function: &Function) -> VarSet {
    let (mut zero, mut once, mut again) = (VarSet::new(), VarSet::new(), VarSet::new());
    let mut blocks = vec![&function.body];
    while let Some(block) = blocks.pop() {
        for stmt in &block.stmts {
            match &stmt.kind {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } if is_zero(value) => {
                    zero.insert(*var);
                }
                kind => effects::own_writes(kind).into_iter().for_each(|root| {
                    if !once.insert(root) {
                        again.insert(root);
                    }
                }),
            }
            blocks.extend(stmt.kind.blocks());
        }
    }
    zero.retain(|var| once.contains(var) && !again.contains(var));
    zero
}

fn is_zero(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Float(value, _) => *value == 0.0,
        ExprKind::Prim(Prim::Neg, args) => args.iter().all(is_zero),
        _ => false,
    }
}

/// What an iteration adds to a cotangent: a summand of the loop's, and what it is multiplied by.
struct Product {
    summand: VarId,
    factor: Option<Expr>,
    negated: bool,
}

impl Sweep {
    /// Takes the additions out of the reverse of a loop's body that the loop has made before; what stands
    /// before the reverse in place of them, and the sums that it reads.
    pub fn totals(&mut self, loop_: &Loop, reverse: &mut Block) -> (Block, Vec<VarId>) {
        let (mut totals, mut read) = (Block::default(), Vec::new());
        let LoopKind::For { start, end, .. } = &loop_.kind else { return (totals, read) };
        if !self.loops.totals || loop_.exit.is_some() {
            return (totals, read);
        }
        let sums = self.sums_of(loop_);
        if sums.is_empty() {
            return (totals, read);
        }
        let mut varies = effects::block_writes(&loop_.body);
        varies.extend(effects::block_writes(reverse).iter());
        declared(&loop_.body, &mut varies);
        declared(reverse, &mut varies);
        let mut index = 0;
        while index < reverse.stmts.len() {
            match self.total(index, reverse, &sums, &varies) {
                Some((stmt, sum)) => {
                    totals.stmts.push(stmt);
                    read.push(sum);
                    reverse.stmts.remove(index);
                }
                None => index += 1,
            }
        }
        // Where there are no iterations nothing is added, though the factor be infinite.
        (if_runs(totals.stmts, start, end), read)
    }

    /// What each iteration adds to which sum.
    fn sums_of(&mut self, loop_: &Loop) -> Vec<(VarId, VarId)> {
        let mut sums = Vec::new();
        for stmt in &loop_.body.stmts {
            if let StmtKind::Accumulate { place, value } = &stmt.kind
                && let (Some(sum), Some(summand)) = (place.is_var(), value.as_var())
                && self.sums_from_zero.contains(&sum)
                && self.frame().declared.contains(&sum)
                && !self.can_change(summand)
            {
                sums.push((summand, sum));
            }
        }
        sums
    }

    /// The statement that does for all iterations what `reverse.stmts[index]` does for one.
    fn total(
        &self,
        index: usize,
        reverse: &Block,
        sums: &[(VarId, VarId)],
        varies: &VarSet,
    ) -> Option<(Stmt, VarId)> {
        let stmt = &reverse.stmts[index];
        let StmtKind::Accumulate { place, value } = &stmt.kind else { return None };
        let bar = place.is_var().filter(|_| place.ty.is_float())?;
        let is_own = |stmt: &Stmt| effects::declares(&stmt.kind).contains(&bar);
        let others = reverse.stmts.iter().enumerate().filter(|(at, _)| *at != index);
        if reverse.stmts.iter().any(is_own)
            || others.into_iter().any(|(_, stmt)| effects::mentions(stmt, bar))
        {
            return None;
        }
        let is_summand = |var: VarId| sums.iter().any(|(summand, _)| *summand == var);
        let product = product(value, reverse, &is_summand, varies)?;
        let (_, sum) = sums.iter().find(|(summand, _)| *summand == product.summand)?;
        let span = stmt.span;
        let (ty, sum_now) = (value.ty.clone(), self.function.read(*sum));
        let mut total = match product.factor {
            Some(factor) => Expr::prim(Prim::Scale, vec![factor, sum_now], ty.clone(), span),
            None => return None,
        };
        if product.negated {
            total = Expr::prim(Prim::Neg, vec![total], ty, span);
        }
        let kind = StmtKind::Accumulate { place: place.clone(), value: total };
        Some((Stmt { kind, span }, *sum))
    }
}

/// The expression as a product of a summand and of what does not vary.
fn product(
    expr: &Expr,
    reverse: &Block,
    is_summand: &impl Fn(VarId) -> bool,
    varies: &VarSet,
) -> Option<Product> {
    let of = |expr: &Expr| product(expr, reverse, is_summand, varies);
    match &expr.kind {
        ExprKind::Prim(Prim::Neg, args) => {
            let inner = of(&args[0])?;
            Some(Product { negated: !inner.negated, ..inner })
        }
        ExprKind::Prim(Prim::Mul, args) => {
            let (inner, other) = match (of(&args[0]), of(&args[1])) {
                (Some(inner), None) => (inner, &args[1]),
                (None, Some(inner)) => (inner, &args[0]),
                _ => return None,
            };
            let other = invariant(other, reverse, varies)?;
            let factor = match inner.factor {
                None => other,
                Some(factor) => {
                    Expr::prim(Prim::Mul, vec![factor, other], expr.ty.clone(), expr.span)
                }
            };
            Some(Product { factor: Some(factor), ..inner })
        }
        ExprKind::Read(_) => {
            let var = expr.as_var()?;
            match is_summand(var) {
                true => Some(Product { summand: var, factor: None, negated: false }),
                false => of(value_of(var, reverse)?),
            }
        }
        _ => None,
    }
}

/// The expression in terms of what does not vary.
fn invariant(expr: &Expr, reverse: &Block, varies: &VarSet) -> Option<Expr> {
    match &expr.kind {
        ExprKind::Float(..) => Some(expr.clone()),
        ExprKind::Read(_) => {
            let var = expr.as_var()?;
            match value_of(var, reverse) {
                Some(value) => invariant(value, reverse, varies),
                None => (!varies.contains(&var)).then(|| expr.clone()),
            }
        }
        ExprKind::Prim(Prim::Neg | Prim::Mul, args) => {
            let args = args.iter().map(|arg| invariant(arg, reverse, varies));
            let args = args.collect::<Option<Vec<_>>>()?;
            let ExprKind::Prim(prim, _) = &expr.kind else { return None };
            Some(Expr::prim(*prim, args, expr.ty.clone(), expr.span))
        }
        _ => None,
    }
}

/// What the reverse declares the variable as, if nothing changes it there.
fn value_of(var: VarId, reverse: &Block) -> Option<&Expr> {
    let value = reverse.stmts.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Let { var: declared, value: Some(Rvalue::Expr(value)) } if *declared == var => {
            Some(value)
        }
        _ => None,
    });
    let writes = |stmt: &Stmt| effects::writes(stmt).contains(&var);
    value.filter(|_| !reverse.stmts.iter().any(writes))
}
