//! Makes one contribution of several that go to the same place.
//!
//! What a reverse sweep hands to a bar in one block, it hands over share by share: `let b = u; …
//! b += v;`, or `x_bar[i] += u; … x_bar[i] += v;`. The first share moves down to the second:
//! `let b = u + v;`. The sum can then be made shorter ([`like_terms`](super::like_terms)), and memory is
//! added to once.
//!
//! # Legality
//!
//! The shares stand in one block, and between them no statement, its blocks included, reads or writes
//! the bar's variable, or writes what the first share or the place's indices read. Neither share reads
//! the bar. A first share that declares the bar may stay away from it for so long because nothing in
//! between mentions it.
//!
//! A bar that is declared adds up in the same order as before. One in memory adds the sum of the
//! shares rather than one after the other and may differ in its last bits, so that only tangents,
//! cotangents and seeds are treated like this.

use super::derivatives::Derivatives;
use super::simplify::is_ours;
use super::visit::{is_plain, weight};
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Function, Place, Rvalue, Stmt, StmtKind, VarId, VarSet};
use crate::ops::Prim;

/// How large an expression may grow by gathering.
const LARGEST: usize = 24;

/// Gathers the shares in a derived function; whether there were any to gather.
pub fn gather(function: &mut Function) -> bool {
    let derivatives = Derivatives::of(function);
    let mut body = std::mem::take(&mut function.body);
    let may = |share: &Share<'_>| {
        derivatives.contains(share.root) || share.place.is_none() && is_ours(function, share.root)
    };
    let changed = gather_in(&mut body, &may);
    function.body = body;
    changed
}

fn gather_in(block: &mut Block, may: &impl Fn(&Share<'_>) -> bool) -> bool {
    let mut changed = false;
    let mut index = 0;
    while index < block.stmts.len() {
        if move_down(block, index, may) {
            changed = true;
            continue;
        }
        for inner in block.stmts[index].kind.blocks_mut() {
            changed |= gather_in(inner, may);
        }
        index += 1;
    }
    changed
}

/// What a statement gives to a float.
#[derive(Clone, Copy)]
struct Share<'a> {
    root: VarId,
    /// The place that is added to; none where the statement declares the variable, and is its first
    /// share.
    place: Option<&'a Place>,
    value: &'a Expr,
}

impl<'a> Share<'a> {
    /// The share that the statement is, if it may as well be evaluated later.
    fn of(stmt: &'a Stmt) -> Option<Share<'a>> {
        let share = match &stmt.kind {
            StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } => {
                Share { root: *var, place: None, value }
            }
            StmtKind::Accumulate { place, value } if place.ty.is_float() => {
                Share { root: place.root, place: Some(place), value }
            }
            _ => return None,
        };
        let is_zero = share.place.is_none() && matches!(share.value.kind, ExprKind::Zero);
        let moves = share.value.ty.is_float() && !is_zero && is_plain(share.value);
        (moves && !share.value.reads(share.root)).then_some(share)
    }

    /// Whether the later share goes to the same place.
    fn goes_with(&self, later: &Share<'_>) -> bool {
        match (self.place, later.place) {
            (Some(place), Some(later)) => later.is_same(place),
            (None, Some(later)) => later.is_var() == Some(self.root),
            (_, None) => false,
        }
    }

    /// What both give, as the later of the two statements.
    fn with(self, later: Share<'_>) -> StmtKind {
        let (ty, span) = (self.value.ty.clone(), self.value.span);
        let sum = Expr::prim(Prim::Add, vec![self.value.clone(), later.value.clone()], ty, span);
        match self.place {
            None => StmtKind::Let { var: self.root, value: Some(Rvalue::Expr(sum)) },
            Some(place) => StmtKind::Accumulate { place: place.clone(), value: sum },
        }
    }
}

/// Moves the share of statement `index` to the next one of the same place; whether it could.
fn move_down(block: &mut Block, index: usize, may: &impl Fn(&Share<'_>) -> bool) -> bool {
    let Some(first) = Share::of(&block.stmts[index]).filter(may) else { return false };
    let root = first.root;
    let mut inputs: VarSet = VarSet::new();
    let indices = first.place.into_iter().flat_map(Place::operands);
    for expr in indices.chain([first.value]) {
        expr.for_each_root(&mut |root| {
            inputs.insert(root);
        });
    }
    for next in index + 1..block.stmts.len() {
        let stmt = &block.stmts[next];
        if let Some(later) = Share::of(stmt).filter(|later| first.goes_with(later)) {
            let fits = weight(first.value) + weight(later.value) <= LARGEST;
            if fits {
                block.stmts[next].kind = first.with(later);
                block.stmts.remove(index);
            }
            return fits;
        }
        let mut changes = false;
        effects::for_each_write(stmt, &mut |written| changes |= inputs.contains(&written));
        if changes || effects::mentions(stmt, root) {
            return false;
        }
    }
    false
}
