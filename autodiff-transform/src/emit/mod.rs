//! IR to Rust.
//!
//! The printed code keeps the user's names and spans, so that what rustc says about it points into
//! the user's source. Names that the user did not choose carry the span hygiene of
//! [`Span::mixed_site`] and cannot meet the user's; items of the runtime are named by absolute path.
//! Floats are printed so that they have the value and the type that they have in the user's own
//! function.

pub mod api;
mod bounds;
mod branch;
mod call;
mod checks;
pub mod closure;
mod closure_second;
mod code;
pub mod companion;
pub mod composed;
mod compositions;
mod disjoint;
mod expr;
mod fields;
pub mod generics;
mod given;
mod gradients;
pub mod hessians;
mod integers;
pub mod internal;
mod kept;
mod lend;
mod lets;
mod light;
mod like;
pub(crate) mod matrices;
mod nested;
pub mod part;
mod place;
pub mod probe;
mod ranges;
pub mod second;
mod second_sweeps;
mod seeds;
mod several;
pub mod signature;
mod sources;
mod stmt;
mod sums;
mod sweeps;
mod tape;
pub(crate) mod types;

use std::cell::{Cell, RefCell};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

pub use matrices::{lanes_for, lanes_for_cheaper};
pub use sources::sources;

use crate::ir::{Function, Passing, Place, Role, Stmt, Ty, VarId};

/// Prints the parts of one function.
pub struct Printer<'a> {
    pub function: &'a Function,
    /// The path of the runtime's hidden module.
    pub rt: Ident,
    /// Whether the signature names a float type. Where it names none, the floats of the IR are a
    /// default, and their type is left to rustc.
    names_float: bool,
    /// Bars that may not be wanted, and the variables that tell; see [`part`].
    wanted: Vec<(VarId, Ident)>,
    /// Tangents that may not be given, and the variables that tell; see [`given`].
    given: Vec<(VarId, Ident)>,
    /// What is computed of these, and the variables that tell whether any of them is given.
    given_of: Vec<(VarId, Vec<Ident>)>,
    /// Whether what is printed stands under the condition that its tangent is given.
    in_term: Cell<bool>,
    /// Whether the statement that is printed now borrows several parts of one variable.
    several: Cell<bool>,
    /// What the annotated function's variables of unknown types are made of: where one comes back
    /// from the tape, that tells its type.
    sources: &'a [Stmt],
    /// What a closure captures: used as the user uses it, which a closure that can be called again
    /// can only do without moving it.
    captures: Vec<VarId>,
    /// Whether a second derivative that is called may not be there; see [`probe`].
    probes: bool,
    /// Variables whose last use is the read that is printed now.
    moved: Vec<VarId>,
    /// The elements that have names inside of the sum that is printed now; see [`sums`].
    elements: RefCell<Vec<(Place, Ident)>>,
    /// What has the type of the integer whose value is printed now; see [`integers`].
    integer: RefCell<Option<TokenStream>>,
}

/// What a place is printed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Access {
    Shared,
    Mut,
}

/// A span for paths of the runtime: they resolve where the macro is called, and point to `span`.
fn runtime_span(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The runtime's hidden module as if it were named at `span`.
fn runtime_at(rt: &Ident, span: Span) -> Ident {
    let mut rt = rt.clone();
    rt.set_span(span);
    rt
}

impl<'a> Printer<'a> {
    pub fn new(function: &'a Function, rt: &Ident) -> Printer<'a> {
        Printer {
            function,
            rt: rt.clone(),
            names_float: names_float(function),
            wanted: Vec::new(),
            given: Vec::new(),
            given_of: Vec::new(),
            in_term: Cell::new(false),
            several: Cell::new(false),
            sources: &[],
            captures: Vec::new(),
            probes: false,
            moved: Vec::new(),
            elements: RefCell::default(),
            integer: RefCell::default(),
        }
    }

    /// Prints what was derived, however often, from a function with these calls.
    pub fn derived(
        function: &'a Function,
        primal: &Function,
        rt: &Ident,
        sources: &'a [Stmt],
    ) -> Printer<'a> {
        let names_float = names_float(primal);
        Printer { sources, names_float, ..Printer::new(function, rt) }
    }

    /// The variable that tells whether this bar is wanted.
    fn wanted(&self, bar: VarId) -> Option<&Ident> {
        self.wanted.iter().find(|(var, _)| *var == bar).map(|(_, wanted)| wanted)
    }

    /// The statements of the body.
    pub fn body(&self) -> TokenStream {
        self.block(&self.function.body)
    }

    /// The results, one by one, as the last thing the function evaluates: locals are moved out.
    pub fn results(&mut self) -> Vec<TokenStream> {
        let function = self.function;
        function
            .results
            .iter()
            .enumerate()
            .map(|(index, result)| {
                self.moved = movable(function, index);
                let code = self.typed_expr(result);
                self.moved.clear();
                code.into_token_stream()
            })
            .collect()
    }
}

fn names_float(function: &Function) -> bool {
    let is_forward = function.params.iter().any(|param| param.role == Role::Tape)
        && !function.params.iter().any(|param| matches!(param.role, Role::Seed(_)));
    let results = match is_forward {
        true => &function.results[..function.results.len().saturating_sub(1)],
        false => &function.results[..],
    };
    let params = function
        .params
        .iter()
        .filter(|param| matches!(param.role, Role::Active | Role::Inactive | Role::Seed(_)));
    params.map(|param| &function.var(param.var).ty).any(contains_float)
        || results.iter().any(|result| contains_float(&result.ty))
}

fn contains_float(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Lane(_) => true,
        Ty::Array(elem, _)
        | Ty::Slice(elem)
        | Ty::Vec(elem)
        | Ty::Option(elem)
        | Ty::Dot(elem)
        | Ty::Tangent(elem) => contains_float(elem),
        Ty::Tuple(elems) => elems.iter().any(contains_float),
        Ty::Int(_)
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(_)
        | Ty::Adt(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}

/// The local that the result with this index reads last of all: nothing moves out of a reference.
fn movable(function: &Function, index: usize) -> Vec<VarId> {
    let Some(var) = function.results[index].as_var() else { return Vec::new() };
    let mut kept = function.param(var).is_some_and(|param| param.passing != Passing::Value);
    for other in &function.results[index + 1..] {
        other.for_each_root(&mut |root| kept |= root == var);
    }
    if kept { Vec::new() } else { vec![var] }
}

/// `-> T`; nothing for `()`.
fn returns(output: &TokenStream) -> Option<TokenStream> {
    (output.to_string() != "()").then(|| quote!(-> #output))
}

/// `()`, `a`, or `(a, b)`.
pub(crate) fn tuple(items: &[TokenStream]) -> TokenStream {
    match items {
        [item] => item.clone(),
        items => quote!((#(#items),*)),
    }
}
