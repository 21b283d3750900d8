//! What identifiers mean.

use std::collections::HashMap;
use std::rc::Rc;

use super::closure::Closure;
use super::iter::Chain;
use crate::ir::{Expr, Place, Rvalue};

/// What an expression was lowered to.
///
/// References have no IR form: a reference to a place *is* that place, with [`Access`] telling how
/// Rust sees it.
#[derive(Clone)]
pub enum Lowered {
    /// A pure expression.
    Value(Expr),
    /// An aggregate that is still to be given to a variable or place.
    Built(Rvalue),
    Place(Place, Access),
    /// A tuple with at least one part that is no value (a reference, an iterator), or one that is
    /// about to be destructured.
    Tuple(Vec<Lowered>),
    /// An `Option` of something that is no value, as `x.first()` and `x.get(i)` are.
    Option {
        is_some: Expr,
        payload: Box<Lowered>,
    },
    /// A closure: inlined at each call.
    Closure(Rc<Closure>),
    /// An iterator: turned into a loop where it is consumed.
    Iter(Rc<Chain>),
    /// A function named but not called.
    Function(syn::ExprPath),
    Unit,
    /// The expression does not end normally, or is in error.
    Never,
}

impl Lowered {
    /// Whether this is an exclusive reference, or has one in it: what is written through it must
    /// reach the place, and not a copy.
    pub fn is_exclusive(&self) -> bool {
        match self {
            Lowered::Place(_, access) => *access == Access::RefMut,
            Lowered::Tuple(parts) => parts.iter().any(Lowered::is_exclusive),
            Lowered::Option { payload, .. } => payload.is_exclusive(),
            Lowered::Value(_)
            | Lowered::Built(_)
            | Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never => false,
        }
    }
}

/// How Rust sees a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// As an owned value.
    Owned,
    /// Through `&`.
    Ref,
    /// Through `&mut`.
    RefMut,
}

/// What an identifier stands for.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly all bindings are the large variant")]
pub enum Binding {
    /// A local variable, or another name for whatever it was bound to.
    Local { value: Lowered, mutable: bool },
    /// A nested `fn`, with its signature.
    Function(Rc<syn::Signature>),
    /// A nested `const`, or a const parameter.
    Const(Rc<syn::Type>),
    /// Bound inside code that is kept as it stands.
    Verbatim,
    /// Such a name whose value the code has behind a reference that the user's code has not.
    Behind,
}

/// The scopes around the point being lowered, innermost last. Cloned where a closure is made.
#[derive(Clone, Default)]
pub struct Scopes {
    stack: Vec<HashMap<String, Binding>>,
}

impl Scopes {
    pub fn enter(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub fn leave(&mut self) {
        self.stack.pop();
    }

    pub fn bind(&mut self, name: String, binding: Binding) {
        if self.stack.is_empty() {
            self.enter();
        }
        if let Some(scope) = self.stack.last_mut() {
            scope.insert(name, binding);
        }
    }

    pub fn find(&self, name: &str) -> Option<&Binding> {
        self.stack.iter().rev().find_map(|scope| scope.get(name))
    }
}
