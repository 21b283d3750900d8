//! Buffers that the iterations of a loop have in common, but hand nothing on in.
//!
//! `let mut terms = vec![0.0; k]; for x in points { for c in 0..k { terms[c] = .. } s += f(&terms) }`
//! allocates once, and each iteration starts anew: it overwrites all that it reads of `terms`
//! ([`overwrites`](crate::analysis::overwrites)). For a fused loop ([`fuse`](super::fuse)) such a buffer
//! is as good as one that is declared inside. Its cotangent is zero before each iteration's reverse, since
//! nothing reads the buffer afterwards, and zero after it.
//!
//! # Legality
//!
//! 1. The block that the loop stands in declares the buffer. What follows the loop does not mention it.
//! 2. No iteration reads of it what it has not overwritten.
//! 3. Its length is that of its declaration.
//!
//! Whether a callee overwrites a buffer, only its own macro knows: `f::__overwrites(4, 0b1)`, whether `f`
//! overwrites its fifth argument if that is as long as the first, is a constant. A function whose loop
//! is fused on such [`Assumption`]s has two adjoints, and rustc takes one.

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::callees::can_be_asked;
use super::fuse;
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::analysis::lengths::{Measure, Polynomial};
use crate::analysis::overwrites::{Context, Fate, fate};
use crate::analysis::reads::is_of;
use crate::ir::{
    Arg, Block, Call, Expr, Loop, LoopKind, Rvalue, Stmt, StmtKind, Target, Ty, VarId, VarSet,
};

/// That a callee overwrites an argument if these are as long as it, by a bit each.
#[derive(Clone, Debug)]
pub struct Assumption {
    pub path: syn::Path,
    pub argument: usize,
    pub equal: u64,
}

impl Assumption {
    /// Whether it is so, for rustc: `m::f::__overwrites(4, 1)`
    pub fn question(&self) -> TokenStream {
        let mut path = self.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        let argument = Literal::usize_unsuffixed(self.argument);
        let equal = Literal::u64_unsuffixed(self.equal);
        quote!(#path::__overwrites(#argument, #equal))
    }

    fn is(&self, other: &Assumption) -> bool {
        self.path == other.path && self.argument == other.argument && self.equal == other.equal
    }
}

/// What a sweep takes for granted.
#[derive(Clone, Default, Debug)]
pub(super) struct Assumed {
    pub assumptions: Vec<Assumption>,
    /// A loop was fused for it.
    pub used: bool,
}

impl Sweep {
    /// The private buffers of those of the block's loops that can be fused only if they are private.
    pub fn private_buffers(&mut self, block: &Block) -> HashMap<usize, VarSet> {
        let mut private = HashMap::new();
        if !self.loops.private {
            return private;
        }
        for (index, stmt) in block.stmts.iter().enumerate() {
            let StmtKind::Loop(loop_) = &stmt.kind else { continue };
            let is_for = matches!(loop_.kind, LoopKind::For { .. }) && loop_.exit.is_none();
            if !is_for || fuse::independent(loop_, &VarSet::new()).is_some() {
                continue;
            }
            let (buffers, assumptions) = self.buffers(block, index, loop_);
            if !buffers.is_empty() && fuse::independent(loop_, &buffers).is_some() {
                for assumption in assumptions {
                    if !self.assumed.assumptions.iter().any(|old| old.is(&assumption)) {
                        self.assumed.assumptions.push(assumption);
                    }
                }
                private.insert(index, buffers);
            }
        }
        private
    }

    fn buffers(&self, block: &Block, index: usize, loop_: &Loop) -> (VarSet, Vec<Assumption>) {
        let (mut buffers, mut assumptions) = (VarSet::new(), Vec::new());
        for root in effects::writes(&block.stmts[index]) {
            let Some(length) = self.kept_length(block, index, root) else { continue };
            let mut own = Iteration {
                measure: self.measure(root),
                buffer: root,
                length,
                asked: self.known.can_ask(),
                assumptions: Vec::new(),
            };
            let is_private = !matches!(fate(&loop_.body, root, &mut own), Fate::Exposed)
                && own.keep(&loop_.body);
            if is_private {
                buffers.insert(root);
                assumptions.extend(own.assumptions);
            }
        }
        (buffers, assumptions)
    }

    /// The length of a buffer that the block declares, and that nothing but the loop at `index` can do
    /// anything with after that loop has begun, nor resize before.
    fn kept_length(&self, block: &Block, index: usize, root: VarId) -> Option<Polynomial> {
        let declares = |stmt: &Stmt| match &stmt.kind {
            StmtKind::Let { var, value: Some(value) } if *var == root => {
                match (value, &self.function.var(root).ty) {
                    (Rvalue::Repeat { .. } | Rvalue::Expr(_), Ty::Vec(elem)) => elem.is_scalar(),
                    (_, Ty::Array(elem, _)) => elem.is_scalar(),
                    _ => false,
                }
            }
            _ => false,
        };
        let declared = block.stmts[..index].iter().position(declares)?;
        let resizes = |stmt: &Stmt| effects::may_resize(stmt, root);
        let later = block.stmts[index + 1..].iter().any(|stmt| effects::mentions(stmt, root));
        let returned = self.function.results.iter().any(|result| result.reads(root));
        if later || returned || block.stmts[declared + 1..index].iter().any(resizes) {
            return None;
        }
        self.measure(root).length(&self.function.place(root))
    }

    fn measure(&self, kept: VarId) -> Measure<'_> {
        Measure { function: &self.function, lengths: &self.definitions, kept: Some(kept) }
    }
}

/// An iteration, and a buffer that is declared outside.
struct Iteration<'a> {
    measure: Measure<'a>,
    buffer: VarId,
    length: Polynomial,
    asked: bool,
    assumptions: Vec<Assumption>,
}

impl Iteration<'_> {
    /// Whether the statements leave the buffer as long as it is: of calls, which may take the vector
    /// itself, those do that overwrite a slice.
    fn keep(&mut self, block: &Block) -> bool {
        block.stmts.iter().all(|stmt| match &stmt.kind {
            StmtKind::Call(call) => {
                let lent = call.args.iter().position(|arg| effects::lends_whole(arg, self.buffer));
                lent.is_none_or(|index| self.overwrites(call, index))
            }
            kind if kind.blocks().next().is_some() => {
                kind.blocks().into_iter().all(|inner| self.keep(inner))
            }
            _ => !effects::may_resize(stmt, self.buffer),
        })
    }
}

impl Context for Iteration<'_> {
    fn is_length(&mut self, expr: &Expr) -> bool {
        let values = self.measure.least_of(expr);
        values.is_some_and(|values| values.iter().all(|value| *value == self.length))
    }

    fn overwrites(&mut self, call: &Call, index: usize) -> bool {
        let Target::Path(path) = &call.callee.target else { return false };
        let asked = self.asked && call.callee.stages.is_empty() && can_be_asked(path);
        if !asked || is_of(self.measure.function, &call.callee.target) {
            return false;
        }
        let mut equal = 0;
        for (at, arg) in call.args.iter().enumerate().take(u64::BITS as usize) {
            if let Arg::Ref(place) | Arg::RefMut(place) = arg
                && self.measure.length(place).is_some_and(|len| len == self.length)
            {
                equal |= 1 << at;
            }
        }
        self.assumptions.push(Assumption { path: path.clone(), argument: index, equal });
        true
    }
}
