//! Copies of mutable variables that need not be made.

use std::collections::BTreeMap;

use super::inline::Writes;
use super::{Mentions, is_fixed, is_ours, rename_in};
use crate::analysis::effects;
use crate::ir::{Block, Expr, Function, Rvalue, Stmt, StmtKind, VarId};
use crate::transform::visit::substitute;

/// Rewrite 7, for the whole function at once.
pub fn follow(function: &Function, body: &mut Block, results: &[Expr], mentions: Mentions) -> bool {
    let Mentions { opaque: mut fixed, once, .. } = mentions;
    results.iter().for_each(|result| {
        result.for_each_root(&mut |root| {
            fixed.insert(root);
        });
    });
    let may = |var: VarId| {
        is_ours(function, var)
            && is_fixed(function, var)
            && once.contains(&var)
            && !fixed.contains(&var)
    };
    follow_in(body, &may)
}

fn follow_in(block: &mut Block, may: &impl Fn(VarId) -> bool) -> bool {
    let names = names_in(block, may);
    let mut changed = !names.is_empty();
    if changed {
        block.stmts.retain(
            |stmt| !matches!(&stmt.kind, StmtKind::Let { var, .. } if names.contains_key(var)),
        );
        rename_in(block, &mut |expr| {
            substitute(expr, &|read| names.get(&read));
        });
    }
    for stmt in &mut block.stmts {
        for inner in stmt.kind.blocks_mut() {
            changed |= follow_in(inner, may);
        }
    }
    changed
}

/// The block's copies that need not be made, and what each is a copy of.
fn names_in(block: &Block, may: &impl Fn(VarId) -> bool) -> BTreeMap<VarId, Expr> {
    let mut names = BTreeMap::new();
    let mut tables = None;
    for (index, stmt) in block.stmts.iter().enumerate() {
        let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind else { continue };
        if value.as_var().is_none() || !value.ty.is_scalar() || !may(*var) {
            continue;
        }
        let mut value = value.clone();
        substitute(&mut value, &|read| names.get(&read));
        let (writes, last_reads) =
            tables.get_or_insert_with(|| (Writes::of(block), last_reads(block)));
        let stays = match (last_reads.get(var), value.as_var()) {
            (Some(read), Some(of)) => match writes.next(of, index + 1) {
                // An assignment reads before it writes.
                Some(written) if written == *read => is_assignment(&block.stmts[written]),
                Some(written) => written > *read,
                None => true,
            },
            (None, _) => true,
            (_, None) => false,
        };
        if stays {
            names.insert(*var, value);
        }
    }
    names
}

fn is_assignment(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Assign { place, .. } if place.path.is_empty())
}

/// The last statement that reads each variable, itself or in its blocks.
fn last_reads(block: &Block) -> BTreeMap<VarId, usize> {
    let mut last = BTreeMap::new();
    for (index, stmt) in block.stmts.iter().enumerate() {
        effects::for_each_read(stmt, &mut |root| {
            last.insert(root, index);
        });
    }
    last
}
