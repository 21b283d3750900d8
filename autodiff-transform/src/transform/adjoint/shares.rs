//! The order in which a loop's body adds to the elements of the bars outside it.
//!
//! A loop that runs upwards and adds to `x_bar[i + 1]` before `x_bar[i]` waits in each iteration for
//! the store of the one before, since the two additions become one vector operation that overlaps it
//! half (measured: 4 × on the Rosenbrock chain). So the additions move to the end of the body, and go
//! through the elements in the direction of the loop. Nothing in between reads them.

use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Proj, Stmt, StmtKind, VarSet};
use crate::ops::Prim;

/// Moves the additions to elements to the end, ordered by how far their index is from the loop's.
pub(super) fn in_order(reverse: Block, backwards: bool) -> Block {
    let mut kept = Block::default();
    let mut shares: Vec<Stmt> = Vec::new();
    for stmt in reverse.stmts {
        if is_share(&stmt) {
            if shares.iter().any(|share| feeds(share, &stmt) || feeds(&stmt, share)) {
                kept.stmts.append(&mut shares);
            }
            shares.push(stmt);
            continue;
        }
        if shares.iter().any(|share| depend(share, &stmt)) {
            kept.stmts.append(&mut shares);
        }
        kept.stmts.push(stmt);
    }
    shares.reverse();
    shares.sort_by_key(|share| if backwards { -offset(share) } else { offset(share) });
    kept.stmts.extend(shares);
    kept
}

/// `x_bar[index] += t`.
fn is_share(stmt: &Stmt) -> bool {
    let StmtKind::Accumulate { place, value } = &stmt.kind else { return false };
    matches!(place.path[..], [Proj::Index(_)]) && value.as_var().is_some()
}

/// Whether one addition adds to what the other reads: `u_bar[0] += t` and `a_bar[i] += u_bar`. Those
/// to one bar may change places.
fn feeds(from: &Stmt, to: &Stmt) -> bool {
    let (StmtKind::Accumulate { place: written, .. }, StmtKind::Accumulate { place, value }) =
        (&from.kind, &to.kind)
    else {
        return true;
    };
    let mut reads = false;
    for operand in place.operands().chain([value]) {
        operand.for_each_root(&mut |root| reads |= root == written.root);
    }
    reads
}

/// Whether one of the statements writes what the other uses.
fn depend(share: &Stmt, stmt: &Stmt) -> bool {
    let used = |stmt: &Stmt| {
        let mut roots: VarSet = effects::writes(stmt);
        effects::for_each_read(stmt, &mut |root| {
            roots.insert(root);
        });
        roots.extend(effects::declares(&stmt.kind));
        roots
    };
    let conflict = |writer: &Stmt, other: &Stmt| !effects::writes(writer).is_disjoint(&used(other));
    conflict(share, stmt) || conflict(stmt, share)
}

/// The constant added to the index.
fn offset(share: &Stmt) -> i128 {
    let StmtKind::Accumulate { place, .. } = &share.kind else { return 0 };
    let Some(Proj::Index(index)) = place.path.first() else { return 0 };
    let constant = |expr: &Expr| match expr.kind {
        ExprKind::Int(value, _) => i128::try_from(value).unwrap_or(0),
        _ => 0,
    };
    match &index.kind {
        ExprKind::Prim(Prim::Add, args) => constant(&args[0]) + constant(&args[1]),
        ExprKind::Prim(Prim::Sub, args) => -constant(&args[1]),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;
    use crate::ir::{Function, Len, Names, Origin, Ty};

    #[test]
    fn what_feeds_a_share_stays_in_front_of_it() {
        let span = Span::call_site();
        let mut function = Function {
            name: "f".to_owned(),
            vars: Vec::new(),
            names: Names::default(),
            params: Vec::new(),
            body: Block::default(),
            results: Vec::new(),
            span,
        };
        let row = Ty::Array(Box::new(Ty::F64), Len::literal(2));
        let mut var = |name: &str, ty: Ty| function.add_var(name, ty, true, Origin::Temp, span);
        let (row_bar, v) = (var("row_bar", row.clone()), var("v", Ty::F64));
        let rows_bar = var("rows_bar", Ty::Vec(Box::new(row)));
        let at = |var, index| function.place(var).index(Expr::int(index, Ty::usize(), span));
        let mut body = Block::default();
        let first = StmtKind::Accumulate { place: at(row_bar, 0), value: function.read(v) };
        let second = StmtKind::Accumulate { place: at(rows_bar, 1), value: function.read(row_bar) };
        body.push(first, span);
        body.push(second, span);
        let ordered = in_order(body, true);
        let roots = ordered.stmts.iter().map(|stmt| match &stmt.kind {
            StmtKind::Accumulate { place, .. } => place.root,
            _ => unreachable!("nothing was added"),
        });
        assert_eq!(roots.collect::<Vec<_>>(), [row_bar, rows_bar]);
    }
}
