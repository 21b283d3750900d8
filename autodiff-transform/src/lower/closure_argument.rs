//! Closures that are passed to functions: kept as they stand, wherever the function is called.

use syn::spanned::Spanned;

use super::Lowerer;
use super::closure::Closure;
use super::opaque::Use;
use super::place::peel;
use crate::ir::{Expr, ExprKind, Opaque, Ty, VarId};

/// The closure that an argument is, or refers to.
pub fn closure_in(arg: &syn::Expr) -> Option<&syn::ExprClosure> {
    match peel(arg) {
        syn::Expr::Closure(closure) => Some(closure),
        syn::Expr::Reference(reference) => closure_in(&reference.expr),
        _ => None,
    }
}

/// The argument with this closure for the one that it is, or that it names.
fn with_closure(arg: &syn::Expr, closure: syn::ExprClosure) -> syn::Expr {
    match peel(arg) {
        syn::Expr::Reference(reference) => {
            let expr = Box::new(with_closure(&reference.expr, closure));
            syn::Expr::Reference(syn::ExprReference { expr, ..reference.clone() })
        }
        _ => syn::Expr::Closure(closure),
    }
}

impl Lowerer<'_> {
    /// A closure, which is made again for each sweep that calls the function, so that it must not touch
    /// active values nor change what it captures.
    pub fn closure_argument(&mut self, closure: &syn::ExprClosure, arg: &syn::Expr) -> Expr {
        let errors = self.diagnostics.len();
        let mut code = self.code(arg, Use::Compute);
        if self.diagnostics.len() > errors {
            self.diagnostics.truncate(errors);
            self.reject(
                closure.or1_token,
                "a closure that uses active values cannot be passed to a function",
                "write the loop here, make the closure an annotated function, or mark constants that it captures `#[constant] let`",
            );
        } else if !code.writes.is_empty() {
            self.reject(
                closure.or1_token,
                "a closure that changes what it captures cannot be passed to a differentiated function",
                "its calls are repeated in derivatives: compute the values before, in a slice",
            );
        }
        let reads = code.opaque.reads.clone();
        if closure.capture.is_some() && reads.into_iter().any(|var| !self.is_copied(var)) {
            // Made again it cannot move what it captures again.
            let lent = syn::ExprClosure { capture: None, ..closure.clone() };
            code = self.code(&with_closure(arg, lent), Use::Compute);
        }
        let kind = ExprKind::Opaque(Opaque { pure_: true, ..code.opaque });
        Expr::new(kind, Ty::Inert(None), closure.span())
    }

    fn is_copied(&mut self, var: VarId) -> bool {
        self.infer.resolve(&self.function.var(var).ty).is_copy()
    }

    /// A closure that was bound to a name, as if it stood in the name's place.
    pub fn named_closure_argument(&mut self, closure: &Closure, arg: &syn::Expr) -> Expr {
        let written = closure.written(arg.span());
        let arg = with_closure(arg, written.clone());
        self.in_scope_of(closure, |_| {}, |l| l.closure_argument(&written, &arg))
    }
}
