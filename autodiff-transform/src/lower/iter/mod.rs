//! Iterator chains as loops.

use super::{Lowered, Lowerer};

/// An iterator that has not been consumed yet.
pub struct Chain;

/// Hooks of the lowering.
impl Lowerer<'_> {
    /// Lowers a method call that belongs to an iterator chain (`x.iter().map(..)`, `.sum()`, …);
    /// `None` where it does not. `want` is the type expected of the result, as far as it is known.
    pub fn lower_method_chain(
        &mut self,
        _call: &syn::ExprMethodCall,
        _want: &crate::ir::Ty,
    ) -> Option<Lowered> {
        None
    }

    /// Lowers `for pat in iter { body }` where `iter` is no range. False where it is no iterator
    /// that is known.
    pub fn lower_for_iter(&mut self, _loop: &syn::ExprForLoop) -> bool {
        false
    }
}
