//! `ndarray`'s arrays, as far as their names tell: `Array1<f64>` up to `ArrayD<f64>`.
//!
//! To the passes an array is a struct with elements, and so is its tangent. What is written here is
//! what the library knows of it: which types are arrays, what their elements are, and which methods
//! ask for the shape, which has no derivative. Where a type of the user's has one of these names,
//! rustc refuses the derivatives: the runtime's functions for shapes take arrays only.

mod make;
mod methods;
mod operators;
mod parts;
pub mod views;
mod written;

use syn::spanned::Spanned;

use self::views::VIEW;
use super::Lowerer;
use super::infer::Infer;
use super::place::peel;
use crate::ir::{Expr, Ty, is_ndarray_name};

/// How the names of arrays begin that borrow or share their elements.
const BORROWING: &[&str] = &["ArrayView", "ArrayRef", "ArcArray", "CowArray", "ArrayBase"];

/// Methods that ask for the shape.
const SHAPE: &[&str] = &["len", "nrows", "ncols", "dim", "raw_dim", "shape", "ndim", "is_empty"];

/// The field under which the type of an array's elements is known.
const ELEMENT: &str = "[]";

impl Infer {
    /// Whether a type is known to be an array.
    pub fn is_ndarray(&mut self, ty: &Ty) -> bool {
        match self.shallow(ty) {
            Ty::Adt(ty) => last_name(&ty).is_some_and(|name| is_ndarray_name(&name)),
            free => self.struct_name(&free).is_some_and(|name| is_array_name(name)),
        }
    }

    /// As [`is_ndarray`](Self::is_ndarray), of what is known by now.
    pub fn is_known_ndarray(&self, ty: &Ty) -> bool {
        match self.known(ty) {
            Ty::Adt(ty) => last_name(&ty).is_some_and(|name| is_ndarray_name(&name)),
            Ty::Infer(id) => self.owners.get(&id).is_some_and(|name| is_array_name(name)),
            _ => false,
        }
    }

    /// The number of an array's dimensions, where its type tells it.
    pub fn ndarray_rank(&mut self, ty: &Ty) -> Option<usize> {
        let name = match self.shallow(ty) {
            Ty::Adt(ty) => last_name(&ty)?,
            free => self.struct_name(&free)?.clone(),
        };
        name.strip_prefix("Array").or(name.strip_prefix(VIEW))?.parse().ok()
    }

    /// The type of an array's elements.
    pub fn ndarray_element(&mut self, array: &Ty) -> Option<Ty> {
        if !self.is_ndarray(array) {
            return None;
        }
        let owner = self.owner(array)?;
        Some(self.field(&owner, ELEMENT))
    }
}

impl Lowerer<'_> {
    /// Notes what an array type holds.
    pub fn note_ndarray(&mut self, ty: &Ty, elem: &syn::Type) {
        if let Some(known) = self.infer.ndarray_element(ty) {
            let elem = self.ty(elem);
            self.unify(&known, &elem);
        }
    }

    /// Says what to take instead of an array that borrows its elements.
    pub fn refuse_borrowing_array(&mut self, path: &syn::TypePath) {
        let Some(name) = last_name(&syn::Type::Path(path.clone())) else { return };
        if !BORROWING.iter().any(|prefix| name.starts_with(prefix)) {
            return;
        }
        let reference = if name.contains("Mut") { "&mut " } else { "&" };
        let rank = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        self.reject(
            &path.path.segments.last().expect("it has a name").ident,
            format!("`{name}` borrows its elements, which their derivatives cannot"),
            format!(
                "take `{reference}Array{rank}<..>` or a slice, or mark the parameter `#[constant]`"
            ),
        );
    }

    /// What the constructor of an array gives: `Array1::zeros(n)`.
    pub fn made_ndarray(&mut self, path: &syn::Path, want: &Ty) -> Option<Ty> {
        let owner = path.segments.iter().nth_back(1)?.ident.to_string();
        if !is_ndarray_name(&owner) {
            return None;
        }
        let ty = self.infer.fresh_struct(owner);
        self.unify(&ty, want);
        Some(ty)
    }

    /// `[i, j]` or `(i, j)`, as it stands, or an integer.
    pub fn index_of_array(&mut self, index: &syn::Expr) -> Expr {
        let lowered = match peel(index) {
            several @ (syn::Expr::Array(_) | syn::Expr::Tuple(_)) => {
                self.opaque(several, &Ty::Inert(None))
            }
            one => return self.value(one, &Ty::usize()),
        };
        self.to_expr(lowered, index.span())
    }
}

/// `x.nrows()` by the runtime's function, which takes arrays only.
pub fn shape_function(call: &syn::ExprMethodCall) -> Option<syn::Expr> {
    let (name, receiver) = (&call.method, &call.receiver);
    let known = SHAPE.iter().any(|shape| name == shape) && call.args.is_empty();
    known.then(|| syn::parse_quote!(__rt::arrays::#name(&#receiver)))
}

/// The name of an array, or of a copy of a view.
fn is_array_name(name: &str) -> bool {
    is_ndarray_name(name)
        || name.strip_prefix(VIEW).is_some_and(|rank| rank.parse::<usize>().is_ok())
}

fn last_name(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}
