//! The checker checked: transforms with a mistake, which it must refuse.

use autodiff_transform::analysis::reads::Reads;
use autodiff_transform::ir::{Block, Expr, ExprKind, Function, Stmt, StmtKind};
use autodiff_transform::ops::Prim;
use autodiff_transform::transform::{Adjoint, Callees, adjoint, tangent};

use crate::generate::case;
use crate::oracle::{Order, Transforms, Verdict, check};
use crate::{OURS, SEEDS};

/// Programs to look at for one that shows the mistake.
const PROGRAMS: u64 = 300;

/// How many of the programs are refused that are not without the mistake.
fn refused(wrong: Transforms, order: Order) -> usize {
    let seeds = SEEDS.start..SEEDS.start + PROGRAMS;
    seeds
        .filter(|seed| {
            let case = case(*seed);
            matches!(check(&case, wrong, order, *seed), Verdict::Failed(_))
                && !matches!(check(&case, OURS, order, *seed), Verdict::Failed(_))
        })
        .count()
}

fn each_stmt(block: &mut Block, change: &mut impl FnMut(&mut Stmt)) {
    for stmt in &mut block.stmts {
        change(stmt);
        stmt.kind.blocks_mut().for_each(|inner| each_stmt(inner, change));
    }
}

fn each_expr(function: &mut Function, change: &mut impl FnMut(&mut Expr)) {
    fn inside(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
        change(expr);
        match &mut expr.kind {
            ExprKind::Prim(_, args) => args.iter_mut().for_each(|arg| inside(arg, change)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => inside(inner, change),
            _ => {}
        }
    }
    each_stmt(&mut function.body, &mut |stmt| match &mut stmt.kind {
        StmtKind::Let { value: Some(autodiff_transform::ir::Rvalue::Expr(value)), .. }
        | StmtKind::Assign { value: autodiff_transform::ir::Rvalue::Expr(value), .. }
        | StmtKind::Accumulate { value, .. } => inside(value, change),
        _ => {}
    });
}

fn replace(function: &mut Function, from: Prim, to: Prim) {
    each_expr(function, &mut |expr| {
        if let ExprKind::Prim(prim, _) = &mut expr.kind
            && *prim == from
        {
            *prim = to;
        }
    });
}

fn drop_stmts(block: &mut Block, drops: &impl Fn(&StmtKind) -> bool) {
    block.stmts.retain(|stmt| !drops(&stmt.kind));
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(|inner| drop_stmts(inner, drops));
    }
}

fn each_adjoint(source: &Function, callees: Callees, change: impl Fn(&mut Function)) -> Adjoint {
    let mut adjoint = adjoint(source, callees);
    change(&mut adjoint.joint);
    change(&mut adjoint.reverse);
    adjoint
}

#[test]
fn a_wrong_sign_in_the_tangent() {
    let wrong = |source: &Function| {
        let mut tangent = tangent(source);
        replace(&mut tangent, Prim::Cos, Prim::Sin);
        tangent
    };
    assert!(refused(Transforms { tangent: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn a_bar_overwritten_instead_of_added_to() {
    let wrong = |source: &Function, callees| {
        each_adjoint(source, callees, |function| {
            each_stmt(&mut function.body, &mut |stmt| {
                if let StmtKind::Accumulate { place, value } = stmt.kind.clone() {
                    let value = autodiff_transform::ir::Rvalue::Expr(value);
                    stmt.kind = StmtKind::Assign { place, value };
                }
            });
        })
    };
    assert!(refused(Transforms { adjoint: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn a_bar_not_zeroed_by_the_assignment() {
    let wrong = |source: &Function, callees| {
        each_adjoint(source, callees, |function| {
            let is_bar = |var: autodiff_transform::ir::VarId| {
                let origin = function.var(var).origin;
                matches!(
                    origin,
                    autodiff_transform::ir::Origin::Cotangent(_)
                        | autodiff_transform::ir::Origin::Share(_)
                )
            };
            let mut body = function.body.clone();
            drop_stmts(&mut body, &|kind| match kind {
                StmtKind::Assign { place, value: autodiff_transform::ir::Rvalue::Expr(value) } => {
                    is_bar(place.root) && matches!(value.kind, ExprKind::Zero)
                }
                _ => false,
            });
            function.body = body;
        })
    };
    assert!(refused(Transforms { adjoint: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn an_overwritten_value_not_restored() {
    let wrong = |source: &Function, callees| {
        let mut wrong = adjoint(source, callees);
        for function in [&mut wrong.joint, &mut wrong.forward, &mut wrong.reverse] {
            drop_stmts(&mut function.body, &|kind| match kind {
                StmtKind::Pop { declare, .. } => !declare,
                _ => false,
            });
        }
        wrong
    };
    assert!(refused(Transforms { adjoint: wrong, ..OURS }, Order::First) >= 10);
}

#[test]
fn a_value_said_not_to_be_read() {
    let wrong = |source: &Function, callees| Adjoint {
        reads: Reads::none(source.params.len()),
        ..adjoint(source, callees)
    };
    assert!(refused(Transforms { adjoint: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn a_changed_primal() {
    let wrong = |source: &Function| {
        let mut tangent = tangent(source);
        replace(&mut tangent, Prim::Tanh, Prim::Atan);
        tangent
    };
    assert!(refused(Transforms { tangent: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn an_optimization_that_drops_products() {
    let wrong = |function: &mut Function| {
        (OURS.optimize)(function);
        each_expr(function, &mut |expr| {
            if let ExprKind::Prim(Prim::Scale, args) = &expr.kind {
                *expr = args[0].clone();
            }
        });
    };
    assert!(refused(Transforms { optimize: wrong, ..OURS }, Order::First) >= 50);
}

#[test]
fn a_tangent_that_is_wrong_the_second_time() {
    // Right on a primal function, which has no tangents among its parameters.
    let wrong = |source: &Function| {
        let derived = source
            .params
            .iter()
            .any(|param| matches!(param.role, autodiff_transform::ir::Role::Tangent(_)));
        let mut tangent = tangent(source);
        if derived {
            replace(&mut tangent, Prim::Sin, Prim::Cos);
        }
        tangent
    };
    assert!(refused(Transforms { tangent: wrong, ..OURS }, Order::First) == 0);
    assert!(refused(Transforms { tangent: wrong, ..OURS }, Order::Second) >= 50);
}
