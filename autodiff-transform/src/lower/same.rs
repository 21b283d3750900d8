//! Methods that give the same value, or a reference to it: `clone`, `as_ref` and their kin.

use proc_macro2::Span;

use super::{Access, Lowered, Lowerer};
use crate::ir::{Expr, Origin, Place, Rvalue, StmtKind, Ty, VarId};

/// Methods that give the same value, or a reference to it.
pub const IDENTITY: &[&str] = &[
    "clone",
    "to_owned",
    "as_ref",
    "as_mut",
    "borrow",
    "borrow_mut",
    "deref",
    "deref_mut",
    "by_ref",
    "copied",
    "cloned",
    "as_slice",
    "as_mut_slice",
    "as_deref",
    "as_deref_mut",
    "to_vec",
    "into_boxed_slice",
    "into_vec",
];

impl Lowerer<'_> {
    /// `clone()` and its kin.
    pub fn same_value(&mut self, receiver: Lowered, name: &str, span: Span) -> Lowered {
        let receiver = match &receiver {
            // `[x, y].to_vec()`.
            Lowered::Built(_) | Lowered::Value(_)
                if name == "to_vec" && matches!(self.lowered_ty(&receiver), Ty::Array(..)) =>
            {
                let (place, access) = self.to_place(receiver, span);
                Lowered::Place(place, access)
            }
            _ => receiver,
        };
        let Lowered::Place(place, access) = receiver else { return receiver };
        let access = match name {
            "as_mut" | "as_mut_slice" | "as_deref_mut" | "borrow_mut" => Access::RefMut,
            _ => access,
        };
        let by_value =
            matches!(name, "clone" | "to_owned" | "to_vec" | "copied" | "cloned" | "into_vec");
        let is_vec = matches!(self.infer.shallow(&place.ty), Ty::Vec(_) | Ty::Array(..));
        if matches!(name, "as_slice" | "as_mut_slice") && is_vec {
            return Lowered::Place(self.slice_of(place, None, None, span), access);
        }
        if !by_value {
            return Lowered::Place(place, access);
        }
        match (name, self.infer.resolve(&place.ty)) {
            (_, Ty::Slice(_)) | ("to_vec", Ty::Array(..)) => {
                let var = self.copied(place, span);
                Lowered::Value(self.function.read(var))
            }
            _ => Lowered::Value(Expr { span, ..Expr::read(place) }),
        }
    }

    /// A `Vec` of the elements of an array or a slice.
    pub fn copied(&mut self, place: Place, span: Span) -> VarId {
        let elem = self.infer.element(&place.ty);
        let slice = self.slice_of(place, None, None, span);
        let var = self.variable("copied", Ty::Vec(Box::new(elem)), false, Origin::Temp, span);
        let value = Some(Rvalue::Expr(Expr::read(slice)));
        self.push(StmtKind::Let { var, value }, span);
        var
    }
}
