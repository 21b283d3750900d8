//! Calls that are made again where their callees are light; see
//! [`light`](crate::transform::adjoint).
//!
//! ```text
//! let k; let record;
//! if rhs::__is_light(32) { (k, record) = rhs::__forward(y, tape); } else { … }
//! ```

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

use super::Printer;
use super::call::derived_path;
use crate::analysis::weight::LIGHT;
use crate::ir::{
    Block, Call, Callee, Expr, ExprKind, Rvalue, Stage, Stmt, StmtKind, Target, VarId,
};
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
        // An assignment cannot have a type.
        if call.results.iter().any(|result| self.function.var(*result).written.is_some()) {
            return None;
        }
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

/// `m::g::__is_light(32)`, `Type::__h_is_light(32)`: whether a run takes at most so many operations.
pub(super) fn light_question(path: &syn::Path, most: &TokenStream) -> TokenStream {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    let asked = derived_path(&path, &[Stage::IsLight], &Ident::new("_", Span::call_site()));
    quote!(#asked(#most))
}

/// The question of a function that is asked by its name alone.
pub(super) fn question_by_name(callee: &Callee) -> Option<TokenStream> {
    match (&callee.target, &callee.stages[..]) {
        (Target::Path(path), [Stage::IsLight]) => Some(light_question(path, &most())),
        _ => None,
    }
}

/// The most operations that are asked for.
pub(super) fn most() -> TokenStream {
    Literal::u64_unsuffixed(LIGHT).into_token_stream()
}
