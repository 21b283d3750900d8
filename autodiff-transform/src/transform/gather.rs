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
use crate::ir::{Block, Expr, ExprKind, Function, Place, Rvalue, Stmt, StmtKind, VarSet};
use crate::ops::Prim;

/// How large an expression may grow by gathering.
const LARGEST: usize = 24;

/// Gathers the shares in a derived function; whether there were any to gather.
pub fn gather(function: &mut Function) -> bool {
    let derivatives = Derivatives::of(function);
    let mut body = std::mem::take(&mut function.body);
    let may = |share: &Share| {
        derivatives.contains(share.place.root)
            || share.declares && is_ours(function, share.place.root)
    };
    let changed = gather_in(&mut body, &may);
    function.body = body;
    changed
}

fn gather_in(block: &mut Block, may: &impl Fn(&Share) -> bool) -> bool {
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
struct Share {
    place: Place,
    value: Expr,
    /// It declares the variable, and is its first share.
    declares: bool,
}

impl Share {
    /// The share that the statement is, if it may as well be evaluated later.
    fn of(stmt: &Stmt) -> Option<Share> {
        let (place, value, declares) = match &stmt.kind {
            StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } => {
                let (ty, span) = (value.ty.clone(), stmt.span);
                let is_zero = matches!(value.kind, ExprKind::Zero);
                let place = Place { root: *var, path: Vec::new(), ty, span };
                (place, value, (!is_zero).then_some(true)?)
            }
            StmtKind::Accumulate { place, value } => (place.clone(), value, false),
            _ => return None,
        };
        let value = value.clone();
        let moves = place.ty.is_float() && value.ty.is_float() && is_plain(&value);
        (moves && !value.reads(place.root)).then_some(Share { place, value, declares })
    }

    /// What both give, as the later of the two statements.
    fn with(self, later: Share) -> StmtKind {
        let (ty, span) = (self.value.ty.clone(), self.value.span);
        let sum = Expr::prim(Prim::Add, vec![self.value, later.value], ty, span);
        match self.declares {
            true => StmtKind::Let { var: self.place.root, value: Some(Rvalue::Expr(sum)) },
            false => StmtKind::Accumulate { place: self.place, value: sum },
        }
    }
}

/// Moves the share of statement `index` to the next one of the same place; whether it could.
fn move_down(block: &mut Block, index: usize, may: &impl Fn(&Share) -> bool) -> bool {
    let Some(first) = Share::of(&block.stmts[index]).filter(may) else { return false };
    let root = first.place.root;
    let mut inputs: VarSet = VarSet::new();
    for expr in first.place.operands().chain([&first.value]) {
        expr.for_each_root(&mut |root| {
            inputs.insert(root);
        });
    }
    for next in index + 1..block.stmts.len() {
        let stmt = &block.stmts[next];
        match Share::of(stmt) {
            Some(later) if !later.declares && later.place.is_same(&first.place) => {
                let fits = weight(&first.value) + weight(&later.value) <= LARGEST;
                if fits {
                    block.stmts[next].kind = first.with(later);
                    block.stmts.remove(index);
                }
                return fits;
            }
            _ => {}
        }
        let mut changes = false;
        effects::for_each_write(stmt, &mut |written| changes |= inputs.contains(&written));
        if changes || effects::mentions(stmt, root) {
            return false;
        }
    }
    false
}
