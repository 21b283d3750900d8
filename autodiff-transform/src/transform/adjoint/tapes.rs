//! Tape operations: the adjoint of a push is a pop from the shadow tape, and the other way round.
//!
//! A push and its pop may stand in different functions, and so do their adjoints, which agree on what
//! is on the shadow tape: a cotangent for each value whose type can have one, active or not.

use proc_macro2::Span;

use super::sweep::{Pair, Sweep};
use crate::ir::{Expr, Origin, Place, Rvalue, StmtKind, VarId};

impl Sweep {
    pub fn pushed(&mut self, tape: VarId, values: &[Place], span: Span, pair: &mut Pair) {
        let carried: Vec<&Place> =
            values.iter().filter(|place| self.function.carries(place)).collect();
        if carried.is_empty() {
            return;
        }
        let tape = self.tape_bar(tape, &mut pair.reverse);
        let mut shares = Vec::new();
        for place in &carried {
            let name = format!("{}_share", self.function.var(place.root).name);
            shares.push(self.function.add_derivative(&name, place, false, Origin::Cotangent, span));
        }
        let into = shares.iter().map(|share| self.function.place(*share)).collect();
        pair.reverse.push(StmtKind::Pop { tape, into, declare: true }, span);
        for (place, share) in carried.into_iter().zip(shares) {
            let share = self.function.read(share);
            self.give(&Expr::read(place.clone()), share, &mut pair.reverse);
        }
    }

    pub fn popped(
        &mut self,
        tape: VarId,
        into: &[Place],
        declare: bool,
        span: Span,
        pair: &mut Pair,
    ) {
        if !declare {
            into.iter().for_each(|place| self.kill(place, place.path.is_empty(), pair));
            // Last saved, first restored.
            pair.reverse.stmts.reverse();
        }
        let carried: Vec<&Place> =
            into.iter().filter(|place| self.function.carries(place)).collect();
        if carried.is_empty() {
            return;
        }
        let tape = self.tape_bar(tape, &mut pair.reverse);
        let mut values = Vec::new();
        for place in &carried {
            if !self.activity.place(place) {
                let zero = self.own_bar(place, &mut pair.reverse);
                values.push(self.function.place(zero));
                continue;
            }
            self.ensure_ready(place.root, &mut pair.reverse);
            values.push(self.bar_place(place));
        }
        pair.reverse.push(StmtKind::Push { tape, values: values.clone() }, span);
        if declare {
            return;
        }
        // What was overwritten had no part in what came off the tape.
        for (place, bar) in carried.into_iter().zip(values) {
            if !self.activity.place(place) {
                continue;
            }
            let zero = match bar.ty.has_one_shape() {
                true => Rvalue::Expr(Expr::zero(bar.ty.clone(), span)),
                false => {
                    self.needs_old_shape(place.root, pair);
                    Rvalue::ZeroLike(place.clone())
                }
            };
            pair.reverse.push(StmtKind::Assign { place: bar, value: zero }, span);
        }
    }

    /// Has the statement's write to the root undone, as the shape of what was there is needed.
    fn needs_old_shape(&mut self, root: VarId, pair: &Pair) {
        for id in &pair.node.kills {
            let kill = &mut self.kills[*id];
            kill.forced |= kill.roots.contains(&root);
        }
    }
}
