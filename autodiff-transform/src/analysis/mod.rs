//! Analyses of the IR. Each returns a side table and changes nothing.

pub mod activity;
pub mod effects;
pub mod encoded;
pub mod initial;
pub mod lengths;
pub mod overwrites;
pub mod reads;
mod useful;
pub mod weight;
