//! Floats that are written down exactly, as text or as bits, and read again.
//!
//! `format!("{x}").parse::<f64>()` has the value of `x` and not its derivative, which would be lost
//! without a word. Text and bits are inactive, so that nothing else looks at where they come from. This
//! analysis follows what holds them, through variables, fields and elements, and finds where a float is
//! made of it, or where it leaves the function. What only depends on a float in steps, a comparison, a
//! rounded number, a length, has the derivative zero, and is left alone.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::activity::Activity;
use crate::ir::{
    Arg, Block, Call, Expr, ExprKind, Function, Opaque, Passing, Rvalue, StmtKind, Ty, VarId,
    VarSet,
};
use crate::ops::Yields;

/// Code that writes a float down exactly.
const WRITES: &[&str] = &["to_bits", "to_string", "to_ne_bytes", "to_le_bytes", "to_be_bytes"];

/// Macros that do.
const FORMATS: &[&str] = &["format", "format_args", "write", "writeln"];

/// Code that reads one.
const READS: &[&str] =
    &["parse", "from_str", "from_bits", "from_ne_bytes", "from_le_bytes", "from_be_bytes"];

/// What becomes of such text or bits.
#[derive(Clone, Copy, Debug)]
pub enum Loss {
    /// A float is made of them.
    Read(Span),
    /// A caller gets them, who cannot see that they are some.
    Returned(Span),
}

/// Where derivatives are lost.
pub fn losses(function: &Function) -> Vec<Loss> {
    let mut encoded = Encoded {
        function,
        varied: Activity::varied(function),
        holds: VarSet::new(),
        called: VarSet::new(),
    };
    while encoded.flow(&function.body) {}
    let mut found = Vec::new();
    encoded.find(&function.body, &mut found);
    for result in &function.results {
        encoded.find_in(result, &mut found);
        let parts = match &result.ty {
            Ty::Tuple(parts) => &parts[..],
            whole => std::slice::from_ref(whole),
        };
        if parts.iter().any(is_inert) && encoded.holds_one(result) {
            found.push(Loss::Returned(result.span));
        }
    }
    for param in &function.params {
        let var = function.var(param.var);
        if param.passing == Passing::RefMut
            && is_inert(&var.ty)
            && encoded.holds.contains(&param.var)
        {
            found.push(Loss::Returned(var.span));
        }
    }
    found
}

struct Encoded<'f> {
    function: &'f Function,
    /// The variables whose values depend on active arguments.
    varied: Activity,
    /// Those that hold a float as text or bits.
    holds: VarSet,
    /// Those that a call gives, of functions that may have written one down.
    called: VarSet,
}

impl Encoded<'_> {
    /// Follows the values once; whether something new was found.
    fn flow(&mut self, block: &Block) -> bool {
        let mut changed = false;
        for stmt in &block.stmts {
            changed |= self.flow_stmt(&stmt.kind);
            for inner in stmt.kind.blocks() {
                changed |= self.flow(inner);
            }
        }
        changed
    }

    fn flow_stmt(&mut self, kind: &StmtKind) -> bool {
        match kind {
            StmtKind::Let { var, value: Some(value) } => {
                let (holds, called) = self.of_value(value);
                self.note(*var, holds, called)
            }
            StmtKind::Assign { place, value } => {
                let (holds, called) = self.of_value(value);
                self.note(place.root, holds, called)
            }
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value } => {
                let (holds, called) = (self.holds_one(value), self.is_called(value));
                self.note(place.root, holds, called)
            }
            StmtKind::VecPop { vec, into } => self.pass_on(vec.root, *into),
            StmtKind::Swap { a, b } => self.pass_on(a.root, b.root) | self.pass_on(b.root, a.root),
            StmtKind::Opaque { code, writes } => {
                let (holds, called) = (self.code_holds(code), self.code_is_called(code));
                writes.iter().fold(false, |changed, var| self.note(*var, holds, called) | changed)
            }
            StmtKind::Call(call) => self.flow_call(call),
            StmtKind::Let { value: None, .. }
            | StmtKind::If { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Push { .. }
            | StmtKind::Pop { .. } => false,
        }
    }

    fn flow_call(&mut self, call: &Call) -> bool {
        let depends = call.args.iter().any(|arg| self.varied.arg(arg) || self.arg_holds(arg));
        if !depends {
            return false;
        }
        let changed = call.args.iter().filter_map(|arg| match arg {
            Arg::RefMut(place) => Some(place.root),
            _ => None,
        });
        let given: Vec<VarId> = changed.chain(call.results.iter().copied()).collect();
        given.into_iter().fold(false, |changed, var| self.note(var, false, true) | changed)
    }

    fn pass_on(&mut self, from: VarId, to: VarId) -> bool {
        let (holds, called) = (self.holds.contains(&from), self.called.contains(&from));
        self.note(to, holds, called)
    }

    fn note(&mut self, var: VarId, holds: bool, called: bool) -> bool {
        let steps = matches!(self.function.var(var).ty, Ty::Bool | Ty::Float(_));
        let holds = holds && !steps && self.holds.insert(var);
        let called = called && !steps && self.called.insert(var);
        holds | called
    }

    fn of_value(&self, value: &Rvalue) -> (bool, bool) {
        let of = |exprs: &[Expr]| {
            let holds = exprs.iter().any(|expr| self.holds_one(expr));
            (holds, exprs.iter().any(|expr| self.is_called(expr)))
        };
        match value {
            Rvalue::Expr(expr) => of(std::slice::from_ref(expr)),
            Rvalue::Aggregate { fields, .. } => of(fields),
            Rvalue::Repeat { value, .. } => of(std::slice::from_ref(value)),
            Rvalue::ZeroLike(_) => (false, false),
        }
    }

    /// Whether the value of an expression holds a float as text or bits.
    fn holds_one(&self, expr: &Expr) -> bool {
        if matches!(expr.ty, Ty::Bool | Ty::Float(_)) {
            return false;
        }
        match &expr.kind {
            ExprKind::Read(place) => self.holds.contains(&place.root),
            ExprKind::Prim(prim, args) => {
                prim.row().yields != Yields::Bool && args.iter().any(|arg| self.holds_one(arg))
            }
            ExprKind::Cast(inner) => self.holds_one(inner),
            ExprKind::Opaque(code) => self.code_holds(code),
            ExprKind::Detach(_)
            | ExprKind::Len(_)
            | ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero => false,
        }
    }

    fn is_called(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Read(place) => self.called.contains(&place.root),
            ExprKind::Opaque(code) => self.code_is_called(code),
            _ => false,
        }
    }

    fn code_holds(&self, code: &Opaque) -> bool {
        if asks_for_length(&code.tokens) {
            return false;
        }
        let writes = mentions(&code.tokens, WRITES) || has_macro(&code.tokens, FORMATS);
        let mut read = Vec::new();
        not_detached(&code.tokens, &mut read);
        read.iter().any(|var| self.holds.contains(var) || writes && self.varied.is_active(*var))
    }

    fn code_is_called(&self, code: &Opaque) -> bool {
        !asks_for_length(&code.tokens) && code.reads.iter().any(|var| self.called.contains(var))
    }

    fn arg_holds(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(value) => self.holds_one(value),
            Arg::Ref(place) | Arg::RefMut(place) => {
                is_inert(&place.ty) && self.holds.contains(&place.root)
            }
            Arg::Active(inner) => self.arg_holds(inner),
            Arg::Opaque(code) => self.code_holds(code),
            Arg::Inactive | Arg::Constant(_) => false,
        }
    }

    /// Finds floats made of text or bits.
    fn find(&self, block: &Block, found: &mut Vec<Loss>) {
        for stmt in &block.stmts {
            match &stmt.kind {
                StmtKind::Let { value: Some(value), .. } | StmtKind::Assign { value, .. } => {
                    match value {
                        Rvalue::Expr(expr) | Rvalue::Repeat { value: expr, .. } => {
                            self.find_in(expr, found);
                        }
                        Rvalue::Aggregate { fields, .. } => {
                            fields.iter().for_each(|field| self.find_in(field, found));
                        }
                        Rvalue::ZeroLike(_) => {}
                    }
                }
                StmtKind::Accumulate { value, .. }
                | StmtKind::Fill { value, .. }
                | StmtKind::VecPush { value, .. } => self.find_in(value, found),
                StmtKind::Opaque { code, writes } => {
                    let into = |var: &VarId| is_of_floats(&self.function.var(*var).ty);
                    let made = self.code_holds(code) && writes.iter().any(into);
                    if made || self.reads_one(code) {
                        found.push(Loss::Read(stmt.span));
                    }
                }
                StmtKind::Call(call) => {
                    let makes_floats = call
                        .results
                        .iter()
                        .any(|result| self.function.var(*result).ty.can_be_active());
                    if makes_floats && call.args.iter().any(|arg| self.arg_holds(arg)) {
                        found.push(Loss::Read(stmt.span));
                    }
                }
                _ => {}
            }
            stmt.kind.blocks().for_each(|inner| self.find(inner, found));
        }
    }

    fn find_in(&self, expr: &Expr, found: &mut Vec<Loss>) {
        match &expr.kind {
            ExprKind::Opaque(code) => {
                let made = is_of_floats(&expr.ty) && self.code_holds(code);
                if made || self.reads_one(code) && expr.ty.can_be_active() {
                    found.push(Loss::Read(expr.span));
                }
            }
            ExprKind::Cast(inner) => {
                self.find_in(inner, found);
                if expr.ty.is_float() && self.holds_one(inner) {
                    found.push(Loss::Read(expr.span));
                }
            }
            ExprKind::Prim(_, args) => args.iter().for_each(|arg| self.find_in(arg, found)),
            ExprKind::Read(_)
            | ExprKind::Detach(_)
            | ExprKind::Len(_)
            | ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero => {}
        }
    }

    /// Whether code reads a float that was written down.
    fn reads_one(&self, code: &Opaque) -> bool {
        mentions(&code.tokens, READS) && (self.code_holds(code) || self.code_is_called(code))
    }
}

/// Of a type that is known to hold floats; what only rustc knows may as well be a path or a name.
fn is_of_floats(ty: &Ty) -> bool {
    ty.can_be_active() && !matches!(ty, Ty::Unknown | Ty::Adt(_))
}

/// Of a type without a derivative, in which text and bits can be.
fn is_inert(ty: &Ty) -> bool {
    !ty.can_be_active() && !matches!(ty, Ty::Bool | Ty::Unit)
}

fn mentions(tokens: &TokenStream, names: &[&str]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Group(group) => mentions(&group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The variables that code reads, but for those of which it takes the value alone, `detach(x)`.
fn not_detached(tokens: &TokenStream, read: &mut Vec<VarId>) {
    let mut detached = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) => read.extend(Opaque::var_of(ident)),
            TokenTree::Group(group) if !detached => not_detached(&group.stream(), read),
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        detached = matches!(&token, TokenTree::Ident(ident) if ident == "detach");
    }
}

/// Whether a macro of one of the names is called.
fn has_macro(tokens: &TokenStream, names: &[&str]) -> bool {
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let bang = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
        let found = match token {
            TokenTree::Ident(ident) => bang && names.iter().any(|name| ident == name),
            TokenTree::Group(group) => has_macro(&group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// Whether code is `text.len()` or `text.is_empty()`.
fn asks_for_length(tokens: &TokenStream) -> bool {
    let last: Vec<String> = tokens.clone().into_iter().map(|token| token.to_string()).collect();
    matches!(&last[..], [.., dot, name, parens]
        if dot == "." && (name == "len" || name == "is_empty") && parens == "()")
}
