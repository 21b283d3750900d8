//! The evals that the tool knows, one module for each.
//!
//! Each has the primal as it would be written by somebody who never heard of differentiation, the
//! shapes of input and output, and a table of what can be asked for.

use crate::evaluation::Function;

pub mod ba;
pub mod det;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;

/// The functions of an eval by name, if the tool has the eval.
pub fn module(name: &str) -> Option<&'static [(&'static str, Function)]> {
    Some(match name {
        "ba" => ba::FUNCTIONS,
        "det" => det::FUNCTIONS,
        "gmm" => gmm::FUNCTIONS,
        "hello" => hello::FUNCTIONS,
        "ht" => ht::FUNCTIONS,
        "llsq" => llsq::FUNCTIONS,
        "lse" => lse::FUNCTIONS,
        "lstm" => lstm::FUNCTIONS,
        "ode" => ode::FUNCTIONS,
        _ => return None,
    })
}
