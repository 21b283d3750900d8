//! A grid of functions: each way to get a value, in each place that a value may stand, for several types.
//!
//! The build script writes them, as modules of the corpus, whose checks they pass: both modes, both floats, against
//! hyper-dual numbers. A test run compiles every eighteenth pair, for one type each; the environment variable
//! `CHAINRULE_GRID` gives the number of another shard, and 0 to 89 are all.

#![cfg(test)]
// The functions are not written by hand.
#![allow(dead_code, unused, clippy::all, missing_docs)]

include!(concat!(env!("OUT_DIR"), "/grid.rs"));
