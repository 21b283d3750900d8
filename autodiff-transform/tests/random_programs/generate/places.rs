//! Places to read and write.

use autodiff_transform::ir::{Expr, ExprKind, Place, Proj, Ty, VarId};
use autodiff_transform::ops::Prim;

use super::{Generator, SHORTEST, alike, has_floats, span};

impl Generator<'_> {
    /// A float somewhere in a variable.
    pub fn leaf(&mut self, var: VarId) -> Place {
        let mut place = self.function.place(var);
        while !place.ty.is_float() {
            place = self.part(place);
        }
        place
    }

    /// An element or field with floats in it.
    pub fn part(&mut self, place: Place) -> Place {
        if let Ty::Tuple(elems) = &place.ty {
            let floats: Vec<usize> =
                (0..elems.len()).filter(|&index| has_floats(&elems[index])).collect();
            let index = self.pick(&floats).expect("a tuple with floats");
            return field(place, index);
        }
        let index = self.index_into(&place);
        place.index(index)
    }

    /// An index that is in bounds.
    pub fn index_into(&mut self, place: &Place) -> Expr {
        let len = match &place.ty {
            Ty::Array(_, len) => len.value.unwrap_or(SHORTEST),
            _ => SHORTEST,
        };
        let below: Vec<VarId> = match place.is_var() {
            Some(var) => {
                let bounded = self.bounded.iter().filter(|(_, of)| *of == var);
                bounded.map(|(index, _)| *index).collect()
            }
            None => Vec::new(),
        };
        match self.pick(&below) {
            Some(index) if self.chance(70) => self.function.read(index),
            _ if self.chance(40) => Expr::int(self.rng.u128(..len as u128), Ty::usize(), span()),
            _ => {
                let index = self.int(1);
                let len = Expr::new(ExprKind::Len(place.clone()), Ty::usize(), span());
                Expr::prim(Prim::Rem, vec![index, len], Ty::usize(), span())
            }
        }
    }

    /// A float that may be written to.
    pub fn target(&mut self) -> Option<Place> {
        let vars = self.vars(|this, var| this.writable(var) && has_floats(this.ty(var)));
        let var = self.pick(&vars)?;
        Some(self.leaf(var))
    }

    /// A place of this type to read, or to write.
    pub fn place_of(&mut self, ty: &Ty, write: bool) -> Option<Place> {
        let fits =
            |this: &Self, var: VarId| (!write || this.writable(var)) && contains(this.ty(var), ty);
        let vars = self.vars(fits);
        let mut place = self.pick(&vars).map(|var| self.function.place(var))?;
        while !alike(&place.ty, ty) {
            place = self.part(place);
            if !contains(&place.ty, ty) {
                return None;
            }
        }
        Some(place)
    }

    /// A whole array-like variable.
    pub fn array_like(&mut self, write: bool) -> Option<Place> {
        let fits = |this: &Self, var: VarId| {
            let of_floats = this.ty(var).element().is_some_and(|elem| elem.is_float());
            of_floats && (!write || this.writable(var))
        };
        let vars = self.vars(fits);
        self.pick(&vars).map(|var| self.function.place(var))
    }

    /// A sub-slice of [`SHORTEST`] elements.
    pub fn sub_slice(&mut self, mut place: Place) -> Place {
        let len = match &place.ty {
            Ty::Array(_, len) => len.value.unwrap_or(SHORTEST),
            _ => SHORTEST,
        };
        let start = self.rng.usize(..len - SHORTEST + 1);
        let bound = |at: usize| Expr::int(at as u128, Ty::usize(), span());
        let first = if start == 0 && self.chance(50) { None } else { Some(bound(start)) };
        place.path.push(Proj::Range(first, Some(bound(start + SHORTEST))));
        place.ty = super::slice();
        place
    }
}

pub fn field(mut place: Place, index: usize) -> Place {
    if let Ty::Tuple(elems) = &place.ty {
        place.ty = elems[index].clone();
    }
    place.path.push(Proj::Field(syn::Member::Unnamed(index.into())));
    place
}

/// Whether a part of `whole`, or the whole, has the type.
fn contains(whole: &Ty, ty: &Ty) -> bool {
    alike(whole, ty)
        || match whole {
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => contains(elem, ty),
            Ty::Tuple(elems) => elems.iter().any(|elem| contains(elem, ty)),
            _ => false,
        }
}
