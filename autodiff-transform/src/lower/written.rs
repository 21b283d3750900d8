//! Types of variables as they are written, for what code gives that is kept as it stands.
//!
//! `let rows: Vec<&str> = text.lines().collect();`: the type decides what the code does. The IR's types say
//! nothing of references, so that such a variable keeps the type as it stands ([`Var::written`]).
//!
//! [`Var::written`]: crate::ir::Var::written

use super::{Lowered, Lowerer};
use crate::ir::{Origin, Place, Proj, Rvalue, StmtKind, VarId};

impl Lowerer<'_> {
    /// Notes the type that is written for a value: it is that of the code that gives it, or of what it is the
    /// payload of, in whatever branch.
    pub(super) fn note_written(&mut self, value: &Lowered, ty: Option<&syn::Type>) {
        if let Lowered::Tuple(parts) = value {
            let types = parts_of_type(ty);
            return parts
                .iter()
                .zip(types)
                .for_each(|(part, ty)| self.note_written(part, Some(ty)));
        }
        let (Some(ty), Some(place)) = (ty, place_of(value)) else { return };
        let ty: syn::Type = match &place.path[..] {
            [] => ty.clone(),
            // `text.parse()?`.
            [Proj::Variant(path, _)] if path.is_ident("Ok") => {
                syn::parse_quote!(::core::result::Result<#ty, _>)
            }
            [Proj::Variant(path, _)] if path.is_ident("Some") => {
                syn::parse_quote!(::core::option::Option<#ty>)
            }
            _ => return,
        };
        self.write_type(place.root, &ty);
    }

    fn write_type(&mut self, var: VarId, ty: &syn::Type) {
        if self.kept.contains(&var) {
            let written = &mut self.function.vars[var.0 as usize].written;
            written.get_or_insert_with(|| Box::new(ty.clone()));
            return;
        }
        if self.called.contains(&var) {
            return self.write_result(var, ty);
        }
        // What branches give; it is given to no other variable yet.
        if self.function.var(var).origin != Origin::Temp {
            return;
        }
        let mut given = Vec::new();
        self.open.for_each_stmt(&mut |kind| {
            if let StmtKind::Assign { place, value: Rvalue::Expr(value) } = kind
                && place.is_var() == Some(var)
            {
                given.extend(value.as_var().filter(|from| *from != var));
            }
        });
        given.into_iter().for_each(|from| self.write_type(from, ty));
    }

    /// `let p: [f64; 4] = powers(x);`: the parameters of a function may show in its result alone. What it gives is no
    /// reference, so that a type with one is not the result's own.
    fn write_result(&mut self, var: VarId, ty: &syn::Type) {
        let called = &mut self.function.vars[var.0 as usize];
        called.written = Some(Box::new(ty.clone()));
        if called.of_references().is_some() || called.ty.is_scalar() {
            called.written = None;
        }
    }

    /// Notes the type of a variable that is declared without a value.
    pub(super) fn declare_written(&mut self, var: VarId, ty: Option<&syn::Type>) {
        let declared = &mut self.function.vars[var.0 as usize];
        declared.written = ty.cloned().map(Box::new);
        // A variable of the IR is no reference; of a number the IR tells the type.
        if declared.of_references().is_some() || declared.ty.is_scalar() {
            declared.written = None;
        }
    }

    /// The type that was written for a variable declared without a value.
    pub(super) fn written_of(&self, expr: &syn::Expr) -> Option<Box<syn::Type>> {
        let var = self.owned_local(expr)?.is_var()?;
        self.function.var(var).written.clone()
    }
}

/// `A` and `B` of `(A, B)`.
pub(super) fn parts_of_type(ty: Option<&syn::Type>) -> Vec<&syn::Type> {
    match ty {
        Some(syn::Type::Tuple(tuple)) => tuple.elems.iter().collect(),
        Some(syn::Type::Paren(paren)) => parts_of_type(Some(&paren.elem)),
        _ => Vec::new(),
    }
}

fn place_of(value: &Lowered) -> Option<&Place> {
    match value {
        Lowered::Value(value) => value.as_place(),
        Lowered::Place(place, _) => Some(place),
        _ => None,
    }
}
