//! Vectors of derivatives that a loop goes through, lent as slices of as many elements.
//!
//! ```text
//! let k_bar = &mut k_bar[..n];
//! for i in (0..n).rev() { k_bar[i] += y_bar[i] * h; }
//! ```
//!
//! Behind a slice of length `n` rustc checks no index. Of a vector that was passed by `&mut` before it
//! would also have to read address and length again after each store. The slice is as long as the loop
//! needs it, or the loop would panic: it uses the element of each iteration, not of some.

use proc_macro2::TokenStream;
use quote::quote;

use super::Printer;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Loop, LoopKind, Place, Proj, Rvalue, Stmt, StmtKind, Ty, VarId,
};
use crate::ops::Prim;

impl Printer<'_> {
    /// The slices for a loop without an exit of its own.
    pub(super) fn lent(&self, loop_: &Loop) -> TokenStream {
        let LoopKind::For { var, start, end, step: None, .. } = &loop_.kind else {
            return TokenStream::new();
        };
        if loop_.exit.is_some() || !matches!(start.kind, ExprKind::Int(0, _)) {
            return TokenStream::new();
        }
        let mut vectors = Vec::new();
        for stmt in &loop_.body.stmts {
            each_place(stmt, &mut |place| {
                if self.is_vector_of_derivatives(place.root) && !vectors.contains(&place.root) {
                    vectors.push(place.root);
                }
            });
        }
        vectors.retain(|vec| only_own(&loop_.body, *vec, *var));
        vectors.retain(|vec| loop_.body.stmts.iter().any(|stmt| uses_own(stmt, *vec, *var)));
        vectors.retain(|vec| !end.reads(*vec));
        let end = self.expr(end);
        let lend = |vec: VarId| {
            let ident = self.ident(vec);
            let written = effects::block_writes(&loop_.body).contains(&vec);
            let mutable = written.then(|| quote!(mut));
            quote!(let #ident = &#mutable #ident[..#end];)
        };
        vectors.into_iter().map(lend).collect()
    }

    fn is_vector_of_derivatives(&self, var: VarId) -> bool {
        let is_float = |elem: &Ty| matches!(elem, Ty::Float(_) | Ty::Lane(_));
        // A parameter may be empty where nobody wants it.
        self.is_derivative(var)
            && self.function.param(var).is_none()
            && matches!(&self.function.var(var).ty, Ty::Vec(elem) if is_float(elem))
    }
}

/// The values of a statement and the place that it writes, blocks left aside; none of a statement that
/// may do more with a variable than to read or write an element.
fn parts(kind: &StmtKind) -> Option<(Vec<&Expr>, Option<&Place>)> {
    match kind {
        StmtKind::Let { value: Some(Rvalue::ZeroLike(_)), .. }
        | StmtKind::Assign { value: Rvalue::ZeroLike(_), .. } => None,
        StmtKind::Let { value, .. } => {
            Some((value.iter().flat_map(|value| value.operands()).collect(), None))
        }
        StmtKind::Assign { place, value } => Some((value.operands(), Some(place))),
        StmtKind::Accumulate { place, value } => Some((vec![value], Some(place))),
        StmtKind::If { cond, .. } => Some((vec![cond], None)),
        StmtKind::Switch { tag, .. } => Some((vec![tag], None)),
        _ => None,
    }
}

/// Calls `visit` with the places of the statement's own values, and the one that it writes.
fn each_place<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(&'a Place)) {
    let Some((values, written)) = parts(&stmt.kind) else { return };
    values.into_iter().for_each(|value| value.for_each_place(visit));
    if let Some(place) = written {
        visit(place);
        place.operands().for_each(|operand| operand.for_each_place(visit));
    }
}

/// Whether the block uses the element at the loop's variable, and nothing else of the vector.
fn only_own(block: &Block, vec: VarId, var: VarId) -> bool {
    block.stmts.iter().all(|stmt| {
        let mut others = effects::declares(&stmt.kind).contains(&vec);
        let declared = others;
        effects::own_writes(&stmt.kind).into_iter().for_each(|root| others |= root == vec);
        effects::own_reads(&stmt.kind, &mut |root| others |= root == vec);
        if others && !declared && parts(&stmt.kind).is_some() {
            others = false;
            each_place(stmt, &mut |place| {
                others |= place.root == vec && !is_own(place, vec, var);
            });
        }
        !others && stmt.kind.blocks().into_iter().all(|block| only_own(block, vec, var))
    })
}

/// Whether the statement, in each iteration, uses the element at the loop's variable.
fn uses_own(stmt: &Stmt, vec: VarId, var: VarId) -> bool {
    let Some((values, written)) = parts(&stmt.kind) else { return false };
    let mut uses = written.is_some_and(|place| is_own(place, vec, var));
    for value in values.into_iter().filter(|value| is_evaluated_whole(value)) {
        value.for_each_place(&mut |place| uses |= is_own(place, vec, var));
    }
    uses
}

fn is_own(place: &Place, vec: VarId, var: VarId) -> bool {
    let at_var = |index: &Expr| index.as_var() == Some(var);
    place.root == vec && matches!(&place.path[..], [Proj::Index(index)] if at_var(index))
}

/// Whether no part of the expression is left out where another has some value.
fn is_evaluated_whole(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Prim(Prim::Select | Prim::And | Prim::Or, _) | ExprKind::Opaque(_) => false,
        ExprKind::Prim(_, args) => args.iter().all(is_evaluated_whole),
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => is_evaluated_whole(inner),
        ExprKind::Read(place) | ExprKind::Len(place) => place.operands().all(is_evaluated_whole),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
    }
}
