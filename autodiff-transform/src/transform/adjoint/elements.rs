//! Variables of which each iteration of a loop has an element of its own.
//!
//! In `for i in 0..n { y[i] = x[i].sin(); z[i] = y[i] * y[i]; }` the reverse of an iteration reads
//! `y[i]`, and the next iteration overwrites a part of `y`. Root by root this is a write that destroys
//! what will be read, so that each old `y[i]` would be saved. But the loop's variable never has a value
//! twice: where all that the loop writes of `y`, and all that its reverse does with `y`, is at `y[i]`,
//! no iteration destroys what another one's reverse reads. What is required of `y` from one iteration to
//! the next is then only what was required before the loop (see [`kills`](super::kills)). Likewise where
//! it is at `y[start..][i]`, with a `start` that the loop does not change.

use std::collections::HashMap;

use super::fuse::declared;
use crate::analysis::effects;
use crate::ir::{Block, Expr, Place, Proj, VarId, VarSet};
use crate::transform::visit::places_mut;

/// The variables that the body of a loop over `var` writes at an element of the iteration only, and that
/// its reverse mentions nowhere else.
pub(in crate::transform) fn own(var: VarId, body: &Block, reverse: &Block) -> VarSet {
    let mut own = effects::block_writes(body);
    if own.is_empty() {
        return own;
    }
    let mut changes = effects::block_writes(reverse);
    changes.extend(own.iter());
    changes.insert(var);
    for block in [body, reverse] {
        declared(block, &mut changes);
    }
    // From where on the elements of a variable are counted.
    let mut starts = HashMap::new();
    let (body, reverse) =
        (without_own(var, body, &mut starts), without_own(var, reverse, &mut starts));
    for (root, start) in &starts {
        let mut same = true;
        start
            .iter()
            .for_each(|start| start.for_each_root(&mut |at| same &= !changes.contains(&at)));
        if !same {
            own.remove(root);
        }
    }
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

/// The block with the loop's variable in place of its own elements, all of a variable counted from one
/// start.
fn without_own(var: VarId, block: &Block, starts: &mut HashMap<VarId, Option<Expr>>) -> Block {
    let mut block = block.clone();
    places_mut(&mut block, &mut |place| {
        let Some(start) = own_start(var, place) else { return };
        let known = starts.entry(place.root).or_insert_with(|| start.cloned());
        let same = match (&known, start) {
            (None, None) => true,
            (Some(known), Some(start)) => known.is_same(start),
            _ => false,
        };
        if same {
            place.root = var;
        }
    });
    block
}

/// Where the elements are counted from, of `y[i]` and `y[start..][i]` for the loop's variable `i`.
fn own_start(var: VarId, place: &Place) -> Option<Option<&Expr>> {
    let is_own = |index: &Expr| index.as_var() == Some(var);
    match &place.path[..] {
        [Proj::Index(index), ..] if is_own(index) => Some(None),
        [Proj::Range(start, _), Proj::Index(index), ..] if is_own(index) => Some(start.as_ref()),
        _ => None,
    }
}
