//! Closures are inlined at each call.

use super::{Lowered, Lowerer};
use crate::ir::Ty;

/// A closure that has a name or stands as an argument.
pub struct Closure;

/// Hooks of the lowering.
impl Lowerer<'_> {
    /// Captures a closure expression.
    pub fn lower_closure(&mut self, closure: &syn::ExprClosure) -> Lowered {
        self.reject(closure.or1_token, "closures are not supported here", "write the code inline")
    }

    /// Inlines a call of a closure.
    pub fn call_closure(
        &mut self,
        _closure: &Closure,
        call: &syn::ExprCall,
        _want: &Ty,
    ) -> Lowered {
        self.reject(&call.func, "calls of closures are not supported here", "write the code inline")
    }
}
