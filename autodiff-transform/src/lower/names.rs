//! Names of types that stand for something else: `type Vector = [f64; 3];`.
//!
//! A macro sees the name and not what it stands for, so that lowering takes it for a struct's. What shows
//! that it is none, and would be refused of one: elements, items, a sum of them, a float in its place, a
//! cast to it. The function is then lowered once more, with a type for the name that is inferred from what
//! is done with its values; rustc has the last word. A name like `Float` is taken for a float's to begin
//! with, unless something shows that it is a struct's.

use super::structs::Origin;
use super::{Infer, Kind};
use crate::ir::Ty;

/// What floats are called.
const FLOATS: &[&str] = &["Float", "Real", "Scalar", "Number", "Num", "F"];

impl Infer {
    /// The type that a name stands for, if it is taken to stand for one.
    pub(super) fn type_named(&mut self, name: &str) -> Option<Ty> {
        let origin = Origin::Named(name.to_owned());
        let stands = FLOATS.contains(&name) || self.structs.stands_for_another(name);
        if !stands || self.own_names.contains(name) || self.structs.is_known(&origin) {
            return None;
        }
        if let Some(ty) = self.named.get(name) {
            return Some(ty.clone());
        }
        let ty = self.fresh(Kind::Any);
        self.note_result(origin, &ty);
        self.named.insert(name.to_owned(), ty.clone());
        Some(ty)
    }

    /// The first name that stands for a float, or for something of floats.
    pub(super) fn named_float(&mut self) -> Option<syn::Type> {
        let mut named: Vec<(String, Ty)> =
            self.named.iter().map(|(name, ty)| (name.clone(), ty.clone())).collect();
        named.sort_by_key(|(_, ty)| if let Ty::Infer(id) = ty { *id } else { u32::MAX });
        let (name, _) = named.into_iter().find(|(_, ty)| self.is_of_floats(ty))?;
        syn::parse_str(&name).ok()
    }

    fn is_of_floats(&mut self, ty: &Ty) -> bool {
        match self.shallow(ty) {
            of @ Ty::Infer(_) if self.kind(&of) == Kind::Any => {
                let elem = self.elements.iter().find(|(container, _)| {
                    matches!((container, &of), (Ty::Infer(a), Ty::Infer(b)) if a == b)
                });
                elem.map(|(_, elem)| elem.clone()).is_some_and(|elem| self.is_of_floats(&elem))
            }
            of @ Ty::Infer(_) => matches!(self.kind(&of), Kind::Number | Kind::Float),
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                self.is_of_floats(&elem)
            }
            _ => false,
        }
    }

    /// Learns that the name of this type stands for another type, if it may; whether it does.
    pub fn learn_name(&mut self, ty: &Ty) -> bool {
        let Ty::Adt(ty) = self.shallow(ty) else { return false };
        let syn::Type::Path(path) = &*ty else { return false };
        match path.path.get_ident() {
            Some(name) if path.qself.is_none() => {
                let name = name.to_string();
                !self.own_names.contains(&name) && self.structs.learn_name(name)
            }
            _ => false,
        }
    }
}
