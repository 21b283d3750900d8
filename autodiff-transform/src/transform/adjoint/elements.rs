//! Variables of which each iteration of a loop has an element of its own.
//!
//! In `for i in 0..n { y[i] = x[i].sin(); z[i] = y[i] * y[i]; }` the reverse of an iteration reads
//! `y[i]`, and the next iteration overwrites a part of `y`. Root by root this is a write that destroys
//! what will be read, so that each old `y[i]` would be saved. But the loop's variable never has a value
//! twice: where all that the loop writes of `y`, and all that its reverse does with `y`, is at `y[i]`,
//! no iteration destroys what another one's reverse reads. What is required of `y` from one iteration to
//! the next is then only what was required before the loop (see [`kills`](super::kills)).

use crate::analysis::effects;
use crate::ir::{Block, Place, Proj, VarId, VarSet};
use crate::transform::visit::places_mut;

/// The variables that the body of a loop over `var` writes at the element `var` only, and that its
/// reverse mentions nowhere else.
pub(super) fn own(var: VarId, body: &Block, reverse: &Block) -> VarSet {
    let mut own = effects::block_writes(body);
    if own.is_empty() {
        return own;
    }
    let (body, reverse) = (without_own(var, body), without_own(var, reverse));
    for root in effects::block_writes(&body) {
        own.remove(&root);
    }
    for stmt in &reverse.stmts {
        effects::for_each_write(stmt, &mut |root| {
            own.remove(&root);
        });
        effects::for_each_read(stmt, &mut |root| {
            own.remove(&root);
        });
    }
    own
}

/// The block with the loop's variable in place of its own elements.
fn without_own(var: VarId, block: &Block) -> Block {
    let mut block = block.clone();
    places_mut(&mut block, &mut |place| {
        if is_own(var, place) {
            place.root = var;
        }
    });
    block
}

fn is_own(var: VarId, place: &Place) -> bool {
    matches!(place.path.first(), Some(Proj::Index(index)) if index.as_var() == Some(var))
}
