//! Iterator chains as loops.
//!
//! A chain is read from syntax ([`parse`]), then *built* ([`build`]): its source becomes a place or
//! a range, its arguments are evaluated, and nothing else happens until a terminal or a `for`
//! consumes it. Then it is *driven* ([`drive`]): one loop for each source, whose body passes each
//! item through the steps in the order in which `Iterator::next` would. Where the number of items is
//! known ([`access`]), the chain is walked by index, so that a loop over an array has constant
//! bounds and `zip`, `rev`, `skip` and `step_by` are arithmetic; behind a step that drops items
//! (`filter`, `take_while`) positions are counted.
//!
//! Items are what Rust would hand out: a reference is an alias of the element's place, a shared
//! reference to a number is as good as the number.

mod access;
pub(super) mod arith;
mod array;
mod build;
mod consume;
mod cursor;
mod drive;
mod effects;
mod exclusive;
mod fold;
mod inactive;
mod parse;
mod walked;

use std::rc::Rc;

use proc_macro2::Span;

pub use effects::Effects;
pub use inactive::plain_type;

use super::control::{head_of, peel_pat};
use super::place::peel;
use super::{Access, Binding, Lowered, Lowerer};
use crate::ir::{Expr, Place, Rvalue, Ty, VarId};
use drive::Walk;
use parse::ChainParser;

/// An iterator that has not been consumed yet.
#[derive(Clone)]
pub enum Chain {
    /// The integers from `start` up to but without `end`.
    Range {
        start: Expr,
        end: Option<Expr>,
    },
    Elements {
        of: Place,
        access: Access,
    },
    Windows {
        of: Place,
        size: Expr,
    },
    /// Pieces of `size` elements; the last may be shorter, or is left out if `exact`.
    Chunks {
        of: Place,
        access: Access,
        size: Expr,
        exact: bool,
    },
    /// The views of an array of `ndarray` along an axis.
    Views {
        of: Place,
        axis: usize,
    },
    /// One value, `count` times or for ever.
    Repeat {
        value: Lowered,
        count: Option<Expr>,
    },
    Enumerate(Box<Chain>),
    /// Of a chain with as many items as its length says; [`Chain::reversed`] moves it inwards.
    Rev(Box<Chain>),
    Zip(Box<Chain>, Box<Chain>),
    Append(Box<Chain>, Box<Chain>),
    Skip(Box<Chain>, Expr),
    Take(Box<Chain>, Expr),
    StepBy(Box<Chain>, Expr),
    Each(Box<Chain>, Step),
    /// What is left of a chain of which `at` items are taken.
    Rest {
        of: Box<Chain>,
        at: VarId,
    },
}

/// Something done to each item.
#[derive(Clone)]
pub struct Step {
    kind: StepKind,
    /// A closure or a function.
    function: Lowered,
    /// The variable that `scan` hands to its closure.
    state: Option<Place>,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// `cloned`, `copied`: references become values.
    Copy,
    Map,
    Inspect,
    Filter,
    FilterMap,
    Scan,
    FlatMap,
    Flatten,
    TakeWhile,
    SkipWhile,
}

/// Why there is no chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The source is nothing that can be walked by index.
    Unknown,
    /// The error has been reported.
    Reported,
}

impl StepKind {
    /// Whether each item gives exactly one.
    fn keeps_all(self) -> bool {
        match self {
            StepKind::Copy | StepKind::Map | StepKind::Inspect => true,
            StepKind::Filter
            | StepKind::FilterMap
            | StepKind::Scan
            | StepKind::FlatMap
            | StepKind::Flatten
            | StepKind::TakeWhile
            | StepKind::SkipWhile => false,
        }
    }
}

impl Step {
    /// Calling the function may do more than compute a value.
    fn has_effects(&self) -> bool {
        match &self.function {
            Lowered::Closure(closure) => closure.effects,
            _ => false,
        }
    }
}

/// Hooks of the lowering.
impl Lowerer<'_> {
    /// Lowers a method call that belongs to an iterator chain (`x.iter().map(..)`, `.sum()`, …);
    /// `None` where it does not. `want` is the type expected of the result, as far as it is known.
    pub fn lower_method_chain(&mut self, call: &syn::ExprMethodCall, want: &Ty) -> Option<Lowered> {
        let read = self.with_parser(|parser| match parser.method(call)? {
            Some(chain) => Ok(Some((chain, None))),
            None => Ok(parser.terminal(call)?.map(|(chain, end)| (chain, Some(end)))),
        });
        let errors = self.diagnostics.len();
        let (lowered, block) = self.in_block(|l| match read {
            Ok(Some((chain, terminal))) => {
                let chain = l.try_build(&chain)?;
                let span = call.method.span();
                Ok(match terminal {
                    Some(terminal) => l.consume(&chain, &terminal, want, span),
                    None => Lowered::Iter(Rc::new(l.kept(chain, span))),
                })
            }
            Ok(None) => Err(Stop::Unknown),
            Err(refusal) => Err(l.report(refusal)),
        });
        if self.diagnostics.len() > errors {
            let expr = syn::Expr::MethodCall(call.clone());
            if let Some(inactive) = self.inactive_instead(&expr, want, errors) {
                return Some(inactive);
            }
        }
        match lowered {
            Ok(lowered) => {
                self.splice(block);
                Some(lowered)
            }
            Err(Stop::Unknown) => self.lower_walked(call, want),
            Err(Stop::Reported) => Some(self.poison()),
        }
    }

    /// A chain with errors, kept as it stands if that is possible: then it is inactive, and may do
    /// what it likes. The errors are those after the first `before`.
    pub fn inactive_instead(
        &mut self,
        expr: &syn::Expr,
        want: &Ty,
        before: usize,
    ) -> Option<Lowered> {
        let errors = self.diagnostics.len();
        let (inactive, block) = self.in_block(|l| l.opaque(expr, want));
        if self.diagnostics.len() > errors {
            self.diagnostics.truncate(errors);
            return None;
        }
        self.diagnostics.truncate(before);
        self.splice(block);
        Some(inactive)
    }

    fn report(&mut self, refusal: parse::Refusal) -> Stop {
        self.diagnostics.error_at(refusal.span, refusal.message).help(refusal.help);
        Stop::Reported
    }

    /// Lowers `for pat in iter { body }` where `iter` is no range. False where it is no iterator
    /// that is known.
    pub fn lower_for_iter(&mut self, for_: &syn::ExprForLoop) -> bool {
        let read = self.with_parser(|parser| parser.iterable(&for_.expr));
        let built = match read {
            Ok(chain) => self.try_build(&chain),
            Err(refusal) => return self.report(refusal) == Stop::Reported,
        };
        let chain = match built {
            Ok(chain) => chain,
            Err(Stop::Unknown) => return self.for_inactive(for_),
            Err(Stop::Reported) => return true,
        };
        let span = for_.for_token.span;
        let head = head_of(&for_.label, &for_.attrs);
        if !chain.is_one_loop() {
            self.refuse_break(for_, &head.label);
        }
        if let Chain::Elements { of, access: Access::Owned } = &chain
            && self.function.var(of.root).mutable
        {
            self.refuse_overwriting(for_);
        }
        let name = match peel_pat(&for_.pat) {
            syn::Pat::Ident(ident) => Some(ident.ident.to_string()),
            _ => None,
        };
        self.drive_for(&chain, head, name, span, &mut |l, item| {
            l.scopes.enter();
            let item = l.item_by_reference([&*for_.pat], item, span);
            l.bind(&for_.pat, item);
            l.lower_scope(&for_.body, &Ty::Unit);
            l.scopes.leave();
        });
        true
    }

    /// Runs `sink` on each item of something that can be iterated over. False where it is no
    /// iterator that is known.
    pub fn for_each_item(&mut self, expr: &syn::Expr, span: Span, sink: drive::Sink<'_>) -> bool {
        let read = self.with_parser(|parser| parser.iterable(expr));
        let chain = match read {
            Ok(chain) => chain,
            Err(refusal) => return self.report(refusal) == Stop::Reported,
        };
        match self.try_build(&chain) {
            Ok(chain) => self.drive_all(&chain, span, sink),
            Err(stop) => return stop == Stop::Reported,
        }
        true
    }

    /// A range that gets a name.
    pub fn kept_range(&mut self, expr: &syn::Expr) -> Option<Lowered> {
        let syn::Expr::Range(range) = peel(expr) else { return None };
        let chain = self.build_range(range).ok()?;
        Some(Lowered::Iter(Rc::new(chain)))
    }

    /// The bounds of a named range, in an index.
    pub fn named_range(&mut self, index: &syn::Expr) -> Option<(Expr, Option<Expr>)> {
        let is_clone = |call: &syn::ExprMethodCall| call.method == "clone";
        let name = match peel(index) {
            syn::Expr::MethodCall(call) if is_clone(call) => peel(&call.receiver),
            other => other,
        };
        let syn::Expr::Path(path) = name else { return None };
        let found = self.scopes.find(&path.path.get_ident()?.to_string())?;
        let Binding::Local { value: Lowered::Iter(chain), .. } = found else { return None };
        let (start, end) = chain.as_range()?;
        Some((start.clone(), end.cloned()))
    }

    /// A chain that is consumed later: a vector it owns may be assigned to until then.
    fn kept(&mut self, chain: Chain, span: Span) -> Chain {
        match chain {
            Chain::Elements { of, access: Access::Owned } if self.function.var(of.root).mutable => {
                let copy = self.temp_var("items", Rvalue::Expr(Expr::read(of)), span);
                Chain::Elements { of: self.function.place(copy), access: Access::Owned }
            }
            Chain::Each(inner, step) => Chain::Each(Box::new(self.kept(*inner, span)), step),
            Chain::Enumerate(inner) => Chain::Enumerate(Box::new(self.kept(*inner, span))),
            Chain::Rev(inner) => Chain::Rev(Box::new(self.kept(*inner, span))),
            Chain::Skip(inner, count) => Chain::Skip(Box::new(self.kept(*inner, span)), count),
            Chain::Take(inner, count) => Chain::Take(Box::new(self.kept(*inner, span)), count),
            Chain::StepBy(inner, step) => Chain::StepBy(Box::new(self.kept(*inner, span)), step),
            Chain::Zip(a, b) => {
                Chain::Zip(Box::new(self.kept(*a, span)), Box::new(self.kept(*b, span)))
            }
            Chain::Append(a, b) => {
                Chain::Append(Box::new(self.kept(*a, span)), Box::new(self.kept(*b, span)))
            }
            borrowed @ (Chain::Elements { .. }
            | Chain::Range { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. }
            | Chain::Repeat { .. }
            | Chain::Rest { .. }) => borrowed,
        }
    }

    /// A vector that is walked by value and assigned to meanwhile: the loop would see the new one.
    fn refuse_overwriting(&mut self, for_: &syn::ExprForLoop) {
        let syn::Expr::Path(path) = peel(&for_.expr) else { return };
        let Some(name) = path.path.get_ident() else { return };
        let mut overwrites = parse::Overwrites { name, found: None };
        syn::visit::Visit::visit_block(&mut overwrites, &for_.body);
        if let Some(span) = overwrites.found {
            self.diagnostics
                .error_at(span, format!("`{name}` is assigned to while its elements are walked"))
                .help("give the new value another name");
        }
    }

    fn with_parser<R>(&self, read: impl FnOnce(&ChainParser<'_>) -> R) -> R {
        let is_iterator = |ident: &syn::Ident| {
            matches!(
                self.scopes.find(&ident.to_string()),
                Some(Binding::Local { value: Lowered::Iter(_), .. })
            )
        };
        let is_array = |ident: &syn::Ident| {
            matches!(
                self.scopes.find(&ident.to_string()),
                Some(Binding::Local { value: Lowered::Place(place, _), .. })
                    if self.infer.is_known_ndarray(&place.ty)
            )
        };
        read(&ChainParser { is_iterator: &is_iterator, is_array: &is_array })
    }

    /// A `break` out of several loops made of one.
    fn refuse_break(&mut self, for_: &syn::ExprForLoop, label: &Option<String>) {
        let mut breaks = parse::Breaks::new(label.clone());
        syn::visit::Visit::visit_block(&mut breaks, &for_.body);
        if let Some(span) = breaks.found {
            self.diagnostics
                .error_at(span, "`break` out of a loop over `chain`, `flat_map` or `flatten`")
                .help("write one loop for each part");
        }
    }
}

impl Chain {
    /// The bounds of a plain range.
    pub fn as_range(&self) -> Option<(&Expr, Option<&Expr>)> {
        match self {
            Chain::Range { start, end } => Some((start, end.as_ref())),
            _ => None,
        }
    }

    /// Whether it is driven by a single loop.
    fn is_one_loop(&self) -> bool {
        match self {
            Chain::Range { .. }
            | Chain::Elements { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. }
            | Chain::Repeat { .. }
            | Chain::Rest { .. } => true,
            Chain::Append(..) => false,
            Chain::Enumerate(inner)
            | Chain::Rev(inner)
            | Chain::Skip(inner, _)
            | Chain::Take(inner, _)
            | Chain::StepBy(inner, _) => inner.is_one_loop(),
            Chain::Each(inner, step) => {
                !matches!(step.kind, StepKind::FlatMap | StepKind::Flatten) && inner.is_one_loop()
            }
            Chain::Zip(a, b) => a.is_one_loop() && b.is_one_loop(),
        }
    }

    /// Whether closures are called for an item that may do more than compute a value.
    fn calls_with_effects(&self) -> bool {
        self.any(&|chain| matches!(chain, Chain::Each(_, step) if step.has_effects()))
    }

    /// Whether taking an item may do more than compute it.
    fn has_effects(&self) -> bool {
        self.calls_with_effects() || self.any(&|chain| matches!(chain, Chain::Rest { .. }))
    }

    /// Whether it holds of the chain, or of one that it is made of.
    fn any(&self, holds: &impl Fn(&Chain) -> bool) -> bool {
        let parts: &[&Chain] = match self {
            Chain::Range { .. }
            | Chain::Elements { .. }
            | Chain::Windows { .. }
            | Chain::Chunks { .. }
            | Chain::Views { .. }
            | Chain::Repeat { .. }
            | Chain::Rest { .. } => &[],
            Chain::Enumerate(inner)
            | Chain::Rev(inner)
            | Chain::Skip(inner, _)
            | Chain::Take(inner, _)
            | Chain::StepBy(inner, _)
            | Chain::Each(inner, _) => &[inner],
            Chain::Append(a, b) | Chain::Zip(a, b) => &[a, b],
        };
        holds(self) || parts.iter().any(|part| part.any(holds))
    }
}
