//! Active values that are written to what is constant, and would lose their derivatives there.

use crate::analysis::activity::Activity;
use crate::diagnostics::Diagnostics;
use crate::ir::{Block, Function, Passing, Place, Role, Stmt, StmtKind, Ty};

/// Refuses them. What a constant buffer of floats is given in a roundabout way makes all of it active; values of
/// a type without derivatives never are, so that each write to them is looked at.
pub fn refuse_constant_outputs(function: &Function, diagnostics: &mut Diagnostics) {
    let varied = Activity::varied(function);
    for param in &function.params {
        let constant = param.role == Role::Inactive && param.passing == Passing::RefMut;
        if constant && varied.is_active(param.var) {
            let var = function.var(param.var);
            let message =
                format!("an active value is written to `{}`, which is constant", var.name);
            diagnostics
                .error_at(var.span, message)
                .help("remove `#[constant]`, or cut the value: `chainrule::detach(..)`");
        }
    }
    refuse_in(function, &function.body, &varied, diagnostics);
}

fn refuse_in(function: &Function, block: &Block, varied: &Activity, diagnostics: &mut Diagnostics) {
    for stmt in &block.stmts {
        let Some(place) = cut(function, stmt, varied) else {
            stmt.kind.blocks().for_each(|inner| refuse_in(function, inner, varied, diagnostics));
            continue;
        };
        let name = &function.var(place.root).name;
        diagnostics
            .error_at(
                place.span,
                format!("an active value is written to `{name}`, which has no derivative"),
            )
            .help(
                "derive `Differentiable` for its type and leave `#[constant]` out, or cut the value: \
                 `chainrule::detach(..)`",
            );
    }
}

/// The place of a value of a type without derivatives that the statement gives an active value.
fn cut<'s>(function: &Function, stmt: &'s Stmt, varied: &Activity) -> Option<&'s Place> {
    let (place, active) = match &stmt.kind {
        StmtKind::Assign { place, value } => (place, varied.rvalue(value)),
        StmtKind::Accumulate { place, value }
        | StmtKind::Fill { place, value }
        | StmtKind::VecPush { vec: place, value } => (place, varied.expr(value)),
        StmtKind::Swap { a, b } => match varied.place(a) {
            true => (b, true),
            false => (a, varied.place(b)),
        },
        // What a callee leaves there it is asked about where it is given the place, and kept code where it is
        // lowered.
        StmtKind::Let { .. }
        | StmtKind::Call(_)
        | StmtKind::Opaque { .. }
        | StmtKind::VecPop { .. }
        | StmtKind::Push { .. }
        | StmtKind::Pop { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_) => return None,
    };
    let is_inert = matches!(function.var(place.root).ty, Ty::Inert(_));
    (active && is_inert).then_some(place)
}
