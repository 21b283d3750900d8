//! `first`, `last`, `get` and `is_empty` of values of unknown type, which are taken for those of slices.
//!
//! A type of the user's may have methods of these names. Rustc checks that the value is a list; of what has no
//! derivative the method is called as it stands.

use super::inert::Part;
use super::{Lowered, Lowerer};
use crate::ir::{Block, Opaque, Place, StmtKind, Ty};
use proc_macro2::Span;
use quote::quote_spanned;

const OF_OTHERS_TOO: &[&str] = &["first", "last", "get", "is_empty"];

impl Lowerer<'_> {
    /// A method of a value of unknown type that is taken for a slice's: what it gives, of what has no derivative;
    /// of what may have one, rustc is made to check.
    pub(super) fn lower_as_listed(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        if !OF_OTHERS_TOO.iter().any(|name| call.method == name) {
            return None;
        }
        let Lowered::Place(place, _) = receiver else { return None };
        if self.is_marked(place) || place.is_var().is_some_and(|var| self.kept.contains(&var)) {
            return self.kept_method(receiver, call, want);
        }
        if !self.is_inactive_place(place) {
            self.note_listed(place, call.method.span());
        }
        None
    }

    fn note_listed(&mut self, place: &Place, span: Span) {
        if let Some(part) = self.part_at(place) {
            if !self.listed.iter().any(|(known, _)| *known == part) {
                self.listed.push((part, span));
            }
            return;
        }
        let Some(var) = place.is_var() else { return };
        let name = Opaque::placeholder(var, span);
        let tokens = quote_spanned!(span=> let _ = || __rt::is_listed(&#name););
        let code = Opaque { tokens, reads: vec![var], pure_: false };
        self.push(StmtKind::Opaque { code, writes: Vec::new() }, span);
    }

    /// Has rustc check, at the beginning of the body, that the fields taken for lists are lists.
    pub(super) fn check_listed(&self, body: &mut Block) {
        for (part, span) in &self.listed {
            body.stmts.splice(0..0, Part::check_listed(part, *span));
        }
    }
}
