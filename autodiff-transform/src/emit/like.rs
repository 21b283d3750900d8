//! The types of values whose declarations are not seen, told to rustc by expressions that have them.
//!
//! What a call returns has a type that only rustc knows. Where the reverse sweep takes such a value from
//! the tape, nothing there says its type, so the call is shown again, in a closure that never runs.
//! Likewise of a part of such a value.

use proc_macro2::TokenStream;
use quote::quote;

use super::Printer;
use super::types::lanes;
use crate::ir::{
    Arg, Block, Call, ExprKind, Origin, Place, Proj, Rvalue, Stmt, StmtKind, Target, Ty, VarId,
};

/// The statements of a function that give variables values whose types rustc may have to be told.
pub fn sources(block: &Block) -> Vec<Stmt> {
    let statements = block.stmts.iter().flat_map(|stmt| match &stmt.kind {
        StmtKind::Call(_) => vec![stmt.clone()],
        StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } if value.as_place().is_some() => {
            vec![stmt.clone()]
        }
        kind => kind.blocks().into_iter().flat_map(sources).collect(),
    });
    statements.collect()
}

impl Printer<'_> {
    /// An expression of the type that this variable has; it is type-checked and never run. The type
    /// is that of a call's result, or of its derivatives, which have one type.
    pub(super) fn called_like(&self, place: &Place) -> Option<TokenStream> {
        let mut var = place.is_var()?;
        let mut is_derivative = false;
        loop {
            (var, is_derivative) = match self.function.var(var).origin {
                Origin::Tangent(of) | Origin::Cotangent(of) => (of, true),
                Origin::Again(of) => (of, is_derivative),
                Origin::User | Origin::Temp | Origin::Scratch => break,
            };
        }
        let value = self.value_like(var)?;
        let (rt, lanes) = (&self.rt, lanes());
        Some(match is_derivative {
            true if place.ty.has_lanes() => quote!(#rt::zero_tangent_in(#lanes, &#value)),
            true => quote!(#rt::zero_tangent(&#value)),
            false => value,
        })
    }

    /// An expression of the type that the variable has in the function that was written.
    fn value_like(&self, var: VarId) -> Option<TokenStream> {
        self.sources.iter().find_map(|source| match &source.kind {
            StmtKind::Call(call) if call.results.contains(&var) => self.call_like(call),
            StmtKind::Let { var: own, value: Some(Rvalue::Expr(value)) } if *own == var => {
                self.place_like(value.as_place()?)
            }
            _ => None,
        })
    }

    /// The call, of arguments that are not there.
    fn call_like(&self, call: &Call) -> Option<TokenStream> {
        let absent = |_| quote!(::core::unreachable!());
        match &call.callee.target {
            Target::Path(path) => {
                let args = call.args.iter().map(absent);
                Some(quote!(#path(#(#args),*)))
            }
            Target::Method(name) => {
                let (receiver, args) = call.args.split_first()?;
                let args = args.iter().map(absent);
                let receiver = self.receiver_like(receiver)?;
                Some(quote!(#receiver.#name(#(#args),*)))
            }
        }
    }

    /// An expression of the type that the receiver has.
    fn receiver_like(&self, receiver: &Arg) -> Option<TokenStream> {
        let rt = &self.rt;
        let (place, ty) = match receiver {
            Arg::Ref(place) | Arg::RefMut(place) => (Some(place), &place.ty),
            Arg::Value(value) => match &value.kind {
                ExprKind::Read(place) => (Some(place), &value.ty),
                _ => (None, &value.ty),
            },
            Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive => return None,
        };
        match (self.ty(ty), place) {
            (Some(elems), _) if matches!(ty, Ty::Slice(_)) => {
                Some(quote!(#rt::absent::<&mut #elems>()))
            }
            (Some(ty), _) => Some(quote!(#rt::absent::<#ty>())),
            (None, Some(place)) => self.place_like(place),
            (None, None) => None,
        }
    }

    /// An expression of the type that the place has: one of its variable's type, and the way to the
    /// part.
    fn place_like(&self, place: &Place) -> Option<TokenStream> {
        let rt = &self.rt;
        let root = match self.ty(&self.function.var(place.root).ty) {
            Some(ty) => quote!(#rt::absent::<#ty>()),
            None => self.value_like(place.root)?,
        };
        let mut tokens = root;
        for proj in &place.path {
            tokens = match proj {
                Proj::Field(member) => quote!(#tokens.#member),
                Proj::Index(_) => quote!(#tokens[0]),
                Proj::Range(..) => quote!(#tokens[..]),
                Proj::Variant(..) => return None,
            };
        }
        Some(tokens)
    }
}
