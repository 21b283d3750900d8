//! Methods and functions of type parameters: of whatever traits these are bound by.
//!
//! The derivatives of an annotated `impl Potential for Spring` belong to `Spring`. The trait has none, so that
//! nothing says that `P: Potential` has any.

use quote::ToTokens;

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    /// Refuses a method that takes or gives active values, of a receiver whose type is a parameter.
    pub(super) fn refuse_bounded(&mut self, of: &Ty, method: &syn::Ident) -> Option<Lowered> {
        let Ty::Adt(ty) = self.infer.shallow(of) else { return None };
        let syn::Type::Path(path) = &*ty else { return None };
        let param = path.path.get_ident().filter(|_| path.qself.is_none())?;
        self.refuse_of_parameter(param, method)
    }

    /// The same of a function by its path: `P::energy(p, x)`.
    pub(super) fn refuse_bounded_path(&mut self, path: &syn::Path) -> Option<Lowered> {
        let (param, function) = (path.segments.first()?, path.segments.last()?);
        let of_parameter = path.segments.len() == 2;
        of_parameter.then(|| self.refuse_of_parameter(&param.ident, &function.ident))?
    }

    fn refuse_of_parameter(&mut self, param: &syn::Ident, at: &syn::Ident) -> Option<Lowered> {
        let name = param.to_string();
        if !self.type_params.contains(&name) || self.floats.contains(&name) {
            return None;
        }
        Some(self.reject(
            at.to_token_stream(),
            format!("`{at}` of the type parameter `{name}` has no derivative: traits have none"),
            format!(
                "write the function for the type itself in place of `{name}`, or for an `enum` of the types; \
                 or cut the derivative: `chainrule::detach(..)`"
            ),
        ))
    }
}
