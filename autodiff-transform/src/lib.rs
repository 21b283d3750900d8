//! The compiler behind chainrule.
#![allow(missing_docs)]
pub mod analysis;
pub mod derive;
pub mod diagnostics;
pub mod ir;
pub mod lower;
pub mod ops;
pub mod options;
pub mod parse;
pub mod transform;
