//! Adds up in a local variable what a loop adds to one element.
//!
//! The columns of a matrix each have one share in the cotangent of what they are multiplied by:
//! `for i in 0..n { column_bar[i] += t_bar[i] * x[j]; x_bar[j] += t_bar[i] * column[i]; }`. An iteration
//! waits for the store to `x_bar[j]` of the one before, since `column_bar[i]` might be the same memory for
//! all rustc knows, and reads both elements' memory again. With a sum in a variable it does not.
//!
//! # Legality
//!
//! 1. What is added to is a derivative: a value of the function itself is added up as it was written.
//! 2. The loop's body, outside of branches and loops of it, adds to this element, and does nothing with the
//!    variable that the element is of but to add to elements: what one gets, the other does not see.
//! 3. Which element it is depends on nothing that the body writes or declares.
//! 4. The element may be none if no iteration runs, so that the sum is added if one does; the loop's bounds
//!    are the same then as before.
//!
//! The derivative may change in its last bits. A loop between two constants is left alone, since rustc
//! writes its iterations out.

use super::adjoint::{declared, if_runs};
use super::fission::is_only_added_to;
use super::visit::{is_plain, places_mut};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Origin, Place, Rvalue, Stmt, StmtKind, VarSet,
};

/// Gives the elements that loops of a derived function add to a sum of their own.
pub fn sum_up_elements(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    in_block(function, &mut body);
    function.body = body;
}

fn in_block(function: &mut Function, block: &mut Block) {
    for mut stmt in std::mem::take(&mut block.stmts) {
        stmt.kind.blocks_mut().for_each(|inner| in_block(function, inner));
        let sums = match &mut stmt.kind {
            StmtKind::Loop(loop_) => sums(function, loop_),
            _ => Sums::default(),
        };
        block.extend(sums.before);
        block.stmts.push(stmt);
        block.extend(sums.after);
    }
}

/// What stands before a loop and after it.
#[derive(Default)]
struct Sums {
    before: Block,
    after: Block,
}

fn sums(function: &mut Function, loop_: &mut Loop) -> Sums {
    let mut sums = Sums::default();
    let LoopKind::For { var, start, end, .. } = &loop_.kind else { return sums };
    let is_constant = |bound: &Expr| matches!(bound.kind, ExprKind::Int(..));
    let mut changed = effects::block_writes(&loop_.body);
    declared(&loop_.body, &mut changed);
    let repeats = |bound: &Expr| is_plain(bound) && !bound.reads_any(&changed);
    if loop_.exit.is_some()
        || (is_constant(start) && is_constant(end))
        || !(repeats(start) && repeats(end))
    {
        return sums;
    }
    changed.insert(*var);
    let (start, end) = (start.clone(), end.clone());
    let mut total = Vec::new();
    for place in standing(function, &loop_.body, &changed) {
        let root = function.var(place.root).clone();
        let name = format!("{}_sum", root.name);
        let sum = function.add_var(&name, place.ty.clone(), true, root.origin, place.span);
        let zero = Rvalue::Expr(Expr::zero(place.ty.clone(), place.span));
        sums.before.push(StmtKind::Let { var: sum, value: Some(zero) }, place.span);
        places_mut(&mut loop_.body, &mut |to| {
            if to.is_same_part(&place) {
                *to = function.place(sum);
            }
        });
        let (value, span) = (function.read(sum), place.span);
        total.push(Stmt { kind: StmtKind::Accumulate { place, value }, span });
    }
    sums.after = if_runs(total, &start, &end);
    sums
}

/// The elements that a loop's body adds to in all iterations; it does nothing with their variables but to add
/// to elements.
fn standing(function: &Function, body: &Block, changed: &VarSet) -> Vec<Place> {
    let mut standing: Vec<Place> = Vec::new();
    for stmt in &body.stmts {
        let StmtKind::Accumulate { place, .. } = &stmt.kind else { continue };
        let origin = function.var(place.root).origin;
        if matches!(origin, Origin::Cotangent(_) | Origin::Tangent(_))
            && !place.path.is_empty()
            && place.ty.is_float()
            && place.operands().all(|index| is_plain(index) && !index.reads_any(changed))
            && body.stmts.iter().all(|stmt| is_only_added_to(place.root, stmt))
            && !standing.iter().any(|other| other.is_same_part(place))
        {
            standing.push(place.clone());
        }
    }
    standing
}
