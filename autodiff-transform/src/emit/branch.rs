//! `if` and `match`, as statements and as values.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::Printer;
use crate::analysis::effects;
use crate::ir::{Block, Rvalue, Stmt, StmtKind, VarId};

impl Printer<'_> {
    /// A branch whose blocks are printed by `print`; of any other statement, nothing.
    pub(super) fn branch(
        &self,
        kind: &StmtKind,
        print: &dyn Fn(&Block) -> TokenStream,
    ) -> TokenStream {
        match kind {
            StmtKind::If { cond, .. } => {
                let cond = self.expr(cond).into_token_stream();
                self.branch_if(cond, kind, print)
            }
            StmtKind::Switch { tag, arms } => {
                let tag = self.expr(tag);
                let last = arms.len().saturating_sub(1);
                let arms = arms.iter().enumerate().map(|(index, arm)| {
                    let arm = print(arm);
                    if index == last {
                        return quote!(_ => { #arm });
                    }
                    let index = proc_macro2::Literal::usize_unsuffixed(index);
                    quote!(#index => { #arm })
                });
                quote!(match #tag { #(#arms)* })
            }
            _ => TokenStream::new(),
        }
    }

    /// An `if` with this condition.
    pub(super) fn branch_if(
        &self,
        cond: TokenStream,
        kind: &StmtKind,
        print: &dyn Fn(&Block) -> TokenStream,
    ) -> TokenStream {
        let StmtKind::If { then, els, .. } = kind else { return TokenStream::new() };
        let then = print(then);
        let tail = match els.stmts.as_slice() {
            [] => None,
            [Stmt { kind: StmtKind::If { .. }, .. }] => Some(print(els)),
            _ => {
                let els = print(els);
                Some(quote!({ #els }))
            }
        };
        let tail = tail.map(|tail| quote!(else #tail));
        quote!(if #cond { #then } #tail)
    }

    /// `let y = if c { a } else { b };` for `let y; if c { y = a; } else { y = b; }`.
    pub(super) fn choice(&self, declaration: &Stmt, branch: Option<&Stmt>) -> Option<TokenStream> {
        let StmtKind::Let { var, value: None } = declaration.kind else { return None };
        let kind = &branch?.kind;
        if !gives(kind, var) {
            return None;
        }
        let value = self.value_of(kind);
        let binding = self.binding(var);
        let ty = &self.function.var(var).ty;
        let annotation = self.gives_open_float(kind).then(|| self.annotation(ty));
        Some(quote!(let #binding #annotation = #value;))
    }

    /// Whether the branch may leave open what type its float has.
    fn gives_open_float(&self, kind: &StmtKind) -> bool {
        kind.blocks().into_iter().any(|block| match block.stmts.last().map(|last| &last.kind) {
            Some(StmtKind::Assign { value: Rvalue::Expr(value), .. }) => {
                self.is_untyped_float(value)
            }
            Some(kind) => self.gives_open_float(kind),
            None => false,
        })
    }

    fn value_of(&self, kind: &StmtKind) -> TokenStream {
        self.branch(kind, &|block| {
            let Some((last, before)) = block.stmts.split_last() else { return TokenStream::new() };
            let before = self.statements(before);
            let value = match &last.kind {
                StmtKind::Assign { value, place } => self.rvalue(value, &place.ty),
                kind => self.value_of(kind).into(),
            };
            quote!(#before #value)
        })
    }
}

/// Whether every way through the branch ends by assigning to the variable, and does not mention it
/// before.
fn gives(kind: &StmtKind, var: VarId) -> bool {
    let mut blocks = match kind {
        StmtKind::If { .. } | StmtKind::Switch { .. } => kind.blocks().peekable(),
        _ => return false,
    };
    blocks.peek().is_some()
        && blocks.all(|block| {
            let Some((last, before)) = block.stmts.split_last() else { return false };
            let unmentioned = before.iter().all(|stmt| {
                let mut mentioned = effects::writes(stmt).contains(&var);
                effects::for_each_read(stmt, &mut |root| mentioned |= root == var);
                !mentioned
            });
            unmentioned
                && match &last.kind {
                    StmtKind::Assign { place, value: Rvalue::Expr(value) } => {
                        let mut read = false;
                        value.for_each_root(&mut |root| read |= root == var);
                        place.is_var() == Some(var) && !read
                    }
                    kind => gives(kind, var),
                }
        })
}
