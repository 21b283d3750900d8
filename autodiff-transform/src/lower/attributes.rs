//! Attributes inside the body.
//!
//! A lint level means nothing to a derivative. `#[cfg]` does: rustc evaluates it after the macro has
//! run, so that the derivative of a statement would be there without the statement.

use syn::visit::{self, Visit};

use super::Lowerer;
use crate::parse::Source;

impl Lowerer<'_> {
    /// Refuses `#[cfg(..)]` and `#[cfg_attr(..)]` on parameters, statements and expressions. Items of
    /// the body are repeated with their attributes.
    pub fn refuse_conditional_code(&mut self, source: &Source<'_>) {
        let mut conditions = Conditions { found: Vec::new() };
        conditions.visit_signature(source.sig);
        conditions.visit_block(source.block);
        for attr in conditions.found {
            let name = if attr.path().is_ident("cfg") { "cfg" } else { "cfg_attr" };
            self.reject(
                attr,
                format!(
                    "`#[{name}]` inside a differentiable function is not seen by its derivative"
                ),
                "write `if cfg!(..)`, or put it on the function",
            );
        }
    }
}

struct Conditions<'a> {
    found: Vec<&'a syn::Attribute>,
}

impl<'a> Visit<'a> for Conditions<'a> {
    fn visit_attribute(&mut self, attr: &'a syn::Attribute) {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            self.found.push(attr);
        }
        visit::visit_attribute(self, attr);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}
