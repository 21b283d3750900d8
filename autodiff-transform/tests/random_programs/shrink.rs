//! Makes a failing program smaller while it keeps failing.
//!
//! An edit is a number: the n-th place, in the order of a walk over the program, where something
//! can be left out or replaced by a part of itself. Edits are tried one after the other until a
//! whole round of them changes nothing. What an edit breaks (a variable without its declaration)
//! shows as a verdict other than a failure, and is not kept.

use autodiff_transform::ir::{
    Arg, Block, Expr, ExprKind, Function, LoopKind, Place, Proj, Rvalue, Shape, Stmt, StmtKind, Ty,
};
use autodiff_transform::ops::Prim;

use crate::generate::Case;

/// Tries of one shrinking, so that it ends in seconds.
const PATIENCE: usize = 3_000;

/// The smallest case found that still fails.
pub fn shrink(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut best = case.clone();
    let mut tries = 0;
    loop {
        let mut smaller = false;
        let mut edit = 0;
        while tries < PATIENCE {
            let mut candidate = best.clone();
            if !Editor::apply(&mut candidate, edit) {
                break;
            }
            tries += 1;
            if size(&candidate) < size(&best) && fails(&candidate) {
                best = candidate;
                smaller = true;
            } else {
                edit += 1;
            }
        }
        if !smaller || tries >= PATIENCE {
            return best;
        }
    }
}

/// The length of the program's text, and so a measure of what there is to read.
fn size(case: &Case) -> usize {
    case.functions.iter().map(|function| function.to_string().len()).sum()
}

/// Applies one edit.
struct Editor {
    /// Possible edits still to be passed over.
    skip: usize,
    done: bool,
}

impl Editor {
    /// Whether there is an edit of this number; if so it is applied.
    fn apply(case: &mut Case, edit: usize) -> bool {
        let mut editor = Editor { skip: edit, done: false };
        editor.functions(case);
        for function in case.functions.iter_mut() {
            editor.block(&mut function.body);
            function.results.iter_mut().for_each(|result| editor.expr(result));
        }
        editor.done
    }

    /// Whether it is this edit's turn.
    fn here(&mut self) -> bool {
        if self.done {
            return false;
        }
        self.done = self.skip == 0;
        self.skip = self.skip.saturating_sub(1);
        self.done
    }

    /// Leaves out whole functions, and results and parameters of the one that is called.
    fn functions(&mut self, case: &mut Case) {
        for index in 0..case.functions.len().saturating_sub(1) {
            if self.here() {
                case.functions.remove(index);
                return;
            }
        }
        let Some(Function { params, results, .. }) = case.functions.last_mut() else { return };
        for index in 0..results.len() {
            if self.here() {
                results.remove(index);
                return;
            }
        }
        for index in 0..params.len() {
            if self.here() {
                params.remove(index);
                case.args.remove(index);
                return;
            }
        }
    }

    fn block(&mut self, block: &mut Block) {
        // From the end: a last statement is used by fewer others.
        for index in (0..block.stmts.len()).rev() {
            if self.here() {
                block.stmts.remove(index);
                return;
            }
            let inner = block.stmts[index].kind.blocks().count();
            for branch in 0..inner {
                if !matches!(block.stmts[index].kind, StmtKind::Loop(_)) && self.here() {
                    let branch = block.stmts[index].kind.blocks().nth(branch);
                    let stmts = branch.map(|branch| branch.stmts.clone()).unwrap_or_default();
                    block.stmts.splice(index..=index, stmts);
                    return;
                }
            }
            self.stmt(&mut block.stmts[index]);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        stmt.kind.blocks_mut().for_each(|block| self.block(block));
        match &mut stmt.kind {
            StmtKind::Loop(loop_) => {
                if loop_.exit.is_some() && self.here() {
                    loop_.exit = None;
                }
                self.loop_kind(&mut loop_.kind);
            }
            StmtKind::Let { value, .. } => value.iter_mut().for_each(|value| self.rvalue(value)),
            StmtKind::Assign { place, value } => {
                self.place(place);
                self.rvalue(value);
            }
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value } => {
                self.place(place);
                self.expr(value);
            }
            StmtKind::If { cond, .. } => self.expr(cond),
            StmtKind::Switch { tag, arms } => {
                self.expr(tag);
                if arms.len() > 1 && self.here() {
                    arms.pop();
                }
            }
            StmtKind::Call(call) => call.args.iter_mut().for_each(|arg| self.arg(arg)),
            StmtKind::Swap { a, b } => {
                self.place(a);
                self.place(b);
            }
            StmtKind::VecPop { .. }
            | StmtKind::Push { .. }
            | StmtKind::Pop { .. }
            | StmtKind::Opaque { .. } => {}
        }
    }

    fn loop_kind(&mut self, kind: &mut LoopKind) {
        match kind {
            LoopKind::For { start, end, step, reverse, .. } => {
                if step.is_some() && self.here() {
                    *step = None;
                }
                if *reverse && self.here() {
                    *reverse = false;
                }
                self.expr(start);
                self.expr(end);
            }
            LoopKind::While { cond } => self.expr(cond),
            LoopKind::Forever => {}
        }
    }

    fn arg(&mut self, arg: &mut Arg) {
        match arg {
            Arg::Value(value) => self.expr(value),
            Arg::Ref(place) | Arg::RefMut(place) => self.place(place),
            Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {}
        }
    }

    fn rvalue(&mut self, value: &mut Rvalue) {
        match value {
            Rvalue::Expr(expr) => self.expr(expr),
            Rvalue::Aggregate { shape, fields, .. } => {
                fields.iter_mut().for_each(|field| self.expr(field));
                if matches!(shape, Shape::Vec) && fields.len() > 1 && self.here() {
                    fields.pop();
                }
            }
            Rvalue::Repeat { value, len, .. } => {
                self.expr(value);
                self.expr(len);
            }
            Rvalue::ZeroLike(place) => self.place(place),
        }
    }

    fn place(&mut self, place: &mut Place) {
        for proj in &mut place.path {
            match proj {
                Proj::Index(index) => self.expr(index),
                Proj::Range(start, end) => {
                    start.iter_mut().chain(end).for_each(|bound| self.expr(bound));
                }
                Proj::Field(_) | Proj::Variant(..) => {}
            }
        }
    }

    /// Replaces an expression by a literal or by one of its operands.
    fn expr(&mut self, expr: &mut Expr) {
        let span = expr.span;
        let simpler = match &expr.ty {
            Ty::Float(_) => Some(Expr::float(0.5, expr.ty.clone(), span)),
            Ty::Int(_) => Some(Expr::int(0, expr.ty.clone(), span)),
            Ty::Bool => Some(Expr::bool(true, span)),
            _ => None,
        };
        let literal =
            matches!(expr.kind, ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_));
        if !literal
            && let Some(simpler) = simpler
            && self.here()
        {
            *expr = simpler;
            return;
        }
        match &mut expr.kind {
            ExprKind::Prim(prim, args) => {
                let first = usize::from(*prim == Prim::Select);
                let ty = expr.ty.to_string();
                for arg in args.iter().skip(first) {
                    if arg.ty.to_string() == ty && self.here() {
                        *expr = arg.clone();
                        return;
                    }
                }
                args.iter_mut().for_each(|arg| self.expr(arg));
            }
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => {
                if inner.ty.to_string() == expr.ty.to_string() && self.here() {
                    *expr = (**inner).clone();
                    return;
                }
                self.expr(inner);
            }
            ExprKind::Read(place) | ExprKind::Len(place) => self.place(place),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => {}
        }
    }
}
