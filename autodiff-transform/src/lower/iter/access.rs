//! Walking a chain by index: how many items it has, and which is the `i`-th.

use proc_macro2::Span;

use super::{Chain, arith};
use crate::ir::{Expr, ExprKind, Place, Proj, Ty};
use crate::lower::{Access, Lowered, Lowerer};

/// How many items a chain has.
pub enum Length {
    Exactly(Expr),
    Endless,
    /// Known at the end only.
    Open,
}

impl Chain {
    /// Whether the number of its items is known before the first, and each can be had by index.
    pub fn is_indexed(&self) -> bool {
        !self.is_open() && !self.is_endless()
    }

    pub fn is_open(&self) -> bool {
        match self {
            Chain::Range { .. }
            | Chain::Elements { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. }
            | Chain::Repeat { .. } => false,
            Chain::Enumerate(inner) | Chain::Rev(inner) | Chain::Take(inner, _) => inner.is_open(),
            // Items with effects are taken, not jumped over.
            Chain::Skip(inner, _) | Chain::StepBy(inner, _) => {
                inner.is_open() || inner.has_effects()
            }
            // The first chain is asked for an item before the second turns out to have none.
            Chain::Zip(a, b) => a.is_open() || b.is_open() || a.has_effects(),
            Chain::Append(..) | Chain::Rest { .. } => true,
            Chain::Each(inner, step) => !step.kind.keeps_all() || inner.is_open(),
        }
    }

    pub fn is_endless(&self) -> bool {
        match self {
            Chain::Range { end, .. } => end.is_none(),
            Chain::Repeat { count, .. } => count.is_none(),
            Chain::Elements { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. } => false,
            Chain::Enumerate(inner)
            | Chain::Rev(inner)
            | Chain::Skip(inner, _)
            | Chain::StepBy(inner, _)
            | Chain::Rest { of: inner, .. }
            | Chain::Each(inner, _) => inner.is_endless(),
            Chain::Take(..) => false,
            Chain::Zip(a, b) => a.is_endless() && b.is_endless(),
            Chain::Append(a, b) => a.is_endless() || b.is_endless(),
        }
    }
}

impl Lowerer<'_> {
    pub fn length(&mut self, chain: &Chain, span: Span) -> Length {
        if chain.is_open() {
            return Length::Open;
        }
        if chain.is_endless() {
            return Length::Endless;
        }
        Length::Exactly(self.count_of(chain, span))
    }

    /// The number of items of an indexed chain.
    pub fn count_of(&mut self, chain: &Chain, span: Span) -> Expr {
        match chain {
            Chain::Range { start, end } => match end {
                Some(end) => self.distance(start, end, span),
                None => arith::literal(usize::MAX, span),
            },
            Chain::Elements { of, .. } => self.len_now(of, span),
            Chain::Windows { of, size } => {
                let len = self.len_now(of, span);
                let one = arith::literal(1, span);
                arith::saturating_sub(arith::add(len, one), size.clone())
            }
            Chain::Chunks { of, size, exact, .. } => {
                let len = self.len_now(of, span);
                match exact {
                    true => arith::div(len, size.clone()),
                    false => arith::div_ceil(len, size.clone()),
                }
            }
            Chain::Views { of, axis } => self.count_of_views(of, *axis, span),
            Chain::Repeat { count, .. } => match count {
                Some(count) => count.clone(),
                None => arith::literal(usize::MAX, span),
            },
            Chain::Rest { of, at } => {
                let taken = self.function.read(*at);
                arith::saturating_sub(self.count_of(of, span), taken)
            }
            Chain::Enumerate(inner) | Chain::Rev(inner) | Chain::Each(inner, _) => {
                self.count_of(inner, span)
            }
            Chain::Zip(a, b) if a.is_endless() => self.count_of(b, span),
            Chain::Zip(a, b) if b.is_endless() => self.count_of(a, span),
            Chain::Zip(a, b) | Chain::Append(a, b) => {
                let (first, second) = (self.count_of(a, span), self.count_of(b, span));
                match chain {
                    Chain::Zip(..) => arith::min(first, second),
                    _ => arith::add(first, second),
                }
            }
            Chain::Skip(inner, count) => {
                arith::saturating_sub(self.count_of(inner, span), count.clone())
            }
            Chain::Take(inner, count) if inner.is_endless() => count.clone(),
            Chain::Take(inner, count) => arith::min(self.count_of(inner, span), count.clone()),
            Chain::StepBy(inner, step) => arith::div_ceil(self.count_of(inner, span), step.clone()),
        }
    }

    /// `max(end, start) - start` as a `usize`.
    fn distance(&mut self, start: &Expr, end: &Expr, span: Span) -> Expr {
        let distance = match arith::value_of(start) {
            Some(0) if matches!(end.kind, ExprKind::Int(..)) || self.is_usize(&end.ty) => {
                end.clone()
            }
            _ => arith::saturating_sub(end.clone(), start.clone()),
        };
        self.as_usize(distance, span)
    }

    fn is_usize(&mut self, ty: &Ty) -> bool {
        matches!(self.infer.shallow(ty), Ty::Int(Some(name)) if name == "usize")
    }

    fn as_usize(&mut self, value: Expr, span: Span) -> Expr {
        if self.is_usize(&value.ty) {
            return value;
        }
        match arith::value_of(&value) {
            Some(known) => Expr::int(known, Ty::usize(), span),
            None => Expr::new(ExprKind::Cast(Box::new(value)), Ty::usize(), span),
        }
    }

    /// The length of an array-like place, a literal where it is known.
    fn len_now(&mut self, of: &Place, span: Span) -> Expr {
        if let Some(Proj::Range(start, Some(end))) = of.path.last() {
            let zero = arith::literal(0, span);
            return arith::sub(end.clone(), start.clone().unwrap_or(zero));
        }
        match self.infer.shallow(&of.ty) {
            Ty::Array(_, len) if len.value.is_some() => {
                arith::literal(len.value.unwrap_or_default(), span)
            }
            _ => {
                let len = self.len_of(of.clone());
                Expr { span, ..len }
            }
        }
    }

    /// An index that is used more than once: a literal, a variable or a temporary.
    fn index_temp(&mut self, name: &str, index: Expr) -> Expr {
        match arith::value_of(&index).is_some() || index.as_var().is_some() {
            true => index,
            false => self.shared_temp(name, index),
        }
    }

    /// A temporary that has several readers, so that no `mut` name may take it over.
    fn shared_temp(&mut self, name: &str, value: Expr) -> Expr {
        let read = self.temp(name, value);
        self.shared.extend(read.as_var());
        read
    }

    /// The item at `index` of an indexed or endless chain; `index` is below the length.
    pub fn item_at(&mut self, chain: &Chain, index: Expr, span: Span) -> Lowered {
        match chain {
            Chain::Range { start, .. } => Lowered::Value(self.range_item(start, index)),
            Chain::Elements { of, access } => {
                let place = self.element_of(of.clone(), index);
                Lowered::Place(place, *access)
            }
            Chain::Windows { of, size } => {
                let start = self.index_temp("start", index);
                let end = self.shared_temp("end", arith::add(start.clone(), size.clone()));
                let window = self.slice_of(of.clone(), Some(start), Some(end), span);
                Lowered::Place(window, Access::Ref)
            }
            Chain::Chunks { of, access, size, exact } => {
                let start = self.index_temp("start", arith::mul(index, size.clone()));
                let mut end = arith::add(start.clone(), size.clone());
                if !exact {
                    end = arith::min(end, self.len_now(of, span));
                }
                let end = self.index_temp("end", end);
                let chunk = self.slice_of(of.clone(), Some(start), Some(end), span);
                Lowered::Place(chunk, *access)
            }
            Chain::Views { of, axis } => self.view_at(of, *axis, index, span),
            Chain::Repeat { value, .. } => value.clone(),
            Chain::Enumerate(inner) => {
                let index = self.index_temp("index", index);
                let item = self.item_at(inner, index.clone(), span);
                Lowered::Tuple(vec![Lowered::Value(index), item])
            }
            Chain::Rev(inner) => {
                let last = arith::sub(self.count_of(inner, span), arith::literal(1, span));
                let index = self.index_temp("index", arith::sub(last, index));
                self.item_at(inner, index, span)
            }
            Chain::Zip(a, b) => {
                let index = self.index_temp("index", index);
                let first = self.item_at(a, index.clone(), span);
                let second = self.item_at(b, index, span);
                Lowered::Tuple(vec![first, second])
            }
            Chain::Skip(inner, count) => {
                let index = self.index_temp("index", arith::add(index, count.clone()));
                self.item_at(inner, index, span)
            }
            Chain::Take(inner, _) => self.item_at(inner, index, span),
            Chain::StepBy(inner, step) => {
                let index = self.index_temp("index", arith::mul(index, step.clone()));
                self.item_at(inner, index, span)
            }
            Chain::Each(inner, step) => {
                let item = self.item_at(inner, index, span);
                self.step_item(step, item)
            }
            Chain::Append(..) | Chain::Rest { .. } => unreachable!("not indexed"),
        }
    }

    /// `start + index` in the type of the range.
    fn range_item(&mut self, start: &Expr, index: Expr) -> Expr {
        let index = match self.is_usize(&start.ty) {
            true => index,
            false => {
                let span = index.span;
                Expr::new(ExprKind::Cast(Box::new(index)), start.ty.clone(), span)
            }
        };
        arith::add(start.clone(), index)
    }
}
