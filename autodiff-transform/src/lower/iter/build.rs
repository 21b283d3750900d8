//! From the syntax of a chain to the chain: sources are resolved, arguments evaluated.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::parse::{Adapter, AdapterKind, ChainSyntax, Source, Taken};
use super::{Chain, Step, StepKind, Stop, arith};
use crate::ir::{Expr, Place, Rvalue, Ty};
use crate::lower::{Access, Binding, Lowered, Lowerer};

const ITERABLE: &str = "iterate over a range, a slice, an array, a `Vec` or their iterators";

impl Lowerer<'_> {
    /// Builds a chain; of a source that cannot be walked by index nothing remains.
    pub fn try_build(&mut self, syntax: &ChainSyntax) -> Result<Chain, Stop> {
        let (built, block) = self.in_block(|l| l.build_chain(syntax));
        if !matches!(built, Err(Stop::Unknown)) {
            self.splice(block);
        }
        built
    }

    fn build_chain(&mut self, syntax: &ChainSyntax) -> Result<Chain, Stop> {
        if let Some(function) = &syntax.function {
            self.is_known(function, "iter");
        }
        let mut chain = self.build_source(&syntax.source)?;
        for adapter in &syntax.adapters {
            chain = self.build_adapter(chain, adapter)?;
        }
        Ok(chain)
    }

    fn build_source(&mut self, source: &Source) -> Result<Chain, Stop> {
        match source {
            Source::Elements { of, taken } => self.build_elements(of, *taken),
            Source::Windows { of, size } => {
                let of = self.slice(of)?;
                let size = self.fixed(size);
                Ok(Chain::Windows { of, size })
            }
            Source::Chunks { of, size, exact, mutable } => {
                let of = self.slice(of)?;
                let access = if *mutable { Access::RefMut } else { Access::Ref };
                let size = self.fixed(size);
                Ok(Chain::Chunks { of, access, size, exact: *exact })
            }
            Source::Views { of, axis } => {
                let (of, _) = self.place(of);
                let of = self.freeze(of);
                match self.infer.ndarray_rank(&of.ty) {
                    Some(rank) if *axis < rank => Ok(Chain::Views { of, axis: *axis }),
                    _ => Err(Stop::Unknown),
                }
            }
            Source::Range(range) => self.build_range(range),
            Source::Once(value) => {
                let count = Some(arith::literal(1, value.span()));
                Ok(self.repeat(value, count))
            }
            Source::Empty(span) => {
                let count = Some(arith::literal(0, *span));
                Ok(Chain::Repeat { value: self.poison(), count })
            }
            Source::Repeat(value) => Ok(self.repeat(value, None)),
            Source::RepeatN(value, count) => {
                let lowered = self.lower(value, &Ty::Unknown);
                let value = self.frozen(lowered, value.span());
                let count = Some(self.fixed(count));
                Ok(Chain::Repeat { value, count })
            }
            Source::Zip(a, b) => {
                let (a, b) = (self.build_iterable(a)?, self.build_iterable(b)?);
                Ok(Chain::Zip(Box::new(a), Box::new(b)))
            }
            Source::Chain(a, b) => {
                let (a, b) = (self.build_iterable(a)?, self.build_iterable(b)?);
                Ok(Chain::Append(Box::new(a), Box::new(b)))
            }
            Source::Named(name) => {
                let chain = self.named_chain(name).ok_or(Stop::Unknown)?;
                Ok(self.remaining(&chain))
            }
            Source::NamedMut(name, span) => {
                let chain = self.named_chain(name).ok_or(Stop::Unknown)?;
                if !chain.is_cursor() {
                    self.refuse_borrowed_iterator(&format!(" `{name}`"), *span);
                    return Err(Stop::Reported);
                }
                Ok((*chain).clone())
            }
        }
    }

    /// `of.iter()`, `of.iter_mut()`, `of.into_iter()`.
    fn build_elements(&mut self, of: &syn::Expr, taken: Taken) -> Result<Chain, Stop> {
        let lowered = self.lower(of, &Ty::Unknown);
        if self.is_poisoned(&lowered) {
            return Err(Stop::Reported);
        }
        if taken == Taken::Into && self.is_inactive_call(of, &lowered) {
            return Err(Stop::Unknown);
        }
        if let (Taken::Mut, Lowered::Iter(_)) = (taken, &lowered) {
            self.refuse_borrowed_iterator("", of.span());
            return Err(Stop::Reported);
        }
        if let Lowered::Place(place, _) = &lowered {
            self.note_listed(place, of.span());
        }
        let taken = if taken == Taken::Into { borrowed(of).unwrap_or(taken) } else { taken };
        let lowered = match (taken, lowered) {
            (Taken::Shared, Lowered::Place(place, _)) => Lowered::Place(place, Access::Ref),
            // `[a, b].iter()`.
            (Taken::Shared, value @ (Lowered::Value(_) | Lowered::Built(_))) => {
                let (place, _) = self.to_place(value, of.span());
                Lowered::Place(place, Access::Ref)
            }
            (Taken::Mut, Lowered::Place(place, _)) => Lowered::Place(place, Access::RefMut),
            // `v.to_vec().iter_mut()`: of a value that has no other name.
            (Taken::Mut, value @ (Lowered::Value(_) | Lowered::Built(_))) => {
                let value = self.to_rvalue(value, of.span());
                let items = self.owned_var("items", value, of.span());
                Lowered::Place(self.function.place(items), Access::RefMut)
            }
            (_, other) => other,
        };
        self.elements(lowered, of.span())
    }

    fn named_chain(&self, name: &syn::Ident) -> Option<Rc<Chain>> {
        match self.scopes.find(&name.to_string()) {
            Some(Binding::Local { value: Lowered::Iter(chain), .. }) => Some(chain.clone()),
            _ => None,
        }
    }

    pub fn build_range(&mut self, range: &syn::ExprRange) -> Result<Chain, Stop> {
        let Some(start) = range.start.as_deref() else { return Err(Stop::Unknown) };
        let ty = self.fresh();
        self.infer.constrain(&ty, crate::lower::Kind::Int);
        let start = self.value(start, &ty);
        let start = self.fix(start);
        let Some(end) = range.end.as_deref() else {
            return Ok(Chain::Range { start, end: None });
        };
        let mut end = self.value(end, &ty);
        if let syn::RangeLimits::Closed(_) = range.limits {
            end = self.plus_one(end);
        }
        let end = self.fix(end);
        Ok(Chain::Range { start, end: Some(end) })
    }

    fn repeat(&mut self, value: &syn::Expr, count: Option<Expr>) -> Chain {
        let lowered = self.lower(value, &Ty::Unknown);
        let value = self.frozen(lowered, value.span());
        Chain::Repeat { value, count }
    }

    /// The array-like place that is asked for its windows or chunks.
    fn slice(&mut self, expr: &syn::Expr) -> Result<Place, Stop> {
        let (place, _) = self.place(expr);
        self.expect_array_like(&place)?;
        Ok(self.freeze(place))
    }

    fn expect_array_like(&mut self, place: &Place) -> Result<(), Stop> {
        match self.infer.shallow(&place.ty) {
            Ty::Infer(_) if self.infer.struct_name(&place.ty).is_some() => Err(Stop::Unknown),
            Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Infer(_) => Ok(()),
            named if !self.is_inactive_place(place) && self.infer.learn_name(&named) => {
                Err(Stop::Reported)
            }
            _ => Err(Stop::Unknown),
        }
    }

    /// The elements of something array-like.
    pub fn elements(&mut self, lowered: Lowered, span: Span) -> Result<Chain, Stop> {
        if let Lowered::Iter(chain) = &lowered {
            return Ok((**chain).clone());
        }
        let (place, access) = self.to_place(lowered, span);
        if !self.infer.is_ndarray(&place.ty) {
            self.expect_array_like(&place)?;
        }
        let place = self.freeze(place);
        let is_vec = matches!(self.infer.shallow(&place.ty), Ty::Vec(_));
        if access == Access::Owned && self.function.var(place.root).mutable && !is_vec {
            // `for v in array` walks a copy: the variable may be assigned to meanwhile.
            let copy =
                self.temp_var("items", Rvalue::Expr(Expr { span, ..Expr::read(place) }), span);
            return Ok(Chain::Elements { of: self.function.place(copy), access });
        }
        Ok(Chain::Elements { of: place, access })
    }

    /// An argument that is something iterable.
    fn build_iterable(&mut self, expr: &syn::Expr) -> Result<Chain, Stop> {
        let read = self.with_parser(|parser| parser.iterable(expr));
        let built = match read {
            Ok(syntax) => self.try_build(&syntax),
            Err(refusal) => Err(self.report(refusal)),
        };
        if let Err(Stop::Unknown) = built {
            self.reject(expr, "this cannot be iterated over in differentiated code", ITERABLE);
            return Err(Stop::Reported);
        }
        built
    }

    /// A `usize` argument, evaluated now.
    pub fn fixed(&mut self, expr: &syn::Expr) -> Expr {
        let value = self.value(expr, &Ty::usize());
        self.fix(value)
    }

    /// An integer that stays what it is: a literal or an immutable variable.
    fn fix(&mut self, value: Expr) -> Expr {
        let simple = arith::value_of(&value).is_some() || value.as_var().is_some();
        match simple && self.is_stable(&value) {
            true => value,
            false => self.temp("bound", value),
        }
    }

    fn build_adapter(&mut self, chain: Chain, adapter: &Adapter) -> Result<Chain, Stop> {
        let span = adapter.span;
        let (kind, function) = match &adapter.kind {
            AdapterKind::Same => return Ok(chain),
            AdapterKind::Enumerate => return Ok(Chain::Enumerate(Box::new(chain))),
            AdapterKind::Rev => return self.reverse(chain, span),
            AdapterKind::Zip(other) => {
                let other = self.build_iterable(other)?;
                return Ok(Chain::Zip(Box::new(chain), Box::new(other)));
            }
            AdapterKind::Chain(other) => {
                let other = self.build_iterable(other)?;
                return Ok(Chain::Append(Box::new(chain), Box::new(other)));
            }
            AdapterKind::Skip(count) => {
                return Ok(Chain::Skip(Box::new(chain), self.fixed(count)));
            }
            AdapterKind::Take(count) => {
                return Ok(Chain::Take(Box::new(chain), self.fixed(count)));
            }
            AdapterKind::StepBy(step) => {
                return Ok(Chain::StepBy(Box::new(chain), self.fixed(step)));
            }
            AdapterKind::Copy => return Ok(plain_step(chain, StepKind::Copy, span)),
            AdapterKind::Flatten => return Ok(plain_step(chain, StepKind::Flatten, span)),
            AdapterKind::Scan(init, function) => {
                let init = self.lower(init, &Ty::Unknown);
                let init = self.to_rvalue(init, span);
                let state = self.owned_var("state", init, span);
                let state = Some(self.function.place(state));
                let function = self.lower(function, &Ty::Unknown);
                let step = Step { kind: StepKind::Scan, function, state, span };
                return Ok(Chain::Each(Box::new(chain), step));
            }
            AdapterKind::Map(function) => (StepKind::Map, function),
            AdapterKind::Filter(function) => (StepKind::Filter, function),
            AdapterKind::FilterMap(function) => (StepKind::FilterMap, function),
            AdapterKind::FlatMap(function) => (StepKind::FlatMap, function),
            AdapterKind::Inspect(function) => (StepKind::Inspect, function),
            AdapterKind::TakeWhile(function) => (StepKind::TakeWhile, function),
            AdapterKind::SkipWhile(function) => (StepKind::SkipWhile, function),
        };
        let function = self.lower(function, &Ty::Unknown);
        Ok(Chain::Each(Box::new(chain), Step { kind, function, state: None, span }))
    }

    /// `&mut it`: what takes items through it leaves the rest.
    pub fn refuse_borrowed_iterator(&mut self, name: &str, span: Span) {
        let message = format!(
            "this takes items off the iterator{name} and leaves the rest, which cannot be \
             differentiated for such a chain"
        );
        self.diagnostics
            .error_at(span, message)
            .help("consume the chain itself, `collect` it first, or use indices");
    }

    fn reverse(&mut self, chain: Chain, span: Span) -> Result<Chain, Stop> {
        chain.reversed().ok_or_else(|| {
            self.diagnostics
                .error_at(span, "this chain cannot be reversed in differentiated code")
                .help("put `.rev()` right after the source, or `collect` first");
            Stop::Reported
        })
    }
}

impl Chain {
    /// The same items from the other end. Steps that keep or drop single items see the same calls
    /// in the same order if the chain before them is reversed.
    fn reversed(self) -> Option<Chain> {
        match self {
            Chain::Rev(inner) => Some(*inner),
            Chain::Append(a, b) => {
                Some(Chain::Append(Box::new(b.reversed()?), Box::new(a.reversed()?)))
            }
            Chain::Each(inner, step) => match step.kind {
                StepKind::Copy
                | StepKind::Map
                | StepKind::Inspect
                | StepKind::Filter
                | StepKind::FilterMap => Some(Chain::Each(Box::new(inner.reversed()?), step)),
                StepKind::Scan
                | StepKind::FlatMap
                | StepKind::Flatten
                | StepKind::TakeWhile
                | StepKind::SkipWhile => None,
            },
            indexed if indexed.is_indexed() && !indexed.has_effects() => {
                Some(Chain::Rev(Box::new(indexed)))
            }
            _ => None,
        }
    }
}

/// A step without a function.
fn plain_step(chain: Chain, kind: StepKind, span: Span) -> Chain {
    Chain::Each(Box::new(chain), Step { kind, function: Lowered::Unit, state: None, span })
}

/// How `&list` and `&mut list` give their elements.
fn borrowed(of: &syn::Expr) -> Option<Taken> {
    match of {
        syn::Expr::Paren(paren) => borrowed(&paren.expr),
        syn::Expr::Reference(reference) if reference.mutability.is_some() => Some(Taken::Mut),
        syn::Expr::Reference(_) => Some(Taken::Shared),
        _ => None,
    }
}
