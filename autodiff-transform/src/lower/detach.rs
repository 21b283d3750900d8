//! `detach(value)`: a value without its derivative.

use quote::quote_spanned;
use syn::spanned::Spanned;

use super::block::OpenBlock;
use super::opaque::Use;
use super::{Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, StmtKind, Ty};

impl Lowerer<'_> {
    /// Whether a path is `detach` or `chainrule::detach`. That it means ours rustc is made to check.
    pub(super) fn is_detach(&mut self, path: &syn::Path) -> bool {
        let segments = &path.segments;
        let is_detach = segments.last().is_some_and(|last| last.ident == "detach")
            && (segments.len() == 1 || self.is_facade(&segments[0].ident));
        if is_detach {
            self.check_is(path, &quote_spanned!(path.span()=> __rt::detach::<()>));
        }
        is_detach
    }

    fn is_facade(&self, first: &syn::Ident) -> bool {
        first == "chainrule"
            || self.options.krate.segments.last().is_some_and(|last| last.ident == *first)
    }

    /// The value of a call is had by the call as it stands: the function needs no derivatives.
    pub(super) fn lower_detach(&mut self, value: &syn::Expr, want: &Ty) -> Lowered {
        let (lowered, block) = self.in_block(|l| l.value(value, want));
        let is_call = matches!(value, syn::Expr::Call(_) | syn::Expr::MethodCall(_));
        if is_call && is_result_of_last(&lowered, &block) {
            let errors = self.diagnostics.len();
            let (kept, as_it_stands) =
                self.in_block(|l| l.opaque_for(value, &lowered.ty, Use::Inspect));
            if self.diagnostics.len() == errors {
                self.splice(as_it_stands);
                return kept;
            }
            self.diagnostics.truncate(errors);
        }
        self.splice(block);
        let ty = lowered.ty.clone();
        Lowered::Value(Expr::new(ExprKind::Detach(Box::new(lowered)), ty, value.span()))
    }
}

/// Whether a value is what the call at the end of a block gives.
fn is_result_of_last(value: &Expr, block: &OpenBlock) -> bool {
    match (&value.kind, block.last().map(|stmt| &stmt.kind)) {
        (ExprKind::Read(place), Some(StmtKind::Call(call))) => call.results == [place.root],
        _ => false,
    }
}
