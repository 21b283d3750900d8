//! Code that is nested too deeply for the stack.
//!
//! Procedural macros run on the stack of rustc's thread, 8 MB, and Cargo compiles them without
//! optimisation. Whoever parses or lowers an expression calls himself for each expression in it, a sum of
//! many terms being one sum in the other; beyond some hundreds of them rustc would end by a signal, and say
//! nothing about where.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::diagnostics::Diagnostics;

/// What may be in use at one place, in KB: what fits, as measured, is about 7,500.
const STACK: usize = 6_000;

/// How many brackets may be in each other; the parser, which uses 20 to 40 KB for each, comes before we do.
const BRACKETS: usize = 120;

/// Refuses what the parser would not come back from; to be asked before it.
pub fn refuse_brackets(tokens: TokenStream, diagnostics: &mut Diagnostics) -> bool {
    fn inside(tokens: TokenStream, depth: usize) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Group(group) if depth == 0 => Some(group.span_open()),
            TokenTree::Group(group) => inside(group.stream(), depth - 1),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        })
    }
    refuse(inside(tokens, BRACKETS), diagnostics)
}

/// Refuses an item with an expression that would not fit onto the stack.
pub fn refuse_item(item: &syn::Item, diagnostics: &mut Diagnostics) -> bool {
    let mut walk = Walk { used: 0, found: None };
    walk.visit_item(item);
    refuse(walk.found, diagnostics)
}

/// As [`refuse_item`].
pub fn refuse_closure(closure: &syn::ExprClosure, diagnostics: &mut Diagnostics) -> bool {
    let mut walk = Walk { used: 0, found: None };
    walk.visit_expr_closure(closure);
    refuse(walk.found, diagnostics)
}

fn refuse(found: Option<Span>, diagnostics: &mut Diagnostics) -> bool {
    if let Some(span) = found {
        diagnostics
            .error_at(span, "this is nested too deeply for the stack that compilers run on")
            .help("give parts of it a name by `let`, or write a loop");
    }
    found.is_some()
}

struct Walk {
    used: usize,
    found: Option<Span>,
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        let size = size(expr);
        if self.found.is_some() {
            return;
        }
        if self.used + size > STACK {
            self.found = Some(expr.span());
            return;
        }
        self.used += size;
        visit::visit_expr(self, expr);
        self.used -= size;
    }
}

/// About what one expression takes, in KB, its own expressions left aside.
fn size(expr: &syn::Expr) -> usize {
    match expr {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => 0,
        syn::Expr::Binary(_) => 11,
        syn::Expr::Paren(_) | syn::Expr::MethodCall(_) | syn::Expr::Unary(_) => 15,
        syn::Expr::Call(_) => 20,
        _ => 26,
    }
}
