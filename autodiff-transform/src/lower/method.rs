//! Method calls.

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    pub fn lower_method(&mut self, call: &syn::ExprMethodCall, want: &Ty) -> Lowered {
        if let Some(lowered) = self.lower_method_chain(call, want) {
            return lowered;
        }
        self.reject(&call.method, "calls are not supported", "inline")
    }
}
