//! Where variables get their values: what tells the types that cannot be named.

use super::{contains_float, integers, names_float};
use crate::ir::{Arg, Block, Function, LoopKind, Stmt, StmtKind, Ty, VarId};

/// The statements of a function that give variables values whose types rustc may have to be told.
pub fn sources(function: &Function) -> Vec<Stmt> {
    let mut found = Vec::new();
    collect(function, &function.body, &mut found);
    found
}

fn collect(function: &Function, block: &Block, found: &mut Vec<Stmt>) {
    // Where the function names no float, those of the IR are a default.
    let named = names_float(function);
    let open = |var: VarId| {
        let ty = &function.var(var).ty;
        leaves_open(ty) || !named && contains_float(ty)
    };
    for stmt in &block.stmts {
        if let StmtKind::Loop(loop_) = &stmt.kind
            && let LoopKind::For { var, .. } = &loop_.kind
            && open(*var)
        {
            found.push(Stmt { kind: integers::without_body(loop_), span: stmt.span });
        }
        match &defined(&stmt.kind)[..] {
            [] if lent(&stmt.kind).is_empty() => {
                stmt.kind.blocks().for_each(|block| collect(function, block, found))
            }
            vars if vars.iter().chain(&lent(&stmt.kind)).any(|var| open(*var)) => {
                found.push(stmt.clone());
            }
            _ => {}
        }
    }
}

/// The variables that a statement gives a value, or an element.
pub(super) fn defined(kind: &StmtKind) -> Vec<VarId> {
    match kind {
        StmtKind::Let { var, value: Some(_) } => vec![*var],
        StmtKind::Assign { place, .. } => place.is_var().into_iter().collect(),
        StmtKind::VecPush { vec, .. } => vec.is_var().into_iter().collect(),
        StmtKind::VecPop { into, .. } => vec![*into],
        StmtKind::Call(call) => call.results.clone(),
        StmtKind::Opaque { writes, .. } => writes.clone(),
        StmtKind::Let { value: None, .. }
        | StmtKind::Accumulate { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_)
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::Push { .. }
        | StmtKind::Pop { .. } => Vec::new(),
    }
}

/// The variables that a call is given to change.
pub(super) fn lent(kind: &StmtKind) -> Vec<VarId> {
    let StmtKind::Call(call) = kind else { return Vec::new() };
    let roots = call.args.iter().filter_map(|arg| match arg {
        Arg::RefMut(place) => Some(place.root),
        _ => None,
    });
    roots.collect()
}

/// Whether the type or a part of it cannot be named.
pub(super) fn leaves_open(ty: &Ty) -> bool {
    match ty {
        Ty::Unknown | Ty::Infer(_) | Ty::Inert(None) | Ty::Int(None) => true,
        Ty::Array(elem, _)
        | Ty::Slice(elem)
        | Ty::Vec(elem)
        | Ty::Option(elem)
        | Ty::Tangent(elem)
        | Ty::Dot(elem) => leaves_open(elem),
        Ty::Tuple(elems) => elems.iter().any(leaves_open),
        Ty::Float(_)
        | Ty::Lane(_)
        | Ty::Int(Some(_))
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(Some(_))
        | Ty::Adt(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}
