//! Buffers of which each iteration of an inner loop has a copy of its own.
//!
//! `for x in points { for c in 0..k { t[c] = f(x, c, &mut buffer); } s += g(&t); }` is fused with a
//! [`private`](super::private) buffer, but within an iteration the reverse of the inner loop comes after
//! all of its calls. What each call left in the buffer, if the callee's reverse sweep reads it, would go on
//! the tape before the next one, and back. With `k` buffers, allocated once before the outer loop, nothing
//! has to be moved: iteration `c` has its part of `buffer_each`.
//!
//! # Legality
//!
//! 1. The buffer is private to the fused loop, so that each call of the inner loop overwrites it and its
//!    length is that of its declaration.
//! 2. The fused loop's body mentions it in the inner loop only, and that in a call only, once.
//! 3. The number of iterations is known in front of the fused loop.
//! 4. The buffer is lent to a function that takes a slice, by the assumption that it is private.
//!
//! A callee whose reverse sweep does not read the buffer needs no copies: there is one then, which rustc
//! knows when it compiles the function.

use std::collections::{BTreeMap, HashMap};

use proc_macro2::Span;

use super::fuse::{cannot_panic, declared};
use super::kills::Need;
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, Loop, LoopKind, Origin, Place, Proj, Rvalue, Stmt, StmtKind, Ty,
    VarId, VarSet,
};
use crate::ops::Prim;
use crate::transform::visit::{count_reads, places_mut};

/// What is known of copies while the sweeps are built.
#[derive(Default)]
pub(super) struct Copies {
    /// The buffers of which a loop's iterations may have copies. Loops are told apart by where they are in
    /// memory.
    loops: HashMap<*const Loop, VarSet>,
    /// Those of the loop whose body is being swept.
    here: VarSet,
    /// How long they are.
    lengths: HashMap<VarId, Expr>,
    /// When they would have to be saved.
    needed: BTreeMap<VarId, Need>,
    /// Their declarations.
    declarations: Block,
}

impl Sweep {
    /// Finds the private buffers of a fused loop of which the iterations of an inner loop may have copies.
    pub fn find_copies(&mut self, outer: &Loop, private: &VarSet) {
        if !self.loops.copies {
            return;
        }
        let mut inside = effects::block_writes(&outer.body);
        declared(&outer.body, &mut inside);
        if let LoopKind::For { var, .. } = &outer.kind {
            inside.insert(*var);
        }
        for buffer in private.iter() {
            let mut users = outer.body.stmts.iter().filter(|stmt| effects::mentions(stmt, buffer));
            let (Some(Stmt { kind: StmtKind::Loop(inner), .. }), None) =
                (users.next(), users.next())
            else {
                continue;
            };
            let LoopKind::For { start, end, step: None, .. } = &inner.kind else { continue };
            let mut known_before = cannot_panic(end) && matches!(start.kind, ExprKind::Int(0, _));
            end.for_each_root(&mut |root| {
                known_before &= root != buffer && !inside.contains(&root)
            });
            let of_floats =
                matches!(&self.function.var(buffer).ty, Ty::Vec(elem) if elem.is_float());
            if known_before
                && inner.exit.is_none()
                && of_floats
                && is_lent_once(&inner.body, buffer)
                && let Some(len) = self.private_length(buffer)
            {
                self.copies.lengths.insert(buffer, len);
                self.copies.loops.entry(std::ptr::from_ref(inner)).or_default().insert(buffer);
            }
        }
    }

    /// The buffers that the loop has copies of while its body is swept, in place of those around it.
    pub fn enter_copies(&mut self, loop_: &Loop) -> VarSet {
        let here = self.copies.loops.get(&std::ptr::from_ref(loop_)).cloned().unwrap_or_default();
        std::mem::replace(&mut self.copies.here, here)
    }

    /// Whether what is overwritten is there all the same, in a copy.
    pub fn is_copied(&mut self, roots: &[VarId], need: &Need) -> bool {
        match roots {
            [root] if self.copies.here.contains(root) => {
                self.copies.needed.insert(*root, need.clone());
                true
            }
            _ => false,
        }
    }

    /// Puts the copies in place of the buffers in the sweeps of the loop's body; `around` are the buffers of
    /// the loop around it.
    pub fn leave_copies(
        &mut self,
        loop_: &Loop,
        around: VarSet,
        (forward, reverse): (&mut Block, &mut Block),
        span: Span,
    ) {
        let here = std::mem::replace(&mut self.copies.here, around);
        let LoopKind::For { var, end, .. } = &loop_.kind else { return };
        let (own, count) = (as_usize(self.function.read(*var)), as_usize(end.clone()));
        for buffer in here.iter() {
            let Some(need) = self.copies.needed.remove(&buffer) else { continue };
            let index = self.if_needed(&need, own.clone(), 0);
            let mut at = index.clone();
            if index.as_var().is_none() {
                let name = format!("{}_at", self.function.var(buffer).name);
                let var = self.new_temp(&name, Ty::usize(), span);
                for sweep in [&mut *forward, &mut *reverse] {
                    let value = Some(Rvalue::Expr(index.clone()));
                    sweep.stmts.insert(0, Stmt { kind: StmtKind::Let { var, value }, span });
                }
                at = self.function.read(var);
            }
            let own = self.copy_of(buffer, at, self.if_needed(&need, count.clone(), 1));
            for sweep in [&mut *forward, &mut *reverse] {
                places_mut(sweep, &mut |place| {
                    if place.root == buffer {
                        *place = Place { span: place.span, ..own.clone() };
                    }
                });
            }
        }
    }

    /// Declares an array with so many copies of the buffer; the one with the index.
    fn copy_of(&mut self, buffer: VarId, index: Expr, count: Expr) -> Place {
        let of = self.function.var(buffer).clone();
        let len = self.copies.lengths[&buffer].clone();
        let (span, elem) = (of.span, of.ty.element().unwrap_or(Ty::Unknown));
        let integer = |prim, a: Expr, b: Expr| Expr::prim(prim, vec![a, b], Ty::usize(), span);
        let name = format!("{}_each", of.name);
        let each = self.function.add_var(&name, of.ty.clone(), true, Origin::Temp, span);
        let own = &mut self.function.vars[each.0 as usize];
        (own.sliced, own.constant) = (true, of.constant);
        let value = Some(Rvalue::Repeat {
            value: Expr::zero(elem.clone(), span),
            len: integer(Prim::Mul, count, len.clone()),
            ty: of.ty,
        });
        self.copies.declarations.push(StmtKind::Let { var: each, value }, span);
        let next = integer(Prim::Add, index.clone(), Expr::int(1, Ty::usize(), span));
        let (start, end) = (integer(Prim::Mul, index, len.clone()), integer(Prim::Mul, next, len));
        let path = vec![Proj::Range(Some(start), Some(end))];
        Place { root: each, path, ty: Ty::Slice(Box::new(elem)), span }
    }

    /// The declarations of the copies in a fused loop, to stand before it.
    pub fn declared_copies(&mut self) -> Block {
        std::mem::take(&mut self.copies.declarations)
    }

    fn if_needed(&self, need: &Need, number: Expr, otherwise: u128) -> Expr {
        let Need::If(questions) = need else { return number };
        let (ty, span) = (number.ty.clone(), number.span);
        let otherwise = Expr::int(otherwise, ty.clone(), span);
        let needed = self.known.any(questions, span);
        Expr::prim(Prim::Select, vec![needed, number, otherwise], ty, span)
    }
}

/// The integer as a `usize`.
fn as_usize(integer: Expr) -> Expr {
    let span = integer.span;
    match &integer.ty {
        Ty::Int(Some(name)) if name == "usize" => integer,
        _ => Expr::new(ExprKind::Cast(Box::new(integer)), Ty::usize(), span),
    }
}

/// Whether all that the block does with the buffer is to lend it to one call.
fn is_lent_once(block: &Block, buffer: VarId) -> bool {
    let mut reads = 0;
    count_reads(block, &mut |root| reads += usize::from(root == buffer));
    let mut users = block.stmts.iter().filter(|stmt| effects::mentions(stmt, buffer));
    let (Some(Stmt { kind: StmtKind::Call(call), .. }), None) = (users.next(), users.next()) else {
        return false;
    };
    let lent = |arg: &Arg| effects::lends_whole(arg, buffer);
    reads == 1 && call.args.iter().filter(|arg| lent(arg)).count() == 1
}
