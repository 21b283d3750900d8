//! Operations on whole arrays, written as the loops over elements that they stand for.
//!
//! The loops are Rust, lowered like the user's: their operands are names for what has been lowered
//! before. Where `ndarray` adds up in an order of its own, its own value is taken and the loop tells the
//! derivative only, by `given(value, same)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::super::opaque::Use;
use super::super::{Access, Binding, Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, Opaque, Place, Ty};
use crate::ops::Prim;

/// The most dimensions that loops are written for.
pub(super) const MOST: usize = 6;

/// Loops over all elements of an array with so many dimensions.
pub(super) struct Loops {
    rank: usize,
    span: Span,
}

/// The name of an index.
pub(super) fn axis_name(axis: usize, span: Span) -> Ident {
    Ident::new(["i", "j", "k", "l", "m", "n"][axis], span)
}

impl Loops {
    pub fn new(rank: usize, span: Span) -> Loops {
        Loops { rank, span }
    }

    /// The index of an element: `i`, `[i, j]`.
    pub fn index(&self) -> TokenStream {
        let span = self.span;
        let vars = (0..self.rank).map(|axis| axis_name(axis, span));
        match self.rank {
            1 => quote_spanned!(span=> i),
            _ => quote_spanned!(span=> [#(#vars),*]),
        }
    }

    /// The index as a value that `from_shape_fn` hands to its function: `i`, `(i, j)`.
    pub fn index_value(&self) -> TokenStream {
        let span = self.span;
        let vars = (0..self.rank).map(|axis| axis_name(axis, span));
        match self.rank {
            1 => quote_spanned!(span=> i),
            _ => quote_spanned!(span=> (#(#vars),*)),
        }
    }

    /// Runs `body` for each index of the array called `of`, which `body` leaves as long as it is.
    pub fn over(&self, of: &str, body: TokenStream) -> TokenStream {
        let span = self.span;
        let of = syn::Ident::new(of, span);
        let lengths = (0..self.rank).map(|axis| match self.rank {
            1 => quote_spanned!(span=> #of.len()),
            _ => quote_spanned!(span=> __rt::arrays::axis(&#of, #axis)),
        });
        self.over_lengths(lengths.collect(), body)
    }

    /// Runs `body` for each index below these lengths.
    pub fn over_lengths(&self, lengths: Vec<TokenStream>, body: TokenStream) -> TokenStream {
        let span = self.span;
        lengths.into_iter().enumerate().rev().fold(body, |body, (axis, length)| {
            let var = axis_name(axis, span);
            quote_spanned!(span=> for #var in 0..#length { #body })
        })
    }
}

impl Lowerer<'_> {
    /// The number of an array's dimensions, where its type tells it.
    pub fn rank_of(&mut self, value: &Lowered) -> Option<usize> {
        let ty = self.lowered_ty(value);
        let rank = self.infer.ndarray_rank(&ty)?;
        (1..=MOST).contains(&rank).then_some(rank)
    }

    /// Whether a value is known to be an array.
    pub fn is_ndarray_value(&mut self, value: &Lowered) -> bool {
        let ty = self.lowered_ty(value);
        self.infer.is_ndarray(&ty)
    }

    /// The rank, or an error that asks for it.
    pub(super) fn known_rank(&mut self, value: &Lowered, span: Span) -> Option<usize> {
        let rank = self.rank_of(value);
        if rank.is_none() {
            self.diagnostics
                .error_at(span, "how many dimensions this array has cannot be told here")
                .help("bind it by `let` with its type: `Array1<f64>`, `Array2<f64>`");
        }
        rank
    }

    /// Lowers `code`, in which the names stand for these values.
    pub(super) fn lower_written(
        &mut self,
        names: Vec<(&str, Lowered)>,
        code: TokenStream,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let code = match syn::parse2::<syn::Expr>(code) {
            Ok(code) => code,
            Err(error) => {
                self.diagnostics.push(error);
                return self.poison();
            }
        };
        self.scopes.enter();
        for (name, value) in names {
            let value = self.operand_named(value, span);
            self.scopes.bind(name.to_owned(), Binding::Local { value, mutable: true });
        }
        let lowered = self.lower(&code, want);
        self.scopes.leave();
        lowered
    }

    /// What a name can stand for: a place with its indices as they are now, or a variable. A variable
    /// that code starts from keeps its value.
    fn operand_named(&mut self, value: Lowered, span: Span) -> Lowered {
        let (place, access) = match value {
            closure @ (Lowered::Closure(_) | Lowered::Function(_)) => return closure,
            Lowered::Place(place, access) => (self.freeze(place), access),
            other => (self.to_place(other, span).0, Access::Owned),
        };
        self.shared.insert(place.root);
        Lowered::Place(place, access)
    }

    /// `__rt::given(value, same)`: a value as it stands, with the derivative of another.
    pub fn lower_given(&mut self, value: &syn::Expr, same: &syn::Expr, want: &Ty) -> Lowered {
        let same = self.value(same, want);
        let value = self.opaque_for(value, &same.ty, Use::Inspect);
        let value = self.to_expr(value, same.span);
        let (ty, span) = (same.ty.clone(), same.span);
        Lowered::Value(Expr::prim(Prim::Given, vec![value, same], ty, span))
    }

    /// The index of the element at `index` in the order of iteration, of an array that may have
    /// several dimensions.
    pub fn nth_of_array(&mut self, place: &Place, index: &Expr) -> Option<Expr> {
        if !self.infer.is_ndarray(&place.ty) || self.infer.ndarray_rank(&place.ty) == Some(1) {
            return None;
        }
        let span = place.span;
        let mut reads = Vec::new();
        let array =
            self.name_tokens(Lowered::Place(place.clone(), Access::Owned), span, &mut reads)?;
        let index = self.name_tokens(Lowered::Value(index.clone()), span, &mut reads)?;
        let tokens = quote_spanned!(span=> __rt::arrays::nth(&#array, #index));
        let code = Opaque { tokens, reads, pure_: true, through: false };
        Some(Expr::new(ExprKind::Opaque(code), Ty::Inert(None), span))
    }

    /// An array of this name as the user's own code computes it, without derivative.
    pub(super) fn kept_array(
        &mut self,
        names: Vec<(&str, Lowered)>,
        code: TokenStream,
        name: String,
    ) -> Lowered {
        let ty = self.infer.fresh_struct(name);
        let span = code.span();
        self.scopes.enter();
        for (name, value) in names {
            let value = self.operand_named(value, span);
            self.scopes.bind(name.to_owned(), Binding::Local { value, mutable: true });
        }
        let expr = syn::parse2::<syn::Expr>(code).expect("a call");
        let kept = self.opaque_for(&expr, &ty, Use::Inspect);
        self.scopes.leave();
        kept
    }
}
