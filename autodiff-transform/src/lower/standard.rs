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

/// Whether a value is made by a function of a type that may be the user's, or a constant of it: `B::new()`,
/// `B::new().with(k)`, `B::ZERO`.
pub fn is_built(expr: &syn::Expr) -> bool {
    match peel(expr) {
        syn::Expr::MethodCall(call) => is_built(&call.receiver),
        syn::Expr::Call(call) => match &*call.func {
            syn::Expr::Path(path) => {
                let owner = path.path.segments.iter().nth_back(1);
                let is_type = |owner: &syn::PathSegment| {
                    owner.ident.to_string().starts_with(char::is_uppercase)
                };
                owner.is_some_and(is_type) && standard_owner(&path.path).is_none()
            }
            _ => false,
        },
        syn::Expr::Path(path) => is_constant(&path.path),
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
