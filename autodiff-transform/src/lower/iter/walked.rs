//! Chains over iterators of inactive code whose closures use active values: `weights.values().map(|w| w * x).sum()`.
//!
//! Such an iterator is walked by a loop ([`inactive`](super::inactive)), whose body the first closure becomes. Behind
//! `map` the values are then those of a vector. That is the same only if all items are taken, and if nobody can
//! tell that the closure was called for all items before those behind it.

use syn::{Expr, ExprClosure, ExprMethodCall, parse_quote_spanned, spanned::Spanned};

use super::{Effects, Lowered, Lowerer};
use crate::ir::Ty;
use crate::lower::closure::returns;
use crate::lower::opaque::Use;
use crate::lower::place::peel;

/// What takes all items.
const ENDS: &[&str] = &[
    "sum", "product", "collect", "fold", "for_each", "reduce", "count", "last", "max_by", "min_by",
];

/// What may stand between, and takes all items if all of its own are taken.
const BETWEEN: &[&str] =
    &["map", "filter", "filter_map", "flat_map", "enumerate", "copied", "cloned"];

impl Lowerer<'_> {
    /// Lowers such a chain; `None` where it is another.
    pub(super) fn lower_walked(&mut self, call: &ExprMethodCall, want: &Ty) -> Option<Lowered> {
        let ends = ENDS.iter().any(|end| call.method == end);
        let walked = self.walked(call, false).filter(|_| ends)?;
        if self.is_kept(&Expr::MethodCall(call.clone())) {
            return None;
        }
        Some(self.lower(&walked, want))
    }

    /// The chain with a loop for its source and its first closure. `after`: whether a closure behind it may do more
    /// than compute a value.
    fn walked(&mut self, call: &ExprMethodCall, after: bool) -> Option<Expr> {
        let (source, span) = (&call.receiver, call.span());
        let args: Vec<&Expr> = call.args.iter().map(peel).collect();
        match (call.method.to_string().as_str(), args.as_slice()) {
            ("for_each", [Expr::Closure(each)]) if self.is_walkable(source, each, 1) => {
                let (pat, body) = (&each.inputs[0], &each.body);
                return Some(parse_quote_spanned!(span=> { for #pat in #source { #body; } }));
            }
            ("fold", [first, Expr::Closure(step)]) if self.is_walkable(source, step, 2) => {
                let (sum, pat, body) = (&step.inputs[0], &step.inputs[1], &step.body);
                return Some(parse_quote_spanned! {span=> {
                    let mut __folded = #first;
                    for #pat in #source {
                        let #sum = __folded;
                        __folded = #body;
                    }
                    __folded
                }});
            }
            ("map", [Expr::Closure(each)]) if self.is_walkable(source, each, 1) => {
                let (pat, body) = (&each.inputs[0], &each.body);
                return (!after || !self.has_effects(body)).then(|| {
                    parse_quote_spanned! {span=> {
                        let mut __items = ::std::vec::Vec::new();
                        for #pat in #source {
                            __items.push(#body);
                        }
                        __items
                    }.into_iter()}
                });
            }
            _ => {}
        }
        let Expr::MethodCall(inner) = peel(source) else { return None };
        if !BETWEEN.iter().any(|between| inner.method == between) {
            return None;
        }
        let after = after || args.iter().any(|arg| self.has_effects(arg));
        let receiver = Box::new(self.walked(inner, after)?);
        Some(Expr::MethodCall(ExprMethodCall { receiver, ..call.clone() }))
    }

    /// Whether a chain begins with inactive code that gives an iterator, and this closure.
    fn is_walkable(&mut self, source: &Expr, closure: &ExprClosure, params: usize) -> bool {
        let is_call = matches!(peel(source), Expr::MethodCall(_));
        is_call && closure.inputs.len() == params && !returns(&closure.body) && self.is_kept(source)
    }

    fn has_effects(&self, expr: &Expr) -> bool {
        Effects::of(expr, &|name| self.call_has_effects(name))
    }

    /// Whether an expression can be kept as it stands.
    fn is_kept(&mut self, expr: &Expr) -> bool {
        let errors = self.diagnostics.len();
        self.in_block(|l| l.code(expr, Use::Compute));
        let kept = self.diagnostics.len() == errors;
        self.diagnostics.truncate(errors);
        kept
    }
}
