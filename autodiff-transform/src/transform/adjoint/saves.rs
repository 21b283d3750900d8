//! What the iterations of a loop save of a buffer, each the element that it overwrites, saved all at
//! once before the loop.
//!
//! In `for i in 0..n { y[i] += x[i] }` the old `y[i]` may be what the reverse of an earlier statement
//! reads. Element by element each save waits for the tape's length of the one before, and keeps rustc
//! from making vector instructions of the loop. The same elements lie side by side: `y[..n]` is copied
//! before the loop, and back after the loop's reverse. That must not read the buffer, since in the
//! meantime it holds what the loop left in it. And the copy must not panic where the loop does not:
//! the element is overwritten in each iteration, not in some.

use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, LoopKind, Place, Proj, Stmt, StmtKind, Ty, VarId,
};
use crate::ops::Prim;

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
    let mut index = 0;
    while index < forward.stmts.len() {
        let stmt = &forward.stmts[index];
        // What only rustc knows may have no slices, as the arrays of `ndarray`.
        let has_slices = |place: &&Place| {
            let ty = &function.var(place.root).ty;
            matches!(ty, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
        };
        let found = saved(stmt, *var).filter(has_slices).and_then(|place| {
            let at = restored(reverse, place)?;
            let only = is_only_saved(place.root, index, forward, (at, reverse));
            only.then_some((at, bounds(place.root, start, end)?))
        });
        let Some((at, bounds)) = found else {
            index += 1;
            continue;
        };
        save.push(whole(stmt, &bounds));
        restore.insert(0, whole(&reverse.stmts[at], &bounds));
        forward.stmts.remove(index);
        reverse.stmts.remove(at);
    }
    Saves { save: if_any(save, start, end), restore: if_any(restore, start, end) }
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

/// The place `y[i]` of the loop's variable that the statement saves.
fn saved(stmt: &Stmt, var: VarId) -> Option<&Place> {
    let StmtKind::Push { values, .. } = &inner(stmt).kind else { return None };
    let [place] = &values[..] else { return None };
    let [Proj::Index(index)] = &place.path[..] else { return None };
    let is_element = matches!(place.ty, Ty::Float(_) | Ty::Bool | Ty::Int(Some(_)));
    (is_element && index.as_var() == Some(var)).then_some(place)
}

/// Where the reverse restores what was saved.
fn restored(reverse: &Block, saved: &Place) -> Option<usize> {
    let restores = |stmt: &Stmt| match &inner(stmt).kind {
        StmtKind::Pop { into, declare: false, .. } => {
            matches!(&into[..], [place] if place.root == saved.root)
        }
        _ => false,
    };
    reverse.stmts.iter().position(restores)
}

/// Whether no other save is one of this variable, and the reverse does nothing with it but restore it.
fn is_only_saved(
    root: VarId,
    save: usize,
    forward: &Block,
    (restore, reverse): (usize, &Block),
) -> bool {
    let others = |block: &Block, own: usize, concerns: &dyn Fn(&Stmt) -> bool| {
        let mut others = block.stmts.iter().enumerate().filter(|(index, _)| *index != own);
        others.any(|(_, stmt)| concerns(stmt))
    };
    !others(forward, save, &|stmt| saves(stmt, root))
        && !others(reverse, restore, &|stmt| effects::mentions(stmt, root))
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
fn bounds(root: VarId, start: &Expr, end: &Expr) -> Option<(Option<Expr>, Option<Expr>)> {
    let start = (!matches!(start.kind, ExprKind::Int(0, _))).then(|| start.clone());
    let is_len = matches!(&end.kind, ExprKind::Len(place) if place.is_var() == Some(root));
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
            place.path = vec![Proj::Range(start.clone(), end.clone())];
            place.ty = Ty::Slice(Box::new(place.ty.clone()));
        }
    }
    stmt
}

/// A range that ends before it starts is none to a loop, and a mistake to a slice.
fn if_any(stmts: Vec<Stmt>, start: &Expr, end: &Expr) -> Block {
    match &start.kind {
        ExprKind::Int(0, _) => Block { stmts },
        _ => if_runs(stmts, start, end),
    }
}

/// The statements where a loop between these bounds has an iteration.
pub(in crate::transform) fn if_runs(stmts: Vec<Stmt>, start: &Expr, end: &Expr) -> Block {
    let Some(span) = stmts.first().map(|stmt| stmt.span) else { return Block::default() };
    let cond = Expr::prim(Prim::Lt, vec![start.clone(), end.clone()], Ty::Bool, span);
    let kind = StmtKind::If { cond, then: Block { stmts }, els: Block::default() };
    Block { stmts: vec![Stmt { kind, span }] }
}
