//! Integers of which only code that is kept as it stands, or a call, tells the type: `for i in 0..n` with
//! literals for ends, and then `takes(i)`.
//!
//! A reverse sweep has no such call, so that rustc takes the integer for an `i32` there. Its value is the same,
//! but not what arithmetic makes of it: `i << 20` has other bits then. So such arithmetic is not done again.
//!
//! The type is told where the emitted sweeps can show what has it ([`emit::integers`](crate::emit)): a field, an
//! argument, what a call or such code gives, unless that is told by another such integer in turn.

use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, Function, LoopKind, Opaque, Place, Rvalue, StmtKind, Ty, VarId,
    VarSet,
};
use crate::ops::Prim;

/// Such variables.
pub(super) struct Untold {
    pub all: VarSet,
    /// Those that are no variables of loops, which are small: they may not fit the type that the reverse sweep
    /// has for them.
    pub large: VarSet,
}

impl Untold {
    pub fn of(function: &Function) -> Untold {
        let all = untold(function);
        let mut large = all.clone();
        if !large.is_empty() {
            remove_counters(&function.body, &mut large);
        }
        Untold { all, large }
    }
}

fn remove_counters(block: &Block, large: &mut VarSet) {
    for stmt in &block.stmts {
        if let StmtKind::Loop(loop_) = &stmt.kind
            && let LoopKind::For { var, .. } = &loop_.kind
        {
            large.remove(var);
        }
        stmt.kind.blocks().for_each(|inner| remove_counters(inner, large));
    }
}

/// The variables of types with integers in them of which nothing tells the type.
fn untold(function: &Function) -> VarSet {
    let open = |var: &VarId| is_open(&function.var(*var).ty);
    let mut untold: VarSet = (0..function.vars.len() as u32).map(VarId).filter(open).collect();
    if untold.is_empty() {
        return untold;
    }
    for param in &function.params {
        untold.remove(&param.var);
    }
    loop {
        let mut told = Vec::new();
        find(&function.body, &untold, &mut told);
        let before = untold.len();
        for var in told {
            untold.remove(&var);
        }
        if untold.len() == before {
            return untold;
        }
    }
}

/// Whether there are integers in values of the type of which the IR does not tell the type.
pub(super) fn is_open(ty: &Ty) -> bool {
    match ty {
        Ty::Int(name) => name.is_none(),
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => is_open(elem),
        Ty::Tuple(elems) => elems.iter().any(is_open),
        _ => false,
    }
}

/// Finds variables whose types are told.
fn find(block: &Block, untold: &VarSet, told: &mut Vec<VarId>) {
    for stmt in &block.stmts {
        match &stmt.kind {
            StmtKind::Let { var, value: Some(value) } if tells_value(value, untold) => {
                told.push(*var);
            }
            StmtKind::Assign { place, value } if tells_value(value, untold) => {
                told.push(place.root);
            }
            StmtKind::VecPush { vec, value } if tells(value, untold) => {
                told.push(vec.root);
            }
            StmtKind::VecPop { vec, into } if !untold.contains(&vec.root) => told.push(*into),
            StmtKind::Loop(loop_) => {
                if let LoopKind::For { var, start, end, .. } = &loop_.kind
                    && [start, end].into_iter().any(|bound| tells(bound, untold))
                {
                    told.push(*var);
                }
            }
            StmtKind::Call(call) => {
                let mut reads = VarSet::new();
                call.args.iter().for_each(|arg: &Arg| {
                    effects::arg_reads(arg, &mut |var| {
                        reads.insert(var);
                    });
                });
                if !reads.iter().any(|var| untold.contains(&var)) {
                    told.extend(&call.results);
                }
            }
            StmtKind::Opaque { code, writes } if is_told(code, untold) => told.extend(writes),
            _ => {}
        }
        stmt.kind.blocks().for_each(|inner| find(inner, untold, told));
    }
}

fn is_told(code: &Opaque, untold: &VarSet) -> bool {
    !code.reads.iter().any(|var| untold.contains(var))
}

fn tells_value(value: &Rvalue, untold: &VarSet) -> bool {
    value.operands().into_iter().any(|operand| tells(operand, untold))
}

fn tells(value: &Expr, untold: &VarSet) -> bool {
    if !is_open(&value.ty) {
        return false;
    }
    match &value.kind {
        ExprKind::Read(Place { root, .. }) => !untold.contains(root),
        ExprKind::Opaque(code) => is_told(code, untold),
        ExprKind::Prim(Prim::Shl | Prim::Shr, args) => tells(&args[0], untold),
        ExprKind::Prim(_, args) => args.iter().any(|arg| tells(arg, untold)),
        ExprKind::Detach(inner) => tells(inner, untold),
        _ => false,
    }
}
