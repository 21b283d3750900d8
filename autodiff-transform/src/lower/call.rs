//! Calls by path.

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    pub fn lower_call(&mut self, call: &syn::ExprCall, want: &Ty) -> Lowered {
        let _ = want;
        self.reject(&call.func, "calls are not supported", "inline")
    }

    pub fn lower_item_path(&mut self, path: &syn::ExprPath) -> Lowered {
        self.constant(path, None)
    }

    pub fn constant(&mut self, path: &syn::ExprPath, ty: Option<syn::Type>) -> Lowered {
        let ty = match ty {
            Some(ty) => self.ty(&ty),
            None => self.fresh(),
        };
        self.opaque(&syn::Expr::Path(path.clone()), &ty)
    }

    pub fn lower_struct(&mut self, struct_: &syn::ExprStruct) -> Lowered {
        self.reject(struct_, "no structs", "inline")
    }
}
