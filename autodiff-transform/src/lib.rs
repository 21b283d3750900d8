//! The compiler behind chainrule.
#![allow(missing_docs)]
pub mod ir;
pub mod ops;
