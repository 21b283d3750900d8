//! The compiler behind chainrule.
//!
//! [`expand`] takes the tokens of an annotated item to the tokens that replace it: the item itself,
//! and its derivatives. The passes, each a module:
//!
//! [`parse`] → [`lower`] → [`transform::normalize`] → [`transform::tangent`] |
//! [`transform::adjoint`] → [`transform::optimize`] → [`emit`], with [`ir::verify`] after each.
#![allow(missing_docs)]
#![allow(rustdoc::private_intra_doc_links, reason = "its readers read the private modules too")]

pub mod analysis;
pub mod associated;
mod attributes;
mod binders;
mod checkpoint;
mod constants;
mod custom;
mod depth;
pub mod derive;
pub mod diagnostics;
mod differentiate;
mod dump;
pub mod emit;
mod expand;
mod fallback;
mod fragments;
mod higher;
pub mod ir;
mod lifetimes;
pub mod lower;
mod operator;
pub mod ops;
pub mod options;
pub mod parse;
mod trait_methods;
pub mod transform;
mod universals;

pub use differentiate::expand_closure;
pub use expand::expand;
