//! Values of unknown type that are `Option`s or arrays, as what comes after a method of theirs shows.
//!
//! `self.last.take()` may be a method of a struct; that `self.last = Some(x)` follows tells that it is none. The
//! function is lowered once more then, with that knowledge of the field.

use std::collections::HashSet;

use super::method::name_of;
use super::place::peel;
use super::structs::Origin;
use super::{Infer, Kind, Lowered, Lowerer};
use crate::ir::{Len, Ty};

/// What a value of unknown type shows to be after a method of it was called.
#[derive(Clone, Debug)]
pub enum Shape {
    Option,
    Array(Len),
}

/// Methods of `Option`s that structs may have, too.
const OF_OPTIONS: &[&str] = &["take", "replace", "insert", "or", "filter"];

impl Lowerer<'_> {
    /// Whether what is made by `map`, an array or an `Option`, tells what it is made of.
    pub(super) fn is_shaped(&mut self, of: &Ty, want: &Ty) -> bool {
        let elem = Box::new(self.fresh());
        let shaped = match self.infer.shallow(want) {
            Ty::Array(_, len) => Ty::Array(elem, len),
            Ty::Option(_) => Ty::Option(elem),
            _ => return false,
        };
        let may_be = !self.infer.is_marked_struct(of);
        if may_be {
            self.unify(of, &shaped);
        }
        may_be
    }

    /// Whether `map` is of an `Option` since it is of what `as_ref` gives of it.
    pub(super) fn is_lent_option(&mut self, of: &Ty, call: &syn::ExprMethodCall) -> bool {
        let syn::Expr::MethodCall(lent) = peel(&call.receiver) else { return false };
        let is_lent = ["as_ref", "as_mut", "as_deref", "as_deref_mut"].contains(&&*name_of(lent));
        let may_be = is_lent && !self.infer.is_marked_struct(of);
        if may_be {
            let elem = Box::new(self.fresh());
            self.unify(of, &Ty::Option(elem));
        }
        may_be
    }

    /// Notes that a method is called that an `Option` has, of what may be one.
    pub(super) fn ask_for_shape(&mut self, of: &Ty, call: &syn::ExprMethodCall, gives: &Ty) {
        let name = name_of(call);
        if OF_OPTIONS.contains(&name.as_str()) && !self.infer.is_marked_struct(of) {
            // A struct's own `filter` may give an `Option` as well.
            let gives = if matches!(&*name, "take" | "replace") { gives } else { of };
            self.infer.structs.asked.push((of.clone(), gives.clone()));
        }
    }

    /// Refuses `map` of what may as well be an array, unless the rest of the function tells.
    pub(super) fn refuse_unknown_map(
        &mut self,
        of: &Ty,
        call: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let is_unknown = matches!(self.infer.shallow(of), Ty::Infer(_));
        let may_be_array = is_unknown && !self.infer.is_marked_struct(of);
        (call.method == "map" && may_be_array).then(|| {
            let refused = self.reject(
                &call.receiver,
                "whether this is an array or an `Option` cannot be told here",
                "bind it by `let` with its type",
            );
            let gives = self.lowered_ty(&refused);
            self.infer.structs.asked.push((of.clone(), gives));
            refused
        })
    }
}

impl Infer {
    /// Says what comes from somewhere, if that is known to give `Option`s or arrays.
    pub(super) fn mark_shape(&mut self, origin: &Origin, ty: &Ty) {
        let mut shapes = self.structs.known.shapes.iter();
        let Some((_, shape)) = shapes.find(|(of, _)| of == origin) else { return };
        let shape = shape.clone();
        let elem = Box::new(self.fresh(Kind::Any));
        let shaped = match shape {
            Shape::Option => Ty::Option(elem),
            Shape::Array(len) => Ty::Array(elem, len),
        };
        self.unify(ty, &shaped);
    }

    fn free(&mut self, ty: &Ty) -> Option<u32> {
        match self.shallow(ty) {
            Ty::Infer(id) => Some(id),
            _ => None,
        }
    }

    /// Learns which of these are `Option`s or arrays.
    pub fn learn_shapes(&mut self) {
        let either = std::mem::take(&mut self.structs.either);
        let either: HashSet<u32> = either.iter().filter_map(|ty| self.free(ty)).collect();
        for (ty, gives) in std::mem::take(&mut self.structs.asked) {
            let known = match self.shallow(&ty) {
                Ty::Infer(_) => self.shallow(&gives),
                known => known,
            };
            let shape = match known {
                Ty::Option(_) => Shape::Option,
                // `self.last.take().unwrap_or(x)`.
                Ty::Infer(id) if either.contains(&id) && self.free(&ty) != Some(id) => {
                    Shape::Option
                }
                Ty::Array(_, len) => Shape::Array(len),
                _ => continue,
            };
            for origin in self.origins(&ty) {
                let known = &self.structs.known.shapes;
                if !known.iter().any(|(of, _)| *of == origin) {
                    self.structs.learned_shapes.push((origin, shape.clone()));
                }
            }
        }
    }
}
