//! Terminals: the methods that turn a chain into a value.
//!
//! Reductions run in the order of the standard library, a left fold from its first value: `-0.0`
//! for a sum of floats (since Rust 1.83, below which this crate does not build), `1` for a product.

use proc_macro2::Span;
use quote::quote;

use super::fold::{Holds, Slots};
use super::parse::{Extremum, Order, Terminal};
use super::{Chain, Step, StepKind, arith};
use crate::ir::{Expr, ExprKind, Opaque, Origin, Place, Rvalue, Shape, StmtKind, Ty};
use crate::lower::{Access, Kind, Lowered, Lowerer};
use crate::ops::Prim;

impl Lowerer<'_> {
    /// Consumes a chain.
    pub fn consume(
        &mut self,
        chain: &Chain,
        terminal: &Terminal,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        match terminal {
            Terminal::Sum(ty) => self.sum(chain, Prim::Add, ty.as_ref(), want, span),
            Terminal::Product(ty) => self.sum(chain, Prim::Mul, ty.as_ref(), want, span),
            Terminal::Fold(init, function) => self.fold(chain, init, function, want, span),
            Terminal::Reduce(function) => {
                let function = self.lower(function, &Ty::Unknown);
                self.reduce_items(chain, ("reduced", Holds::Values), span, &mut |l, slots, item| {
                    l.fold_step(&function, slots, item, span);
                })
            }
            Terminal::ForEach(function) => {
                let function = self.lower(function, &Ty::Unknown);
                self.drive_all(chain, span, &mut |l, item| {
                    l.apply(&function, vec![item], &Ty::Unit, span);
                });
                Lowered::Unit
            }
            Terminal::Collect(ty) => self.collect(chain, ty.as_ref(), want, span),
            Terminal::Unzip => self.unzip(chain, want, span),
            // Closures are not called for it.
            Terminal::Len if chain.is_indexed() => Lowered::Value(self.count_of(chain, span)),
            Terminal::Count | Terminal::Len => self.count(chain, span),
            Terminal::All(predicate) => self.search(chain, predicate, false, span).1,
            Terminal::Any(predicate) => self.search(chain, predicate, true, span).1,
            Terminal::Position(predicate) => {
                let (position, found) = self.search(chain, predicate, true, span);
                let is_some = self.to_expr(found, span);
                Lowered::Option { is_some, payload: Box::new(position) }
            }
            Terminal::Last => {
                self.reduce_items(chain, ("last", Holds::Items), span, &mut |l, slots, item| {
                    l.store(slots, item, span);
                })
            }
            Terminal::Peek => {
                let rest = self.remaining(chain);
                self.first(rest, span)
            }
            Terminal::Nth(count) => {
                let count = self.fixed(count);
                if arith::value_of(&count) == Some(0) {
                    return self.first(chain.clone(), span);
                }
                let rest = Chain::Skip(Box::new(chain.clone()), count);
                self.first(rest, span)
            }
            Terminal::Find(predicate) => {
                let function = self.lower(predicate, &Ty::Unknown);
                let step = Step { kind: StepKind::Filter, function, state: None, span };
                self.first(Chain::Each(Box::new(chain.clone()), step), span)
            }
            Terminal::Extremum(extremum, order) => {
                self.extremum(chain, *extremum, order.as_ref(), span)
            }
        }
    }

    /// The first item of a chain, if it has one.
    fn first(&mut self, chain: Chain, span: Span) -> Lowered {
        if chain.gives_one_at_a_time() {
            return self.next_of(&chain, span);
        }
        let first = Chain::Take(Box::new(chain), arith::literal(1, span));
        self.reduce_items(&first, ("first", Holds::Items), span, &mut |l, slots, item| {
            l.store(slots, item, span)
        })
    }

    /// `sum` and `product`: `prim` is addition or multiplication.
    fn sum(
        &mut self,
        chain: &Chain,
        prim: Prim,
        annotated: Option<&syn::Type>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let ty = match annotated {
            Some(ty) => self.ty(ty),
            None => self.fresh(),
        };
        self.unify(&ty, want);
        let before = self.position();
        let name = if prim == Prim::Add { "sum" } else { "product" };
        let var = self.variable(name, ty.clone(), true, Origin::Temp, span);
        let place = self.function.place(var);
        self.drive_all(chain, span, &mut |l, item| {
            let item = l.to_expr(item, span);
            l.unify(&item.ty, &ty);
            let kind = match l.infer.kind(&ty) {
                Kind::Any | Kind::Number | Kind::Float if prim == Prim::Add => {
                    l.infer.constrain(&ty, Kind::Float);
                    StmtKind::Accumulate { place: place.clone(), value: item }
                }
                _ => {
                    let old = l.function.read(var);
                    let value = l.arithmetic(prim, old, item, span);
                    StmtKind::Assign { place: place.clone(), value: Rvalue::Expr(value) }
                }
            };
            l.push(kind, span);
        });
        let is_number = matches!(self.infer.shallow(&ty), Ty::Float(_) | Ty::Int(_) | Ty::Infer(_));
        if !is_number && !self.infer.learn_name(&ty) {
            self.diagnostics
                .error_at(span, format!("a {name} of values that are no numbers"))
                .help("write a loop over their parts");
        }
        let is_int = self.infer.kind(&ty) == Kind::Int;
        let first = match (prim, is_int) {
            (Prim::Add, true) => Expr::int(0, ty, span),
            (_, true) => Expr::int(1, ty, span),
            (Prim::Add, false) => {
                let zero = Expr::float(0.0, ty.clone(), span);
                Expr::prim(Prim::Neg, vec![zero], ty, span)
            }
            (_, false) => Expr::float(1.0, ty, span),
        };
        self.insert(before, StmtKind::Let { var, value: Some(Rvalue::Expr(first)) }, span);
        Lowered::Value(self.function.read(var))
    }

    fn fold(
        &mut self,
        chain: &Chain,
        init: &syn::Expr,
        function: &syn::Expr,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let init = self.lower(init, want);
        let slots = self.accumulator(init, "folded", span);
        let function = self.lower(function, &Ty::Unknown);
        self.drive_all(chain, span, &mut |l, item| l.fold_step(&function, &slots, item, span));
        self.slots_result(&slots)
    }

    /// `accumulator = function(accumulator, item)`.
    fn fold_step(&mut self, function: &Lowered, slots: &Slots, item: Lowered, span: Span) {
        let want = match slots {
            Slots::One(var) => self.function.var(*var).ty.clone(),
            Slots::Parts(_) | Slots::Element { .. } => Ty::Unknown,
        };
        let accumulator = self.slots_value(slots);
        let value = self.apply_to_accumulator(function, accumulator, item, &want, span);
        self.store(slots, value, span);
    }

    /// `collect` into a `Vec`.
    fn collect(
        &mut self,
        chain: &Chain,
        annotated: Option<&syn::Type>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let elem = self.fresh();
        let ty = Ty::Vec(Box::new(elem.clone()));
        let wanted = match annotated {
            Some(ty) => self.ty(ty),
            None => want.clone(),
        };
        match self.infer.shallow(&wanted) {
            Ty::Vec(_) | Ty::Infer(_) | Ty::Unknown => self.unify(&ty, &wanted),
            _ if self.infer.learn_name(&wanted) => {}
            _ => {
                self.diagnostics
                    .error_at(span, "`collect` makes a `Vec` in differentiable code")
                    .help("collect into `Vec<_>`, or fill the collection in a loop");
                return self.poison();
            }
        }
        let vec = self.vec_for(chain, ty, span);
        self.drive_all(chain, span, &mut |l, item| l.push_item(&vec, &elem, item, span));
        Lowered::Value(Expr::read(vec))
    }

    /// Declares an empty `Vec` with room for the items of a chain, as far as their number is known.
    fn vec_for(&mut self, chain: &Chain, ty: Ty, span: Span) -> Place {
        let capacity = match chain.is_indexed() {
            true => self.count_of(chain, span),
            false => arith::literal(0, span),
        };
        let shape = Shape::VecWithCapacity(Box::new(capacity));
        let value = Rvalue::Aggregate { shape, fields: Vec::new(), ty };
        let vec = self.owned_var("collected", value, span);
        self.function.place(vec)
    }

    fn push_item(&mut self, vec: &Place, elem: &Ty, item: Lowered, span: Span) {
        let value = self.element_value(item, span);
        self.unify(&value.ty, elem);
        self.push(StmtKind::VecPush { vec: vec.clone(), value }, span);
    }

    /// `unzip` into two `Vec`s.
    fn unzip(&mut self, chain: &Chain, want: &Ty, span: Span) -> Lowered {
        let elems = [self.fresh(), self.fresh()];
        let tys = elems.clone().map(|elem| Ty::Vec(Box::new(elem)));
        self.unify(&Ty::Tuple(tys.to_vec()), want);
        let vecs = tys.map(|ty| self.vec_for(chain, ty, span));
        self.drive_all(chain, span, &mut |l, item| {
            let parts = match item {
                Lowered::Tuple(parts) => parts,
                other => {
                    let (place, access) = l.to_place(other, span);
                    let part = |l: &mut Lowerer<'_>, index: usize| {
                        let part = l.field(place.clone(), &syn::Member::from(index), span);
                        Lowered::Place(part, access)
                    };
                    vec![part(l, 0), part(l, 1)]
                }
            };
            for ((part, vec), elem) in parts.into_iter().zip(&vecs).zip(&elems) {
                l.push_item(vec, elem, part, span);
            }
        });
        Lowered::Tuple(vecs.map(|vec| Lowered::Value(Expr::read(vec))).to_vec())
    }

    /// An item as an element of a `Vec`, which holds values and no references.
    fn element_value(&mut self, item: Lowered, span: Span) -> Expr {
        let of_references = match &item {
            Lowered::Place(place, Access::Ref) => !self.infer.resolve(&place.ty).is_copy(),
            other => other.is_exclusive(),
        };
        if of_references {
            self.diagnostics
                .error_at(span, "a `Vec` of references cannot be differentiated")
                .help("iterate over the chain itself, or make values: `.cloned()`, `.map(..)`");
        }
        self.to_expr(item, span)
    }

    fn count(&mut self, chain: &Chain, span: Span) -> Lowered {
        if chain.is_indexed() && !chain.has_effects() {
            return Lowered::Value(self.count_of(chain, span));
        }
        let count = self.state("count", arith::literal(0, span), span);
        self.drive_all(chain, span, &mut |l, _| {
            let more = arith::add(l.function.read(count), arith::literal(1, span));
            l.set_state(count, more, span);
        });
        Lowered::Value(self.function.read(count))
    }

    /// Looks for an item for which `predicate` gives `sought`. Returns the number of items before
    /// it, and the last answer of the predicate.
    fn search(
        &mut self,
        chain: &Chain,
        predicate: &syn::Expr,
        sought: bool,
        span: Span,
    ) -> (Lowered, Lowered) {
        let predicate = self.lower(predicate, &Ty::Unknown);
        let answer = self.state("answer", Expr::bool(!sought, span), span);
        let position = self.state("position", arith::literal(0, span), span);
        let read = self.function.read(answer);
        let going = if sought { arith::not(read.clone()) } else { read.clone() };
        self.drive_all_while(chain, span, &mut |l, item, go_on| {
            let cond = l.apply(&predicate, vec![item], &Ty::Bool, span);
            let cond = l.to_expr(cond, span);
            l.set_state(answer, cond, span);
            go_on(l, going.clone());
            let next = arith::add(l.function.read(position), arith::literal(1, span));
            l.set_state(position, next, span);
        });
        (Lowered::Value(self.function.read(position)), Lowered::Value(read))
    }

    /// `max`, `min`, `max_by`, …: of equal items the last is the maximum, the first the minimum.
    fn extremum(
        &mut self,
        chain: &Chain,
        extremum: Extremum,
        order: Option<&Order>,
        span: Span,
    ) -> Lowered {
        let (function, is_key) = match order {
            None => (None, false),
            Some(Order::By(function)) => (Some(self.lower(function, &Ty::Unknown)), false),
            Some(Order::Key(function)) => (Some(self.lower(function, &Ty::Unknown)), true),
        };
        self.reduce_items(chain, ("best", Holds::Items), span, &mut |l, slots, item| {
            let item = l.held(item, span);
            let best = l.slots_value(slots);
            let best = l.borrowed(best);
            let other = l.borrowed(item.clone());
            let greater = match (&function, is_key) {
                (None, _) => l.greater(Compare::Order, best, other, span),
                (Some(key), true) => {
                    let best = l.apply(key, vec![best], &Ty::Unknown, span);
                    let other = l.apply(key, vec![other], &Ty::Unknown, span);
                    l.greater(Compare::Order, best, other, span)
                }
                (Some(order), false) => l.greater_by(order, best, other, span),
            };
            let replaced = match extremum {
                Extremum::Min => greater,
                Extremum::Max => arith::not(greater),
            };
            l.when(replaced, span, |l| l.store(slots, item, span));
        })
    }

    /// Whether `a` is greater than `b` by a comparison closure, which must be written with
    /// `partial_cmp`, `total_cmp` or `cmp`: an `Ordering` has no other form here.
    fn greater_by(&mut self, order: &Lowered, a: Lowered, b: Lowered, span: Span) -> Expr {
        match order {
            Lowered::Function(path) => {
                let name = path.path.segments.last().map(|last| last.ident.to_string());
                let compare = name.as_deref().and_then(Compare::by_name);
                match compare {
                    Some(compare) => self.greater(compare, a, b, span),
                    None => self.refuse_order(span),
                }
            }
            Lowered::Closure(closure) => {
                let Some((left, compare, right)) = comparison(closure.body()) else {
                    return self.refuse_order(span);
                };
                let bind = |l: &mut Self| l.bind_params(closure, vec![a, b]);
                self.in_scope_of(closure, bind, |l| {
                    let left = l.lower(left, &Ty::Unknown);
                    let right = l.lower(right, &Ty::Unknown);
                    l.greater(compare, left, right, span)
                })
            }
            _ => self.refuse_order(span),
        }
    }

    fn refuse_order(&mut self, span: Span) -> Expr {
        self.diagnostics
            .error_at(span, "this comparison is not understood in differentiable code")
            .help("write `|a, b| a.total_cmp(b)` or `|a, b| a.partial_cmp(b).unwrap()`");
        Expr::bool(false, span)
    }

    fn greater(&mut self, compare: Compare, a: Lowered, b: Lowered, span: Span) -> Expr {
        let (a, b) = (self.to_expr(a, span), self.to_expr(b, span));
        self.unify(&a.ty, &b.ty);
        match compare {
            Compare::Order => Expr::prim(Prim::Gt, vec![a, b], Ty::Bool, span),
            Compare::Total => {
                let (a, b) = (self.temp("first", a), self.temp("second", b));
                let reads: Vec<_> = [&a, &b].iter().filter_map(|expr| expr.as_var()).collect();
                let names = reads.iter().map(|var| Opaque::placeholder(*var, span));
                let [a, b] = &names.collect::<Vec<_>>()[..] else {
                    return Expr::bool(false, span);
                };
                let code = Opaque {
                    tokens: quote!(#a.total_cmp(&#b).is_gt()),
                    reads,
                    pure_: true,
                    through: false,
                };
                Expr::new(ExprKind::Opaque(code), Ty::Bool, span)
            }
        }
    }
}

/// How two items are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    /// By `>`: `cmp`, and `partial_cmp`, whose `unwrap` panics where `>` would be meaningless.
    Order,
    /// `total_cmp`, which tells `-0.0` from `0.0`.
    Total,
}

impl Compare {
    fn by_name(name: &str) -> Option<Compare> {
        match name {
            "partial_cmp" | "cmp" => Some(Compare::Order),
            "total_cmp" => Some(Compare::Total),
            _ => None,
        }
    }
}

/// `a.partial_cmp(b).unwrap()`, `a.total_cmp(b)`, `a.cmp(b)`.
fn comparison(body: &syn::Expr) -> Option<(&syn::Expr, Compare, &syn::Expr)> {
    let syn::Expr::MethodCall(call) = crate::lower::place::peel(body) else { return None };
    let name = call.method.to_string();
    if name == "unwrap" || name == "expect" {
        return comparison(&call.receiver);
    }
    let compare = Compare::by_name(&name)?;
    Some((&call.receiver, compare, call.args.first()?))
}
