//! Values of unknown type that are taken for lists, by a method or where they are walked.
//!
//! A type of the user's may have methods of the same names that do something else. Rustc checks that the value is
//! a list; of what has no derivative, what a method gives is had by calling it as it stands.

use proc_macro2::Span;
use quote::quote_spanned;

use super::inert::Part;
use super::method::name_of;
use super::{Lowered, Lowerer, slice, vector};
use crate::ir::{Block, Opaque, Place, StmtKind, Ty, VarId};

/// Methods that look at a list, or at an element, and that other types may have.
const LOOKING: &[&str] = &["first", "last", "get", "is_empty"];

/// Whether a method changes the list that it is of.
fn changes(name: &str) -> bool {
    let in_place = [
        "swap",
        "fill",
        "copy_from_slice",
        "clone_from_slice",
        "reverse",
        "rotate_left",
        "rotate_right",
    ];
    in_place.contains(&name) || slice::ORDERING.contains(&name) || vector::METHODS.contains(&name)
}

impl Lowerer<'_> {
    /// A method of a value of unknown type that is one of slices: what it gives, of what has no derivative.
    pub(super) fn lower_as_listed(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let Lowered::Place(place, _) = receiver else { return None };
        let looks = LOOKING.iter().any(|name| call.method == name);
        if looks && (self.is_marked(place) || self.is_kept_whole(place)) {
            return self.kept_method(receiver, call, want);
        }
        if !looks && self.is_payload_of_kept(place) && changes(&name_of(call)) {
            return Some(self.refuse_change_of_payload(&call.method));
        }
        // The length of a list that is referred to may change.
        if call.method == "len" && place.is_var().is_some_and(|var| self.may_refer(var)) {
            return self.kept_method(receiver, call, want);
        }
        let span = call.method.span();
        match place.is_var() {
            // No part of a derivative may be asked for.
            Some(var) if (looks || call.method == "reserve") && !self.is_inactive_place(place) => {
                self.note_listed_var(var, span);
            }
            _ => self.note_listed(place, span),
        }
        None
    }

    /// Has rustc check that a place is a list, if it is a field, or what kept code gave: of any other value of
    /// another type the derivative has no elements.
    pub(super) fn note_listed(&mut self, place: &Place, span: Span) {
        if !matches!(self.infer.shallow(&place.ty), Ty::Infer(_)) {
            return;
        }
        if self.is_kept_whole(place) {
            place.is_var().into_iter().for_each(|var| self.note_listed_var(var, span));
            return;
        }
        let Some(part) = self.part_at(place) else { return };
        match part.listed_item(span) {
            Some(item) => self.keep_item(&item),
            None if self.listed.iter().any(|(known, _)| *known == part) => {}
            None => self.listed.push((part, span)),
        }
    }

    fn note_listed_var(&mut self, var: VarId, span: Span) {
        let name = Opaque::placeholder(var, span);
        let tokens = quote_spanned!(span=> let _ = || __rt::is_listed(&#name););
        let code = Opaque { tokens, reads: vec![var], pure_: false, through: false };
        self.push(StmtKind::Opaque { code, writes: Vec::new() }, span);
    }

    /// Whether a place is all that kept code gave.
    fn is_kept_whole(&self, place: &Place) -> bool {
        place.is_var().is_some_and(|var| self.kept.contains(&var))
    }

    /// Has rustc check, at the beginning of the body, that the fields taken for lists are lists: of types with
    /// arguments, which may be the function's.
    pub(super) fn check_listed(&self, body: &mut Block) {
        for (part, span) in &self.listed {
            body.stmts.splice(0..0, Part::check_listed(part, *span));
        }
    }
}
