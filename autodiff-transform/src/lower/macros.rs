//! Macro calls.

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    pub fn lower_macro(&mut self, mac: &syn::Macro, _want: &Ty) -> Lowered {
        self.reject(&mac.path, "macros are not supported", "inline")
    }
}
