//! What the iterations of a loop save of a buffer, each the element that it overwrites, saved all at
//! once before the loop.
//!
//! In `for i in 0..n { y[i] += x[i] }` the old `y[i]` may be what the reverse of an earlier statement
//! reads. Element by element each save waits for the tape's length of the one before, and keeps rustc
//! from making vector instructions of the loop. The same elements lie side by side: `y[..n]` is copied
//! before the loop, and back after the loop's reverse; likewise `y[a..b][..n]` for a part of it. That must
//! not read of the buffer what was in it before, since in the meantime it holds what the loop left in it. And
//! the copy must not panic where the loop does not: the element is overwritten in each iteration, not in some.

use super::fuse::declared;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, LoopKind, Place, Proj, Stmt, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Prim;
use crate::transform::visit::places_mut;

/// A loop's saves and restores, taken out of its body.
#[derive(Default)]
pub(super) struct Saves {
    /// To stand before the loop.
    pub save: Block,
    /// To stand after its reverse.
    pub restore: Block,
}

/// Takes the saves that can be made at once out of the bodies of a loop and its reverse.
pub(super) fn at_once(
    function: &Function,
    kind: &LoopKind,
    forward: &mut Block,
    reverse: &mut Block,
) -> Saves {
    let LoopKind::For { var, start, end, step: None, .. } = kind else { return Saves::default() };
    let (mut save, mut restore) = (Vec::new(), Vec::new());
    let mut of_parts = false;
    let mut index = 0;
    while index < forward.stmts.len() {
        let stmt = &forward.stmts[index];
        // What only rustc knows may have no slices, as the arrays of `ndarray`.
        let has_slices = |place: &&Place| {
            let list = function.var(place.root).ty.part(place.outer());
            matches!(list, Some(Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)))
        };
        let found = saved(stmt, *var).filter(has_slices).and_then(|place| {
            let at = restored(reverse, place)?;
            let only = is_only_saved(place, index, forward, (at, reverse))
                && is_fixed_outside(place, *var, [forward, reverse]);
            only.then_some((at, bounds(place, start, end)?, !place.outer().is_empty()))
        });
        let Some((at, bounds, of_part)) = found else {
            index += 1;
            continue;
        };
        of_parts |= of_part;
        save.push(whole(stmt, &bounds));
        restore.insert(0, whole(&reverse.stmts[at], &bounds));
        forward.stmts.remove(index);
        reverse.stmts.remove(at);
    }
    // A range that ends before it starts is none to a loop, and a mistake to a slice; a part need not be
    // there where no iteration reads it.
    let block = |stmts| match &start.kind {
        ExprKind::Int(0, _) if !of_parts => Block { stmts },
        _ => if_runs(stmts, start, end),
    };
    Saves { save: block(save), restore: block(restore) }
}

/// The statement, or the only one that it is the condition of; what a condition reads does not change.
fn inner(stmt: &Stmt) -> &Stmt {
    match &stmt.kind {
        StmtKind::If { cond, then, els } if els.stmts.is_empty() => match &then.stmts[..] {
            [inner]
                if matches!(inner.kind, StmtKind::Push { .. } | StmtKind::Pop { .. })
                    && is_constant(cond) =>
            {
                inner
            }
            _ => stmt,
        },
        _ => stmt,
    }
}

fn is_constant(cond: &Expr) -> bool {
    let mut reads = false;
    cond.for_each_root(&mut |_| reads = true);
    !reads
}

/// The place `y[i]` or `y[a..b][i]` of the loop's variable that the statement saves.
fn saved(stmt: &Stmt, var: VarId) -> Option<&Place> {
    let StmtKind::Push { values, .. } = &inner(stmt).kind else { return None };
    let [place] = &values[..] else { return None };
    let Some(Proj::Index(index)) = place.path.last() else { return None };
    let is_element = matches!(place.ty, Ty::Float(_) | Ty::Bool | Ty::Int(Some(_)));
    (is_element && index.as_var() == Some(var)).then_some(place)
}

/// Whether it is an element of the same part of the variable in all iterations, and after them.
fn is_fixed_outside(element: &Place, var: VarId, bodies: [&Block; 2]) -> bool {
    let mut changed = VarSet::new();
    changed.insert(var);
    for body in bodies {
        changed.extend(effects::block_writes(body).iter());
        declared(body, &mut changed);
    }
    element.outer_operands().all(|operand| !operand.reads_any(&changed))
}

/// Where the reverse restores what was saved.
fn restored(reverse: &Block, saved: &Place) -> Option<usize> {
    let restores = |stmt: &Stmt| match &inner(stmt).kind {
        StmtKind::Pop { into, declare: false, .. } => {
            matches!(&into[..], [place] if place.is_same_part(saved))
        }
        _ => false,
    };
    reverse.stmts.iter().position(restores)
}

/// Whether no other save is one of this variable, and the reverse does nothing with it but restore it, and
/// read the iteration's element before: there it finds what the loop left in it, restored late or not.
fn is_only_saved(
    place: &Place,
    save: usize,
    forward: &Block,
    (restore, reverse): (usize, &Block),
) -> bool {
    let mut saved = forward.stmts.iter().enumerate().filter(|(index, _)| *index != save);
    let mut others = reverse.stmts.iter().enumerate().filter(|(index, _)| *index != restore);
    saved.all(|(_, stmt)| !saves(stmt, place.root))
        && others.all(|(index, stmt)| {
            !effects::mentions(stmt, place.root) || index < restore && only_reads(stmt, place)
        })
}

/// Whether all that the statement does with the element's variable is to read the element.
fn only_reads(stmt: &Stmt, element: &Place) -> bool {
    let mut others = Block { stmts: vec![stmt.clone()] };
    let mut writes = false;
    effects::for_each_write(stmt, &mut |root| writes |= root == element.root);
    let index = element.path.last().and_then(|last| match last {
        Proj::Index(index) => index.as_var(),
        _ => None,
    });
    let Some(var) = index else { return false };
    places_mut(&mut others, &mut |place| {
        if place.is_same_part(element) {
            place.root = var;
        }
    });
    !writes && !effects::mentions(&others.stmts[0], element.root)
}

fn saves(stmt: &Stmt, root: VarId) -> bool {
    match &stmt.kind {
        StmtKind::Push { values, .. } => values.iter().any(|place| place.root == root),
        kind => {
            kind.blocks().into_iter().any(|block| block.stmts.iter().any(|stmt| saves(stmt, root)))
        }
    }
}

/// The bounds of the elements of all iterations, absent where they are the variable's own. What borrows
/// the elements cannot ask the variable for another length meanwhile.
fn bounds(of: &Place, start: &Expr, end: &Expr) -> Option<(Option<Expr>, Option<Expr>)> {
    let root = of.root;
    let start = (!matches!(start.kind, ExprKind::Int(0, _))).then(|| start.clone());
    let is_len = of.outer().is_empty()
        && matches!(&end.kind, ExprKind::Len(place) if place.is_var() == Some(root));
    let end = (!is_len).then(|| end.clone());
    let asks = |bound: &Option<Expr>| bound.as_ref().is_some_and(|bound| bound.reads(root));
    (!asks(&start) && !asks(&end)).then_some((start, end))
}

/// The statement for the elements of all iterations.
fn whole(stmt: &Stmt, (start, end): &(Option<Expr>, Option<Expr>)) -> Stmt {
    let mut stmt = stmt.clone();
    let widened = match &mut stmt.kind {
        StmtKind::If { then, .. } => &mut then.stmts[0].kind,
        kind => kind,
    };
    if let StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. } = widened {
        for place in places {
            place.path.pop();
            place.path.push(Proj::Range(start.clone(), end.clone()));
            place.ty = Ty::Slice(Box::new(place.ty.clone()));
        }
    }
    stmt
}

/// The statements where a loop between these bounds has an iteration.
pub(in crate::transform) fn if_runs(stmts: Vec<Stmt>, start: &Expr, end: &Expr) -> Block {
    let Some(span) = stmts.first().map(|stmt| stmt.span) else { return Block::default() };
    let cond = Expr::prim(Prim::Lt, vec![start.clone(), end.clone()], Ty::Bool, span);
    let kind = StmtKind::If { cond, then: Block { stmts }, els: Block::default() };
    Block { stmts: vec![Stmt { kind, span }] }
}
