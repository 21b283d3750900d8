//! The cotangents of fields that are passed by value, whose types only rustc knows: where a field is constant, `()`.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{Access, Printer, runtime_at, runtime_span};
use crate::ir::{Arg, Origin, Place, Proj, Ty, VarId};

impl Printer<'_> {
    /// The place of the cotangent that an argument is, if that is of a field that is passed by value and whose type
    /// only rustc knows.
    pub(super) fn bar_of_field<'a>(&self, args: &[Arg], arg: &'a Arg) -> Option<&'a Place> {
        let Arg::Active(bar) = arg else { return None };
        let Arg::RefMut(place) = &**bar else { return None };
        let is_unknown =
            matches!(&place.ty, Ty::Tangent(of) | Ty::Dot(of) if matches!(**of, Ty::Unknown));
        if !is_unknown || !matches!(place.path[..], [Proj::Field(_)]) {
            return None;
        }
        let field = Place { root: self.primal_of(place.root), ..place.clone() };
        let is_passed = |arg: &Arg| match arg {
            Arg::Value(value) => value.as_place().is_some_and(|value| value.is_same(&field)),
            _ => false,
        };
        args.iter().any(is_passed).then_some(place)
    }

    /// The variable that this one is a derivative of.
    fn primal_of(&self, var: VarId) -> VarId {
        match self.function.var(var).origin {
            Origin::Tangent(of) | Origin::Cotangent(of) | Origin::Share(of) => self.primal_of(of),
            _ => var,
        }
    }

    /// The slot of the cotangent of a field that is passed by value: it may be constant.
    pub(super) fn field_bar(&self, field: &Place) -> TokenStream {
        let span = runtime_span(field.span);
        let (rt, bar) = (runtime_at(&self.rt, span), self.borrow(field, Access::Mut));
        quote_spanned!(span=> #rt::ActiveField(#bar))
    }
}
