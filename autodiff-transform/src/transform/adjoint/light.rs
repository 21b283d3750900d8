//! Calls that the reverse sweep makes again.
//!
//! `let k = rhs(y + h * k)` in a loop: what each of the three calls gives, operators on structs among them,
//! and what its reverse sweep is to know of it (its record), would go on the tape in each iteration. Where
//! the callee is *light* (see [`weight`](crate::analysis::weight)), which only its own macro knows, the call
//! is made again at the start of the reverse instead:
//!
//! ```text
//! if !rhs::is_light() { push(tape, k, record); }              // forward, at the end of the block
//! …
//! let k; let record;                                          // reverse, at its start
//! if rhs::is_light() { (k, record) = rhs::forward(…); } else { (k, record) = pop(tape); }
//! ```
//!
//! rustc knows the answer when it compiles the function, and one of the two ways is left.
//!
//! # Legality
//!
//! 1. The call changes nothing: it is given no `&mut`, and a light callee leaves nothing on the tape, so
//!    that what the rest of the reverse takes off the tape is on its top.
//! 2. Its arguments are there at the start of the reverse, as they were ([`record`](super::record)); they may
//!    come from other calls that are made again, which come before it.
//! 3. The caller is not derived again, since its callees can be asked.

use std::collections::HashMap;

use proc_macro2::Span;

use super::sweep::{Sweep, only_if};
use crate::analysis::reads::is_of;
use crate::analysis::{effects, weight};
use crate::ir::callee::may_be_derivative;
use crate::ir::{
    Arg, Block, Call, Expr, Param, Passing, Place, Rvalue, Stage, Stmt, StmtKind, Target, Ty,
    VarId, VarSet,
};
use crate::ops::Prim;

/// The forward sweeps of a block's calls, by the statement of the call.
#[derive(Default)]
pub(super) struct Calls {
    forward: HashMap<usize, Stmt>,
    /// The statement that makes a record.
    pub records: HashMap<VarId, usize>,
}

impl Calls {
    /// Those of the block that `forward` is the forward sweep of.
    pub fn of(block: &Block, forward: &Block) -> Calls {
        let first = |call: &Call| call.results.first().copied();
        let own = block.stmts.iter().enumerate().filter_map(|(index, stmt)| match &stmt.kind {
            StmtKind::Call(call) if call.callee.stages.is_empty() => Some((first(call)?, index)),
            _ => None,
        });
        let own: HashMap<VarId, usize> = own.collect();
        let mut calls = Calls::default();
        for stmt in forward.stmts.iter().filter(|_| !own.is_empty()) {
            if let StmtKind::Call(call) = &stmt.kind
                && call.callee.stages == [Stage::Forward]
                && let Some(index) = first(call).and_then(|result| own.get(&result))
            {
                calls.records.extend(call.results.last().map(|record| (*record, *index)));
                calls.forward.insert(*index, stmt.clone());
            }
        }
        calls
    }

    pub fn get(&self, index: usize) -> Option<&Call> {
        match &self.forward.get(&index)?.kind {
            StmtKind::Call(call) => Some(call),
            _ => None,
        }
    }
}

impl Sweep {
    /// Whether a call may be made again as far as it alone tells, and its callee can be asked.
    pub fn may_be_light(&self, call: &Call) -> bool {
        let asked = match &call.callee.target {
            Target::Path(path) => weight::can_be_asked(&self.function, path),
            Target::Method(name) => {
                !may_be_derivative(name) && self.is_there_after(call.args.first())
            }
            Target::Operator(_) => true,
        };
        let allowed = |arg: &Arg| match arg {
            Arg::Value(_) => true,
            // A long one is not to be kept for a callee that turns out not to be light.
            Arg::Ref(place) => {
                !matches!(place.ty, Ty::Slice(_) | Ty::Vec(_)) || !self.can_change(place.root)
            }
            Arg::RefMut(place) => matches!(place.ty, Ty::Tape),
            // What it costs is not known.
            Arg::Opaque(code) => code.pure_ && !code.tokens.to_string().contains(['(', '[', '{']),
            Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => false,
        };
        self.loops.light
            && self.known.can_ask()
            && asked
            && !is_of(&self.function, &call.callee.target)
            && call.args.iter().all(allowed)
    }

    /// Whether a receiver is there once the method is called: one that takes `self` may move it, of a local
    /// variable or argument that does not change.
    fn is_there_after(&self, receiver: Option<&Arg>) -> bool {
        match receiver {
            Some(Arg::Value(_)) => true,
            Some(Arg::Ref(place)) => {
                let is_lent = |param: &Param| param.passing != Passing::Value;
                !place.path.is_empty()
                    || self.can_change(place.root)
                    || self.function.param(place.root).is_some_and(is_lent)
            }
            _ => false,
        }
    }

    /// What stands at the start of a block's reverse for the call of a statement, and, at the end of its
    /// forward sweep, what keeps these variables otherwise.
    pub fn make_again(&mut self, calls: &Calls, index: usize, wanted: &VarSet) -> [Vec<Stmt>; 2] {
        let (Some(call), span) = (calls.get(index).cloned(), calls.forward[&index].span) else {
            return Default::default();
        };
        let vars: Vec<VarId> =
            call.results.iter().copied().filter(|var| wanted.contains(var)).collect();
        let places: Vec<Place> = vars.iter().map(|var| self.function.place(*var)).collect();
        let (asked, light) = self.ask(&call, span);
        let heavy = Expr::prim(Prim::Not, vec![light], Ty::Bool, span);
        let keep = StmtKind::Push { tape: self.tape, values: places.clone() };
        let kept = vec![asked, only_if(heavy, vec![Stmt { kind: keep, span }], span)];

        let (asked, light) = self.ask(&call, span);
        let take = StmtKind::Pop { tape: self.tape, into: places, declare: false };
        let els = Block { stmts: vec![Stmt { kind: take, span }] };
        let either = StmtKind::If { cond: light, then: self.made(call, &vars, span), els };
        let declared = vars.iter().map(|var| StmtKind::Let { var: *var, value: None });
        let mut made: Vec<Stmt> = declared.map(|kind| Stmt { kind, span }).collect();
        made.extend([asked, Stmt { kind: either, span }]);
        [made, kept]
    }

    /// `let rhs_is_light = rhs::is_light(args…);`
    fn ask(&mut self, call: &Call, span: Span) -> (Stmt, Expr) {
        let mut asked = call.clone();
        asked.callee.stages = vec![Stage::IsLight];
        match call.callee.target {
            // Its name is enough.
            Target::Path(_) => asked.args.clear(),
            Target::Operator(_) => {
                asked.args.pop();
            }
            Target::Method(_) => {
                asked.args.truncate(1);
                // A look at the receiver, not a copy.
                if let [Arg::Value(value)] = &asked.args[..]
                    && let Some(place) = value.as_place().cloned()
                {
                    asked.args = vec![Arg::Ref(place)];
                }
            }
        }
        let name = format!("{}_is_light", self.callee_name(call));
        let light = self.new_temp(&name, Ty::Bool, span);
        asked.results = vec![light];
        (Stmt { kind: StmtKind::Call(asked), span }, self.function.read(light))
    }

    /// The call, what is wanted of its results given to the variables.
    fn made(&mut self, mut call: Call, vars: &[VarId], span: Span) -> Block {
        let mut block = Block::default();
        let mut given = Vec::new();
        for result in &mut call.results {
            let of = self.function.var(*result).clone();
            let fresh = self.new_temp(&of.name, of.ty, of.span);
            self.function.vars[fresh.0 as usize].written = of.written;
            given.push((*result, fresh));
            *result = fresh;
        }
        block.push(StmtKind::Call(call), span);
        for (var, fresh) in given.into_iter().filter(|(var, _)| vars.contains(var)) {
            let value = Rvalue::Expr(self.function.read(fresh));
            block.push(StmtKind::Assign { place: self.function.place(var), value }, span);
        }
        block
    }
}

/// What the arguments of a call read.
pub(super) fn argument_reads(call: &Call, visit: &mut impl FnMut(VarId)) {
    call.args.iter().for_each(|arg| effects::arg_reads(arg, visit));
}
