//! References to slices in lists, tuples and `Option`s.
//!
//! Variables of the IR hold no references: `[&p[..3], &p[3..]]` is a list of copies, each a `Vec`. While a
//! function is lowered the type of such a part is that of a slice, since the user's code has a reference there,
//! which is passed on as one; in the finished function it is that of a `Vec`. Where a part is only known to be
//! lent as a slice, it may be an array as well, and its type is left open.

use super::{Infer, Lowered, Lowerer};
use crate::ir::{Expr, Place, Proj, Ty};

impl Lowerer<'_> {
    /// A value that becomes a part of a list or tuple, with elements of this type: where these are slices, what
    /// is referred to is copied as one, `[&[1, 2], &[3]]` included.
    pub(super) fn stored(&mut self, value: Expr, elem: &Ty) -> Expr {
        let Ty::Slice(_) = self.infer.shallow(elem) else { return value };
        let value = match value.as_place().cloned() {
            Some(place) if self.is_array(&place.ty) => {
                let span = value.span;
                Expr { span, ..Expr::read(self.slice_of(place, None, None, span)) }
            }
            _ => value,
        };
        if let Ty::Slice(_) = value.ty {
            self.infer.note_stored(elem);
        }
        value
    }

    /// The same of what is lowered.
    pub(super) fn stored_part(&mut self, part: Lowered, want: &Ty) -> Lowered {
        let Ty::Slice(_) = self.infer.shallow(want) else { return part };
        match part {
            Lowered::Place(place, access) if self.is_array(&place.ty) => {
                let span = place.span;
                Lowered::Place(self.slice_of(place, None, None, span), access)
            }
            part => part,
        }
    }

    fn is_array(&mut self, ty: &Ty) -> bool {
        matches!(self.infer.shallow(ty), Ty::Array(..) | Ty::Vec(_))
    }

    /// Whether a place is a part of a variable that stands for a reference to a slice.
    pub(super) fn is_stored_slice(&mut self, place: &Place) -> bool {
        let is_part = !matches!(place.path.last(), None | Some(Proj::Range(..)));
        is_part && matches!(self.infer.shallow(&place.ty), Ty::Slice(_))
    }
}

impl Infer {
    /// Notes that values of the type are copies of slices.
    fn note_stored(&mut self, ty: &Ty) {
        let chain = self.chain(ty);
        self.stored.extend(chain);
    }

    /// The type of a part of a value, in the finished function.
    pub(super) fn part_of_finished(&mut self, ty: &Ty, finished: Ty) -> Ty {
        let lent_only = matches!(ty, Ty::Infer(id) if !self.stored.contains(id));
        match finished {
            Ty::Slice(_) if lent_only => Ty::Unknown,
            finished => finished,
        }
    }
}

/// The type of a variable. One that is lent as a slice is an array, a `Vec` or another such: which, the types
/// here do not tell. A slice in it is a copy, unless code that is kept as it stands gave it.
pub(super) fn sized(ty: &mut Ty, of_copies: bool) {
    match ty {
        Ty::Slice(_) => *ty = Ty::Unknown,
        Ty::Array(part, _) | Ty::Vec(part) | Ty::Option(part) => sized_part(part, of_copies),
        Ty::Tuple(parts) => parts.iter_mut().for_each(|part| sized_part(part, of_copies)),
        _ => {}
    }
}

fn sized_part(ty: &mut Ty, of_copies: bool) {
    match ty {
        Ty::Slice(elem) if of_copies => {
            // What its elements refer to is not copied.
            sized_part(elem, false);
            *ty = Ty::Vec(elem.clone());
        }
        part => sized(part, of_copies),
    }
}

/// Makes a type that of what is stored, where that is a copy of a slice.
pub(super) fn as_stored(ty: &mut Ty, stored: &Ty) {
    match (&mut *ty, stored) {
        (Ty::Slice(elem), Ty::Vec(of)) => {
            as_stored(elem, of);
            *ty = Ty::Vec(elem.clone());
        }
        (
            Ty::Array(part, _) | Ty::Slice(part) | Ty::Vec(part) | Ty::Option(part),
            Ty::Array(of, _) | Ty::Slice(of) | Ty::Vec(of) | Ty::Option(of),
        ) => as_stored(part, of),
        (Ty::Tuple(parts), Ty::Tuple(of)) => {
            parts.iter_mut().zip(of).for_each(|(part, of)| as_stored(part, of));
        }
        _ => {}
    }
}
