//! Refutable patterns.

use proc_macro2::Span;

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    pub fn lower_match(&mut self, match_: &syn::ExprMatch, _want: &Ty) -> Lowered {
        self.reject(match_.match_token, "match is not supported", "inline")
    }

    pub fn lower_let_chain(
        &mut self,
        cond: &syn::Expr,
        _span: Span,
        _then: impl FnOnce(&mut Self),
        _els: impl FnOnce(&mut Self),
    ) {
        self.reject(cond, "let is not supported", "inline");
    }

    pub fn lower_let_else(
        &mut self,
        pat: &syn::Pat,
        _value: &syn::Expr,
        _els: &syn::Expr,
        _span: Span,
    ) {
        self.reject(pat, "let is not supported", "inline");
    }
}
