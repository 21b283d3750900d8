//! Iterators that are taken from step by step: `let mut items = v.iter();`, then `items.next()`.
//!
//! An iterator that is bound to a mutable name counts the items it has given, in a variable. What
//! takes it by `&mut` (`next`, `find`, `by_ref`, …) counts on; what takes it by value, or a `clone`,
//! walks what is left by index.

use proc_macro2::Span;

use super::drive::Sink;
use super::{Chain, StepKind, Walk, arith};
use crate::ir::{Expr, LoopKind};
use crate::lower::{Lowered, Lowerer};
use crate::ops::Prim;

impl Chain {
    /// Whether it is bound to a name that counts.
    pub fn is_cursor(&self) -> bool {
        match self {
            Chain::Rest { .. } => true,
            Chain::Each(inner, _) => inner.is_cursor(),
            _ => false,
        }
    }

    /// Whether the next item is one step away.
    pub fn gives_one_at_a_time(&self) -> bool {
        match self {
            Chain::Rest { .. } => true,
            Chain::Each(inner, step) => step.kind.keeps_all() && inner.gives_one_at_a_time(),
            _ => false,
        }
    }

    /// Whether its items can be counted, those taken already left out.
    fn can_count(&self) -> bool {
        (self.is_indexed() || self.is_endless()) && !self.has_effects()
    }
}

impl StepKind {
    /// Whether the step remembers nothing from one item to the next, or remembers it in a variable.
    fn can_pause(self) -> bool {
        match self {
            StepKind::Copy
            | StepKind::Map
            | StepKind::Inspect
            | StepKind::Filter
            | StepKind::FilterMap
            | StepKind::Scan => true,
            StepKind::FlatMap | StepKind::Flatten | StepKind::TakeWhile | StepKind::SkipWhile => {
                false
            }
        }
    }
}

impl Lowerer<'_> {
    /// A chain as what a mutable name is bound to. Of one that cannot be left half consumed nothing
    /// changes: it may be consumed as a whole.
    pub fn cursor(&mut self, chain: Chain, span: Span) -> Chain {
        if chain.can_count() {
            let at = self.state("taken", arith::literal(0, span), span);
            return Chain::Rest { of: Box::new(chain), at };
        }
        match chain {
            Chain::Each(inner, step) if step.kind.can_pause() => {
                Chain::Each(Box::new(self.cursor(*inner, span)), step)
            }
            other => other,
        }
    }

    /// What is left of a chain, apart from its name.
    pub fn remaining(&mut self, chain: &Chain) -> Chain {
        match chain {
            Chain::Rest { of, at } => {
                let taken = self.temp("taken", self.function.read(*at));
                Chain::Skip(of.clone(), taken)
            }
            Chain::Each(inner, step) => Chain::Each(Box::new(self.remaining(inner)), step.clone()),
            other => other.clone(),
        }
    }

    /// Walks what is left, counting on.
    pub fn drive_rest(&mut self, chain: &Chain, walk: &Walk, sink: Sink<'_>) {
        let span = walk.span;
        let more = self.has_more(chain, span);
        self.push_walk(LoopKind::Forever, walk, sink, |l| {
            l.go_on_if(more, span);
            l.take_one(chain, span)
        });
    }

    /// The next item as an option, without a loop.
    pub fn next_of(&mut self, chain: &Chain, span: Span) -> Lowered {
        let before = self.position();
        let is_some = self.has_more(chain, span);
        let is_some = self.temp("is_some", is_some);
        let mut slots = None;
        self.when(is_some.clone(), span, |l| {
            let item = l.take_one(chain, span);
            let item = l.held(item, span);
            let kept = l.slots_for(&item, "next", span);
            l.store(&kept, item, span);
            slots = Some(kept);
        });
        self.optional(slots, is_some, before, span)
    }

    /// Whether there is another item.
    fn has_more(&mut self, chain: &Chain, span: Span) -> Expr {
        match chain {
            Chain::Rest { of, .. } if of.is_endless() => Expr::bool(true, span),
            Chain::Rest { of, at } => {
                let count = self.count_of(of, span);
                arith::compare(Prim::Lt, self.function.read(*at), count)
            }
            Chain::Each(inner, _) => self.has_more(inner, span),
            _ => unreachable!("one at a time"),
        }
    }

    fn take_one(&mut self, chain: &Chain, span: Span) -> Lowered {
        match chain {
            Chain::Rest { of, at } => {
                let position = self.count_on(*at, span);
                self.item_at(of, position, span)
            }
            Chain::Each(inner, step) => {
                let item = self.take_one(inner, span);
                self.step_item(step, item)
            }
            _ => unreachable!("one at a time"),
        }
    }
}
