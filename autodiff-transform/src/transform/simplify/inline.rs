//! Rewrite 3: a temporary that is used once goes where it is used.

use std::collections::BTreeMap;

use super::{LARGEST, Uses, is_ours, reads_what_is_lent};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, LoopKind, Rvalue, Stmt, StmtKind, Ty, Var, VarId, VarSet,
};
use crate::transform::visit::{exprs_mut, is_plain, substitute, weight, whole_reads};

/// Goes through the block and those in it; whether anything changed.
pub fn inline(
    function: &Function,
    block: &mut Block,
    results: Option<&mut Vec<Expr>>,
    uses: &Uses,
) -> bool {
    let mut changed = inline_here(function, block, results, uses);
    for stmt in &mut block.stmts {
        for inner in stmt.kind.blocks_mut() {
            changed |= inline(function, inner, None, uses);
        }
    }
    changed
}

fn inline_here(
    function: &Function,
    block: &mut Block,
    mut results: Option<&mut Vec<Expr>>,
    uses: &Uses,
) -> bool {
    let mut writes = None;
    let mut moved = Vec::new();
    for Temporary { at, var, reader } in temporaries(function, block, uses) {
        let StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } = &block.stmts[at].kind else {
            continue;
        };
        let value = value.clone();
        let mut varies = false;
        value.for_each_root(&mut |root| varies |= uses.writes.contains(&root));
        if varies {
            let writes = writes.get_or_insert_with(|| Writes::of(block));
            if writes.change(&value, at + 1, reader.unwrap_or(block.stmts.len())) {
                continue;
            }
        }
        let done = match reader {
            Some(reader) => put(&mut block.stmts[reader].kind, var, &value),
            None => put_in_results(results.as_deref_mut(), var, &value),
        };
        if done {
            moved.push(at);
        }
    }
    let mut index = 0;
    block.stmts.retain(|_| {
        index += 1;
        moved.binary_search(&(index - 1)).is_err()
    });
    !moved.is_empty()
}

/// A temporary that is used once, by the number of the statement that declares it.
struct Temporary {
    at: usize,
    var: VarId,
    /// The first statement behind it that reads it itself, not in its blocks.
    reader: Option<usize>,
}

/// The block's temporaries, in their order.
fn temporaries(function: &Function, block: &Block, uses: &Uses) -> Vec<Temporary> {
    let mut temporaries: Vec<Temporary> = Vec::new();
    let mut waiting = VarSet::new();
    for (at, stmt) in block.stmts.iter().enumerate() {
        effects::own_reads(&stmt.kind, &mut |root| {
            if waiting.remove(&root)
                // Most are read soon.
                && let Some(read) = temporaries.iter_mut().rev().find(|other| other.var == root)
            {
                read.reader = Some(at);
            }
        });
        if let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind
            && uses.reads(*var) == 1
            && !uses.writes.contains(var)
            && !function.var(*var).mutable
            && is_ours(function, *var)
            && (function.var(*var).ty.is_scalar() && is_plain(value)
                || is_named_next(function, value, *var, block.stmts.get(at + 1)))
        {
            temporaries.push(Temporary { at, var: *var, reader: None });
            waiting.insert(*var);
        }
    }
    temporaries
}

/// Whether a value of kept code is one that the next statement gives a name: `let t = HashMap::new(); let mut map = t;`.
fn is_named_next(function: &Function, value: &Expr, var: VarId, next: Option<&Stmt>) -> bool {
    let Var { ty, written, .. } = function.var(var);
    let is_inert = matches!(ty, Ty::Inert(Some(_))) && written.is_none();
    let is_named = next.is_some_and(|next| {
        matches!(&next.kind, StmtKind::Let { value: Some(Rvalue::Expr(named)), .. } if named.as_var() == Some(var))
    });
    is_inert && matches!(value.kind, ExprKind::Opaque(_)) && is_named
}

/// The statements of a block that may change a variable, by their numbers, ascending.
pub(super) struct Writes(BTreeMap<VarId, Vec<usize>>);

impl Writes {
    pub(super) fn of(block: &Block) -> Writes {
        let mut writes: BTreeMap<VarId, Vec<usize>> = BTreeMap::new();
        for (index, stmt) in block.stmts.iter().enumerate() {
            effects::for_each_write(stmt, &mut |written| {
                let at = writes.entry(written).or_default();
                if at.last() != Some(&index) {
                    at.push(index);
                }
            });
        }
        Writes(writes)
    }

    /// Whether one of the statements from `first` to before `end` may change what the value reads.
    fn change(&self, value: &Expr, first: usize, end: usize) -> bool {
        let mut change = false;
        value.for_each_root(&mut |root| {
            change |= self.next(root, first).is_some_and(|index| index < end);
        });
        change
    }

    /// The next statement from `first` on that may change the variable.
    pub(super) fn next(&self, var: VarId, first: usize) -> Option<usize> {
        let at = self.0.get(&var)?;
        at.get(at.partition_point(|index| *index < first)).copied()
    }
}

fn put_in_results(results: Option<&mut Vec<Expr>>, var: VarId, value: &Expr) -> bool {
    let mut done = 0;
    for result in results.into_iter().flatten() {
        done += substitute(result, &|read| (read == var).then_some(value));
    }
    done == 1
}

/// Puts `value` in place of `var` in the statement that reads it; whether it could.
fn put(kind: &mut StmtKind, var: VarId, value: &Expr) -> bool {
    // The condition of a `while` is evaluated many times.
    if matches!(kind, StmtKind::Loop(loop_) if matches!(loop_.kind, LoopKind::While { .. })) {
        return false;
    }
    if reads_what_is_lent(kind, var, value) {
        return false;
    }
    let growth = weight(value) - 1;
    let (mut found, mut size) = (0, 0);
    exprs_mut(kind, &mut |expr| {
        let here = whole_reads(expr, var);
        found += here;
        size = size.max(weight(expr) + here * growth);
    });
    if found != 1 || size > LARGEST {
        return false;
    }
    exprs_mut(kind, &mut |expr| {
        substitute(expr, &|read| (read == var).then_some(value));
    });
    true
}
