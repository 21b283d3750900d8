//! What is known of the functions that are called: which of their arguments' values their reverse
//! sweeps read.
//!
//! The function itself is known, up to a fixpoint ([`Reads`]). Another one is asked when the generated
//! code is compiled: `f::__reads(1, 0b100)` is a constant, whether the reverse sweep of `f` reads its
//! second argument for the cotangent of its third. Methods, associated functions, and functions that
//! were derived before, are not asked: they are taken to read all. A method is asked something else,
//! `body.__energy_changes()`: whether it takes `&mut self`, which a call of it does not show.
//!
//! What a caller has not saved is not what it was, so that a sweep over such a caller's sweeps would
//! meet values that its own reverse sweep reads and multiplies by zeros. Functions that are to be
//! derived again therefore take all callees to read all ([`Callees::UNKNOWN`]).

use proc_macro2::{Literal, Span};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use std::collections::{BTreeSet, HashMap};

use super::kills::Node;
use super::sweep::Sweep;
use crate::analysis::effects;
use crate::analysis::reads::{Reads, is_of, wanted};
use crate::ir::callee::{is_associated, is_public_derivative};
use crate::ir::{
    Arg, Call, Expr, ExprKind, Function, Opaque, Place, Proj, Stage, Stmt, StmtKind, Target, Ty,
    VarId,
};
use crate::ops::Prim;

/// What may be taken to be known of callees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Callees {
    /// They can be asked what they read.
    pub asked: bool,
    /// A call by the function's own name is one of itself.
    pub itself: bool,
}

impl Callees {
    /// Each is taken to read all.
    pub const UNKNOWN: Callees = Callees { asked: false, itself: false };
    pub const KNOWN: Callees = Callees { asked: true, itself: true };
}

/// Whether a callee reads an argument for one of these bars.
#[derive(Clone, Debug)]
pub(super) struct Question {
    path: syn::Path,
    argument: usize,
    bars: u64,
}

/// What is known of callees, and what they are asked.
#[derive(Clone, Debug)]
pub(super) struct Known {
    callees: Callees,
    own: Reads,
    pub questions: Vec<Question>,
}

impl Known {
    pub fn new(callees: Callees, arguments: usize) -> Known {
        Known { callees, own: Reads::none(arguments), questions: Vec::new() }
    }

    /// What is assumed of the function itself.
    pub fn of_itself(&self) -> Option<&Reads> {
        self.callees.itself.then_some(&self.own)
    }

    /// Whether other functions can be asked.
    pub fn can_ask(&self) -> bool {
        self.callees.asked
    }

    /// Takes what was found; whether it is more than was assumed, of a function that calls itself.
    pub fn assume(&mut self, function: &Function, found: &Reads) -> bool {
        self.callees.itself
            && calls_itself(function, &function.body.stmts)
            && self.own.extend(found)
    }

    /// Whether the answer to one of these questions is yes.
    pub fn any(&self, questions: &BTreeSet<usize>, span: Span) -> Expr {
        let asked = questions.iter().map(|question| self.questions[*question].expr(span));
        asked
            .reduce(|a, b| Expr::prim(Prim::Or, vec![a, b], Ty::Bool, span))
            .unwrap_or_else(|| Expr::new(ExprKind::Bool(false), Ty::Bool, span))
    }

    fn ask(&mut self, path: &syn::Path, argument: usize, bars: u64) -> usize {
        let same = |asked: &Question| {
            asked.path == *path && asked.argument == argument && asked.bars == bars
        };
        self.questions.iter().position(same).unwrap_or_else(|| {
            self.questions.push(Question { path: path.clone(), argument, bars });
            self.questions.len() - 1
        })
    }
}

impl Question {
    /// `m::f::__reads(1, 5)`
    fn expr(&self, span: Span) -> Expr {
        let mut path = self.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        let argument = Literal::usize_unsuffixed(self.argument);
        let bars = Literal::u64_unsuffixed(self.bars);
        let tokens = quote!(#path::__reads(#argument, #bars));
        let code = Opaque { tokens, reads: Vec::new(), pure_: true, through: false };
        Expr::new(ExprKind::Opaque(code), Ty::Bool, span)
    }
}

/// How the length of a local vector can change after its declaration.
#[derive(Clone, Debug)]
pub(super) enum Size {
    /// Only by functions that take the vector itself where a slice would do, if they do: they read it
    /// whatever cotangents are wanted.
    Lent(Vec<(Target, usize)>),
    Free,
}

/// The vectors of numbers that a function declares.
pub(super) fn sizes(function: &Function) -> HashMap<VarId, Size> {
    let mut sizes = HashMap::new();
    declared_sizes(function, &function.body.stmts, &mut sizes);
    for (vec, size) in &mut sizes {
        lent(&function.body.stmts, *vec, size);
    }
    sizes
}

fn declared_sizes(function: &Function, stmts: &[Stmt], sizes: &mut HashMap<VarId, Size>) {
    for stmt in stmts {
        if let StmtKind::Let { var, value: Some(_) } = stmt.kind
            && matches!(&function.var(var).ty, Ty::Vec(elem) if elem.is_scalar())
        {
            sizes.insert(var, Size::Lent(Vec::new()));
        }
        stmt.kind.blocks().for_each(|block| declared_sizes(function, &block.stmts, sizes));
    }
}

fn lent(stmts: &[Stmt], vec: VarId, size: &mut Size) {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Let { .. } => {}
            StmtKind::Call(call) if !call.results.contains(&vec) => {
                let to = (0..call.args.len())
                    .filter(|index| effects::lends_whole(&call.args[*index], vec));
                let to = to.map(|index| (call.callee.target.clone(), index));
                if let Size::Lent(callees) = size {
                    callees.extend(to);
                }
            }
            kind if kind.blocks().next().is_none() && effects::may_resize(stmt, vec) => {
                *size = Size::Free;
            }
            kind => kind.blocks().for_each(|block| lent(&block.stmts, vec, size)),
        }
    }
}

fn calls_itself(function: &Function, stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Call(call) => is_of(function, &call.callee.target),
        kind => kind.blocks().into_iter().any(|block| calls_itself(function, &block.stmts)),
    })
}

/// Whether a function can be asked.
pub(super) fn can_be_asked(path: &syn::Path) -> bool {
    !is_associated(path) && !is_public_derivative(path)
}

impl Sweep {
    /// Whether a method changes its receiver, as an expression for rustc; nothing where it is known,
    /// or not asked.
    pub fn may_change(&self, call: &Call, index: usize, receiver: &Place) -> Option<Expr> {
        let (Target::Method(method), [], 0) = (&call.callee.target, &call.callee.stages[..], index)
        else {
            return None;
        };
        let fields = receiver.path.iter().map(|proj| match proj {
            Proj::Field(member) => Some(member),
            Proj::Index(_) | Proj::Range(..) | Proj::Variant(..) => None,
        });
        let fields = fields.collect::<Option<Vec<_>>>().filter(|_| self.known.callees.asked)?;
        let root = Opaque::placeholder(receiver.root, receiver.span);
        let asked = format_ident!("__{}_changes", method.unraw(), span = Span::call_site());
        let tokens = quote!(#root #(.#fields)* .#asked());
        let code = Opaque { tokens, reads: vec![receiver.root], pure_: true, through: false };
        Some(Expr::new(ExprKind::Opaque(code), Ty::Bool, receiver.span))
    }

    /// Adds to `node` what a statement of its reverse reads.
    pub fn reads(&mut self, stmt: &Stmt, node: &mut Node) {
        match &stmt.kind {
            StmtKind::Call(call) if call.callee.stages == [Stage::Reverse] => {
                self.reads_of_reverse(call, node);
            }
            _ => effects::for_each_read(stmt, &mut |root| {
                node.reads.insert(root);
            }),
        }
    }

    /// Whether the variable has as many elements as when the forward sweep handed it on; adds to
    /// `node` what is asked of callees to know it.
    fn keeps_size(&mut self, root: VarId, node: &mut Node) -> bool {
        let callees = match (&self.function.var(root).ty, self.sizes.get(&root)) {
            (Ty::Slice(elem) | Ty::Array(elem, _), _) => return elem.is_scalar(),
            (_, Some(Size::Lent(callees))) => callees.clone(),
            (ty, _) => return ty.is_scalar(),
        };
        callees.iter().all(|(target, index)| match target {
            _ if self.known.callees.itself && is_of(&self.function, target) => {
                !self.known.own.reads(*index, 0)
            }
            Target::Path(path) if self.known.callees.asked && can_be_asked(path) => {
                let question = self.known.ask(path, *index, 0);
                node.asks.push((question, root));
                true
            }
            Target::Path(_) | Target::Method(_) | Target::Operator(_) => false,
        })
    }

    /// What the call of a callee's reverse sweep reads: `args…, record, seeds…, bars…, tape`, of which
    /// the record is the first value of its type.
    fn reads_of_reverse(&mut self, call: &Call, node: &mut Node) {
        let is_record =
            |arg: &Arg| matches!(arg, Arg::Value(value) if matches!(value.ty, Ty::Record));
        let arguments = call.args.iter().position(is_record).unwrap_or_default();
        let bars = &call.args[call.args.len() - 1 - arguments..call.args.len() - 1];
        let bars = wanted(bars);
        for (index, arg) in call.args.iter().enumerate() {
            let (Arg::Ref(place) | Arg::RefMut(place), true) = (arg, index < arguments) else {
                effects::arg_reads(arg, &mut |root| {
                    node.reads.insert(root);
                });
                continue;
            };
            place.operands().for_each(|operand| {
                operand.for_each_root(&mut |root| {
                    node.reads.insert(root);
                });
            });
            // A callee that makes nothing of a slice's elements still relies on its length.
            if !self.keeps_size(place.root, node) {
                node.reads.insert(place.root);
                continue;
            }
            match &call.callee.target {
                _ if self.known.callees.itself && is_of(&self.function, &call.callee.target) => {
                    if self.known.own.reads(index, bars) {
                        node.reads.insert(place.root);
                    }
                }
                Target::Path(path) if self.known.callees.asked && can_be_asked(path) => {
                    let question = self.known.ask(path, index, bars);
                    node.asks.push((question, place.root));
                }
                Target::Path(_) | Target::Method(_) | Target::Operator(_) => {
                    node.reads.insert(place.root);
                }
            }
        }
    }
}
