//! Driving a chain: one loop for each source, its items passed through the steps to a sink.
//!
//! All bookkeeping of a step (counters, flags) stands before the item is handed on, so that a sink
//! may `continue`. A step that ends the chain early leaves the loop it stands in; where the chain is
//! made of several loops it also sets a flag that every one of them tests at the head of its body.

use proc_macro2::Span;

use super::access::Length;
use super::{Chain, Step, StepKind, arith};
use crate::ir::{Expr, LoopKind, Origin, Rvalue, Shape, StmtKind, Ty, VarId};
use crate::lower::block::constant_bool;
use crate::lower::{Access, Head, Lowered, Lowerer, OpenBlock};
use crate::ops::Prim;

/// What takes the items.
pub type Sink<'s> = &'s mut dyn FnMut(&mut Lowerer<'_>, Lowered);

/// What takes the items until the condition it hands to its last argument is false.
pub type EndingSink<'s> =
    &'s mut dyn FnMut(&mut Lowerer<'_>, Lowered, &dyn Fn(&mut Lowerer<'_>, Expr));

/// The loops being made.
pub struct Walk {
    pub span: Span,
    head: Head,
    /// A name for the index, if the index is the item.
    name: Option<String>,
    /// Conditions that end every loop before its next item.
    ends: Vec<Expr>,
}

impl Lowerer<'_> {
    /// Drives a chain for a `for` loop.
    pub fn drive_for(
        &mut self,
        chain: &Chain,
        head: Head,
        name: Option<String>,
        span: Span,
        sink: Sink<'_>,
    ) {
        let mut walk = Walk { span, head, name, ends: Vec::new() };
        self.drive(chain, &mut walk, sink);
    }

    /// Drives a chain for a terminal.
    pub fn drive_all(&mut self, chain: &Chain, span: Span, sink: Sink<'_>) {
        self.drive_for(chain, Head::default(), None, span, sink);
    }

    fn drive(&mut self, chain: &Chain, walk: &mut Walk, sink: Sink<'_>) {
        if let Chain::Each(inner, step) = chain {
            return self.drive_step(inner, step, walk, sink);
        }
        match self.length(chain, walk.span) {
            Length::Exactly(count) => self.drive_indexed(chain, count, walk, sink),
            Length::Endless => self.drive_endless(chain, walk, sink),
            Length::Open => self.drive_open(chain, walk, sink),
        }
    }

    /// Appends a loop over items that `item` makes.
    pub fn push_walk(
        &mut self,
        kind: LoopKind,
        walk: &Walk,
        sink: Sink<'_>,
        item: impl FnOnce(&mut Self) -> Lowered,
    ) {
        let span = walk.span;
        self.push_loop(kind, walk.head.clone(), &Ty::Unit, span, |l| {
            for end in &walk.ends {
                l.break_if(end.clone(), span);
            }
            let item = item(l);
            sink(l, item);
        });
    }

    fn index_var(&mut self, ty: Ty, name: Option<&str>, span: Span) -> VarId {
        let name = name.map(|name| name.trim_start_matches('_')).filter(|name| !name.is_empty());
        let var = self.variable(name.unwrap_or("index"), ty, false, Origin::Temp, span);
        self.shared.insert(var);
        self.constant.insert(var);
        var
    }

    fn drive_indexed(&mut self, chain: &Chain, count: Expr, walk: &mut Walk, sink: Sink<'_>) {
        let span = walk.span;
        let (native, reverse) = match chain {
            Chain::Rev(inner) => (&**inner, true),
            other => (other, false),
        };
        if let Chain::Range { start, end: Some(end) } = native {
            let (start, end) = (start.clone(), end.clone());
            let var = self.index_var(start.ty.clone(), walk.name.as_deref(), span);
            let kind = LoopKind::For { var, start, end, step: None, reverse };
            return self.push_walk(kind, walk, sink, |l| Lowered::Value(l.function.read(var)));
        }
        let (inner, start, end) = match native {
            Chain::Skip(..) | Chain::Take(..) => self.window_of(native, span),
            _ => {
                let count = if reverse { self.count_of(native, span) } else { count };
                (native, arith::literal(0, span), count)
            }
        };
        let var = self.index_var(Ty::usize(), None, span);
        let kind = LoopKind::For { var, start, end, step: None, reverse };
        self.push_walk(kind, walk, sink, |l| {
            let index = l.function.read(var);
            l.item_at(inner, index, span)
        });
    }

    /// The part `start..end` of a longer chain that `skip` and `take` leave.
    fn window_of<'c>(&mut self, chain: &'c Chain, span: Span) -> (&'c Chain, Expr, Expr) {
        match chain {
            Chain::Skip(inner, count) if inner.is_indexed() => {
                let (inner, start, end) = self.window_of(inner, span);
                (inner, arith::add(start, count.clone()), end)
            }
            Chain::Take(inner, count) if inner.is_indexed() => {
                let (inner, start, end) = self.window_of(inner, span);
                let last = arith::add(start.clone(), count.clone());
                (inner, start, arith::min(end, last))
            }
            other => (other, arith::literal(0, span), self.count_of(other, span)),
        }
    }

    fn drive_endless(&mut self, chain: &Chain, walk: &mut Walk, sink: Sink<'_>) {
        let span = walk.span;
        let counter = self.counter("index", span);
        self.push_walk(LoopKind::Forever, walk, sink, |l| {
            let index = l.count_on(counter, span);
            l.item_at(chain, index, span)
        });
    }

    /// A mutable `usize`, `0`.
    fn counter(&mut self, name: &str, span: Span) -> VarId {
        self.state(name, arith::literal(0, span), span)
    }

    /// A mutable inactive variable.
    pub fn state(&mut self, name: &str, value: Expr, span: Span) -> VarId {
        let var = self.variable(name, value.ty.clone(), true, Origin::Temp, span);
        self.shared.insert(var);
        self.push(StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }, span);
        var
    }

    pub fn set_state(&mut self, var: VarId, value: Expr, span: Span) {
        let place = self.function.place(var);
        self.push(StmtKind::Assign { place, value: Rvalue::Expr(value) }, span);
    }

    /// The value of a counter, which goes on to the next.
    pub fn count_on(&mut self, counter: VarId, span: Span) -> Expr {
        let now = self.temp("position", self.function.read(counter));
        self.shared.extend(now.as_var());
        self.set_state(counter, arith::add(now.clone(), arith::literal(1, span)), span);
        now
    }

    /// `if cond { then }`.
    pub fn when(&mut self, cond: Expr, span: Span, then: impl FnOnce(&mut Self)) {
        let ((), then) = self.in_block(then);
        self.push_if(cond, then, OpenBlock::new(), span);
    }

    /// Chains whose length shows at their end only: positions are counted.
    fn drive_open(&mut self, chain: &Chain, walk: &mut Walk, sink: Sink<'_>) {
        let span = walk.span;
        match chain {
            Chain::Append(a, b) => {
                self.drive(a, walk, sink);
                self.drive(b, walk, sink);
            }
            Chain::Enumerate(inner) => {
                let counter = self.counter("position", span);
                self.drive(inner, walk, &mut |l, item| {
                    let index = Lowered::Value(l.count_on(counter, span));
                    sink(l, Lowered::Tuple(vec![index, item]));
                });
            }
            Chain::Skip(inner, count) => {
                let counter = self.counter("position", span);
                self.drive(inner, walk, &mut |l, item| {
                    let item = l.held(item, span);
                    let now = l.count_on(counter, span);
                    let reached = arith::compare(Prim::Ge, now, count.clone());
                    l.when(reached, span, |l| sink(l, item));
                });
            }
            Chain::StepBy(inner, step) => {
                let counter = self.counter("position", span);
                self.drive(inner, walk, &mut |l, item| {
                    let item = l.held(item, span);
                    let now = l.count_on(counter, span);
                    let rest = arith::rem(now, step.clone());
                    let due = arith::compare(Prim::Eq, rest, arith::literal(0, span));
                    l.when(due, span, |l| sink(l, item));
                });
            }
            Chain::Take(inner, count) => {
                let counter = self.counter("taken", span);
                let taken = self.function.read(counter);
                let end = arith::compare(Prim::Ge, taken, count.clone());
                self.drive_with_end(inner, end, walk, &mut |l, item| {
                    l.count_on(counter, span);
                    sink(l, item);
                });
            }
            Chain::Zip(a, b) => self.drive_open_zip(a, b, walk, sink),
            Chain::Rest { .. } => self.drive_rest(chain, walk, sink),
            Chain::Range { .. }
            | Chain::Elements { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. }
            | Chain::Repeat { .. }
            | Chain::Rev(_)
            | Chain::Each(..) => unreachable!("an indexed chain, or a step"),
        }
    }

    /// Drives a chain whose loops end before the next item when `end` holds.
    fn drive_with_end(&mut self, chain: &Chain, end: Expr, walk: &mut Walk, sink: Sink<'_>) {
        walk.ends.push(end);
        self.drive(chain, walk, sink);
        walk.ends.pop();
    }

    fn drive_open_zip(&mut self, a: &Chain, b: &Chain, walk: &mut Walk, sink: Sink<'_>) {
        let span = walk.span;
        let counter = self.counter("position", span);
        let position = self.function.read(counter);
        if !matches!(self.length(b, span), Length::Open) {
            self.check_left_of_zip(a, b, span);
            // The first chain is asked first: its item is taken before the second turns out to
            // have none left.
            let endless = matches!(self.length(b, span), Length::Endless);
            let count = self.count_of(b, span);
            let more = arith::compare(Prim::Lt, position, count);
            self.drive_while(a, walk, &mut |l, first, go_on| {
                let first = l.held(first, span);
                if !endless {
                    go_on(l, more.clone());
                }
                let index = l.count_on(counter, span);
                let second = l.item_at(b, index, span);
                sink(l, Lowered::Tuple(vec![first, second]));
            });
        } else if !matches!(self.length(a, span), Length::Open) && !a.has_effects() {
            let count = self.count_of(a, span);
            let end = arith::compare(Prim::Ge, position, count);
            self.drive_with_end(b, end, walk, &mut |l, second| {
                let index = l.count_on(counter, span);
                let first = l.item_at(a, index, span);
                sink(l, Lowered::Tuple(vec![first, second]));
            });
        } else {
            self.diagnostics
                .error_at(
                    span,
                    "both chains of this `zip` have a length that shows only at the end",
                )
                .help("`collect` one of them into a `Vec` first");
        }
    }

    /// Whether the standard library asks the first chain once more when the second has none left depends on
    /// both, and on what ends the chain. Where that can be told apart, the first must not be longer.
    fn check_left_of_zip(&mut self, a: &Chain, b: &Chain, span: Span) {
        if !a.calls_with_effects() {
            return;
        }
        match (self.length(a, span), self.length(b, span)) {
            (Length::Exactly(first), Length::Exactly(second)) => {
                let fits = arith::compare(Prim::Le, first, second);
                let message = "what is on the left of this `zip` changes variables, and is longer";
                self.push_panic_unless(fits, message, span);
            }
            (Length::Endless, Length::Exactly(_)) => {
                let message = "whether the left of this `zip` is asked once more at the end is not known, and \
                               it changes variables";
                self.diagnostics.error_at(span, message).help("put it on the right");
            }
            _ => {}
        }
    }

    /// Drives a chain for a terminal that may end it.
    pub fn drive_all_while(&mut self, chain: &Chain, span: Span, sink: EndingSink<'_>) {
        let mut walk = Walk { span, head: Head::default(), name: None, ends: Vec::new() };
        self.drive_while(chain, &mut walk, sink);
    }

    /// Drives a chain that the sink may end.
    fn drive_while(&mut self, chain: &Chain, walk: &mut Walk, sink: EndingSink<'_>) {
        let span = walk.span;
        if chain.is_one_loop() {
            return self.drive(chain, walk, &mut |l, item| {
                sink(l, item, &|l, cond| l.go_on_if(cond, span));
            });
        }
        let ended = self.state("ended", Expr::bool(false, span), span);
        let end = self.function.read(ended);
        self.drive_with_end(chain, end, walk, &mut |l, item| {
            sink(l, item, &|l, cond| {
                if constant_bool(&cond) == Some(true) {
                    return;
                }
                l.set_state(ended, arith::not(cond), span);
                let ended = l.function.read(ended);
                l.break_if(ended, span);
            });
        });
    }

    /// `if !cond { break }`.
    pub fn go_on_if(&mut self, cond: Expr, span: Span) {
        if constant_bool(&cond) != Some(true) {
            self.break_if(arith::not(cond), span);
        }
    }

    fn drive_step(&mut self, inner: &Chain, step: &Step, walk: &mut Walk, sink: Sink<'_>) {
        let span = step.span;
        match step.kind {
            StepKind::Copy | StepKind::Map | StepKind::Inspect => {
                self.drive(inner, walk, &mut |l, item| {
                    let item = l.step_item(step, item);
                    sink(l, item);
                });
            }
            StepKind::Filter => self.drive(inner, walk, &mut |l, item| {
                let (item, cond) = l.test_item(step, item);
                l.when(cond, span, |l| sink(l, item));
            }),
            StepKind::TakeWhile => self.drive_while(inner, walk, &mut |l, item, go_on| {
                let (item, cond) = l.test_item(step, item);
                go_on(l, cond);
                sink(l, item);
            }),
            StepKind::SkipWhile => {
                let skipping = self.state("skipping", Expr::bool(true, span), span);
                self.drive(inner, walk, &mut |l, item| {
                    let item = l.held(item, span);
                    let still = l.function.read(skipping);
                    l.when(still.clone(), span, |l| {
                        let (_, cond) = l.test_item(step, item.clone());
                        l.set_state(skipping, cond, span);
                    });
                    l.when(arith::not(still), span, |l| sink(l, item));
                });
            }
            StepKind::Scan => self.drive_while(inner, walk, &mut |l, item, go_on| {
                let state = step.state.iter().cloned();
                let mut args: Vec<Lowered> =
                    state.map(|state| Lowered::Place(state, Access::RefMut)).collect();
                args.push(item);
                let option = l.apply(&step.function, args, &Ty::Unknown, span);
                let (is_some, payload) = l.option_parts(option, span);
                go_on(l, is_some);
                sink(l, payload);
            }),
            StepKind::FilterMap => self.drive(inner, walk, &mut |l, item| {
                let option = l.map_item(step, item);
                l.when_some(option, span, sink);
            }),
            StepKind::FlatMap | StepKind::Flatten => self.drive_nested(inner, step, walk, sink),
        }
    }

    /// One loop inside another.
    fn drive_nested(&mut self, inner: &Chain, step: &Step, walk: &mut Walk, sink: Sink<'_>) {
        let ends = walk.ends.clone();
        self.drive(inner, walk, &mut |l, item| {
            let items = match step.kind {
                StepKind::FlatMap => l.map_item(step, item),
                _ => item,
            };
            let ty = l.lowered_ty(&items);
            if let Ty::Option(_) = l.infer.shallow(&ty) {
                return l.when_some(items, step.span, sink);
            }
            match l.elements(items, step.span) {
                Ok(items) => {
                    let mut nested = Walk {
                        span: step.span,
                        head: Head::default(),
                        name: None,
                        ends: ends.clone(),
                    };
                    l.drive(&items, &mut nested, sink);
                }
                Err(_) => {
                    l.diagnostics
                        .error_at(step.span, "what this makes of each item cannot be iterated over")
                        .help("make an iterator over a range, a slice, an array or a `Vec`");
                }
            }
        });
    }

    fn map_item(&mut self, step: &Step, item: Lowered) -> Lowered {
        self.apply(&step.function, vec![item], &Ty::Unknown, step.span)
    }

    /// What a step that keeps all items makes of one.
    pub fn step_item(&mut self, step: &Step, item: Lowered) -> Lowered {
        match step.kind {
            StepKind::Copy => copied(item),
            StepKind::Inspect => {
                let item = self.held(item, step.span);
                let by_reference = self.borrowed(item.clone());
                self.apply(&step.function, vec![by_reference], &Ty::Unit, step.span);
                item
            }
            _ => self.map_item(step, item),
        }
    }

    /// The item, kept, and what a predicate says of it.
    fn test_item(&mut self, step: &Step, item: Lowered) -> (Lowered, Expr) {
        let item = self.held(item, step.span);
        let by_reference = self.borrowed(item.clone());
        let cond = self.apply(&step.function, vec![by_reference], &Ty::Bool, step.span);
        (item, self.to_expr(cond, step.span))
    }

    /// An item that is used more than once.
    pub fn held(&mut self, item: Lowered, span: Span) -> Lowered {
        match item {
            Lowered::Value(value) => match value.as_var().is_some() && self.is_stable(&value) {
                true => Lowered::Value(value),
                false => Lowered::Value(self.shared_value(value)),
            },
            Lowered::Built(built) => {
                let var = self.temp_var("item", built, span);
                Lowered::Place(self.function.place(var), Access::Owned)
            }
            Lowered::Place(place, access) => Lowered::Place(self.freeze(place), access),
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|part| self.held(part, span)).collect())
            }
            other @ (Lowered::Option { .. }
            | Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never) => other,
        }
    }

    /// An item that is held, as its reference.
    pub fn borrowed(&mut self, item: Lowered) -> Lowered {
        match item {
            Lowered::Place(place, Access::Owned) => Lowered::Place(place, Access::Ref),
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|part| self.borrowed(part)).collect())
            }
            Lowered::Value(value) => match value.as_var() {
                Some(var) => Lowered::Place(self.function.place(var), Access::Ref),
                None => Lowered::Value(value),
            },
            other => other,
        }
    }

    fn shared_value(&mut self, value: Expr) -> Expr {
        let value = self.temp("item", value);
        self.shared.extend(value.as_var());
        value
    }

    /// Whether an option has a payload, and the payload.
    fn option_parts(&mut self, option: Lowered, span: Span) -> (Expr, Lowered) {
        let option = match option {
            known @ Lowered::Option { .. } => known,
            Lowered::Built(Rvalue::Aggregate { shape: Shape::Option, mut fields, .. })
                if fields.len() == 1 =>
            {
                return (Expr::bool(true, span), Lowered::Value(fields.remove(0)));
            }
            other => {
                let (place, access) = self.to_place(other, span);
                Lowered::Place(place, access)
            }
        };
        (self.is_some(option.clone(), span), self.some_payload(option, span))
    }

    /// Hands on the payload of an option that has one.
    fn when_some(&mut self, option: Lowered, span: Span, sink: Sink<'_>) {
        let (is_some, payload) = self.option_parts(option, span);
        match constant_bool(&is_some) {
            Some(true) => sink(self, payload),
            _ => self.when(is_some, span, |l| sink(l, payload)),
        }
    }
}

/// An item as its value.
fn copied(item: Lowered) -> Lowered {
    match item {
        Lowered::Place(place, _) => Lowered::Place(place, Access::Owned),
        other => other,
    }
}
