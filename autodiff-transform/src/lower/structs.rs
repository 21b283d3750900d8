//! What is learned about types that are not written down: that they are structs.
//!
//! `let d = a.position - b.position;` looks like arithmetic of floats, until `d.norm()` shows that it is
//! none. What was taken for a number then comes from fields, or from methods, that give structs; with
//! this knowledge the function is lowered once more. What shows it: a field or a method that a number does not
//! have, a struct that is expected or that this is unified with, or that is added to it.

use std::collections::HashSet;

use super::Infer;
use crate::ir::Ty;

/// A source of values: the field of a type, a method whatever it is of, or a function by its path.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    Field(String, String),
    Method(String),
    Function(String),
}

/// What is known of the sources of a function's values.
#[derive(Default)]
pub struct Structs {
    /// Give structs, as an earlier lowering of the function showed.
    known: HashSet<Origin>,
    /// Likewise, as this one does.
    learned: HashSet<Origin>,
    /// Give numbers, as what is done with them shows.
    numbers: HashSet<Origin>,
    /// The types of what methods and functions gave.
    results: Vec<(Origin, Ty)>,
}

impl Structs {
    pub fn new(known: HashSet<Origin>) -> Structs {
        Structs { known, ..Structs::default() }
    }

    /// What to lower the function again with, if there is anything new.
    pub fn more(&mut self) -> Option<HashSet<Origin>> {
        let mut learned = std::mem::take(&mut self.learned);
        // Of `a.cross(b) * c.norm()` either may be the struct.
        if !learned.is_subset(&self.numbers) {
            learned.retain(|origin| !self.numbers.contains(origin));
        }
        (!learned.is_empty()).then(|| self.known.union(&learned).cloned().collect())
    }

    pub fn is_known(&self, origin: &Origin) -> bool {
        self.known.contains(origin)
    }

    pub fn learn(&mut self, origins: impl IntoIterator<Item = Origin>) -> bool {
        let before = self.learned.len();
        let new = origins.into_iter().filter(|origin| !self.known.contains(origin));
        self.learned.extend(new);
        self.learned.len() > before
    }
}

impl Infer {
    /// Notes what a method or a function gives.
    pub fn note_result(&mut self, origin: Origin, ty: &Ty) {
        if self.structs.is_known(&origin) {
            self.mark_struct(ty);
        }
        self.structs.results.push((origin, ty.clone()));
    }

    /// Learns that a value taken for a number is a struct; whether that is news about where it comes
    /// from.
    pub fn learn_struct(&mut self, ty: &Ty) -> bool {
        let origins = self.origins(ty);
        self.structs.learn(origins)
    }

    /// Learns that a value is a number.
    pub fn learn_number(&mut self, ty: &Ty) {
        let origins = self.origins(ty);
        self.structs.numbers.extend(origins);
    }

    /// Where the values of a type come from.
    fn origins(&self, ty: &Ty) -> Vec<Origin> {
        let chain = self.chain(ty);
        let of_chain = |ty: &Ty| matches!(ty, Ty::Infer(id) if chain.contains(id));
        let fields = self.fields.iter().filter(|(_, ty)| of_chain(ty));
        let mut origins: Vec<Origin> = fields
            .map(|((owner, member), _)| Origin::Field(owner.clone(), member.clone()))
            .collect();
        let results = self.structs.results.iter().filter(|(_, ty)| of_chain(ty));
        origins.extend(results.map(|(origin, _)| origin.clone()));
        origins
    }
}
