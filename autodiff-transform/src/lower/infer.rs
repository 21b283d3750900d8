//! Local type inference.
//!
//! A macro sees no types but those that are written down, so lowering infers the rest inside the
//! function, on the fly as rustc does: an unknown type is [`Ty::Infer`], a variable that unification
//! binds. A mismatch is not reported here: rustc does that better, in the user's own function.

use std::collections::{HashMap, HashSet};

use quote::ToTokens;

use super::structs::{Origin, Structs};
use crate::ir::{FloatTy, Ty};

/// What is known about an unbound variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
pub enum Kind {
    Any,
    /// An operand of arithmetic.
    Number,
    /// An integer literal, or an operand of integer-only operations.
    Int,
    /// A float literal, or the receiver of a float-only method.
    Float,
}

enum Slot {
    Free(Kind),
    Bound(Ty),
}

/// The inference variables of a function.
#[derive(Default)]
pub struct Infer {
    slots: Vec<Slot>,
    /// `(container, element)` pairs to unify once the container is known.
    pub(super) elements: Vec<(Ty, Ty)>,
    /// The types of struct fields, by type and member: one field has one type.
    pub(super) fields: HashMap<(String, String), Ty>,
    /// Structs that a variable stands for, where their type arguments are not known.
    pub(super) owners: HashMap<u32, String>,
    /// Variables that stand for structs, as far as can be told.
    marked: HashSet<u32>,
    /// Variables for the types of parts that are copies of slices.
    pub(super) stored: HashSet<u32>,
    pub structs: Structs,
    /// The types that names of types stand for.
    pub(super) named: HashMap<String, Ty>,
    /// Names that stand for no other type: those of the `impl` and of its parameters.
    pub(super) own_names: HashSet<String>,
    /// Variables whose type code that is not seen here decides.
    decided_elsewhere: HashSet<u32>,
}

impl Infer {
    pub fn fresh(&mut self, kind: Kind) -> Ty {
        self.slots.push(Slot::Free(kind));
        Ty::Infer(self.slots.len() as u32 - 1)
    }

    /// A struct of this name, whose type arguments are not known.
    pub fn fresh_struct(&mut self, name: String) -> Ty {
        let ty = self.fresh(Kind::Any);
        if let Ty::Infer(id) = ty {
            self.owners.insert(id, name);
        }
        ty
    }

    /// Says that a type, if it is not known, is a struct's.
    pub fn mark_struct(&mut self, ty: &Ty) {
        if let Ty::Infer(id) = self.shallow(ty) {
            self.marked.insert(id);
        }
    }

    /// Whether a type that is not known is a struct's.
    pub fn is_marked_struct(&mut self, ty: &Ty) -> bool {
        matches!(self.shallow(ty), Ty::Infer(id)
            if self.marked.contains(&id) || self.owners.contains_key(&id))
    }

    /// The struct of which only the name is known.
    pub fn struct_name(&mut self, ty: &Ty) -> Option<&String> {
        match self.shallow(ty) {
            Ty::Infer(id) => self.owners.get(&id),
            _ => None,
        }
    }

    /// The name under which the fields of a type are known.
    pub fn owner(&mut self, ty: &Ty) -> Option<String> {
        match self.shallow(ty) {
            Ty::Adt(ty) => Some(ty.to_token_stream().to_string()),
            Ty::Infer(id) => Some(self.variable_name(id)),
            _ => None,
        }
    }

    /// Of structs with type arguments each value has its own types of fields, until two are known to
    /// have one type.
    fn variable_name(&self, id: u32) -> String {
        format!("{}?{id}", self.owners.get(&id).map_or("", String::as_str))
    }

    /// Unifies the types of fields, now that two types are one.
    fn merge_fields(&mut self, from: String, to: &Ty) {
        let Some(to) = self.owner(to) else { return };
        let variants = format!("{from}::");
        let is_of = |owner: &String| *owner == from || owner.starts_with(&variants);
        let mut moved: Vec<_> = self.fields.extract_if(|(owner, _), _| is_of(owner)).collect();
        moved.sort_by(|(a, _), (b, _)| a.cmp(b));
        for ((owner, member), ty) in moved {
            let known = self.field(&owner.replacen(&from, &to, 1), &member);
            self.unify(&known, &ty);
        }
    }

    /// The type with its outermost constructor known, as far as it is.
    pub fn shallow(&mut self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        let mut settled = false;
        while let Ty::Infer(id) = ty {
            match &self.slots[id as usize] {
                Slot::Bound(bound) => ty = bound.clone(),
                Slot::Free(_) if !settled => {
                    self.settle();
                    settled = true;
                }
                Slot::Free(_) => break,
            }
        }
        ty
    }

    pub fn kind(&mut self, ty: &Ty) -> Kind {
        match self.shallow(ty) {
            Ty::Infer(id) => match self.slots[id as usize] {
                Slot::Free(kind) => kind,
                Slot::Bound(_) => Kind::Any,
            },
            Ty::Float(_) => Kind::Float,
            Ty::Int(_) => Kind::Int,
            _ => Kind::Any,
        }
    }

    /// The type with everything known filled in.
    pub fn resolve(&mut self, ty: &Ty) -> Ty {
        match self.shallow(ty) {
            Ty::Array(elem, len) => Ty::Array(Box::new(self.resolve(&elem)), len),
            Ty::Slice(elem) => Ty::Slice(Box::new(self.resolve(&elem))),
            Ty::Vec(elem) => Ty::Vec(Box::new(self.resolve(&elem))),
            Ty::Option(elem) => Ty::Option(Box::new(self.resolve(&elem))),
            Ty::Tuple(elems) => Ty::Tuple(elems.iter().map(|elem| self.resolve(elem)).collect()),
            other => other,
        }
    }

    pub fn unify(&mut self, first: &Ty, second: &Ty) {
        let (a, b) = (self.shallow(first), self.shallow(second));
        match (&a, &b) {
            (Ty::Infer(x), Ty::Infer(y)) if x == y => {}
            (Ty::Infer(x), Ty::Infer(y)) => {
                let (kind_x, kind_y) = (self.kind(&a), self.kind(&b));
                // The more is known about a variable, the longer it lives.
                let y_lives = kind_x < kind_y || kind_x == kind_y && !self.owners.contains_key(x);
                let (bound, free) = if y_lives { (x, &b) } else { (y, &a) };
                if let (true, Ty::Infer(free)) = (self.marked.contains(bound), free) {
                    self.marked.insert(*free);
                }
                let name = self.variable_name(*bound);
                self.slots[*bound as usize] = Slot::Bound(free.clone());
                self.merge_fields(name, free);
            }
            (Ty::Infer(x), known) | (known, Ty::Infer(x)) => self.bind(*x, known),
            (
                Ty::Array(x, _) | Ty::Slice(x) | Ty::Vec(x),
                Ty::Array(y, _) | Ty::Slice(y) | Ty::Vec(y),
            )
            | (Ty::Option(x), Ty::Option(y)) => self.unify(x, y),
            (Ty::Tuple(xs), Ty::Tuple(ys)) => {
                for (x, y) in xs.iter().zip(ys) {
                    self.unify(x, y);
                }
            }
            (Ty::Adt(_), Ty::Float(_)) => self.learn_mismatch(&a, second),
            (Ty::Float(_), Ty::Adt(_)) => self.learn_mismatch(&b, first),
            _ => {}
        }
    }

    /// Learns from a number where a named type is expected: what gave the number gives structs, or else the
    /// name stands for a number.
    fn learn_mismatch(&mut self, named: &Ty, number: &Ty) {
        if !self.learn_struct(number) {
            self.learn_name(named);
        }
    }

    /// Binds a variable unless what is known about it speaks against.
    fn bind(&mut self, id: u32, known: &Ty) {
        let fits = match (self.kind(&Ty::Infer(id)), known) {
            (_, Ty::Unknown) => false,
            (Kind::Any, _) | (Kind::Float, Ty::Float(_)) | (Kind::Int, Ty::Int(_)) => true,
            (Kind::Number, Ty::Float(_) | Ty::Int(_)) => true,
            _ => false,
        };
        if !fits && matches!(known, Ty::Adt(_)) {
            self.learn_mismatch(known, &Ty::Infer(id));
        }
        if fits && !self.occurs(id, known) {
            let name = self.variable_name(id);
            self.slots[id as usize] = Slot::Bound(known.clone());
            self.merge_fields(name, known);
        }
    }

    /// The variables that a type leads through, and those that lead to the last of them.
    pub(super) fn chain(&self, ty: &Ty) -> HashSet<u32> {
        let mut chain = HashSet::new();
        let mut ty = ty;
        while let Ty::Infer(id) = ty {
            chain.insert(*id);
            match &self.slots[*id as usize] {
                Slot::Bound(bound) => ty = bound,
                Slot::Free(_) => {
                    let all = (0..self.slots.len() as u32).map(Ty::Infer);
                    let same =
                        all.filter(|other| matches!(self.known(other), Ty::Infer(of) if of == *id));
                    chain.extend(
                        same.filter_map(|ty| if let Ty::Infer(id) = ty { Some(id) } else { None }),
                    );
                    break;
                }
            }
        }
        chain
    }

    fn occurs(&mut self, id: u32, ty: &Ty) -> bool {
        match self.shallow(ty) {
            Ty::Infer(other) => other == id,
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                self.occurs(id, &elem)
            }
            Ty::Tuple(elems) => elems.iter().any(|elem| self.occurs(id, elem)),
            _ => false,
        }
    }

    /// Says that a type is (at least) of this kind.
    pub fn constrain(&mut self, ty: &Ty, kind: Kind) {
        if let Ty::Infer(id) = self.shallow(ty)
            && let Slot::Free(known) = &mut self.slots[id as usize]
            && *known < kind
        {
            *known = kind;
        }
    }

    /// The type of an array-like type's elements.
    pub fn element(&mut self, container: &Ty) -> Ty {
        match self.shallow(container) {
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => *elem,
            array if self.is_ndarray(&array) => self.ndarray_element(&array).unwrap_or(array),
            free @ Ty::Infer(_) => {
                if let Some((_, elem)) = self
                    .elements
                    .iter()
                    .find(|(of, _)| matches!((of, &free), (Ty::Infer(a), Ty::Infer(b)) if a == b))
                {
                    return elem.clone();
                }
                let elem = self.fresh(Kind::Any);
                self.elements.push((free, elem.clone()));
                elem
            }
            Ty::Adt(_) => self.fresh(Kind::Any),
            _ => Ty::Unknown,
        }
    }

    /// The type of the elements of a type that is indexed and may be a `Vec`.
    pub fn listed(&mut self, container: &Ty) -> Option<Ty> {
        match self.shallow(container) {
            Ty::Vec(elem) => Some(*elem),
            Ty::Infer(id) => {
                let mut pairs = self.elements.iter();
                let found = pairs.find(|(of, _)| matches!(of, Ty::Infer(of) if *of == id))?;
                Some(found.1.clone())
            }
            _ => None,
        }
    }

    /// The type of a field of a struct, or of an enum's payload (`owner` names type and variant).
    pub fn field(&mut self, owner: &str, member: &str) -> Ty {
        let key = (owner.to_owned(), member.to_owned());
        if let Some(ty) = self.fields.get(&key) {
            return ty.clone();
        }
        let ty = match self.inert_field(owner, member) {
            Some(inert) => inert,
            None => self.fresh(Kind::Any),
        };
        let origin = Origin::Field(key.0.clone(), key.1.clone());
        self.fields.insert(key, ty.clone());
        self.mark_known(&origin, &ty);
        ty
    }

    /// Uses what has become known about containers.
    fn settle(&mut self) {
        let mut index = 0;
        while index < self.elements.len() {
            let (container, elem) = self.elements[index].clone();
            let known = match self.known(&container) {
                Ty::Array(known, _) | Ty::Slice(known) | Ty::Vec(known) => Some(*known),
                Ty::Infer(_) => None,
                _ => Some(Ty::Unknown),
            };
            match known {
                Some(known) => {
                    self.elements.swap_remove(index);
                    self.unify(&elem, &known);
                }
                None => index += 1,
            }
        }
    }

    /// As [`shallow`](Self::shallow), without settling.
    pub(super) fn known(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        while let Ty::Infer(id) = ty {
            match &self.slots[id as usize] {
                Slot::Bound(bound) => ty = bound.clone(),
                Slot::Free(_) => break,
            }
        }
        ty
    }

    /// Notes that a type, if it is not known here, is decided by code that is not seen.
    pub fn note_decided_elsewhere(&mut self, ty: &Ty) {
        match self.resolve(ty) {
            Ty::Infer(id) => {
                self.decided_elsewhere.insert(id);
            }
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                self.note_decided_elsewhere(&elem);
            }
            Ty::Tuple(elems) => elems.iter().for_each(|elem| self.note_decided_elsewhere(elem)),
            _ => {}
        }
    }

    /// The types of struct fields are declared elsewhere.
    pub fn note_fields(&mut self) {
        let fields: Vec<Ty> = self.fields.values().cloned().collect();
        fields.iter().for_each(|field| self.note_decided_elsewhere(field));
    }

    /// Whether the type is not known here, and code that is not seen decides it.
    pub fn is_decided_elsewhere(&mut self, ty: &Ty) -> bool {
        matches!(self.shallow(ty), Ty::Infer(id) if self.decided_elsewhere.contains(&id))
    }

    /// The final type: free variables get their default. `only_float` is the one float type of the
    /// function, if it has exactly one.
    pub fn finish(&mut self, ty: &Ty, only_float: Option<&FloatTy>) -> Ty {
        match self.shallow(ty) {
            free @ Ty::Infer(_) => match (self.kind(&free), only_float) {
                (Kind::Any, _) => Ty::Unknown,
                (Kind::Int, _) if self.is_decided_elsewhere(&free) => Ty::Int(None),
                // As in rustc.
                (Kind::Int, _) => Ty::Int(Some("i32".to_owned())),
                // As in rustc, if nothing ties it to the function's floats: `let c = 0.1; c as f32`.
                (Kind::Float, Some(FloatTy::F32 | FloatTy::Param(_)))
                    if !self.is_decided_elsewhere(&free) =>
                {
                    Ty::F64
                }
                (Kind::Float | Kind::Number, Some(float)) => Ty::Float(float.clone()),
                // As in rustc.
                (Kind::Float, None) => Ty::F64,
                (Kind::Number, None) => Ty::Unknown,
            },
            Ty::Array(elem, len) => Ty::Array(Box::new(self.finish_part(&elem, only_float)), len),
            Ty::Slice(elem) => Ty::Slice(Box::new(self.finish_part(&elem, only_float))),
            Ty::Vec(elem) => Ty::Vec(Box::new(self.finish_part(&elem, only_float))),
            Ty::Option(elem) => Ty::Option(Box::new(self.finish_part(&elem, only_float))),
            Ty::Tuple(elems) => {
                Ty::Tuple(elems.iter().map(|elem| self.finish_part(elem, only_float)).collect())
            }
            other => other,
        }
    }

    fn finish_part(&mut self, ty: &Ty, only_float: Option<&FloatTy>) -> Ty {
        let finished = self.finish(ty, only_float);
        self.part_of_finished(ty, finished)
    }
}
