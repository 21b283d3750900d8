//! Copies of mutable variables that need not be made.

use super::{Mentions, is_fixed, is_ours, rename_in};
use crate::analysis::effects;
use crate::ir::{Block, Expr, Function, Rvalue, Stmt, StmtKind, VarId};
use crate::transform::visit::{exprs_mut, substitute};

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
    let mut changed = false;
    let mut index = 0;
    while index < block.stmts.len() {
        let copy = match &block.stmts[index].kind {
            StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } if may(*var) => {
                value.as_var().filter(|_| value.ty.is_scalar()).map(|of| (*var, of, value.clone()))
            }
            _ => None,
        };
        match copy {
            Some((var, of, value)) if stays(&block.stmts[index + 1..], var, of) => {
                block.stmts.remove(index);
                let mut put = |expr: &mut Expr| {
                    substitute(expr, &|read| (read == var).then_some(&value));
                };
                for stmt in &mut block.stmts[index..] {
                    exprs_mut(&mut stmt.kind, &mut put);
                    stmt.kind.blocks_mut().for_each(|inner| rename_in(inner, &mut put));
                }
                changed = true;
            }
            _ => index += 1,
        }
    }
    for stmt in &mut block.stmts {
        for inner in stmt.kind.blocks_mut() {
            changed |= follow_in(inner, may);
        }
    }
    changed
}

/// Whether `of` has the value of its copy wherever these statements read the copy.
fn stays(stmts: &[Stmt], copy: VarId, of: VarId) -> bool {
    let mut written = false;
    for stmt in stmts {
        let mut reads = false;
        effects::for_each_read(stmt, &mut |root| reads |= root == copy);
        let mut writes = false;
        effects::for_each_write(stmt, &mut |root| writes |= root == of);
        // An assignment reads before it writes.
        let assigns = matches!(&stmt.kind, StmtKind::Assign { place, .. } if place.path.is_empty());
        if reads && (written || writes && !assigns) {
            return false;
        }
        written |= writes;
    }
    true
}
