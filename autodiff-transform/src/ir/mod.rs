//! The intermediate representation: one function, structured control flow, no references.
//!
//! # Semantics
//!
//! A [`Function`] is an arena of [`Var`]s, a list of parameters, a body and the values it returns.
//! `VarId`s are never reused: a transform clones the arena and appends to it, so that an id of the
//! primal function means the same variable in its tangent and adjoint.
//!
//! * **Variables** hold values, never references. What Rust borrows, lowering resolves to a
//!   [`Place`]: `let r = &mut y[..k]` makes `r` another name for the place `y[..k]`. Only parameters
//!   may be passed by reference ([`Passing`]), and two `&mut` parameters never alias. A variable is
//!   in scope from its `Let` (or from the head of the loop or call that binds it) to the end of the
//!   enclosing [`Block`]. Each `Let` executes afresh: a variable declared in a loop body is a new
//!   one in each iteration. A variable with `mutable == false` is assigned exactly once on every
//!   path: by its `Let`, or, where the `Let` has no initial value, by one `Assign` before its first
//!   use.
//! * **Expressions** are pure. They are evaluated where they stand, operands left to right, and
//!   read the variables as they are at that moment. Evaluating one twice in the same state gives the
//!   same value.
//! * **Effects** are statements, run in order. The index expressions of a place on the left-hand
//!   side are evaluated after the right-hand side, as in Rust.
//! * **Loops.** The bounds of a `For` are evaluated once, at entry. `While` tests its condition
//!   before each iteration. After each iteration a loop with an `exit` flag leaves if the flag is
//!   set. `break`, `continue` and `return` do not exist: lowering turns them into flags, `if`s and
//!   `exit`.
//! * **Aggregates** (arrays, vectors, tuples, structs) are copied where they are read as a whole; an
//!   emitter may move or borrow where it cannot be told apart.
//! * **The tape** is a stack of values, passed as a parameter of [`Ty::Tape`]. `Pop` reads what the
//!   matching `Push` wrote, last in, first out.
//!
//! The transforms rely on *administrative normal form* ([`normalize`](crate::transform::normalize)):
//! operands of an active primitive are literals or variables, every other active operand has a name.
//! Inactive expressions stay trees.

mod builder;
pub mod callee;
pub mod display;
pub mod interp;
mod names;
mod operators;
mod parts;
mod same;
mod types;
mod vars;
pub mod verify;

pub use builder::decides_by_result;
pub use names::Names;
pub use operators::Operator;
pub use types::{FloatTy, Len, Ty, is_ndarray_name, ndarray_element};
pub use vars::VarSet;

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::ops::Prim;

/// Index of a [`Var`] in its function's arena.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VarId(pub u32);

/// One function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The user's name of it; derived functions keep it, [`Callee::stages`] tells them apart.
    pub name: String,
    pub vars: Vec<Var>,
    /// Their names, for the next one's; who renames variables starts it anew.
    pub names: Names,
    pub params: Vec<Param>,
    pub body: Block,
    /// Evaluated in the scope of the body, after its last statement.
    pub results: Vec<Expr>,
    pub span: Span,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// Readable and unique in its function.
    pub name: String,
    pub ty: Ty,
    pub mutable: bool,
    pub span: Span,
    /// Who made it; see [`Origin`].
    pub origin: Origin,
    /// Of a part's derivative the part, which tells its type; the indices in it may be out of scope.
    pub part: Option<Box<Place>>,
    /// A vector of which only slices are lent, to calls that are right only where the function does not take
    /// a vector: but for rustc it may.
    pub sliced: bool,
    /// Whether its value depends on no active argument, as was found where the function was derived: in
    /// what is derived from the derivative it has no derivative either.
    pub constant: bool,
    /// The type as the user wrote it, references included, of what code gives that is kept as it stands: it
    /// may be what decides what the code gives, `collect()` for one.
    pub written: Option<Box<syn::Type>>,
}

impl Var {
    /// The type as it is written, if there is a reference in it.
    pub fn of_references(&self) -> Option<&syn::Type> {
        struct References(bool);
        impl<'t> syn::visit::Visit<'t> for References {
            fn visit_type_reference(&mut self, _: &'t syn::TypeReference) {
                self.0 = true;
            }
        }
        let written = self.written.as_deref()?;
        let mut references = References(false);
        syn::visit::Visit::visit_type(&mut references, written);
        references.0.then_some(written)
    }
}

/// Where a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Named by the user.
    User,
    /// A temporary: immutable, initialised by its `Let`.
    Temp,
    /// The tangent of another variable.
    Tangent(VarId),
    /// The cotangent of another variable.
    Cotangent(VarId),
    /// A cotangent of a part of another variable.
    Share(VarId),
    /// Another declaration of this variable, in a scope of its own.
    Again(VarId),
    /// What comes off the end of this vector, or of the one in it that [`Var::part`] names, in an `Option`.
    Popped(VarId),
    /// The record of a loop, a `Vec` that lives as long as the function runs.
    Scratch,
}

impl Origin {
    /// Whether the variable is the derivative of another, or of a part of it.
    pub fn is_derivative(self) -> bool {
        matches!(self, Origin::Tangent(_) | Origin::Cotangent(_) | Origin::Share(_))
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    pub var: VarId,
    pub passing: Passing,
    pub role: Role,
}

/// How a parameter is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passing {
    Value,
    Ref,
    RefMut,
}

/// What a parameter is to the transforms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Carries a derivative.
    Active,
    /// An integer, a `#[constant]`, or deselected by `wrt(..)`: carries none.
    Inactive,
    /// The tangent of the primal parameter.
    Tangent(VarId),
    /// The cotangent of a result: the seed of the reverse sweep.
    Seed(usize),
    /// The cotangent of the primal parameter, accumulated into.
    Cotangent(VarId),
    /// The record that the forward sweep returned.
    Record,
    /// The tape.
    Tape,
}

/// Statements in order; the scope of what they declare.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub stmts: Vec<Stmt>,
}

#[derive(Clone, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum StmtKind {
    /// Declares `var`. Without a value it is assigned later, before its first use.
    Let {
        var: VarId,
        value: Option<Rvalue>,
    },
    /// Overwrites a place.
    Assign {
        place: Place,
        value: Rvalue,
    },
    /// `place += value` for floats and, in derived code, for whole tangents of any type.
    Accumulate {
        place: Place,
        value: Expr,
    },
    If {
        cond: Expr,
        then: Block,
        els: Block,
    },
    /// Runs arm `tag`, an integer; the last arm also stands for every greater tag.
    Switch {
        tag: Expr,
        arms: Vec<Block>,
    },
    Loop(Loop),
    Call(Call),
    /// Exchanges the values of two places that do not overlap, or are the same.
    Swap {
        a: Place,
        b: Place,
    },
    /// Every element of an array-like place becomes `value`.
    Fill {
        place: Place,
        value: Expr,
    },
    /// Appends to a `Vec`.
    VecPush {
        vec: Place,
        value: Expr,
    },
    /// Removes the last element of a `Vec` and binds it to `into`, an `Option` (fresh, immutable).
    VecPop {
        vec: Place,
        into: VarId,
    },
    /// Saves the values of places on the tape.
    Push {
        tape: VarId,
        values: Vec<Place>,
    },
    /// Takes back what the matching `Push` saved. With `declare` the places are variables that come
    /// into scope here, without it they are overwritten.
    Pop {
        tape: VarId,
        into: Vec<Place>,
        declare: bool,
    },
    /// Inactive user code run for its effect: printing, assertions, updates of inactive variables.
    Opaque {
        code: Opaque,
        writes: Vec<VarId>,
    },
}

/// A loop. See the module's semantics.
#[derive(Clone, Debug)]
pub struct Loop {
    pub kind: LoopKind,
    pub body: Block,
    /// A `bool` variable declared outside the loop; set, it ends the loop after this iteration.
    pub exit: Option<VarId>,
    /// What the user asked of its reverse sweep. It does not change what the loop does.
    pub checkpoint: Option<Checkpoint>,
    /// All that the loop does, but to add to elements of its own, is to add to this derivative, in an order
    /// that is left open: it may differ from that of the iterations.
    pub sums: Option<VarId>,
}

/// How many states of the loop a reverse sweep keeps, to run the rest of it again from there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checkpoint {
    /// As the logarithm of the trip count.
    Logarithmic,
    /// So many at a time, one at least.
    AtMost(u32),
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all loops are the large variant")]
pub enum LoopKind {
    /// `for var in start..end`, each `step` (if any), from the other end if `reverse`. `var` is
    /// immutable and in scope in the body only.
    For { var: VarId, start: Expr, end: Expr, step: Option<Expr>, reverse: bool },
    /// A pure condition, tested before each iteration.
    While { cond: Expr },
    /// Ends by its `exit` flag only.
    Forever,
}

/// A call of an annotated function, or of one derived from it.
#[derive(Clone, Debug)]
pub struct Call {
    pub callee: Callee,
    pub args: Vec<Arg>,
    /// Fresh immutable variables bound to the results, in order.
    pub results: Vec<VarId>,
}

#[derive(Clone, Debug)]
pub struct Callee {
    pub target: Target,
    /// The transforms applied to the annotated function, innermost first; none is the function
    /// itself.
    pub stages: Vec<Stage>,
}

#[derive(Clone, Debug)]
pub enum Target {
    /// `m::g::<N>`.
    Path(syn::Path),
    /// `receiver.name(..)`; the receiver is the first argument.
    Method(proc_macro2::Ident),
    /// `a + b` of structs, by the derivatives of the operator's `impl`.
    Operator(Operator),
}

/// A derived function.
///
/// With a primal `f(args…) -> results…`, where each argument has a derivative slot, in a call
/// [`Arg::Active`] or [`Arg::Inactive`], and each result a seed slot, likewise:
///
/// | stage | parameters | results |
/// | --- | --- | --- |
/// | `Tangent` | `args…, dots…` | `results…, result dots…` |
/// | `Forward` | `args…, tape` | `results…, record` |
/// | `Reverse` | `args…, record, seeds…, bars…, tape` | none |
///
/// `Forward` leaves on the tape what `Reverse` takes back from it. `Reverse` receives the arguments
/// in the state in which `Forward` left them, may change the primal values behind `&mut`
/// parameters, and adds to the bars of arguments passed by value or by shared reference. The bar of
/// a `&mut` argument holds the cotangent of its final state before, of its initial state after.
///
/// `IsLight` runs nothing of the function: it tells whether a run of `Forward` is
/// [light](crate::analysis::weight), as a `bool`. Of a method or an operator it takes `args…`, which tell the function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    Tangent,
    Forward,
    Reverse,
    IsLight,
}

#[derive(Clone, Debug)]
pub enum Arg {
    Value(Expr),
    Ref(Place),
    RefMut(Place),
    /// Inactive code passed as it stands.
    Opaque(Opaque),
    /// The derivative slot of an active argument: `rt::Active(..)` around a value or reference.
    Active(Box<Arg>),
    /// The derivative slot of an inactive argument, `rt::Inactive`.
    Inactive,
    /// The same of an argument that the callee may change, but must leave no derivative in, since its
    /// owner has none for it: `rt::Constant`.
    Constant(Span),
}

/// A variable, or a part of it.
#[derive(Clone, Debug)]
pub struct Place {
    pub root: VarId,
    pub path: Vec<Proj>,
    /// The type of the place as a whole, projections included.
    pub ty: Ty,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Proj {
    /// A struct field, or a tuple's element.
    Field(syn::Member),
    /// An element; the index is a `usize` expression.
    Index(Expr),
    /// A sub-slice `start..end`; absent bounds are the ends.
    Range(Option<Expr>, Option<Expr>),
    /// The payload of an enum value that is known to be of this variant.
    Variant(syn::Path, syn::Member),
}

/// The variant that stands for `Some` or `Ok`, of a value of which only rustc knows which it is.
pub const PAYLOAD: &str = "__Payload";

/// A pure expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Ty,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Float(f64, String),
    Int(u128, String),
    Bool(bool),
    /// The value of a place.
    Read(Place),
    /// A row of the table of primitives.
    Prim(Prim, Vec<Expr>),
    /// The length of an array-like place.
    Len(Place),
    /// Numeric conversion to the expression's type. Active from float to float only.
    Cast(Box<Expr>),
    /// The value without its derivative.
    Detach(Box<Expr>),
    /// Inactive user code, kept as written.
    Opaque(Opaque),
    /// The zero of the expression's type: a number, `false`, `()`, an empty tape, or an array or tuple
    /// of these.
    Zero,
}

/// Inactive user code. Variables of the IR stand in it as identifiers made by
/// [`Opaque::placeholder`]; everything else is verbatim.
#[derive(Clone, Debug)]
pub struct Opaque {
    pub tokens: TokenStream,
    pub reads: Vec<VarId>,
    /// Evaluating it again in the same state has no effect and gives the same value: arithmetic,
    /// comparisons, field access. Function and macro calls are not.
    pub pure_: bool,
    /// All that it writes to it reaches through references that other code gave, `*count += 1`. That code is said
    /// to write to the same, and until the last use of a reference nobody else may look at it.
    pub through: bool,
}

impl Opaque {
    /// The identifier that stands for `var` in opaque tokens.
    pub fn placeholder(var: VarId, span: Span) -> proc_macro2::Ident {
        proc_macro2::Ident::new(&format!("__chainrule_var_{}", var.0), span)
    }

    /// Whether this is an index of several dimensions, `[i, j + 1]`, or the runtime's for the element
    /// with some number: as cheap as an index can be.
    pub fn is_index(&self) -> bool {
        let is_nth = || {
            let start: Vec<String> =
                self.tokens.clone().into_iter().take(7).map(|token| token.to_string()).collect();
            start.concat() == "__rt::arrays::nth"
        };
        self.pure_ && (is_arithmetic(&self.tokens) || is_nth())
    }

    /// The variable an identifier stands for, if it is a placeholder.
    pub fn var_of(ident: &proc_macro2::Ident) -> Option<VarId> {
        let text = ident.to_string();
        text.strip_prefix("__chainrule_var_")?.parse().ok().map(VarId)
    }

    /// The variables that the code names.
    pub fn names(&self) -> Vec<VarId> {
        named(self.tokens.clone())
    }
}

fn named(tokens: TokenStream) -> Vec<VarId> {
    let of_token = |token| match token {
        TokenTree::Ident(ident) => Opaque::var_of(&ident).into_iter().collect(),
        TokenTree::Group(group) => named(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    };
    tokens.into_iter().flat_map(of_token).collect()
}

/// Whether code is made of names, literals and operators, in parentheses or brackets.
fn is_arithmetic(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|token| match token {
        TokenTree::Group(group) => is_arithmetic(&group.stream()),
        TokenTree::Ident(ident) => Opaque::var_of(&ident).is_some(),
        TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => "+-*,".contains(punct.as_char()),
    })
}

/// The value given to a variable or place.
#[derive(Clone, Debug)]
pub enum Rvalue {
    Expr(Expr),
    /// A tuple, array, `Vec`, struct or enum value, field by field.
    Aggregate {
        shape: Shape,
        fields: Vec<Expr>,
        ty: Ty,
    },
    /// `[value; len]` or `vec![value; len]`, by the type.
    Repeat {
        value: Expr,
        len: Expr,
        ty: Ty,
    },
    /// A zero tangent of the same shape as the place's value now.
    ZeroLike(Place),
}

/// What an [`Rvalue::Aggregate`] builds.
#[derive(Clone, Debug)]
pub enum Shape {
    Tuple,
    Array,
    Vec,
    /// An empty `Vec` with room for so many.
    VecWithCapacity(Box<Expr>),
    /// `Some(field)`, or `None` without a field.
    Option,
    /// `Path { member: field, …, ..base }`: `members[i]` belongs to `fields[i]`; a tuple struct's
    /// members are numbers. The last field is the base if `base`.
    Struct {
        path: syn::Path,
        members: Vec<syn::Member>,
        base: bool,
    },
    /// An enum's variant; likewise.
    Variant {
        path: syn::Path,
        members: Vec<syn::Member>,
    },
}
