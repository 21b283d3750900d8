//! Names that `macro_rules!` keeps apart.
//!
//! In a function that a macro writes, `let y = $x * 2.0;` of the macro and a `y` that the caller passes for `$x` are
//! two variables. Derived code knows variables by their names, as the rest of the macro does. So an identifier that
//! would be taken for a variable from another place is refused; rustc tells the places of identifiers apart where it
//! prints their spans.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::Lowerer;
use crate::parse::Source;

/// The place of what no macro has written.
const NO_MACRO: &str = "#0";

impl Lowerer<'_> {
    /// Refuses names that a macro has in common with its caller; whether there are any.
    pub fn refuse_mixed_names(&mut self, source: &Source<'_>) -> bool {
        let place = place_of(source.sig.fn_token.span);
        if place.is_none_or(|place| place == NO_MACRO) {
            return false;
        }
        let mut places = Places { scopes: vec![HashMap::new()], mixed: Vec::new() };
        places.visit_signature(source.sig);
        places.visit_block(source.block);
        for name in &places.mixed {
            self.reject(
                name,
                format!("the names `{name}` of a macro and of its caller are two variables here"),
                "rename one of them",
            );
        }
        !places.mixed.is_empty()
    }
}

/// What tells rustc the identifiers of macros apart: the `#4` of `#4 bytes(17..20)`.
fn place_of(span: Span) -> Option<String> {
    let text = format!("{span:?}");
    text.starts_with('#').then(|| text.split(' ').next().unwrap_or_default().to_owned())
}

/// The variables in scope by their names alone, as the lowering finds them, and where they come from.
struct Places {
    scopes: Vec<HashMap<String, Option<String>>>,
    /// Identifiers that would be taken for a variable from another place.
    mixed: Vec<Ident>,
}

impl Places {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::new());
        visit(self);
        self.scopes.pop();
    }

    fn used(&mut self, ident: &Ident) {
        let name = ident.to_string();
        let variable = self.scopes.iter().rev().find_map(|scope| scope.get(&name));
        let is_other = variable.is_some_and(|place| *place != place_of(ident.span()));
        if is_other && !self.mixed.iter().any(|mixed| mixed == ident) {
            self.mixed.push(ident.clone());
        }
    }

    /// Those of the arguments of a macro, but for fields and methods.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut after_dot = false;
        for token in tokens {
            let is_member = std::mem::take(&mut after_dot);
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if !is_member => self.used(&ident),
                TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
                TokenTree::Ident(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'a> Visit<'a> for Places {
    fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
        let place = place_of(pat.ident.span());
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(pat.ident.to_string(), place);
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let Some(ident) = path.path.get_ident() {
            self.used(ident);
        }
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_block(&mut self, block: &'a syn::Block) {
        self.within(|places| visit::visit_block(places, block));
    }

    /// A variable is not there yet where it gets its value.
    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(init) = &local.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&local.pat);
    }

    fn visit_expr_closure(&mut self, closure: &'a syn::ExprClosure) {
        self.within(|places| visit::visit_expr_closure(places, closure));
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        self.within(|places| visit::visit_arm(places, arm));
    }

    fn visit_expr_let(&mut self, expr: &'a syn::ExprLet) {
        self.visit_expr(&expr.expr);
        self.visit_pat(&expr.pat);
    }

    fn visit_expr_if(&mut self, if_: &'a syn::ExprIf) {
        self.within(|places| {
            places.visit_expr(&if_.cond);
            places.visit_block(&if_.then_branch);
        });
        if let Some((_, els)) = &if_.else_branch {
            self.visit_expr(els);
        }
    }

    fn visit_expr_while(&mut self, while_: &'a syn::ExprWhile) {
        self.within(|places| visit::visit_expr_while(places, while_));
    }

    fn visit_expr_for_loop(&mut self, for_: &'a syn::ExprForLoop) {
        self.visit_expr(&for_.expr);
        self.within(|places| {
            places.visit_pat(&for_.pat);
            places.visit_block(&for_.body);
        });
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}
