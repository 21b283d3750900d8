//! What loops run over, those that search a slice among them:
//!
//! ```text
//! for i in 0..n { if x[i] == v { place = i; found = true; } if found { break; } }
//! ```
//!
//! looks at one element after the other, and rustc makes no vector instructions of a loop that may end early. So
//! the runtime first finds the block of elements in which there is one that is equal, and the loop begins
//! there: `for i in rt::block_with(&x[..], v, n)..n`.
//!
//! # Legality
//!
//! The loop runs upwards from 0 in steps of one, and does nothing in an iteration whose element differs from a
//! value that is the same in all of them. A flag that ends the loop is not set before it, or nothing is left
//! out: else the first iteration would be the last.

use proc_macro2::TokenStream;
use quote::quote;

use super::integers::{is_open, typed};
use super::place::reference;
use super::{Access, Printer};
use crate::analysis::effects;
use crate::ir::{Expr, ExprKind, FloatTy, Loop, LoopKind, Place, Proj, StmtKind, Ty, VarId};
use crate::ops::Prim;
use crate::transform::visit::is_plain;

impl Printer<'_> {
    /// What the loop runs over, if it is a search.
    pub(super) fn searched(&self, loop_: &Loop) -> Option<TokenStream> {
        let LoopKind::For { var, start, end, step: None, reverse: false } = &loop_.kind else {
            return None;
        };
        let [stmt] = &loop_.body.stmts[..] else { return None };
        let StmtKind::If { cond, els, .. } = &stmt.kind else { return None };
        let (slice, value) = self.compared(first_of(cond), *var)?;
        let written = effects::writes(stmt);
        let fixed = is_plain(end) && [slice, value].iter().all(|var| !written.contains(var));
        let from_zero = matches!(start.kind, ExprKind::Int(0, _));
        let to_constant = matches!(end.kind, ExprKind::Int(..));
        if !fixed || !from_zero || to_constant || !els.stmts.is_empty() {
            return None;
        }
        let rt = &self.rt;
        let span = self.function.var(slice).span;
        let slice = self.place(&self.function.place(slice), Access::Shared);
        let slice = reference(quote!(#slice[..]).into(), Access::Shared, span);
        let (value, end) = (self.ident(value), self.operand(end));
        let mut start = quote!(#rt::block_with(#slice, #value, #end));
        if let Some(exit) = loop_.exit {
            let exit = self.ident(exit);
            start = quote!(if #exit { 0 } else { #start });
        }
        Some(quote!((#start)..#end))
    }

    pub(super) fn range(
        &self,
        var: VarId,
        start: &Expr,
        end: &Expr,
        step: Option<&Expr>,
        reverse: bool,
    ) -> TokenStream {
        // Between two literals the type of the variable is open: derived code may use it less.
        let start = match &self.function.var(var).ty {
            Ty::Int(Some(name)) if is_open(start) && is_open(end) => {
                self.operand(&typed(start, name))
            }
            _ => self.operand(start),
        };
        let end = self.operand(end);
        let range = quote!(#start..#end);
        match (step.map(|step| self.expr(step)), reverse) {
            (None, false) => range,
            (None, true) => quote!((#range).rev()),
            (Some(step), false) => quote!((#range).step_by(#step)),
            (Some(step), true) => quote!((#range).step_by(#step).rev()),
        }
    }

    /// `x` and `v` of `x[i] == v`, where `x` has floats.
    fn compared(&self, cond: &Expr, var: VarId) -> Option<(VarId, VarId)> {
        let ExprKind::Prim(Prim::Eq, args) = &cond.kind else { return None };
        let ExprKind::Read(element) = &args[0].kind else { return None };
        let is_float = matches!(element.ty, Ty::Float(FloatTy::F32 | FloatTy::F64));
        let value = args[1].as_var()?;
        (is_float && self.is_searched(element, var)).then_some((element.root, value))
    }

    fn is_searched(&self, element: &Place, var: VarId) -> bool {
        let [Proj::Index(index)] = &element.path[..] else { return false };
        let root = &self.function.var(element.root).ty;
        index.as_var() == Some(var) && matches!(root, Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..))
    }
}

/// The first of conditions that all have to hold.
fn first_of(cond: &Expr) -> &Expr {
    match &cond.kind {
        ExprKind::Prim(Prim::And, args) => first_of(&args[0]),
        _ => cond,
    }
}
