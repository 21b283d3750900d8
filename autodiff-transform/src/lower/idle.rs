//! Method calls that stand by themselves.
//!
//! What the standard library's method of the same name only looks at something, or computes from it, nobody calls for
//! nothing: of a value whose type is not seen it is a method of the user's, which may change the value.

use super::method::name_of;
use super::place::peel;
use super::{Kind, Lowered, Lowerer};
use crate::ir::Ty;
use crate::ops::Prim;

/// Methods of lists, `Option`s and `Result`s that change nothing.
const IDLE: &[&str] = &[
    "as_mut_slice",
    "as_slice",
    "chunks",
    "chunks_exact",
    "chunks_mut",
    "err",
    "first",
    "first_mut",
    "get",
    "get_mut",
    "into_iter",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "iter_mut",
    "last",
    "last_mut",
    "len",
    "ok",
    "split_at",
    "split_at_mut",
    "split_first",
    "split_last",
    "to_vec",
    "unwrap_or",
    "unwrap_or_default",
    "windows",
];

/// Whether the standard library's method of a name changes nothing.
pub(super) fn is_idle(name: &str) -> bool {
    IDLE.contains(&name) || Prim::method(name).is_some()
}

impl Lowerer<'_> {
    /// Such a call of a value whose type is not seen.
    pub(super) fn lower_own_effect(&mut self, expr: &syn::Expr, want: &Ty) -> Option<Lowered> {
        let syn::Expr::MethodCall(call) = peel(expr) else { return None };
        let name = name_of(call);
        if !is_idle(&name) {
            return None;
        }
        let errors = self.diagnostics.len();
        let of = self.base(&call.receiver);
        let (receiver, block) = self.in_block(|l| l.lower(of, &Ty::Unknown));
        let own = match &receiver {
            Lowered::Place(place, _) => {
                let unseen = matches!(self.infer.shallow(&place.ty), Ty::Infer(_));
                unseen && self.infer.kind(&place.ty) == Kind::Any && !self.is_inactive_place(place)
            }
            _ => false,
        };
        if !own {
            self.diagnostics.truncate(errors);
            return None;
        }
        Some(self.user_method(receiver, block, call, want))
    }
}
