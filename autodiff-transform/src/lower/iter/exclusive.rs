//! Loops over the places of inactive collections: `for n in counts.values_mut() { *n += 1; … }`.
//!
//! Such a loop is lowered as what it stands for, so that each item is one that kept code gives in an `Option`:
//! `while let Some(n) = items.next()`.

use super::{Lowered, Lowerer};
use crate::ir::Ty;
use crate::lower::Access;
use crate::lower::place::peel;

impl Lowerer<'_> {
    pub(super) fn for_exclusive(&mut self, for_: &syn::ExprForLoop) {
        let syn::ExprForLoop { attrs, label, pat, expr, body, .. } = for_;
        let span = for_.for_token.span;
        let items = syn::Ident::new("__items", span);
        let into_iter =
            syn::parse_quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#expr));
        let walked: syn::Expr = syn::parse_quote_spanned! {span=>
            #(#attrs)*
            #label while let Some(#pat) = #items.next() #body
        };
        self.scopes.enter();
        let iter = self.opaque(&into_iter, &Ty::Unknown);
        if let Lowered::Value(iter) = &iter
            && let Some(var) = iter.as_var()
        {
            self.function.vars[var.0 as usize].mutable = true;
            self.bind_var("__items", var, Access::Owned);
        }
        self.lower(&walked, &Ty::Unit);
        self.scopes.leave();
    }
}

/// Whether an iterator hands out places to be changed, and not copies.
pub(super) fn gives_exclusive(expr: &syn::Expr) -> bool {
    match peel(expr) {
        syn::Expr::Reference(reference) => reference.mutability.is_some(),
        syn::Expr::MethodCall(call) => {
            call.method.to_string().ends_with("_mut") || gives_exclusive(&call.receiver)
        }
        _ => false,
    }
}
