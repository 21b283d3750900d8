//! Integers whose type only rustc knows: the number of iterations may be a field, or what a call gives.
//!
//! Where such a value comes from the tape, or is the number of an iteration, nothing there says its type.
//! So what it was made of is shown again, in code that never runs ([`like`](super::like)); if that is
//! literals alone, a literal says that it is some integer, as it did where the value comes from.

use std::borrow::Cow;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Printer;
use super::like::Like;
use super::stmt::without_parens;
use crate::ir::{Block, Expr, ExprKind, Loop, LoopKind, Place, Stmt, StmtKind, Ty, VarId};
use crate::ops::Prim;

/// A loop as what gives its variable the values.
pub(super) fn without_body(loop_: &Loop) -> StmtKind {
    let kind = loop_.kind.clone();
    let body = Block::default();
    StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None })
}

/// The values that a statement gives a variable.
fn values(stmt: &Stmt, var: VarId) -> Vec<&Expr> {
    match &stmt.kind {
        StmtKind::Loop(Loop { kind: LoopKind::For { var: counted, start, end, .. }, .. })
            if *counted == var =>
        {
            vec![start, end]
        }
        StmtKind::Let { var: declared, value: Some(value) } if *declared == var => value.operands(),
        StmtKind::Assign { place, value } if place.is_var() == Some(var) => value.operands(),
        _ => Vec::new(),
    }
}

impl Printer<'_> {
    /// An expression of the type that this integer has; it never runs.
    pub(super) fn integer_like(&self, place: &Place) -> TokenStream {
        self.variable_like(place).unwrap_or_else(|| quote!(0))
    }

    /// A number as an integer of a type that only rustc knows.
    pub(super) fn as_integer(&self, value: TokenStream, span: Span) -> TokenStream {
        let like = self.integer.borrow().clone().unwrap_or_else(|| quote!(0));
        quote_spanned!(span=> (if false { #like } else { #value as _ }))
    }

    /// The declaration of such an integer, if its value is made of a number of another type.
    pub(super) fn let_integer(&self, var: VarId, value: &Expr) -> Option<TokenStream> {
        let place = self.function.place(var);
        if !matches!(place.ty, Ty::Int(None)) || !casts(value) {
            return None;
        }
        self.integer.replace(Some(self.integer_like(&place)));
        let (binding, value) = (self.binding(var), without_parens(self.expr(value)));
        self.integer.replace(None);
        Some(quote!(let #binding = #value;))
    }
}

/// Whether an integer is made of literals alone, but for how far it is shifted: rustc is told its type by what
/// is done with it, of which derived code may do less.
pub(super) fn is_open(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Int(..) => true,
        ExprKind::Prim(Prim::Shl | Prim::Shr, args) => is_open(&args[0]),
        ExprKind::Prim(_, args) => args.iter().all(is_open),
        _ => false,
    }
}

/// An integer that nothing around it tells the type of, which literals alone do not.
pub(super) fn told(value: &Expr) -> Cow<'_, Expr> {
    match &value.ty {
        Ty::Int(Some(name)) if is_open(value) => Cow::Owned(typed(value, name)),
        _ => Cow::Borrowed(value),
    }
}

/// The same with the type at its first literal.
pub(super) fn typed(value: &Expr, name: &str) -> Expr {
    let mut value = value.clone();
    match &mut value.kind {
        ExprKind::Int(number, text) => *text = format!("{number}{name}"),
        ExprKind::Prim(_, args) => {
            if let Some(first) = args.first_mut() {
                *first = typed(first, name);
            }
        }
        _ => {}
    }
    value
}

fn casts(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Cast(_) => matches!(value.ty, Ty::Int(None)),
        ExprKind::Prim(_, args) => args.iter().any(casts),
        _ => false,
    }
}

impl Like<'_> {
    /// The first of the values that the variable is given that tells its type.
    pub(super) fn integer(&mut self, var: VarId) -> Option<TokenStream> {
        let sources = self.printer.sources.iter();
        let values: Vec<&Expr> = sources.flat_map(|source| values(source, var)).collect();
        values.into_iter().find_map(|value| self.integer_value(value))
    }

    /// An integer, whose type may be known.
    pub(super) fn integer_expr(&mut self, value: &Expr, known: bool) -> Option<TokenStream> {
        match &value.kind {
            ExprKind::Read(place) if !known => self.place(place),
            // A literal fits whatever it is, and has the type of a parameter by what it is made with.
            _ if is_open(value) => Some(quote!(0)),
            _ if known => self.named(&value.ty),
            ExprKind::Opaque(code) => self.opaque(code),
            _ => Some(self.integer_value(value).unwrap_or_else(|| quote!(0))),
        }
    }

    fn integer_value(&mut self, value: &Expr) -> Option<TokenStream> {
        if !matches!(value.ty, Ty::Int(None)) {
            return None;
        }
        match &value.kind {
            ExprKind::Read(_) | ExprKind::Opaque(_) => self.expr(value),
            ExprKind::Prim(_, args) => args.iter().find_map(|arg| self.integer_value(arg)),
            ExprKind::Detach(inner) => self.integer_value(inner),
            _ => None,
        }
    }
}
