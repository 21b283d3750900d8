//! What it costs to run a function's forward sweep once more.
//!
//! A reverse sweep that needs what a call gave can take it from memory, or make the call again. For a few
//! additions and multiplications the second is cheaper: the sum of two vectors of three numbers takes three
//! additions, its way to the tape and back six accesses of memory. Whether a callee is so light only its own
//! macro knows. So callers ask, `f::__is_light(32)`: whether a run of `f` takes at most 32 operations, those
//! of its own callees among them, and leaves nothing on the tape.

use crate::ir::callee::{is_associated, is_public_derivative, may_be_derivative};
use crate::ir::{
    Block, Callee, Expr, ExprKind, Function, Rvalue, Shape, Stage, Stmt, StmtKind, Target, Ty,
    VarId,
};
use crate::ops::Prim;

/// The most operations of what is made again: about what it takes to write the components of a vector of
/// three to memory, and to read them.
pub const LIGHT: u64 = 32;

/// A division or a square root, in additions.
const DIVISION: u64 = 6;

/// The operations of a straight-line function.
#[derive(Clone, Debug)]
pub struct Weight {
    pub own: u64,
    /// The functions that it calls, which are to be asked for theirs.
    pub callees: Vec<syn::Path>,
}

impl Weight {
    /// That of a forward sweep, if it is one that can be light.
    pub fn of(forward: &Function) -> Option<Weight> {
        // It costs something even if it only hands on what it is given, so that a recursion ends.
        let weight = Weight { own: 1, callees: Vec::new() };
        let mut sum = Sum { function: forward, weight, asked: Vec::new() };
        sum.block(&forward.body)?;
        forward.results.iter().try_for_each(|result| sum.expr(result))?;
        (sum.weight.own <= LIGHT).then_some(sum.weight)
    }
}

/// Whether a function can be asked by this path, and not only by values. The parameters of a type may be
/// told by the arguments alone, so that an associated function is asked only of a type that `function` names
/// without any.
pub fn can_be_asked(function: &Function, path: &syn::Path) -> bool {
    if !is_associated(path) {
        return !is_public_derivative(path);
    }
    let mut segments = path.segments.iter().rev();
    let (Some(last), Some(owner)) = (segments.next(), segments.next()) else { return false };
    let is_owner = |ty: &Ty| match ty {
        Ty::Adt(ty) => {
            matches!(&**ty, syn::Type::Path(path) if path.path.segments.last() == Some(owner))
        }
        _ => false,
    };
    let named = || function.vars.iter().any(|var| is_owner(&var.ty));
    !may_be_derivative(&last.ident)
        && (owner.ident == "Self" || owner.arguments.is_none() && named())
}

struct Sum<'a> {
    function: &'a Function,
    weight: Weight,
    /// What callees have answered.
    asked: Vec<VarId>,
}

impl Sum<'_> {
    fn block(&mut self, block: &Block) -> Option<()> {
        block.stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<()> {
        if self.is_kept_unless_light(stmt) {
            return Some(());
        }
        match &stmt.kind {
            StmtKind::Let { value: None, .. } => Some(()),
            StmtKind::Let { value: Some(value), .. } | StmtKind::Assign { value, .. } => {
                self.rvalue(value)
            }
            StmtKind::Accumulate { value, .. } => {
                self.weight.own += 1;
                self.expr(value)
            }
            StmtKind::If { cond, then, els } => {
                self.expr(cond)?;
                self.block(then)?;
                self.block(els)
            }
            StmtKind::Call(call) if call.callee.stages.ends_with(&[Stage::IsLight]) => {
                self.asked.extend(&call.results);
                Some(())
            }
            StmtKind::Call(call) => self.call(&call.callee),
            StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Swap { .. }
            | StmtKind::Fill { .. }
            | StmtKind::VecPush { .. }
            | StmtKind::VecPop { .. }
            | StmtKind::Push { .. }
            | StmtKind::Pop { .. }
            | StmtKind::Opaque { .. } => None,
        }
    }

    /// Methods and operators are found by the types of values, which are not there when this is asked.
    fn call(&mut self, callee: &Callee) -> Option<()> {
        match &callee.target {
            Target::Path(path) if can_be_asked(self.function, path) => {
                self.weight.callees.push(path.clone());
                Some(())
            }
            Target::Path(_) | Target::Method(_) | Target::Operator(_) => None,
        }
    }

    fn rvalue(&mut self, value: &Rvalue) -> Option<()> {
        match value {
            Rvalue::Expr(value) => self.expr(value),
            Rvalue::Aggregate { shape: Shape::Vec | Shape::VecWithCapacity(_), .. } => None,
            Rvalue::Aggregate { fields, .. } => {
                fields.iter().try_for_each(|field| self.expr(field))
            }
            Rvalue::Repeat { .. } | Rvalue::ZeroLike(_) => None,
        }
    }

    fn expr(&mut self, expr: &Expr) -> Option<()> {
        match &expr.kind {
            ExprKind::Prim(prim, args) => {
                self.weight.own += match prim {
                    Prim::Div | Prim::Sqrt | Prim::Recip => DIVISION,
                    prim if prim.row().dear => return None,
                    _ => 1,
                };
                args.iter().try_for_each(|arg| self.expr(arg))
            }
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.expr(inner),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero
            | ExprKind::Read(_)
            | ExprKind::Len(_) => Some(()),
            ExprKind::Opaque(_) => None,
        }
    }

    /// Whether the statement keeps what a call gave unless its callee is light, which this function is not
    /// then either.
    fn is_kept_unless_light(&self, stmt: &Stmt) -> bool {
        let StmtKind::If { cond, then, els } = &stmt.kind else { return false };
        let ExprKind::Prim(Prim::Not, args) = &cond.kind else { return false };
        let is_push = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Push { .. });
        args[0].as_var().is_some_and(|var| self.asked.contains(&var))
            && then.stmts.iter().all(is_push)
            && els.stmts.is_empty()
    }
}
