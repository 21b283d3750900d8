//! From syntax to IR.
//!
//! One walk over the function's syntax, statement by statement in the order of evaluation, writing
//! IR statements into the block under construction ([`block`]). What it gives up on, it reports;
//! then it goes on, to report more.
//!
//! * **References** are resolved: an identifier bound to `&x[i]` is another name for that place
//!   ([`scope`]), the index frozen in an immutable temporary when the name is bound.
//! * **Types** are inferred on the way ([`infer`]).
//! * **Exits** (`return`, `break`, `continue`, labels) become flags or nesting ([`block`]).
//! * **Inactive code** without an IR form is kept as tokens ([`opaque`]).
//! * **Iterator chains and closures** become loops and inlined code ([`iter`], [`closure`]).
//!
//! # How to write a lowering
//!
//! Lower an operand with [`Lowerer::value`] (a pure [`Expr`], to be used before anything that
//! changes a variable is pushed; [`Lowerer::values`] lowers several and takes care of that) or
//! [`Lowerer::lower`] (anything, references and closures included). Give a value a name with
//! [`Lowerer::temp`], bind a pattern with [`Lowerer::bind`], append statements with
//! [`Lowerer::push`], make nested blocks with [`Lowerer::in_block`], branches with
//! [`Lowerer::push_if`], loops with [`Lowerer::push_loop`]. Report with [`Lowerer::reject`].

mod activity;
mod arguments;
mod arith;
mod arrays;
mod attributes;
mod block;
mod bounds;
mod call;
mod closure;
mod closure_argument;
mod construct;
mod control;
mod convert;
mod cut;
mod detach;
mod expr;
mod finish;
mod held;
mod hygiene;
mod idle;
mod inert;
mod infer;
mod inner_items;
mod integers;
mod iter;
mod keeper;
mod kept_macros;
mod known;
mod listed;
mod macros;
mod marked;
mod matching;
mod memory;
mod method;
mod names;
mod nested;
mod opaque;
mod operator;
mod option;
mod owned;
mod paths;
mod pattern;
mod pattern_syntax;
mod place;
mod referred;
mod result;
mod same;
mod scope;
mod shapes;
mod signature;
mod slice;
mod sort;
mod standard;
mod stmt;
mod stored;
mod structs;
mod text;
mod tys;
mod vector;
mod vjp;
mod window;
mod written;

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use quote::ToTokens;

pub use block::{Exit, Head, OpenBlock, Position, Target, TargetKind};
pub use infer::{Infer, Kind};
pub use keeper::bound_names;
pub use scope::{Access, Binding, Lowered, Scopes};

use self::pattern_syntax::{imported_variants, upper_case_variables};
use self::referred::changing_names;
use self::structs::{Known, Structs};
use crate::analysis::encoded::{self, Loss};
use crate::diagnostics::Diagnostics;
use crate::ir::{
    Block, Expr, ExprKind, FloatTy, Function, Names, Origin, Rvalue, StmtKind, Ty, Var, VarId,
    VarSet,
};
use crate::options::Options;
use crate::parse::Source;
use crate::transform::nested::{self as derivations, Derivation};

/// What lowering hands on.
pub struct Output {
    pub function: Function,
    /// Items of the body that derived code refers to: nested functions, constants, imports, types.
    pub items: Vec<BodyItem>,
}

/// An item of a body.
pub struct BodyItem {
    pub item: syn::Item,
    /// In how many closures it stands whose derivatives the body asks for: each differentiates it once
    /// more.
    pub depth: u32,
}

/// Lowers a function; `None` if it was refused, with the reasons in `diagnostics`.
pub fn lower(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Output> {
    let before = diagnostics.len();
    let mut known = Known::default();
    let (mut output, derivations) = loop {
        let mut lowerer = Lowerer::new(source, options, diagnostics);
        lowerer.infer.structs = Structs::new(known);
        lowerer.lower_function(source);
        lowerer.learn_powers();
        lowerer.infer.learn_shapes();
        if let Some(more) = lowerer.infer.structs.more() {
            known = more;
            diagnostics.truncate(before);
            continue;
        }
        let derivations = std::mem::take(&mut lowerer.derivations);
        break (lowerer.finish(), derivations);
    };
    if diagnostics.len() == before {
        refuse_encoded(&output.function, diagnostics);
        cut::refuse_constant_outputs(&output.function, diagnostics);
    }
    if diagnostics.len() == before {
        let changed = derivations::changed_captures(&output.function, &derivations);
        refuse_changed_captures(&output.function, &changed, diagnostics);
    }
    if diagnostics.len() == before {
        derivations::expand(&mut output.function, &derivations, options.passes());
    }
    (diagnostics.len() == before).then_some(output)
}

/// Refuses what a closure that is differentiated changes outside of itself: its derivatives run its body as
/// often as they need to.
pub fn refuse_changed_captures(
    function: &Function,
    changed: &[(VarId, Span)],
    diagnostics: &mut Diagnostics,
) {
    for (var, span) in changed {
        let name = &function.var(*var).name;
        diagnostics
            .error_at(
                *span,
                format!(
                    "a closure that is differentiated cannot change `{name}`, which it captures"
                ),
            )
            .help("return the value, or change it in a copy: `let mut own = captured.clone();`");
    }
}

/// Refuses floats that are written down as text or bits, and read again.
fn refuse_encoded(function: &Function, diagnostics: &mut Diagnostics) {
    for loss in encoded::losses(function) {
        let (span, message) = match loss {
            Loss::Read(span) => (
                span,
                "an active value becomes text or bits and a float again, which loses its derivative",
            ),
            Loss::Returned(span) => (
                span,
                "this holds an active value as text or bits, from which a caller can make a float \
                 without its derivative",
            ),
        };
        diagnostics
            .error_at(span, message)
            .help("cut the derivative before: `chainrule::detach(..)`");
    }
}

/// A function being lowered.
pub struct Lowerer<'a> {
    /// The arena, the parameters and, at the end, body and results.
    pub function: Function,
    pub options: &'a Options,
    pub infer: Infer,
    pub scopes: Scopes,
    diagnostics: &'a mut Diagnostics,
    /// The block that statements go to.
    open: OpenBlock,
    /// What `return`, `break` and `continue` can leave, outermost first.
    targets: Vec<Target>,
    /// Temporaries with several readers: no `mut` name may take them over.
    shared: VarSet,
    /// Temporaries that a name stands for, or refers to: no other name may take them over.
    named: VarSet,
    /// All flags made for exits.
    flags: Vec<VarId>,
    /// Variables that hold a value in error: nothing more is said about them.
    poisoned: VarSet,
    /// Variables whose value has no derivative although their type could have one.
    constant: VarSet,
    /// What a `differentiate!` closure captures: of types that only rustc knows.
    captured: VarSet,
    /// Variables for what code that is kept as it stands gives.
    kept: VarSet,
    /// What such a variable may be a reference into, as `entry(key).or_insert(0)` gives one.
    owners: HashMap<VarId, Vec<VarId>>,
    /// Names by which the body may change what they refer to.
    changing: HashSet<String>,
    /// Variables for what calls give of functions that have derivatives.
    called: VarSet,
    /// Those among the kept ones that are an `Option` of what the user dereferences.
    dereferenced: VarSet,
    /// Variables for what an item of inactive code refers to, which the user dereferences.
    followed: VarSet,
    /// Variables that are known to be text, though not of which type.
    text: VarSet,
    /// Integers made from active floats: the derivative ends in them.
    cut: VarSet,
    /// Variables for which a choice of references was reported.
    references_refused: HashSet<Option<VarId>>,
    /// How often each name was given to a variable.
    names: HashMap<String, u32>,
    /// Type parameters that are floats.
    floats: Vec<String>,
    /// Type parameters of which no derivative is to be had: functions, and what `impl Trait` stands for.
    inert_params: Vec<String>,
    /// Type parameters of the function and its `impl`.
    type_params: Vec<String>,
    /// Structs and enums that are written with arguments, by the path without them.
    generic_types: HashSet<String>,
    /// Those that are written without arguments, as types.
    named_types: HashSet<String>,
    /// `type Name = T;` items of the body.
    aliases: HashMap<String, syn::Type>,
    /// Those among them bound by `Real`.
    reals: Vec<String>,
    /// Variables that are written in upper case, `let N = x.len();`, where patterns name constants.
    upper_case: HashSet<String>,
    /// Variants that are named without their enum, which may be known.
    imported: HashMap<String, Option<syn::Path>>,
    /// The type that is being read is a `let`'s, of which references inside of it matter.
    names_references: bool,
    /// The next pattern bound is refutable: a path in it names a variant.
    variant_hint: bool,
    /// The parts of slices that mutable names stand for.
    windows: Vec<window::Window>,
    /// The fields of which the user says that they have no derivative.
    marked: Vec<marked::Marked>,
    /// The fields that are taken for lists by a method which other types may have.
    listed: Vec<(inert::Part, Span)>,
    /// The receivers of the methods whose arguments are being lowered.
    lent: Vec<VarId>,
    signature: std::rc::Rc<syn::Signature>,
    /// What stands beside the method in its `impl`.
    siblings: &'a [syn::ImplItem],
    /// The type that the user's `Self` stands for.
    self_ty: Option<syn::Type>,
    items: Vec<BodyItem>,
    /// Derivatives of closures that are asked for in the body.
    derivations: Vec<Derivation>,
    /// In how many of them the body of the closure is being lowered.
    depth: u32,
    /// Operands of arithmetic, to be checked at the end for types that stayed unknown.
    operands: Vec<(Ty, Span, Option<String>)>,
    /// Receivers and results of methods called `pow`.
    powers: Vec<(Ty, Ty, Span)>,
    /// What is cast to a float, with the name it is read from and that float.
    casts: Vec<(Expr, Option<String>, FloatTy)>,
    /// What methods were called of that are taken to give the same, with their names.
    same: Vec<(Ty, String, Span)>,
    /// Operands of operators of bits that may have derivatives.
    bits: Vec<(Ty, Span)>,
    /// Types whose operators were reported.
    refused_operands: HashSet<String>,
}

impl<'a> Lowerer<'a> {
    fn new(
        source: &Source<'a>,
        options: &'a Options,
        diagnostics: &'a mut Diagnostics,
    ) -> Lowerer<'a> {
        Lowerer {
            function: Function {
                name: source.sig.ident.to_string(),
                vars: Vec::new(),
                names: Names::default(),
                params: Vec::new(),
                body: Block::default(),
                results: Vec::new(),
                span: source.sig.ident.span(),
            },
            options,
            infer: Infer::default(),
            scopes: Scopes::default(),
            diagnostics,
            open: OpenBlock::new(),
            targets: Vec::new(),
            flags: Vec::new(),
            shared: Default::default(),
            named: Default::default(),
            poisoned: Default::default(),
            constant: Default::default(),
            captured: Default::default(),
            kept: Default::default(),
            owners: Default::default(),
            changing: changing_names(source.block),
            called: Default::default(),
            dereferenced: Default::default(),
            followed: Default::default(),
            text: Default::default(),
            cut: Default::default(),
            references_refused: Default::default(),
            names: HashMap::new(),
            floats: Vec::new(),
            inert_params: Vec::new(),
            type_params: Vec::new(),
            generic_types: HashSet::new(),
            named_types: Default::default(),
            aliases: HashMap::new(),
            reals: Vec::new(),
            upper_case: upper_case_variables(source.block),
            imported: imported_variants(source.block),
            names_references: false,
            variant_hint: false,
            windows: Vec::new(),
            marked: Vec::new(),
            listed: Vec::new(),
            lent: Vec::new(),
            signature: std::rc::Rc::new(source.sig.clone()),
            siblings: source.siblings,
            self_ty: source.self_ty.cloned(),
            items: Vec::new(),
            derivations: Vec::new(),
            depth: 0,
            operands: Vec::new(),
            powers: Vec::new(),
            casts: Vec::new(),
            same: Vec::new(),
            bits: Vec::new(),
            refused_operands: Default::default(),
        }
    }

    /// Reports an error at `tokens`, with what to do instead. The result is a placeholder with
    /// which lowering can go on.
    pub fn reject(
        &mut self,
        tokens: impl ToTokens,
        message: impl std::fmt::Display,
        help: impl Into<String>,
    ) -> Lowered {
        self.diagnostics.error(tokens, message).help(help);
        self.poison()
    }

    /// Stands for a value in error.
    pub fn poison(&mut self) -> Lowered {
        let ty = self.infer.fresh(Kind::Any);
        Lowered::Value(Expr::zero(ty, Span::call_site()))
    }

    /// Whether a value is in error, or made of one that is: the user has been told. Lowering makes
    /// no zeros but those of [`poison`](Self::poison).
    pub fn is_poisoned(&self, value: &Lowered) -> bool {
        match value {
            Lowered::Value(value) => self.is_poisoned_expr(value),
            Lowered::Built(built) => self.is_poisoned_rvalue(built),
            Lowered::Place(place, _) => self.poisoned.contains(&place.root),
            Lowered::Tuple(parts) => parts.iter().any(|part| self.is_poisoned(part)),
            Lowered::Option { payload, .. } => self.is_poisoned(payload),
            Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never => false,
        }
    }

    pub fn is_poisoned_expr(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Zero => true,
            ExprKind::Read(place) | ExprKind::Len(place) => self.poisoned.contains(&place.root),
            ExprKind::Prim(_, args) => args.iter().any(|arg| self.is_poisoned_expr(arg)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.is_poisoned_expr(inner),
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Opaque(_) => {
                false
            }
        }
    }

    fn is_poisoned_rvalue(&self, value: &Rvalue) -> bool {
        value.operands().into_iter().any(|operand| self.is_poisoned_expr(operand))
    }

    /// Notes that a variable gets such a value.
    pub fn note_poison(&mut self, var: VarId, value: &Rvalue) {
        if self.is_poisoned_rvalue(value) {
            self.poisoned.insert(var);
        }
    }

    /// Appends a variable to the arena; it is not declared yet.
    pub fn variable(
        &mut self,
        name: &str,
        ty: Ty,
        mutable: bool,
        origin: Origin,
        span: Span,
    ) -> VarId {
        let name = self.unique(name);
        let (part, written) = (None, None);
        let (sliced, constant) = (false, false);
        let var = Var { name, ty, mutable, span, origin, part, sliced, constant, written };
        self.function.vars.push(var);
        VarId(self.function.vars.len() as u32 - 1)
    }

    fn unique(&mut self, name: &str) -> String {
        let count = self.names.entry(name.to_owned()).or_insert(0);
        *count += 1;
        match *count {
            1 => name.to_owned(),
            count => {
                let numbered = format!("{name}_{count}");
                match self.names.contains_key(&numbered) {
                    true => self.unique(name),
                    false => {
                        self.names.insert(numbered.clone(), 1);
                        numbered
                    }
                }
            }
        }
    }

    /// Declares an immutable temporary with this value and returns its variable.
    pub fn temp_var(&mut self, name: &str, value: Rvalue, span: Span) -> VarId {
        let ty = self.rvalue_ty(&value);
        let inactive = self.is_inactive_rvalue(&value);
        let var = self.variable(name, ty, false, Origin::Temp, span);
        if inactive {
            self.constant.insert(var);
        }
        self.note_cut(var, &value);
        self.note_poison(var, &value);
        self.push(StmtKind::Let { var, value: Some(value) }, span);
        var
    }

    /// Declares an immutable temporary with this value and returns an expression that reads it.
    pub fn temp(&mut self, name: &str, value: Expr) -> Expr {
        let span = value.span;
        let var = self.temp_var(name, Rvalue::Expr(value), span);
        let mut read = self.function.read(var);
        read.span = span;
        read
    }

    /// A new, unknown type.
    pub fn fresh(&mut self) -> Ty {
        self.infer.fresh(Kind::Any)
    }

    pub fn unify(&mut self, a: &Ty, b: &Ty) {
        self.infer.unify(a, b);
    }

    fn rvalue_ty(&self, value: &Rvalue) -> Ty {
        match value {
            Rvalue::Expr(expr) => expr.ty.clone(),
            Rvalue::Aggregate { ty, .. } | Rvalue::Repeat { ty, .. } => ty.clone(),
            Rvalue::ZeroLike(place) => place.ty.tangent(),
        }
    }
}
