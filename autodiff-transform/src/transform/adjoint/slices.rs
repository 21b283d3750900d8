//! Private buffers that are lent as slices of known length.
//!
//! `let mut buffer = vec![0.0; d]; for x in points { s += f(x, &mut buffer) }`: where the loop is fused with
//! a [`private`](super::private) buffer, its calls borrow `&mut buffer[..d]` and `&mut buffer_bar[..d]`.
//! rustc then knows that all the buffers of a call, and the parts of other arguments that are of length `d`,
//! are as long as each other, and has fewer lengths to read and to compare in each iteration.
//!
//! # Legality
//!
//! 1. The buffer keeps the length that it is declared with; so its bar does.
//! 2. The callee takes a slice: that the buffer is private rests on the assumption that the callee
//!    overwrites it, which none does that takes a vector. Of a bar, the argument beside it is lent exclusively,
//!    and so by the same assumption.

use super::sweep::Sweep;
use crate::analysis::effects;
use crate::ir::{Arg, Block, Call, Expr, Place, Proj, Stage, StmtKind, Ty, VarId, VarSet};

impl Sweep {
    /// Lends the private buffers of a fused loop with this body, and their bars, as slices.
    pub fn lend_slices(&mut self, private: &VarSet, body: &mut Block) {
        if !self.loops.slices {
            return;
        }
        for buffer in private.iter() {
            let Ty::Vec(elem) = self.function.var(buffer).ty.clone() else { continue };
            if !elem.is_float() {
                continue;
            }
            let Some(len) = self.private_length(buffer) else { continue };
            let part = Proj::Range(None, Some(len));
            for var in [Some(buffer), self.known_bar(buffer)].into_iter().flatten() {
                let mut lent = false;
                lend(body, var, &mut |place| {
                    lent = true;
                    place.path.push(part.clone());
                    place.ty = Ty::Slice(elem.clone());
                });
                self.function.vars[var.0 as usize].sliced |= lent;
            }
        }
    }

    /// The length of a private buffer: as it is declared, or the variable that holds it.
    pub fn private_length(&self, buffer: VarId) -> Option<Expr> {
        let declared = self.definitions.declared_length(&self.function, buffer).cloned();
        declared.or_else(|| self.lengths.get(&buffer).map(|len| self.function.read(*len)))
    }
}

/// Visits where a call in the block is lent all of the variable, which is a buffer or the bar of one.
fn lend(block: &mut Block, var: VarId, visit: &mut impl FnMut(&mut Place)) {
    for stmt in &mut block.stmts {
        if let StmtKind::Call(call) = &mut stmt.kind {
            let Some(index) = lent_at(call, var) else { continue };
            match &mut call.args[index] {
                Arg::RefMut(place) => visit(place),
                Arg::Active(inner) => {
                    if let Arg::RefMut(place) = &mut **inner {
                        visit(place);
                    }
                }
                Arg::Value(_) | Arg::Ref(_) | Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {
                }
            }
        }
        stmt.kind.blocks_mut().for_each(|inner| lend(inner, var, visit));
    }
}

/// The argument that is all of the variable, or the bar of an argument that is lent exclusively.
fn lent_at(call: &Call, var: VarId) -> Option<usize> {
    let is_bar_of_lent = |index: usize| {
        // `args…, record, seeds…, bars…, tape`
        let is_record = |arg: &Arg| matches!(arg, Arg::Value(value) if value.ty.is_record());
        let arguments = call.args.iter().position(is_record)?;
        let of = (index + arguments + 1).checked_sub(call.args.len())?;
        (call.callee.stages == [Stage::Reverse] && matches!(call.args[of], Arg::RefMut(_)))
            .then_some(index)
    };
    call.args.iter().enumerate().find_map(|(index, arg)| match arg {
        Arg::Active(inner) if effects::lends_whole(inner, var) => is_bar_of_lent(index),
        arg => effects::lends_whole(arg, var).then_some(index),
    })
}
