//! Declarations, with a type where derived code would leave it open.

use proc_macro2::{Punct, Spacing, TokenStream};
use quote::quote;

use super::Printer;
use super::code::Code;
use super::integers::is_open;
use crate::ir::{Expr, ExprKind, Origin, Rvalue, Shape, Ty, VarId, decides_by_result};

impl Printer<'_> {
    pub(super) fn let_(&self, var: VarId, value: Option<&Rvalue>) -> Code {
        let binding = self.binding(var);
        let ty = &self.function.var(var).ty;
        if let Some(zero) = self.empty_bar(var, value) {
            let annotation = self.annotation(ty);
            return quote!(let #binding #annotation = #zero;).into();
        }
        if let (Origin::Scratch, Some(Rvalue::Repeat { value, len, ty })) =
            (self.function.var(var).origin, value)
        {
            return self.let_scratch(var, value, len, ty).into();
        }
        if let Some(told) = self.let_told(var, value) {
            return told.into();
        }
        let annotation = self.let_annotation(ty, value);
        let tokens = match value {
            None => quote!(let #binding #annotation;),
            Some(Rvalue::Expr(Expr { kind: ExprKind::Zero, ty: Ty::Tape, .. })) => {
                let rt = &self.rt;
                quote!(let #binding = #rt::Tape::take();)
            }
            Some(value) => {
                let like = match value {
                    Rvalue::Expr(Expr { kind: ExprKind::Cast(_), .. }) => self.open_like(var),
                    _ => None,
                };
                let value = self.rvalue(value, ty);
                match like {
                    Some(like) => quote!(let #binding = if false { #like } else { #value };),
                    None => return declaration(binding, annotation, value),
                }
            }
        };
        tokens.into()
    }

    /// `: T`, where the value leaves it open.
    fn let_annotation(&self, ty: &Ty, value: Option<&Rvalue>) -> Option<TokenStream> {
        let named = || self.ty(ty).map(|ty| quote!(: #ty));
        match value {
            // Methods may be called on the variable before anything tells rustc its type.
            None if has_methods(ty) => named(),
            Some(Rvalue::Aggregate { shape: Shape::Vec | Shape::VecWithCapacity(_), .. })
                if has_methods(ty) =>
            {
                named()
            }
            // As below; the values are given further down.
            Some(Rvalue::Aggregate {
                shape: Shape::Vec | Shape::VecWithCapacity(_),
                fields,
                ..
            }) if fields.is_empty() => self.annotation(ty),
            // `None` says nothing, and a part of what may be there is read before it is.
            Some(Rvalue::Aggregate { shape: Shape::Option, fields, .. })
                if fields.is_empty() && !may_refer(ty) =>
            {
                if has_methods(ty) {
                    named()
                } else {
                    self.annotation(ty)
                }
            }
            // `Ok(x)` leaves the error's type open.
            Some(Rvalue::Aggregate {
                shape: Shape::Variant { path, .. }, ty: Ty::Adt(ty), ..
            }) if path.is_ident("Ok") || path.is_ident("Err") => Some(quote!(: #ty)),
            None if ty.is_float() => self.annotation(ty),
            None if matches!(ty, Ty::Int(Some(_))) => named(),
            // Literals leave the type open, and derived code may call methods on the variable.
            Some(value) if self.leaves_float_open(value) => self.annotation(ty),
            // Likewise; a `usize` shows where it is used.
            Some(Rvalue::Expr(value)) if is_narrow(ty) && is_open(value) => self.annotation(ty),
            // What `collect()` makes, and what `HashMap::new()` is of, the user may have written here only.
            Some(Rvalue::Expr(Expr { kind: ExprKind::Opaque(code), .. })) => {
                let is_open = matches!(ty, Ty::Vec(_) | Ty::Option(_) | Ty::Array(..))
                    && decides_by_result(&code.tokens);
                let open = || is_open.then(|| self.annotation(ty)).flatten();
                let_names(ty).map(|ty| quote!(: #ty)).or_else(open)
            }
            _ => None,
        }
    }

    /// The declaration of a variable whose type is written down, or told by an expression that has it.
    fn let_told(&self, var: VarId, value: Option<&Rvalue>) -> Option<TokenStream> {
        let declared = self.function.var(var);
        if let Some(written) = &declared.written {
            let binding = self.binding(var);
            let value = value.map(|value| self.rvalue(value, &declared.ty));
            let value = value.map(|value| quote!(= #value));
            return Some(quote!(let #binding: #written #value;));
        }
        match value {
            Some(Rvalue::Expr(value)) => self.let_integer(var, value),
            _ => None,
        }
    }

    /// A slice, so that rustc knows the length where it is indexed.
    fn let_scratch(&self, var: VarId, value: &Expr, len: &Expr, ty: &Ty) -> TokenStream {
        let rt = &self.rt;
        let zero = ty.element().and_then(|elem| self.zero(&elem, true));
        let value = zero.map_or_else(|| self.expr(value), Code::from);
        let len = self.expr(len);
        let ident = self.ident(var);
        quote!(let #ident = &mut *#rt::Scratch::new(#value, #len);)
    }

    /// An expression of the type that a derivative has, where it cannot be named.
    fn open_like(&self, var: VarId) -> Option<TokenStream> {
        match &self.function.var(var).ty {
            Ty::Tangent(_) | Ty::Dot(_) => self.variable_like(&self.function.place(var)),
            _ => None,
        }
    }

    /// `: T`, where the type can be named.
    pub(super) fn annotation(&self, ty: &Ty) -> Option<TokenStream> {
        self.ty(ty).filter(|_| self.names_float).map(|ty| quote!(: #ty))
    }

    /// Whether rustc cannot tell from the value alone what its floats are.
    fn leaves_float_open(&self, value: &Rvalue) -> bool {
        match value {
            Rvalue::Expr(expr) => self.is_untyped_float(expr),
            Rvalue::Aggregate {
                shape: Shape::Tuple | Shape::Array | Shape::Vec, fields, ..
            } => fields.iter().any(|field| self.is_untyped_float(field)),
            Rvalue::Repeat { value, .. } => self.is_untyped_float(value),
            Rvalue::Aggregate { .. } | Rvalue::ZeroLike(_) => false,
        }
    }

    /// What a bar starts from that is declared as zero.
    fn empty_bar(&self, var: VarId, value: Option<&Rvalue>) -> Option<TokenStream> {
        let is_bar =
            matches!(self.function.var(var).origin, Origin::Cotangent(_) | Origin::Share(_));
        match value {
            Some(Rvalue::Expr(Expr { kind: ExprKind::Zero, ty, .. })) if is_bar => {
                self.empty_sum(ty)
            }
            _ => None,
        }
    }
}

/// `let x: T = value;`, as most statements are.
fn declaration(binding: Code, annotation: Option<TokenStream>, value: Code) -> Code {
    Code::word("let")
        .then(binding)
        .then(annotation.into_iter().flatten())
        .then([Punct::new('=', Spacing::Alone).into()])
        .then(value)
        .then([Punct::new(';', Spacing::Alone).into()])
}

/// The type of a collection without derivatives, as it is written.
fn let_names(ty: &Ty) -> Option<&syn::Type> {
    let Ty::Inert(Some(ty)) = ty else { return None };
    let syn::Type::Path(path) = &**ty else { return None };
    let last = path.path.segments.last()?;
    (!last.arguments.is_none() || last.ident == "String").then_some(ty)
}

/// Whether values of the type hold values of a type of the user's.
fn has_methods(ty: &Ty) -> bool {
    match ty {
        Ty::Adt(_) => true,
        Ty::Array(elem, _)
        | Ty::Slice(elem)
        | Ty::Vec(elem)
        | Ty::Option(elem)
        | Ty::Tangent(elem)
        | Ty::Dot(elem) => has_methods(elem),
        Ty::Tuple(elems) => elems.iter().any(has_methods),
        Ty::Float(_)
        | Ty::Lane(_)
        | Ty::Int(_)
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}

/// Whether values of the type hold some without derivatives, of which the IR does not tell references.
fn may_refer(ty: &Ty) -> bool {
    match ty {
        Ty::Inert(_) => true,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => may_refer(elem),
        Ty::Tuple(elems) => elems.iter().any(may_refer),
        _ => false,
    }
}

/// An integer of a known type other than that of indices.
fn is_narrow(ty: &Ty) -> bool {
    matches!(ty, Ty::Int(Some(name)) if name != "usize")
}
