//! `#[checkpoint]` at a loop: read for lowering, and taken off the function that is emitted, since no
//! macro of that name exists.

use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};

use crate::diagnostics::Diagnostics;
use crate::ir::Checkpoint;

const HELP: &str = "write `#[checkpoint]`, or `#[checkpoint(n)]` for at most `n` states at a time";

/// What the attributes of a loop ask for; nothing if it is in error, which [`strip`] reports.
pub fn of(attrs: &[syn::Attribute]) -> Option<Checkpoint> {
    attrs.iter().find(|attr| is_ours(attr)).and_then(|attr| read(attr).ok())
}

/// Removes the attributes from a function's body, and reports those that are in error: all of them if
/// the function has a rule of its own.
pub fn strip(body: &mut syn::Block, has_rule: bool, diagnostics: &mut Diagnostics) {
    Strip { has_rule, diagnostics }.visit_block_mut(body);
}

/// As [`strip`], for a closure.
pub fn strip_closure(closure: &mut syn::ExprClosure, diagnostics: &mut Diagnostics) {
    Strip { has_rule: false, diagnostics }.visit_expr_closure_mut(closure);
}

fn is_ours(attr: &syn::Attribute) -> bool {
    attr.path().is_ident("checkpoint")
}

fn read(attr: &syn::Attribute) -> syn::Result<Checkpoint> {
    let most = match &attr.meta {
        syn::Meta::Path(_) => return Ok(Checkpoint::Logarithmic),
        syn::Meta::List(list) => list.parse_args()?,
        syn::Meta::NameValue(pair) => pair.value.clone(),
    };
    let value = match &most {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(literal), .. }) => {
            literal.base10_parse().ok().filter(|value| *value > 0)
        }
        _ => None,
    };
    let message = "the number of states to keep is a literal, 1 or more";
    value.map(Checkpoint::AtMost).ok_or_else(|| syn::Error::new(most.span(), message))
}

struct Strip<'d> {
    has_rule: bool,
    diagnostics: &'d mut Diagnostics,
}

impl Strip<'_> {
    fn take(&mut self, attrs: &mut Vec<syn::Attribute>) {
        let mut ours = attrs.extract_if(.., |attr| is_ours(attr));
        let first = ours.next();
        if let Some(Err(error)) = first.as_ref().map(read) {
            self.diagnostics.error_at(error.span(), error.to_string()).help(HELP);
        }
        if let (Some(attr), true) = (&first, self.has_rule) {
            self.diagnostics
                .error(attr, "`#[checkpoint]` means nothing in a function with a rule of its own")
                .help("its body is not differentiated");
        }
        for again in ours {
            self.diagnostics.error(again, "`#[checkpoint]` is given twice").help("remove one");
        }
    }
}

impl VisitMut for Strip<'_> {
    fn visit_expr_for_loop_mut(&mut self, loop_: &mut syn::ExprForLoop) {
        self.take(&mut loop_.attrs);
        visit_mut::visit_expr_for_loop_mut(self, loop_);
    }

    fn visit_expr_while_mut(&mut self, loop_: &mut syn::ExprWhile) {
        self.take(&mut loop_.attrs);
        visit_mut::visit_expr_while_mut(self, loop_);
    }

    fn visit_expr_loop_mut(&mut self, loop_: &mut syn::ExprLoop) {
        self.take(&mut loop_.attrs);
        visit_mut::visit_expr_loop_mut(self, loop_);
    }

    fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
        for attr in attrs.extract_if(.., |attr| is_ours(attr)) {
            self.diagnostics
                .error(attr, "`#[checkpoint]` is for loops")
                .help("put it right before a `for`, `while` or `loop`");
        }
    }
}
