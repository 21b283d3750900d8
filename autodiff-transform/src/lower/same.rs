//! Methods that give the same value, or a reference to it: `clone`, `as_ref` and their kin.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

use super::method::name_of;
use super::{Access, Lowered, Lowerer, OpenBlock};
use crate::ir::{Expr, Origin, Place, Rvalue, StmtKind, Ty, VarId};

/// Methods that give the same value, or a reference to it.
pub const IDENTITY: &[&str] = &[
    "clone",
    "to_owned",
    "as_ref",
    "as_mut",
    "borrow",
    "borrow_mut",
    "deref",
    "deref_mut",
    "by_ref",
    "copied",
    "cloned",
    "as_slice",
    "as_mut_slice",
    "as_deref",
    "as_deref_mut",
    "to_vec",
    "into_boxed_slice",
    "into_vec",
];

/// Of these, what a struct may have as a method of its own that gives something else.
const MAY_BE_OWN: &[&str] = &[
    "as_ref",
    "as_mut",
    "borrow",
    "borrow_mut",
    "deref",
    "deref_mut",
    "copied",
    "cloned",
    "as_deref",
    "as_deref_mut",
];

/// Types of the standard library that are structs here.
const OF_STD: &[&str] =
    &["Box", "Rc", "Arc", "Cow", "Cell", "RefCell", "Ref", "RefMut", "Mutex", "RwLock", "Pin"];

impl Lowerer<'_> {
    /// `clone` and its kin, of a receiver of a type that is known or not.
    pub(super) fn dispatch_identity(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        (known, want): (Ty, &Ty),
    ) -> Lowered {
        let name = name_of(call);
        if self.changes_inert_type(&name, &known) {
            let ty = match (&known, name.as_str()) {
                (Ty::Inert(_), "clone") => known,
                (Ty::Option(_), _) => Ty::Option(Box::new(Ty::Inert(None))),
                _ => Ty::Unknown,
            };
            return self.opaque(&syn::Expr::MethodCall(call.clone()), &ty);
        }
        if !call.args.is_empty() {
            return self.dispatch_by_type(receiver, block, call, (known, want));
        }
        // `table.get(key).cloned()`: what the reference is to.
        if matches!(receiver, Lowered::Value(_)) && self.kept_place(&receiver).is_some() {
            return self.opaque(&syn::Expr::MethodCall(call.clone()), want);
        }
        self.splice(block);
        self.same_value(receiver, &name, call.span())
    }

    /// Whether a method gives, of what has no derivative, something of another type: `borrow` of a cell,
    /// `as_deref` of an `Option<String>`.
    fn changes_inert_type(&mut self, name: &str, of: &Ty) -> bool {
        match self.infer.resolve(of) {
            Ty::Inert(_) => true,
            Ty::Option(elem) => name.starts_with("as_deref") && matches!(*elem, Ty::Inert(_)),
            _ => false,
        }
    }

    /// Whether such a method is one that a struct has of its own. `clone` has to copy.
    pub(super) fn is_own_method(&mut self, name: &str, of: &Ty) -> bool {
        if !MAY_BE_OWN.contains(&name) || self.infer.is_ndarray(of) {
            return false;
        }
        match self.infer.shallow(of) {
            Ty::Adt(ty) => {
                let name = match &*ty {
                    syn::Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
                    _ => None,
                };
                !name.is_some_and(|name| OF_STD.iter().any(|of_std| name == of_std))
            }
            _ => self.infer.is_marked_struct(of),
        }
    }

    /// Refuses such methods where nothing has told what they are called of.
    pub(super) fn report_unknown_receivers(&mut self) {
        if !self.diagnostics.is_empty() {
            return;
        }
        for (ty, name, span) in std::mem::take(&mut self.same) {
            if matches!(self.infer.resolve(&ty), Ty::Infer(_)) {
                let message = format!("what `{name}` is called of is not known here");
                self.diagnostics.error_at(span, message).help(format!(
                    "leave `{name}` out, or bind what it is called of by `let` with its type"
                ));
            }
        }
    }

    /// `clone()` and its kin, of a float.
    pub(super) fn same_float(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let name = call.method.to_string();
        if !IDENTITY.contains(&name.as_str()) || !call.args.is_empty() {
            return None;
        }
        match name.as_str() {
            "clone" | "to_owned" => {}
            "borrow" | "deref" => self.check_method(&call.method, &quote!(&__rt::OfStd), 0),
            "borrow_mut" | "deref_mut" => {
                self.check_method(&call.method, &quote!(&mut __rt::OfStd), 0);
            }
            _ => return Some(self.unknown_method(&call.method, "a float", &[])),
        }
        Some(match receiver.clone() {
            Lowered::Place(place, _) => Lowered::Place(place, Access::Owned),
            other => other,
        })
    }

    /// `clone()` and its kin.
    pub fn same_value(&mut self, receiver: Lowered, name: &str, span: Span) -> Lowered {
        if MAY_BE_OWN.contains(&name) {
            let ty = self.lowered_ty(&receiver);
            self.same.push((ty, name.to_owned(), span));
        }
        let receiver = match &receiver {
            // `[x, y].to_vec()`.
            Lowered::Built(_) | Lowered::Value(_)
                if name == "to_vec" && matches!(self.lowered_ty(&receiver), Ty::Array(..)) =>
            {
                let (place, access) = self.to_place(receiver, span);
                Lowered::Place(place, access)
            }
            Lowered::Built(_) | Lowered::Value(_) if matches!(name, "as_ref" | "as_deref") => {
                let (place, _) = self.to_place(receiver, span);
                Lowered::Place(place, Access::Ref)
            }
            _ => receiver,
        };
        let Lowered::Place(place, access) = receiver else { return receiver };
        let access = match name {
            "as_mut" | "as_mut_slice" | "as_deref_mut" | "borrow_mut" => Access::RefMut,
            "as_ref" | "as_deref" if access == Access::Owned => Access::Ref,
            _ => access,
        };
        let by_value =
            matches!(name, "clone" | "to_owned" | "to_vec" | "copied" | "cloned" | "into_vec");
        // Of a field it may show below only.
        let is_vec =
            matches!(self.infer.shallow(&place.ty), Ty::Vec(_) | Ty::Array(..) | Ty::Infer(_));
        if matches!(name, "as_slice" | "as_mut_slice") && is_vec {
            let access = if access == Access::Owned { Access::Ref } else { access };
            return Lowered::Place(self.slice_of(place, None, None, span), access);
        }
        if !by_value {
            return Lowered::Place(place, access);
        }
        match (name, self.infer.resolve(&place.ty)) {
            (_, Ty::Slice(_)) | ("to_vec", Ty::Array(..)) => {
                let var = self.copied(place, span);
                Lowered::Value(self.function.read(var))
            }
            _ => Lowered::Value(Expr { span, ..Expr::read(place) }),
        }
    }

    /// A `Vec` of the elements of an array or a slice.
    pub fn copied(&mut self, place: Place, span: Span) -> VarId {
        let elem = self.infer.element(&place.ty);
        let slice = self.slice_of(place, None, None, span);
        let var = self.variable("copied", Ty::Vec(Box::new(elem)), false, Origin::Temp, span);
        let value = Some(Rvalue::Expr(Expr::read(slice)));
        self.push(StmtKind::Let { var, value }, span);
        var
    }
}
