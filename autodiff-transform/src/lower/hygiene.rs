//! Names that `macro_rules!` keeps apart.
//!
//! In a function that a macro writes, `let y = $x * 2.0;` of the macro and a `y` that the caller passes for `$x` are
//! two variables. Derived code knows variables by their names, as the rest of the macro does. So what has one name
//! and comes from two places is refused; rustc tells the places of identifiers apart where it prints their spans.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::Lowerer;
use crate::parse::Source;

/// The place of what no macro has written.
const NO_MACRO: &str = "#0";

impl Lowerer<'_> {
    /// Refuses variables of a macro with the names of variables of its caller; whether there are any.
    pub fn refuse_mixed_names(&mut self, source: &Source<'_>) -> bool {
        let place = place_of(source.sig.fn_token.span);
        if place.is_none_or(|place| place == NO_MACRO) {
            return false;
        }
        let errors = self.diagnostics.len();
        let mut names = NamesOfPlaces::default();
        names.visit_signature(source.sig);
        names.visit_block(source.block);
        for (name, idents) in &names.found {
            let first = idents.first().and_then(|ident| place_of(ident.span()));
            let other = idents.iter().find(|ident| place_of(ident.span()) != first);
            if let Some(other) = other.filter(|_| names.variables.contains(name)) {
                self.reject(
                    other,
                    format!(
                        "the names `{name}` of a macro and of its caller are two variables here"
                    ),
                    "rename one of them",
                );
            }
        }
        self.diagnostics.len() > errors
    }
}

/// What tells rustc the identifiers of macros apart: the `#4` of `#4 bytes(17..20)`.
fn place_of(span: Span) -> Option<String> {
    let text = format!("{span:?}");
    text.starts_with('#').then(|| text.split(' ').next().unwrap_or_default().to_owned())
}

#[derive(Default)]
struct NamesOfPlaces {
    /// The names that are bound to something.
    variables: BTreeSet<String>,
    found: BTreeMap<String, Vec<Ident>>,
}

impl NamesOfPlaces {
    fn note(&mut self, ident: &Ident) {
        self.found.entry(ident.to_string()).or_default().push(ident.clone());
    }

    /// Those of the arguments of a macro, but for fields and methods.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut after_dot = false;
        for token in tokens {
            let is_member = std::mem::take(&mut after_dot);
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if !is_member => self.note(&ident),
                TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
                TokenTree::Ident(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'a> Visit<'a> for NamesOfPlaces {
    fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
        self.variables.insert(pat.ident.to_string());
        self.note(&pat.ident);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let Some(ident) = path.path.get_ident() {
            self.note(ident);
        }
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}
