//! The evals that the tool knows, one module for each.
//!
//! Each has the primal as it would be written by somebody who never heard of differentiation, the
//! shapes of input and output, and a table of what can be asked for.

use crate::evaluation::Function;

pub mod hello;
pub mod lse;

/// The functions of an eval by name, if the tool has the eval.
pub fn module(name: &str) -> Option<&'static [(&'static str, Function)]> {
    Some(match name {
        "hello" => hello::FUNCTIONS,
        "lse" => lse::FUNCTIONS,
        _ => return None,
    })
}
