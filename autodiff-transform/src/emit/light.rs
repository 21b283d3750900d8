//! Calls that are made again where their callees are light; see
//! [`light`](crate::transform::adjoint).
//!
//! ```text
//! let k; let record;
//! if rhs::__is_light(32) { (k, record) = rhs::__forward(y, tape); } else { … }
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::Printer;
use crate::ir::{Block, Call, Expr, ExprKind, Rvalue, Stage, Stmt, StmtKind, VarId};
use crate::ops::Prim;

impl Printer<'_> {
    /// `let k; if f::__is_light(32) { … }`, of `let light = f::__is_light(32); let k;` and the branch after
    /// it; and what comes after that.
    pub(super) fn asked_branch<'s>(
        &self,
        question: &Stmt,
        later: &'s [Stmt],
    ) -> Option<(TokenStream, &'s [Stmt])> {
        let StmtKind::Call(call) = &question.kind else { return None };
        let is_open = |stmt: &&Stmt| matches!(stmt.kind, StmtKind::Let { value: None, .. });
        let (declared, rest) = later.split_at(later.iter().take_while(is_open).count());
        let (branch, after) = rest.split_first()?;
        let StmtKind::If { cond, .. } = &branch.kind else { return None };
        let ([Stage::IsLight], [light]) = (&call.callee.stages[..], &call.results[..]) else {
            return None;
        };
        let asked = self.called(call, question.span);
        let cond = match &cond.kind {
            ExprKind::Prim(Prim::Not, args) if args[0].as_var() == Some(*light) => quote!(!#asked),
            _ if cond.as_var() == Some(*light) => asked,
            _ => return None,
        };
        let print = |block: &Block| self.made(block).unwrap_or_else(|| self.block(block));
        let branch = self.branch_if(cond, &branch.kind, &print);
        let declared: TokenStream = declared.iter().map(|stmt| self.stmt(stmt)).collect();
        Some((quote!(#declared #branch), after))
    }

    /// `(k, record) = f(x);`, of a call whose results all the statements after it give to variables.
    fn made(&self, block: &Block) -> Option<TokenStream> {
        let (first, assigned) = block.stmts.split_first()?;
        let StmtKind::Call(call) = &first.kind else { return None };
        let given: Vec<(VarId, VarId)> =
            assigned.iter().map(|stmt| given(stmt, call)).collect::<Option<_>>()?;
        let targets = call.results.iter().map(|result| {
            let given = given.iter().find(|(from, _)| from == result);
            given.map_or(quote!(_), |(_, to)| self.ident(*to).into_token_stream())
        });
        let targets = super::tuple(&targets.collect::<Vec<_>>());
        let called = self.called(call, first.span);
        Some(quote!(#targets = #called;))
    }
}

/// The result of the call that the statement gives to a variable, and that variable.
fn given(stmt: &Stmt, call: &Call) -> Option<(VarId, VarId)> {
    let StmtKind::Assign { place, value: Rvalue::Expr(value @ Expr { .. }) } = &stmt.kind else {
        return None;
    };
    let from = value.as_var().filter(|from| call.results.contains(from))?;
    Some((from, place.is_var()?))
}
