//! Recognises iterator chains in syntax: `source.adapter(..)….terminal(..)`.
//!
//! Recognition is by method name, innermost receiver first: a chain starts at a method that makes an
//! iterator (`iter`, `windows`, …), at a range, at a function of `std::iter`, or at a variable that
//! is bound to an iterator; from there on every method must be an adapter, and the method that is
//! not is the terminal. Whether the source is something that can be walked by index is a question of
//! types, answered when the chain is built.

use crate::diagnostics::nearest;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprCall, ExprMethodCall, ExprRange, ExprUnary, Ident, Type, UnOp, parse_quote_spanned,
};

use crate::lower::arrays::views::axis_number;
use crate::lower::place::peel;

/// A chain that is outside of the language, and why.
pub struct Refusal {
    pub span: Span,
    pub message: String,
    pub help: String,
}

type Parsed<T> = Result<T, Refusal>;

/// A written iterator: a source and what is applied to it, in order.
#[derive(Clone, Debug)]
pub struct ChainSyntax {
    pub source: Source,
    /// The function that the source is a call of.
    pub function: Option<syn::Path>,
    pub adapters: Vec<Adapter>,
}

/// Where a chain's items come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// `of.iter()`, `of.iter_mut()`, `of.into_iter()`, or `of` itself where something iterable is
    /// expected.
    Elements {
        of: Expr,
        taken: Taken,
    },
    Windows {
        of: Expr,
        size: Expr,
    },
    Chunks {
        of: Expr,
        size: Expr,
        exact: bool,
        mutable: bool,
    },
    /// `of.rows()`, `of.axis_iter(Axis(k))`, where `of` is an array of `ndarray`.
    Views {
        of: Expr,
        axis: usize,
    },
    Range(ExprRange),
    Once(Expr),
    Empty(Span),
    RepeatN(Expr, Expr),
    /// `std::iter::repeat(value)`, endless.
    Repeat(Expr),
    Zip(Expr, Expr),
    Chain(Expr, Expr),
    /// A variable bound to an iterator, with what it has left.
    Named(Ident),
    /// The same by `&mut`: what is taken is gone from the variable.
    NamedMut(Ident, Span),
}

/// How elements are handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    Shared,
    Mut,
    /// `into_iter()`: by value, or as its reference says.
    Into,
}

/// A step that makes an iterator of an iterator.
#[derive(Clone, Debug)]
pub struct Adapter {
    pub kind: AdapterKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum AdapterKind {
    Enumerate,
    Rev,
    /// `fuse`, `into_iter`, `clone`, `peekable`: the chain itself, which changes nothing until it is consumed.
    Same,
    /// `cloned`, `copied`.
    Copy,
    Zip(Expr),
    Chain(Expr),
    Map(Expr),
    Filter(Expr),
    FilterMap(Expr),
    /// `scan(init, f)`.
    Scan(Box<Expr>, Expr),
    FlatMap(Expr),
    Flatten,
    Inspect(Expr),
    TakeWhile(Expr),
    SkipWhile(Expr),
    Skip(Expr),
    Take(Expr),
    StepBy(Expr),
}

/// The method that consumes a chain.
#[derive(Clone, Debug)]
pub enum Terminal {
    /// `sum`, with the type given by a turbofish.
    Sum(Option<Type>),
    Product(Option<Type>),
    Fold(Expr, Expr),
    Reduce(Expr),
    ForEach(Expr),
    /// `collect`, with the type given by a turbofish.
    Collect(Option<Type>),
    /// `unzip` into two `Vec`s.
    Unzip,
    Count,
    /// `len`, of which closures learn nothing.
    Len,
    All(Expr),
    Any(Expr),
    Position(Expr),
    Last,
    /// `nth(n)`; `next()` is `nth(0)`.
    Nth(Expr),
    /// `peek` of what was made `peekable`.
    Peek,
    /// `find`.
    Find(Expr),
    /// `max`, `min`, by the order of inactive items.
    Extremum(Extremum, Option<Order>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extremum {
    Max,
    Min,
}

/// The closure of `max_by`, or of `max_by_key`.
#[derive(Clone, Debug)]
pub enum Order {
    By(Expr),
    Key(Expr),
}

impl Terminal {
    /// Whether it takes the iterator by `&mut`, so that what is left can be used afterwards.
    fn takes_reference(&self) -> bool {
        match self {
            Terminal::All(_)
            | Terminal::Any(_)
            | Terminal::Position(_)
            | Terminal::Nth(_)
            | Terminal::Peek
            | Terminal::Find(_) => true,
            Terminal::Sum(_)
            | Terminal::Product(_)
            | Terminal::Fold(..)
            | Terminal::Reduce(_)
            | Terminal::ForEach(_)
            | Terminal::Collect(_)
            | Terminal::Unzip
            | Terminal::Count
            | Terminal::Len
            | Terminal::Last
            | Terminal::Extremum(..) => false,
        }
    }
}

/// The methods understood on iterators, for messages.
pub const SUPPORTED: &str = "enumerate, rev, cloned, copied, zip, chain, map, filter, filter_map, \
    map_while, scan, flat_map, flatten, inspect, take_while, skip_while, skip, take, step_by; sum, product, fold, \
    reduce, for_each, collect, unzip, count, all, any, position, find, find_map, next, nth, peekable, peek, by_ref, last, max, min, max_by, min_by";

/// Reads chains.
pub struct ChainParser<'a> {
    /// Tells the variables that are bound to iterators.
    pub is_iterator: &'a dyn Fn(&Ident) -> bool,
    /// Tells those that are arrays of `ndarray`.
    pub is_array: &'a dyn Fn(&Ident) -> bool,
}

impl ChainParser<'_> {
    /// `expr` as an iterator, or `None` if it is not written as one.
    pub fn chain(&self, expr: &Expr) -> Parsed<Option<ChainSyntax>> {
        match expr {
            Expr::Paren(inner) => self.chain(&inner.expr),
            Expr::Group(inner) => self.chain(&inner.expr),
            Expr::Range(range) if range.start.is_some() => {
                Ok(Some(ChainSyntax::from(Source::Range(range.clone()))))
            }
            Expr::Reference(reference) if reference.mutability.is_some() => {
                let Some(mut chain) = self.chain(&reference.expr)? else { return Ok(None) };
                let lent = lend(&mut chain, reference.and_token.span);
                Ok(lent.then_some(chain))
            }
            Expr::Path(path) => Ok(path
                .path
                .get_ident()
                .filter(|ident| path.qself.is_none() && (self.is_iterator)(ident))
                .map(|ident| ChainSyntax::from(Source::Named(ident.clone())))),
            Expr::Call(call) => Ok(source_function(call)),
            Expr::MethodCall(call) => self.method(call),
            // Everything else is a value; whether that can be iterated over is decided by
            // `iterable`.
            _ => Ok(None),
        }
    }

    /// `expr` where something iterable is expected: a chain, or the elements of a value.
    pub fn iterable(&self, expr: &Expr) -> Parsed<ChainSyntax> {
        if let Some(chain) = self.chain(expr)? {
            return Ok(chain);
        }
        let (of, taken) = match peel(expr) {
            Expr::Reference(reference) => {
                let taken = if reference.mutability.is_some() { Taken::Mut } else { Taken::Shared };
                ((*reference.expr).clone(), taken)
            }
            other => (other.clone(), Taken::Into),
        };
        Ok(ChainSyntax::from(Source::Elements { of, taken }))
    }

    /// `receiver.method(..)` as the end of a chain, or `None` if the receiver is no iterator.
    pub fn terminal(&self, call: &ExprMethodCall) -> Parsed<Option<(ChainSyntax, Terminal)>> {
        let Some(mut chain) = self.chain(&call.receiver)? else { return Ok(None) };
        let terminal = terminal(call)?;
        if let ("find_map", Some([function])) = (&*call.method.to_string(), arguments(call)) {
            let kind = AdapterKind::FilterMap(function);
            chain.adapters.push(Adapter { kind, span: call.method.span() });
        }
        // `find_map` takes the variable by `&mut`, its closure notwithstanding.
        let own = usize::from(call.method == "find_map");
        if let (Source::Named(name), true) = (&chain.source, chain.adapters.len() == own)
            && terminal.takes_reference()
        {
            chain.source = Source::NamedMut(name.clone(), call.method.span());
        }
        Ok(Some((chain, terminal)))
    }

    /// `receiver.method(..)` as an iterator, or `None`.
    pub fn method(&self, call: &ExprMethodCall) -> Parsed<Option<ChainSyntax>> {
        if let Some(mut chain) = self.chain(&call.receiver)? {
            if call.method == "by_ref" && lend(&mut chain, call.method.span()) {
                return Ok(Some(chain));
            }
            let Some(kind) = adapter(call) else {
                return terminal(call).map(|_| None);
            };
            chain.adapters.push(Adapter { kind, span: call.method.span() });
            return Ok(Some(chain));
        }
        Ok(self.views(call).or_else(|| source_method(call)).map(ChainSyntax::from))
    }
}

impl ChainParser<'_> {
    /// Iterators over the views of an array that is a variable.
    fn views(&self, call: &ExprMethodCall) -> Option<Source> {
        let Expr::Path(path) = peel(&call.receiver) else { return None };
        let axis = match (call.method.to_string().as_str(), call.args.first()) {
            ("rows" | "outer_iter", None) => 0,
            ("columns", None) => 1,
            ("axis_iter", Some(axis)) => axis_number(axis)?,
            _ => return None,
        };
        let is_array = path.path.get_ident().is_some_and(self.is_array);
        is_array.then(|| Source::Views { of: (*call.receiver).clone(), axis })
    }
}

impl From<Source> for ChainSyntax {
    fn from(source: Source) -> ChainSyntax {
        ChainSyntax { source, function: None, adapters: Vec::new() }
    }
}

/// Takes a variable that is bound to an iterator by `&mut`; false if that is no variable.
fn lend(chain: &mut ChainSyntax, span: Span) -> bool {
    if let Source::Named(name) = &chain.source {
        chain.source = Source::NamedMut(name.clone(), span);
    }
    matches!(chain.source, Source::NamedMut(..)) && chain.adapters.is_empty()
}

/// The arguments of a call, if there are `N`.
fn arguments<const N: usize>(call: &ExprMethodCall) -> Option<[Expr; N]> {
    let args = (call.args.len() == N).then(|| call.args.iter().cloned().collect::<Vec<_>>())?;
    args.try_into().ok()
}

fn source_method(call: &ExprMethodCall) -> Option<Source> {
    let name = call.method.to_string();
    // `(*v).iter()` is `v.iter()`.
    let of = match peel(&call.receiver) {
        Expr::Unary(ExprUnary { op: UnOp::Deref(_), expr, .. }) if name != "into_iter" => expr,
        _ => &call.receiver,
    };
    let taken = match name.as_str() {
        "iter" => Taken::Shared,
        "iter_mut" => Taken::Mut,
        "into_iter" => Taken::Into,
        "windows" | "chunks" | "chunks_mut" | "chunks_exact" | "chunks_exact_mut" => {
            let [size] = arguments(call)?;
            return Some(pieces(&name, (**of).clone(), size));
        }
        "drain" => {
            let [range] = arguments(call)?;
            return Some(Source::Elements { of: drained(of, &range)?, taken: Taken::Into });
        }
        _ => return None,
    };
    let [] = arguments(call)?;
    Some(match peel(of) {
        Expr::Reference(reference) if taken == Taken::Into => {
            let taken = if reference.mutability.is_some() { Taken::Mut } else { Taken::Shared };
            Source::Elements { of: (*reference.expr).clone(), taken }
        }
        _ => Source::Elements { of: (**of).clone(), taken },
    })
}

/// `of.windows(size)`, `of.chunks(size)` and the like.
fn pieces(method: &str, of: Expr, size: Expr) -> Source {
    let (exact, mutable) = (method.starts_with("chunks_exact"), method.ends_with("_mut"));
    match method {
        "windows" => Source::Windows { of, size },
        _ => Source::Chunks { of, size, exact, mutable },
    }
}

/// `iter::once(x)` and the like; the path must name the module `iter`.
fn source_function(call: &ExprCall) -> Option<ChainSyntax> {
    let Expr::Path(path) = peel(&call.func) else { return None };
    let mut segments = path.path.segments.iter().rev();
    let (name, module) = (segments.next()?, segments.next()?);
    if module.ident != "iter" {
        return None;
    }
    let args: Vec<Expr> = call.args.iter().cloned().collect();
    let source = match (name.ident.to_string().as_str(), args.as_slice()) {
        ("once", [value]) => Source::Once(value.clone()),
        ("empty", []) => Source::Empty(call.span()),
        ("repeat", [value]) => Source::Repeat(value.clone()),
        ("repeat_n", [value, count]) => Source::RepeatN(value.clone(), count.clone()),
        ("zip", [a, b]) => Source::Zip(a.clone(), b.clone()),
        ("chain", [a, b]) => Source::Chain(a.clone(), b.clone()),
        (name @ ("successors" | "from_fn" | "repeat_with"), args) => {
            let generated = generated(name, args, call.span())?;
            return Some(ChainSyntax { function: Some(path.path.clone()), ..generated });
        }
        _ => return None,
    };
    Some(ChainSyntax { function: Some(path.path.clone()), ..source.into() })
}

/// A source that calls a function for each item: nothing again and again, and what makes items of it.
fn generated(name: &str, args: &[Expr], span: Span) -> Option<ChainSyntax> {
    let kind = match (name, args) {
        // The user's function is made once, in front, with a state of its own if it is one that moves.
        ("successors", [first, next]) => {
            let step = parse_quote_spanned!(span=> {
                let __made = #next;
                |__next, _| match __next.take() {
                    Some(__item) => {
                        *__next = __made(&__item);
                        Some(__item)
                    }
                    None => None,
                }
            });
            AdapterKind::Scan(Box::new(first.clone()), step)
        }
        ("from_fn", [next]) => {
            let step = parse_quote_spanned!(span=> { let __made = #next; |_, _| __made() });
            AdapterKind::Scan(Box::new(parse_quote_spanned!(span=> ())), step)
        }
        ("repeat_with", [make]) => {
            AdapterKind::Map(parse_quote_spanned!(span=> { let __made = #make; |_| __made() }))
        }
        _ => return None,
    };
    let source = Source::Repeat(parse_quote_spanned!(span=> ()));
    Some(ChainSyntax { source, function: None, adapters: vec![Adapter { kind, span }] })
}

fn adapter(call: &ExprMethodCall) -> Option<AdapterKind> {
    let name = call.method.to_string();
    if let Some([]) = arguments(call) {
        return match name.as_str() {
            "enumerate" => Some(AdapterKind::Enumerate),
            "rev" => Some(AdapterKind::Rev),
            "cloned" | "copied" => Some(AdapterKind::Copy),
            "fuse" | "into_iter" | "clone" | "peekable" => Some(AdapterKind::Same),
            "flatten" => Some(AdapterKind::Flatten),
            _ => None,
        };
    }
    if let Some([init, function]) = arguments(call) {
        return (name == "scan").then_some(AdapterKind::Scan(Box::new(init), function));
    }
    let [arg] = arguments(call)?;
    match name.as_str() {
        "zip" => Some(AdapterKind::Zip(arg)),
        "chain" => Some(AdapterKind::Chain(arg)),
        "map" => Some(AdapterKind::Map(arg)),
        "map_while" => {
            let unit = parse_quote_spanned!(call.method.span()=> ());
            let step = parse_quote_spanned!(call.method.span()=> |_, __item| (#arg)(__item));
            Some(AdapterKind::Scan(Box::new(unit), step))
        }
        "filter" => Some(AdapterKind::Filter(arg)),
        "filter_map" => Some(AdapterKind::FilterMap(arg)),
        "flat_map" => Some(AdapterKind::FlatMap(arg)),
        "inspect" => Some(AdapterKind::Inspect(arg)),
        "take_while" => Some(AdapterKind::TakeWhile(arg)),
        "skip_while" => Some(AdapterKind::SkipWhile(arg)),
        "skip" => Some(AdapterKind::Skip(arg)),
        "take" => Some(AdapterKind::Take(arg)),
        "step_by" => Some(AdapterKind::StepBy(arg)),
        _ => None,
    }
}

/// Whether a place may as well be evaluated twice.
fn is_plain(place: &Expr) -> bool {
    match place {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(field) => is_plain(&field.base),
        Expr::Index(index) => is_plain(&index.expr) && is_plain(&index.index),
        Expr::Unary(unary) => is_plain(&unary.expr),
        _ => false,
    }
}

/// `list.drain(range)`, for the items: the list that is cut off, or taken.
fn drained(list: &Expr, range: &Expr) -> Option<Expr> {
    let Expr::Range(range) = peel(range) else { return None };
    if !is_plain(list) {
        return None;
    }
    let span = range.span();
    let half_open = matches!(range.limits, syn::RangeLimits::HalfOpen(_));
    Some(match (range.start.as_deref(), range.end.as_deref()) {
        (None, None) => syn::parse_quote_spanned!(span=> ::core::mem::take(&mut #list)),
        (Some(start), None) => syn::parse_quote_spanned!(span=> #list.split_off(#start)),
        (None, Some(end)) if half_open => syn::parse_quote_spanned!(span=> {
            let __rest = #list.split_off(#end);
            ::core::mem::replace(&mut #list, __rest)
        }),
        _ => return None,
    })
}

fn terminal(call: &ExprMethodCall) -> Parsed<Terminal> {
    let name = call.method.to_string();
    let args: Vec<Expr> = call.args.iter().cloned().collect();
    let terminal = match (name.as_str(), args.as_slice()) {
        ("sum", []) => Terminal::Sum(turbofish(call)),
        ("product", []) => Terminal::Product(turbofish(call)),
        ("collect", []) => Terminal::Collect(turbofish(call)),
        ("unzip", []) => Terminal::Unzip,
        ("count", []) => Terminal::Count,
        ("len", []) => Terminal::Len,
        ("last", []) => Terminal::Last,
        // Of `find_map`, the first of what `filter_map` gives.
        ("next", []) | ("find_map", [_]) => Terminal::Nth(syn::parse_quote!(0)),
        ("peek", []) => Terminal::Peek,
        ("nth", [count]) => Terminal::Nth(count.clone()),
        ("find", [predicate]) => Terminal::Find(predicate.clone()),
        ("max", []) => Terminal::Extremum(Extremum::Max, None),
        ("min", []) => Terminal::Extremum(Extremum::Min, None),
        ("fold", [init, function]) => Terminal::Fold(init.clone(), function.clone()),
        ("reduce", [function]) => Terminal::Reduce(function.clone()),
        ("for_each", [function]) => Terminal::ForEach(function.clone()),
        ("all", [function]) => Terminal::All(function.clone()),
        ("any", [function]) => Terminal::Any(function.clone()),
        ("position", [function]) => Terminal::Position(function.clone()),
        ("max_by", [order]) => by(Extremum::Max, Order::By(order.clone())),
        ("min_by", [order]) => by(Extremum::Min, Order::By(order.clone())),
        ("max_by_key", [key]) => by(Extremum::Max, Order::Key(key.clone())),
        ("min_by_key", [key]) => by(Extremum::Min, Order::Key(key.clone())),
        _ => {
            return Err(Refusal {
                span: call.method.span(),
                message: format!("the iterator method `{name}` cannot be differentiated"),
                help: match nearest(&name, &SUPPORTED.split([',', ';', ' ']).collect::<Vec<_>>()) {
                    Some(nearest) => {
                        format!("write a loop; the nearest known method is `{nearest}`")
                    }
                    None => "write a loop".to_owned(),
                },
            });
        }
    };
    Ok(terminal)
}

fn by(extremum: Extremum, order: Order) -> Terminal {
    Terminal::Extremum(extremum, Some(order))
}

fn turbofish(call: &ExprMethodCall) -> Option<Type> {
    call.turbofish.as_ref()?.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// Looks for a `break` or labelled `continue` that leaves a loop from its body.
pub struct Breaks {
    label: Option<String>,
    /// Loops entered.
    depth: usize,
    pub found: Option<Span>,
}

impl Breaks {
    pub fn new(label: Option<String>) -> Breaks {
        Breaks { label, depth: 0, found: None }
    }

    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

/// Looks for an assignment to a variable as a whole.
pub struct Overwrites<'a> {
    pub name: &'a Ident,
    pub found: Option<Span>,
}

impl<'ast> Visit<'ast> for Overwrites<'_> {
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        if let Expr::Path(path) = &*assign.left
            && path.path.is_ident(self.name)
        {
            self.found = Some(assign.eq_token.span);
        }
        visit::visit_expr_assign(self, assign);
    }
}

impl<'ast> Visit<'ast> for Breaks {
    fn visit_expr_break(&mut self, break_: &'ast syn::ExprBreak) {
        let label = break_.label.as_ref().map(|label| label.ident.to_string());
        let leaves = match &label {
            Some(_) => label == self.label,
            None => self.depth == 0,
        };
        if leaves {
            self.found = Some(break_.break_token.span);
        }
        visit::visit_expr_break(self, break_);
    }

    fn visit_expr_continue(&mut self, continue_: &'ast syn::ExprContinue) {
        let label = continue_.label.as_ref().map(|label| label.ident.to_string());
        if label.is_some() && label == self.label {
            self.found = Some(continue_.continue_token.span);
        }
    }

    fn visit_expr_for_loop(&mut self, inner: &'ast syn::ExprForLoop) {
        self.inside(|this| visit::visit_expr_for_loop(this, inner));
    }

    fn visit_expr_while(&mut self, inner: &'ast syn::ExprWhile) {
        self.inside(|this| visit::visit_expr_while(this, inner));
    }

    fn visit_expr_loop(&mut self, inner: &'ast syn::ExprLoop) {
        self.inside(|this| visit::visit_expr_loop(this, inner));
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
