//! Calls: the callee's forward sweep in ours, its reverse sweep in ours.

use proc_macro2::Span;

use super::sweep::{Pair, Sweep};
use crate::ir::{
    Arg, Block, Call, Expr, Origin, Place, Rvalue, Stage, StmtKind, Target, Ty, VarId,
};

/// An argument, or what is in a slot.
fn content(arg: &Arg) -> &Arg {
    match arg {
        Arg::Active(inner) => content(inner),
        arg => arg,
    }
}

fn is_tape(place: &Place) -> bool {
    matches!(place.ty, Ty::Tape)
}

impl Sweep {
    pub fn call(&mut self, call: &Call, span: Span) -> Pair {
        let mut pair = Pair::default();
        let active = call.args.iter().any(|arg| self.activity.arg(arg));
        for (index, arg) in call.args.iter().enumerate() {
            if let Arg::RefMut(place) = content(arg)
                && !is_tape(place)
            {
                // Of code without derivatives, the method may be anybody's.
                match self.may_change(call, index, place).filter(|_| active) {
                    Some(changes) => self.kill_if(changes, place, &mut pair),
                    None => self.kill(place, place.path.is_empty(), &mut pair),
                }
            }
        }
        // Last saved, first restored.
        pair.reverse.stmts.reverse();
        if !active {
            pair.forward.push(StmtKind::Call(call.clone()), span);
            return pair;
        }
        let record = self.record_var(call, span);
        let tape = Arg::RefMut(self.function.place(self.tape));
        let mut forward = call.clone();
        forward.callee.stages.push(Stage::Forward);
        forward.args.push(tape.clone());
        forward.results.push(record);
        pair.forward.push(StmtKind::Call(forward), span);

        let mut reverse = Block::default();
        let (slots, shares) = self.bar_slots(call, &mut reverse);
        let mut callee = call.callee.clone();
        callee.stages.push(Stage::Reverse);
        // The tapes of the function that is reversed are empty by now.
        let without_tape = |arg: &Arg| match arg {
            Arg::RefMut(place) if is_tape(place) => Arg::Inactive,
            arg => arg.clone(),
        };
        let mut args: Vec<Arg> = call.args.iter().map(without_tape).collect();
        args.push(Arg::Value(self.function.read(record)));
        for result in &call.results {
            args.push(self.seed_slot(*result, &mut reverse));
        }
        args.extend(slots);
        args.push(tape);
        reverse.push(StmtKind::Call(Call { callee, args, results: Vec::new() }), span);
        for (operand, share) in shares {
            self.give(&operand, self.function.read(share), &mut reverse);
        }
        // The callee's reverse sweep wants its `&mut` arguments as its forward sweep left them, so
        // what they held before is restored after it.
        let restores = std::mem::replace(&mut pair.reverse, reverse);
        pair.reverse.extend(restores);
        pair
    }

    /// A name for what belongs to a call.
    pub fn callee_name(&self, call: &Call) -> String {
        let name = match &call.callee.target {
            Target::Path(path) => path.segments.last().map(|last| last.ident.to_string()),
            Target::Method(name) => Some(name.to_string()),
            Target::Operator(operator) => Some(operator.trait_name().to_lowercase()),
        };
        name.unwrap_or_default()
    }

    fn record_var(&mut self, call: &Call, span: Span) -> VarId {
        let name = format!("{}_record", self.callee_name(call));
        let record = self.new_temp(&name, Ty::Record, span);
        self.frame().declared.insert(record);
        record
    }

    fn seed_slot(&mut self, result: VarId, reverse: &mut Block) -> Arg {
        let place = self.function.place(result);
        if !self.activity.is_active(result) {
            return Arg::Inactive;
        }
        if !self.is_ready(result) {
            if place.ty.tangent().has_one_shape() {
                return Arg::Inactive;
            }
            // The callee cannot tell the shape of a zero seed.
            self.ensure_ready(result, reverse);
        }
        Arg::Active(Box::new(Arg::Value(self.read_bar(&place))))
    }

    /// The bars to pass. An operand that overlaps with an earlier one is passed a bar of its own, to be added
    /// afterwards: `&mut` arguments may not.
    fn bar_slots(&mut self, call: &Call, reverse: &mut Block) -> (Vec<Arg>, Vec<(Expr, VarId)>) {
        let mut taken: Vec<&Place> = Vec::new();
        let mut shares = Vec::new();
        let mut slots = Vec::new();
        for arg in &call.args {
            let arg = content(arg);
            let place = match arg {
                Arg::RefMut(place) if is_tape(place) => {
                    let bar = self.tape_bar(place.root, reverse);
                    slots.push(Arg::RefMut(self.function.place(bar)));
                    continue;
                }
                Arg::Value(expr) => expr.as_place(),
                Arg::Ref(place) | Arg::RefMut(place) => Some(place),
                Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => None,
            };
            let Some(place) = place.filter(|place| self.activity.place(place)) else {
                slots.push(Arg::Inactive);
                continue;
            };
            self.ensure_ready(place.root, reverse);
            let is_apart = taken.iter().all(|other| self.function.are_apart(place, other));
            taken.push(place);
            let bar = match is_apart || matches!(arg, Arg::RefMut(_)) {
                true => self.bar_place(place),
                false => {
                    let share = self.own_bar(place, reverse);
                    shares.push((Expr::read(place.clone()), share));
                    self.function.place(share)
                }
            };
            slots.push(Arg::Active(Box::new(Arg::RefMut(bar))));
        }
        (slots, shares)
    }

    /// A variable for a cotangent of the place's shape, zero at first.
    pub fn own_bar(&mut self, place: &Place, reverse: &mut Block) -> VarId {
        let name = format!("{}_share", self.function.var(place.root).name);
        let share = self.function.add_derivative(&name, place, true, Origin::Cotangent, place.span);
        let value = self.zero_like(place);
        let value = match value {
            Rvalue::Expr(zero) => Rvalue::Expr(Expr { span: place.span, ..zero }),
            other => other,
        };
        reverse.push(StmtKind::Let { var: share, value: Some(value) }, place.span);
        share
    }
}
