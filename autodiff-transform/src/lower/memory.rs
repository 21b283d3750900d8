//! `mem::swap`, `mem::replace`, `mem::take`.

use proc_macro2::Span;
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{Lowered, Lowerer};
use crate::ir::{Expr, Place, Rvalue, StmtKind};

impl Lowerer<'_> {
    /// `mem::swap(a, b)`, `mem::replace(a, v)`, `mem::take(a)`.
    pub(super) fn lower_mem(&mut self, name: &str, args: &[&syn::Expr]) -> Option<Lowered> {
        let span = args.first()?.span();
        let (place, _) = self.place(args[0]);
        let place = self.freeze(place);
        self.constant.remove(&place.root);
        match (name, args) {
            ("swap", [_, other]) => {
                let (other, _) = self.place(other);
                self.constant.remove(&other.root);
                self.unify(&place.ty, &other.ty);
                self.push(StmtKind::Swap { a: place, b: other }, span);
                Some(Lowered::Unit)
            }
            ("replace", [_, value]) => {
                let value = self.value(value, &place.ty);
                let value = match self.is_stable(&value) {
                    true => value,
                    false => self.temp("new", value),
                };
                Some(self.take_out(place, Rvalue::Expr(value), span))
            }
            ("take", [_]) => {
                let ty = self.infer.resolve(&place.ty);
                match super::control::initial_value(&ty, span) {
                    Some(value) => Some(self.take_out(place, value, span)),
                    // The type may show further down.
                    None => {
                        let default = quote_spanned!(span=> ::core::default::Default::default());
                        let value = self.opaque_tokens(default, place.ty.clone(), span);
                        let value = self.temp("empty", value);
                        Some(self.take_out(place, Rvalue::Expr(value), span))
                    }
                }
            }
            _ => None,
        }
    }

    /// The old value of a place that gets a new one.
    pub fn take_out(&mut self, place: Place, value: Rvalue, span: Span) -> Lowered {
        let old = self.temp("old", Expr { span, ..Expr::read(place.clone()) });
        self.push(StmtKind::Assign { place, value }, span);
        Lowered::Value(old)
    }
}
