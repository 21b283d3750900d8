//! The arguments of a generic type that only the type of the value tells.
//!
//! `let a: Matrix<2, 3> = Matrix::constant(x);`: the type at the `let` decides which `constant` is called.
//! Derived code calls several functions in its place, most of which give no `Matrix`, so that the arguments are
//! written where the type is named: `Matrix::<2, 3>::constant`.

use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, Type};

use super::{Lowered, Lowerer};
use crate::ir::Ty;

impl Lowerer<'_> {
    /// A function of a type, called for a value of it: `Matrix::<2, 3>::constant`. An argument of the same type
    /// with other arguments may be what tells them, `Matrix::transposed(&b)`.
    pub(super) fn function_in_full(&mut self, path: &Path, args: &[Lowered], want: &Ty) -> Path {
        let count = path.segments.len().saturating_sub(1);
        match self.in_full(path, count, want) {
            Some(full) if !args.iter().any(|arg| self.may_hold(arg, path, count)) => full,
            _ => path.clone(),
        }
    }

    /// The name of a struct, of which a value is wanted, or that of a variant, with the enum's arguments.
    pub(super) fn constructor_in_full(&mut self, path: &Path, want: &Ty) -> Path {
        let count = path.segments.len();
        let of_struct = self.in_full(path, count, want);
        let of_enum = self.in_full(path, count.saturating_sub(1), want);
        of_struct.or(of_enum).unwrap_or_else(|| path.clone())
    }

    /// The path whose first segments name the type, without its arguments, with these.
    fn in_full(&mut self, path: &Path, count: usize, want: &Ty) -> Option<Path> {
        let Ty::Adt(ty) = self.infer.shallow(want) else { return None };
        let Type::Path(named) = &*ty else { return None };
        if named.qself.is_some() || !names(path, count, &named.path) {
            return None;
        }
        let last = named.path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let told = arguments.args.iter().filter(|arg| !matches!(arg, GenericArgument::Lifetime(_)));
        let args: syn::punctuated::Punctuated<_, _> = told.cloned().collect();
        if args.is_empty() {
            return None;
        }
        let mut full = path.clone();
        full.segments[count - 1].arguments =
            PathArguments::AngleBracketed(AngleBracketedGenericArguments {
                colon2_token: Some(Default::default()),
                args,
                ..arguments.clone()
            });
        Some(full)
    }

    /// Whether there may be a value of a type of this name in what is passed.
    fn may_hold(&mut self, arg: &Lowered, path: &Path, count: usize) -> bool {
        let ty = self.lowered_ty(arg);
        let ty = self.infer.resolve(&ty);
        self.may_be(&ty, path, count)
    }

    fn may_be(&mut self, ty: &Ty, path: &Path, count: usize) -> bool {
        match ty {
            Ty::Adt(ty) | Ty::Inert(Some(ty)) => match &**ty {
                Type::Path(named) => names(path, count, &named.path),
                _ => true,
            },
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                self.may_be(elem, path, count)
            }
            Ty::Tuple(elems) => elems.iter().any(|elem| self.may_be(elem, path, count)),
            Ty::Infer(_) => self.infer.kind(ty) == super::Kind::Any,
            Ty::Unknown | Ty::Tangent(_) | Ty::Dot(_) | Ty::Inert(None) => true,
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Unit => false,
            Ty::Lane(_) | Ty::Record | Ty::Tape => false,
        }
    }
}

/// Whether the first segments of a path name this type, and leave its arguments out.
fn names(path: &Path, count: usize, ty: &Path) -> bool {
    let named = path.segments.iter().take(count);
    count > 0
        && count == ty.segments.len()
        && named.clone().all(|segment| segment.arguments.is_none())
        && named.zip(&ty.segments).all(|(name, of)| name.ident == of.ident)
}
