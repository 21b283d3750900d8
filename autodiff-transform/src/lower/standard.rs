//! Types of the standard library whose functions have no derivative: collections, pointers, cells.

use super::place::peel;
use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    /// Whether a call makes something of the standard library's without derivatives, which the type that
    /// is wanted does not tell: a collection, or what holds a cell.
    pub(super) fn is_made_inert(&mut self, path: &syn::Path, args: &[Lowered], want: &Ty) -> bool {
        let Some(owner) = standard_owner(path) else { return false };
        if self.is_own_name(&owner.to_string()) {
            return false;
        }
        if changes_when_shared(owner) {
            return true;
        }
        // A collection of floats is one of constants: what has a derivative cannot be put into it.
        let known = !matches!(self.infer.shallow(want), Ty::Unknown | Ty::Infer(_))
            && self.collection_name(want).is_none();
        let constructors = ["new", "with_capacity", "from", "from_iter", "default"];
        let makes = path
            .segments
            .last()
            .is_some_and(|last| constructors.iter().any(|constructor| last.ident == constructor));
        let holds_inert = |l: &mut Self| {
            let types: Vec<Ty> = args.iter().map(|arg| l.lowered_ty(arg)).collect();
            types.iter().any(|ty| matches!(l.infer.shallow(ty), Ty::Inert(_)))
        };
        let is_pointer = ["Box", "Rc", "Arc"].iter().any(|name| owner == name);
        makes && !known && (!is_pointer || holds_inert(self))
    }
}

/// The standard type that a function belongs to, where no such function has a derivative.
pub(super) fn standard_owner(path: &syn::Path) -> Option<&syn::Ident> {
    const OWNERS: &[&str] = &[
        "Box",
        "Rc",
        "Arc",
        "Cell",
        "RefCell",
        "Mutex",
        "RwLock",
        "OnceCell",
        "String",
        "HashMap",
        "BTreeMap",
        "HashSet",
        "BTreeSet",
        "VecDeque",
        "BinaryHeap",
        "LinkedList",
    ];
    let owner = &path.segments.iter().nth_back(1)?.ident;
    OWNERS.iter().any(|name| owner == name).then_some(owner)
}

/// Whether a method is of what a function of a type that may be the user's makes, or of a constant of it:
/// `B::new().with(k)`, `B::ZERO.with(k)`. What takes a closure may be a static's.
pub fn is_built(call: &syn::ExprMethodCall) -> bool {
    match peel(&call.receiver) {
        syn::Expr::MethodCall(inner) => is_built(inner),
        syn::Expr::Call(made) => match &*made.func {
            syn::Expr::Path(path) => {
                let owner = path.path.segments.iter().nth_back(1);
                let is_type = |owner: &syn::PathSegment| {
                    owner.ident.to_string().starts_with(char::is_uppercase)
                };
                owner.is_some_and(is_type) && standard_owner(&path.path).is_none()
            }
            _ => false,
        },
        syn::Expr::Path(path) => {
            let takes_closure = call.args.iter().any(|arg| matches!(arg, syn::Expr::Closure(_)));
            is_constant(&path.path) && !takes_closure
        }
        _ => false,
    }
}

/// Whether a path is written as constants are: `ORIGIN`, `Quaternion::IDENTITY`.
fn is_constant(path: &syn::Path) -> bool {
    let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let is_upper = name.starts_with(char::is_uppercase) && !name.contains(char::is_lowercase);
    is_upper && standard_owner(path).is_none()
}

/// Whether the contents of the type change behind a shared reference.
fn changes_when_shared(owner: &syn::Ident) -> bool {
    ["Cell", "RefCell", "Mutex", "RwLock", "OnceCell"].iter().any(|name| owner == name)
}

/// Whether a method of an `Option` does something with what is in it.
pub(super) fn is_of_payload(name: &str) -> bool {
    ["map_or", "map_or_else", "is_some_and", "is_none_or"].contains(&name)
}

/// Whether a method hands a closure what the standard library's `Option`s hold that a look-up gives.
pub(super) fn takes_payload(call: &syn::ExprMethodCall) -> bool {
    const GIVE_OPTIONS: &[&str] = &[
        "get",
        "find",
        "rfind",
        "front",
        "back",
        "pop",
        "pop_front",
        "pop_back",
        "remove",
        "ok",
        "first_key_value",
        "last_key_value",
        "pop_first",
        "pop_last",
        "strip_prefix",
        "strip_suffix",
    ];
    let syn::Expr::MethodCall(given) = peel(&call.receiver) else { return false };
    let through = ["copied", "cloned"].iter().any(|name| given.method == name);
    let from = match peel(&given.receiver) {
        syn::Expr::MethodCall(from) if through => from,
        _ => given,
    };
    let takes = ["map", "and_then"].iter().any(|name| call.method == name);
    takes && GIVE_OPTIONS.iter().any(|name| from.method == name)
}
