//! `#[constant] let settings = &self.settings;`: a field of which the user says that it has no derivative.
//!
//! A macro does not see the struct. Numbers in such a field are read as those of any other, and rustc finds that
//! their derivatives are `()`; but what is called with the field may then be any code. Rustc checks that the
//! field's derivative is `()`.

use quote::ToTokens;

use super::inert::Part;
use super::keeper::Keeper;
use super::place::peel;
use super::{Access, Lowered, Lowerer};
use crate::ir::{Block, Opaque, Place, Proj, Ty};

/// A part of a variable that is marked.
pub struct Marked {
    place: Place,
    /// The same as a part of a type.
    part: Part,
}

impl Lowerer<'_> {
    /// What such a `let` binds, of a reference; of a value it is learned that it is a part without derivative.
    pub(super) fn lower_marked(&mut self, expr: &syn::Expr) -> Option<Lowered> {
        let (field, is_reference) = match peel(expr) {
            syn::Expr::Reference(reference) if reference.mutability.is_none() => {
                (peel(&reference.expr), true)
            }
            field => (field, false),
        };
        let syn::Expr::Field(_) = field else { return None };
        let errors = self.diagnostics.len();
        let (lowered, block) = self.in_block(|l| l.lower(field, &Ty::Unknown));
        self.diagnostics.truncate(errors);
        let Lowered::Place(place, _) = lowered else { return None };
        let part = self.part_at(&place)?;
        self.marked.push(Marked { place: place.clone(), part });
        if !is_reference {
            return None;
        }
        self.splice(block);
        Some(Lowered::Place(place, Access::Ref))
    }

    /// The value of such a part, for what is called with it: of its type there may be no derivative.
    pub(super) fn marked_value(&mut self, place: Place) -> Opaque {
        let mut reads = Vec::new();
        let span = place.span;
        let name = Lowered::Place(place, Access::Owned);
        let tokens = self.name_tokens(name, span, &mut reads).expect("a place is written");
        Opaque { tokens, reads, pure_: true, through: false }
    }

    /// A field as a part of a type with a name.
    pub(super) fn part_at(&mut self, place: &Place) -> Option<Part> {
        let (field, within) = place.path.split_last()?;
        let Proj::Field(member) = field else { return None };
        let mut of = self.function.var(place.root).ty.clone();
        for proj in within {
            of = match proj {
                Proj::Field(member) => self.field_ty(&of, member),
                Proj::Index(_) => self.infer.element(&of),
                Proj::Range(..) => of,
                Proj::Variant(..) => return None,
            };
        }
        let of = self.infer.owner(&of)?;
        self.infer.part_of(&of, &member.to_token_stream().to_string())
    }

    /// Has rustc check, at the beginning of the body, that what is marked has no derivative.
    pub(super) fn check_marked(&self, body: &mut Block) {
        for marked in &self.marked {
            body.stmts.splice(0..0, marked.part.check(marked.place.span));
        }
    }

    /// Whether a place is such a part, or in one.
    pub(super) fn is_marked(&self, place: &Place) -> bool {
        self.marked.iter().any(|marked| {
            let len = marked.place.path.len();
            let within = place.path.get(..len).map(<[Proj]>::to_vec);
            within.is_some_and(|path| Place { path, ..place.clone() }.is_same_part(&marked.place))
        })
    }
}

impl Keeper<'_, '_> {
    /// Whether an expression is such a part.
    pub(super) fn is_marked_part(&mut self, expr: &syn::Expr) -> bool {
        self.place_of(expr).is_some_and(|place| self.lowerer.is_marked(&place))
    }

    /// The place of a field, as it is written.
    fn place_of(&mut self, expr: &syn::Expr) -> Option<Place> {
        match peel(expr) {
            syn::Expr::Path(path) => match self.find(&path.path.get_ident()?.to_string())? {
                Lowered::Place(place, _) => Some(place),
                _ => None,
            },
            syn::Expr::Field(field) => {
                let mut place = self.place_of(&field.base)?;
                place.path.push(Proj::Field(field.member.clone()));
                Some(place)
            }
            _ => None,
        }
    }
}
