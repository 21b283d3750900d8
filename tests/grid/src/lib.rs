//! A grid of functions: each way to get a value, in each place that a value may stand, for several types. And random
//! sequences of statements, over collections without derivative and in methods that change a struct.
//!
//! The build script writes them, as modules of the corpus, whose checks they pass: both modes, both floats, against
//! hyper-dual numbers. A test run compiles every eighteenth pair, for one type each, and ten sequences of either kind;
//! the environment variable `CHAINRULE_GRID` gives the number of another shard. 0 to 89 are all pairs, and each
//! number makes other sequences. In some, differences are too rough a check of hyper-dual numbers; these fail then.

#![cfg(test)]
// The functions are not written by hand.
#![allow(dead_code, unused, clippy::all, missing_docs)]

include!(concat!(env!("OUT_DIR"), "/grid.rs"));
