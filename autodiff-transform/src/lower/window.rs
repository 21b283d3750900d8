//! Names for a part of a slice that are given another part of it: `rest = &rest[1..];`.
//!
//! Such a name stands for what lies between two counters, in what it was bound to first.

use proc_macro2::Span;

use super::iter::arith::{add, literal};
use super::place::peel;
use super::{Access, Binding, Lowered, Lowerer};
use crate::ir::{Expr, Place, Proj, Ty, VarId};
use crate::ops::Prim;

/// What a mutable name for a slice stands for: `of[start..end]`.
#[derive(Clone)]
pub(super) struct Window {
    of: Place,
    start: VarId,
    end: VarId,
}

impl Lowerer<'_> {
    /// Whether a name that can be given another slice is bound to this.
    pub(super) fn is_for_window(&mut self, of: &Ty) -> bool {
        matches!(self.infer.shallow(of), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
    }

    /// The place that such a name stands for.
    pub(super) fn window(&mut self, part: Place, span: Span) -> Place {
        let mut part = self.freeze(part);
        let is_of_variable = part.path.iter().all(|proj| matches!(proj, Proj::Range(..)));
        let (of, ranges) = match is_of_variable {
            true => (self.function.place(part.root), std::mem::take(&mut part.path)),
            false => (part, Vec::new()),
        };
        let (from, to) = self.ends_of(&of, &ranges, span).expect("these are ranges");
        let (start, end) = (self.state("from", from, span), self.state("to", to, span));
        let [from, to] = [start, end].map(|bound| Some(self.function.read(bound)));
        let place = self.slice_of(of.clone(), from, to, span);
        self.windows.push(Window { of, start, end });
        place
    }

    /// What a name stands for where it is used: one for a part of a slice may be given another later.
    pub(super) fn as_it_is_now(&mut self, named: Lowered) -> Lowered {
        match named {
            Lowered::Place(place, Access::Ref) => Lowered::Place(self.freeze(place), Access::Ref),
            other => other,
        }
    }

    /// `name = part`, where the name stands for a part of the same slice.
    pub(super) fn lower_window_assign(&mut self, assign: &syn::ExprAssign) -> Option<Lowered> {
        let window = self.window_named(&assign.left)?;
        if let syn::Expr::If(_) | syn::Expr::Match(_) | syn::Expr::Block(_) = peel(&assign.right) {
            let mut chosen = (*assign.right).clone();
            assign_ends(&mut chosen, &assign.left);
            return Some(self.lower(&chosen, &Ty::Unit));
        }
        let span = assign.eq_token.span;
        let part = match self.lower(&assign.right, &Ty::Unknown) {
            Lowered::Never => return Some(Lowered::Never),
            poison if self.is_poisoned(&poison) => return Some(Lowered::Unit),
            Lowered::Place(place, Access::Ref | Access::Owned) => self.within(&window, place, span),
            _ => None,
        };
        let Some((from, to)) = part else {
            return Some(self.reject(
                &assign.left,
                "a name for a slice can be given another part of that slice only",
                "bind a new name by `let`, or use an index",
            ));
        };
        let (from, to) = (self.temp("from", from), self.temp("to", to));
        self.set_state(window.start, from, span);
        self.set_state(window.end, to, span);
        Some(Lowered::Unit)
    }

    fn window_named(&self, name: &syn::Expr) -> Option<Window> {
        let syn::Expr::Path(path) = peel(name) else { return None };
        let Binding::Local { value: Lowered::Place(place, Access::Ref), .. } =
            self.scopes.find(&path.path.get_ident()?.to_string())?
        else {
            return None;
        };
        let Some(Proj::Range(Some(start), Some(_))) = place.path.last() else { return None };
        let start = start.as_var()?;
        self.windows.iter().find(|window| window.start == start).cloned()
    }

    /// Where a part of a window's slice starts and ends in it.
    fn within(&mut self, window: &Window, part: Place, span: Span) -> Option<(Expr, Expr)> {
        let mut of = part;
        let ranges = of.path.split_off(window.of.path.len().min(of.path.len()));
        match of.is_same_part(&window.of) {
            true => self.ends_of(&window.of, &ranges, span),
            false => None,
        }
    }

    /// Where `of[a..b][c..d]` starts and ends in `of`. What is no part of the part before panics, as it does where
    /// the slice is written: the counters alone would go on behind its end.
    fn ends_of(&mut self, of: &Place, ranges: &[Proj], span: Span) -> Option<(Expr, Expr)> {
        let (mut from, mut to) = (literal(0, span), self.len_of(of.clone()));
        let at_most =
            |a: &Expr, b: &Expr| Expr::prim(Prim::Le, vec![a.clone(), b.clone()], Ty::Bool, span);
        for proj in ranges {
            let Proj::Range(start, end) = proj else { return None };
            let (first, last) = (from, self.temp("to", to));
            from = start.clone().map_or(first.clone(), |start| add(first.clone(), start));
            from = self.temp("from", from);
            to = last.clone();
            if let Some(end) = end.clone() {
                to = self.temp("to", add(first, end));
                let message = "range end index out of range for slice";
                self.push_panic_unless(at_most(&to, &last), message, span);
            }
            let message = "range start index out of range for slice";
            self.push_panic_unless(at_most(&from, &to), message, span);
        }
        Some((from, to))
    }
}

/// Writes `name = if c { a } else { b }` as `if c { name = a; } else { name = b; }`.
fn assign_ends(value: &mut syn::Expr, name: &syn::Expr) {
    let of_block = |block: &mut syn::Block| {
        if let Some(syn::Stmt::Expr(end, None)) = block.stmts.last_mut() {
            assign_ends(end, name);
        }
    };
    match value {
        syn::Expr::If(if_) => {
            of_block(&mut if_.then_branch);
            if let Some((_, otherwise)) = &mut if_.else_branch {
                assign_ends(otherwise, name);
            }
        }
        syn::Expr::Block(block) => of_block(&mut block.block),
        syn::Expr::Match(match_) => {
            match_.arms.iter_mut().for_each(|arm| assign_ends(&mut arm.body, name));
        }
        end => *end = syn::parse_quote!(#name = #end),
    }
}
