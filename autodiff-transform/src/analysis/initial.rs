//! Which assignments give a variable its first value, on every way that leads to them.
//!
//! A forward dataflow over the structured body: a variable declared without a value is unassigned
//! until a statement writes it; after a branch, where it is so on both ways; in a loop, where no
//! iteration writes it. Such an assignment overwrites nothing.

use std::collections::HashSet;

use super::effects;
use crate::ir::{Block, Stmt, StmtKind, VarSet};

/// The assignments of one body; statements are told apart by where they are in memory, so that this
/// is of use as long as the body stays where it is.
#[derive(Default)]
pub struct Initial {
    statements: HashSet<*const Stmt>,
}

impl Initial {
    pub fn of(body: &Block) -> Initial {
        let mut initial = Initial::default();
        initial.block(body, &mut VarSet::new());
        initial
    }

    /// Whether the statement, an assignment, gives its variable the first value.
    pub fn is(&self, stmt: &Stmt) -> bool {
        self.statements.contains(&std::ptr::from_ref(stmt))
    }

    fn block(&mut self, block: &Block, unassigned: &mut VarSet) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt, unassigned));
    }

    fn stmt(&mut self, stmt: &Stmt, unassigned: &mut VarSet) {
        match &stmt.kind {
            StmtKind::Let { var, value: None } => {
                unassigned.insert(*var);
                return;
            }
            StmtKind::Assign { place, .. }
                if place.path.is_empty() && unassigned.contains(&place.root) =>
            {
                self.statements.insert(std::ptr::from_ref(stmt));
            }
            StmtKind::Loop(_) => effects::writes(stmt).iter().for_each(|var| {
                unassigned.remove(&var);
            }),
            _ => {}
        }
        for inner in stmt.kind.blocks() {
            self.block(inner, &mut unassigned.clone());
        }
        for var in effects::writes(stmt) {
            unassigned.remove(&var);
        }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;
    use crate::ir::{Expr, ExprKind, Function, Loop, LoopKind, Names, Origin, Rvalue, Ty, VarId};

    fn assign(function: &Function, var: VarId) -> Stmt {
        let value = Rvalue::Expr(Expr::new(ExprKind::Zero, Ty::F64, Span::call_site()));
        let kind = StmtKind::Assign { place: function.place(var), value };
        Stmt { kind, span: Span::call_site() }
    }

    fn block(stmts: Vec<Stmt>) -> Block {
        Block { stmts }
    }

    #[test]
    fn first_assignments() {
        let span = Span::call_site();
        let mut function = Function {
            name: "f".to_owned(),
            vars: Vec::new(),
            names: Names::default(),
            params: Vec::new(),
            body: Block::default(),
            results: Vec::new(),
            span,
        };
        let v = function.add_var("v", Ty::F64, true, Origin::User, span);
        let one = assign(&function, v);
        let cond = Expr::bool(true, span);
        let then = block(vec![one.clone(), one.clone()]);
        let branch =
            Stmt { kind: StmtKind::If { cond, then, els: block(vec![one.clone()]) }, span };
        let declare = Stmt { kind: StmtKind::Let { var: v, value: None }, span };
        let body = block(vec![declare.clone(), branch, one.clone()]);
        let initial = Initial::of(&body);
        let blocks: Vec<_> = body.stmts[1].kind.blocks().collect();
        assert!(initial.is(&blocks[0].stmts[0]) && initial.is(&blocks[1].stmts[0]));
        assert!(!initial.is(&blocks[0].stmts[1]) && !initial.is(&body.stmts[2]));

        let inner = block(vec![one.clone()]);
        let forever =
            Loop { kind: LoopKind::Forever, body: inner, exit: None, checkpoint: None, sums: None };
        let body = block(vec![declare.clone(), Stmt { kind: StmtKind::Loop(forever), span }]);
        let initial = Initial::of(&body);
        assert!(
            !initial.is(&body.stmts[1].kind.blocks().next().unwrap().stmts[0]),
            "the second time it is not"
        );

        let inner = block(vec![declare, one]);
        let forever =
            Loop { kind: LoopKind::Forever, body: inner, exit: None, checkpoint: None, sums: None };
        let body = block(vec![Stmt { kind: StmtKind::Loop(forever), span }]);
        assert!(Initial::of(&body).is(&body.stmts[0].kind.blocks().next().unwrap().stmts[1]));
    }
}
