//! In which direction a loop's reverse runs.
//!
//! A loop is reversed from its last iteration to its first, since each one needs the cotangents that
//! the later ones hand to it. Where an iteration's reverse hands nothing to another one's, their order
//! is no matter, and upwards is better: where a loop runs downwards, rustc turns round each vector of
//! elements that it reads or writes.
//!
//! # Legality
//!
//! The order is no matter if all that the body writes is
//! 1. its own variables,
//! 2. the element at the loop's variable of a variable of which it mentions no other part
//!    ([`elements`]),
//! 3. floats that it adds to and does not read.
//!
//! What goes on a tape or is taken from one has an order. Sums change in their last bits.

use super::elements;
use super::fuse::only_sums;
use crate::ir::{Block, VarId};

/// Whether the iterations of a loop over `var` may run in any order.
pub(super) fn any_order(var: VarId, body: &Block) -> bool {
    only_sums(body, elements::own(var, body, body)).is_some()
}
