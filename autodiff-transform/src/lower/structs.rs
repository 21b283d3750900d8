//! What is learned about types that are not written down: that they are structs, `Option`s or arrays.
//!
//! `let d = a.position - b.position;` looks like arithmetic of floats, until `d.norm()` shows that it is
//! none. What was taken for a number then comes from fields, or from methods, that give structs; with
//! this knowledge the function is lowered once more. What shows it: a field or a method that a number does not
//! have, a struct that is expected or that this is unified with, or that is added to it. So it is where a method
//! is called, `self.last.take()`, of what is an `Option` as the rest of the function shows.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::Span;

use super::Infer;
use super::inert::{Inert, InertParts, Part};
use super::shapes::Shape;
use crate::ir::Ty;

/// A source of values: the field of a type, a method whatever it is of, or a function by its path.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    Field(String, String),
    Method(String),
    Function(String),
    /// The elements of what comes from there.
    Elements(Box<Origin>),
    /// What is declared to be of the type of this name.
    Named(String),
}

impl Origin {
    /// Whether this is another, or the elements of it, or theirs.
    fn is_of(&self, other: &Origin) -> bool {
        self == other || matches!(self, Origin::Elements(of) if of.is_of(other))
    }
}

/// What earlier lowerings of a function showed.
#[derive(Clone, Default)]
pub struct Known {
    /// Give structs.
    structs: HashSet<Origin>,
    /// Names of types that stand for others.
    names: HashSet<String>,
    /// Fields without derivative.
    inert: InertParts,
    /// Give `Option`s, or arrays.
    pub(super) shapes: Vec<(Origin, Shape)>,
}

/// What is known of the sources of a function's values.
#[derive(Default)]
pub struct Structs {
    pub(super) known: Known,
    /// Give structs, as this lowering shows.
    learned: HashSet<Origin>,
    /// Names that stand for others, likewise.
    learned_names: HashSet<String>,
    /// Fields without derivative, likewise.
    learned_inert: InertParts,
    /// Those known from before that the function has, with where it showed.
    used_inert: BTreeMap<Part, Span>,
    /// Give numbers, as what is done with them shows.
    numbers: HashSet<Origin>,
    /// What gives something unknown, and what gives a value that it is multiplied or divided by: of the
    /// two, that is the number rather than the struct.
    factors: HashSet<(Origin, Origin)>,
    /// The types of what methods and functions gave.
    results: Vec<(Origin, Ty)>,
    /// What had no known type when a method of it was called that an `Option` or an array has, too; and what
    /// that gave, which is an `Option` or an array if this is one.
    pub(super) asked: Vec<(Ty, Ty)>,
    /// Types of what was unwrapped before it was known to be an `Option` or a `Result`.
    pub(super) either: Vec<Ty>,
    pub(super) learned_shapes: Vec<(Origin, Shape)>,
}

impl Structs {
    pub fn new(known: Known) -> Structs {
        Structs { known, ..Structs::default() }
    }

    /// What to lower the function again with, if there is anything new.
    pub fn more(&mut self) -> Option<Known> {
        let mut learned = std::mem::take(&mut self.learned);
        // Of `a.cross(b) * c.norm()` either may be the struct.
        if !learned.is_subset(&self.numbers) {
            learned.retain(|origin| !self.numbers.contains(origin));
        }
        let mut known = self.known.clone();
        known.inert.extend(std::mem::take(&mut self.learned_inert));
        known.shapes.append(&mut self.learned_shapes);
        if learned.is_empty() {
            known.names.extend(std::mem::take(&mut self.learned_names));
            let more = known.names.len() > self.known.names.len()
                || known.inert.len() > self.known.inert.len()
                || known.shapes.len() > self.known.shapes.len();
            return more.then_some(known);
        }
        known.structs.extend(learned);
        Some(known)
    }

    pub fn is_known(&self, origin: &Origin) -> bool {
        self.known.structs.contains(origin)
    }

    /// Whether the name of a type stands for another type.
    pub fn stands_for_another(&self, name: &str) -> bool {
        self.known.names.contains(name)
    }

    /// Learns that it does; whether it may.
    pub fn learn_name(&mut self, name: String) -> bool {
        let may = !self.is_known(&Origin::Named(name.clone())) && !self.stands_for_another(&name);
        if may {
            self.learned_names.insert(name);
        }
        may
    }

    /// Whether any field is known to have no derivative.
    pub fn knows_inert(&self) -> bool {
        !self.known.inert.is_empty()
    }

    /// What a part is that has no derivative, as far as is known.
    pub fn inert_part(&mut self, part: Part) -> Option<Inert> {
        let (inert, span) = *self.known.inert.get(&part)?;
        self.used_inert.insert(part, span);
        Some(inert)
    }

    /// The parts that were taken to have none, with where that showed.
    pub fn inert_parts_used(&self) -> &BTreeMap<Part, Span> {
        &self.used_inert
    }

    /// Learns that a part has none; whether that is news.
    pub fn learn_inert(&mut self, part: Part, inert: Inert, span: Span) -> bool {
        let news = !self.known.inert.contains_key(&part);
        if news {
            self.learned_inert.insert(part, (inert, span));
        }
        news
    }

    /// Learns that one value that comes from here or there is a struct.
    pub fn learn(&mut self, mut origins: Vec<Origin>) -> bool {
        let before = self.learned.len();
        let is_factor = |origin: &Origin| {
            let pair = |of: &Origin| self.factors.contains(&(of.clone(), origin.clone()));
            origins.iter().any(pair)
        };
        let factors: Vec<bool> = origins.iter().map(is_factor).collect();
        if factors.contains(&false) {
            let mut factors = factors.into_iter();
            origins.retain(|_| factors.next() == Some(false));
        }
        let new = origins.into_iter().filter(|origin| !self.known.structs.contains(origin));
        self.learned.extend(new);
        self.learned.len() > before
    }
}

impl Infer {
    /// Notes what a method or a function gives.
    pub fn note_result(&mut self, origin: Origin, ty: &Ty) {
        self.mark_known(&origin, ty);
        self.structs.results.push((origin, ty.clone()));
    }

    /// Marks what comes from somewhere, or its elements, if that is known to give structs.
    pub(super) fn mark_known(&mut self, origin: &Origin, ty: &Ty) {
        if self.structs.is_known(origin) {
            self.mark_struct(ty);
        }
        self.mark_shape(origin, ty);
        let elements = Origin::Elements(Box::new(origin.clone()));
        let known = &self.structs.known;
        let mut origins = known.structs.iter().chain(known.shapes.iter().map(|(of, _)| of));
        if origins.any(|known| known.is_of(&elements)) {
            let elem = self.element(ty);
            self.mark_known(&elements, &elem);
        }
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

    /// Notes that something unknown is multiplied or divided by a value of another type, as far as is
    /// known by now.
    pub fn note_factor(&mut self, of: &Ty, factor: &Ty) {
        let (multiplied, factors) = (self.origins(of), self.origins(factor));
        if factors.iter().any(|factor| multiplied.contains(factor)) {
            return;
        }
        for of in multiplied {
            let pairs = factors.iter().map(|factor| (of.clone(), factor.clone()));
            self.structs.factors.extend(pairs);
        }
    }

    /// Where the values of a type come from.
    pub(super) fn origins(&self, ty: &Ty) -> Vec<Origin> {
        let chain = self.chain(ty);
        let of_chain = |ty: &Ty| matches!(ty, Ty::Infer(id) if chain.contains(id));
        let fields = self.fields.iter().filter(|(_, ty)| of_chain(ty));
        let mut origins: Vec<Origin> = fields
            .map(|((owner, member), _)| Origin::Field(owner.clone(), member.clone()))
            .collect();
        let results = self.structs.results.iter().filter(|(_, ty)| of_chain(ty));
        origins.extend(results.map(|(origin, _)| origin.clone()));
        let containers = self.elements.iter().filter(|(_, elem)| of_chain(elem));
        for (container, _) in containers.filter(|(container, _)| !of_chain(container)) {
            let of = self.origins(container).into_iter();
            origins.extend(of.map(|origin| Origin::Elements(Box::new(origin))));
        }
        origins
    }
}
