//! `sort_by` of elements that carry derivatives.
//!
//! The order is found first, as indices, by code that only compares; then the elements move:
//!
//! ```text
//! let order = rt::sorted_order(&x, |a, b| a.total_cmp(b));
//! let unsorted = x.to_vec();
//! for index in 0..order.len() { x[index] = unsorted[order[index]]; }
//! ```

use quote::quote_spanned;

use super::opaque::Use;
use super::place::peel;
use super::{Lowered, Lowerer};
use crate::emit::companion;
use crate::ir::{Expr, ExprKind, Place, Rvalue, StmtKind, Ty};

/// Methods that sort by a comparison.
pub const SORTING: &[&str] = &["sort_by", "sort_unstable_by"];

impl Lowerer<'_> {
    pub(super) fn sort_elements(
        &mut self,
        place: Place,
        call: &syn::ExprMethodCall,
        comparison: &syn::Expr,
    ) -> Lowered {
        let span = call.method.span();
        if !is_place(&call.receiver) {
            return self.reject(
                &call.receiver,
                "what is sorted has to be a variable or a part of one",
                "bind it by `let mut`",
            );
        }
        let (rt, receiver) = (companion::runtime(), &call.receiver);
        let tokens = quote_spanned!(span=> #rt::sorted_order(&#receiver[..], #comparison));
        let code = self.code(&syn::parse_quote!(#tokens), Use::Inspect).opaque;
        let ty = Ty::Vec(Box::new(Ty::usize()));
        let order = self.temp("order", Expr::new(ExprKind::Opaque(code), ty, span));
        let order = self.function.place(order.as_var().expect("a temporary is a variable"));
        let slice = self.slice_of(place.clone(), None, None, span);
        let ty = Ty::Vec(Box::new(self.infer.element(&place.ty)));
        let old = self.copy_of(slice, ty, "unsorted", span);
        let len = self.len_of(order.clone());
        self.counted(Expr::int(0, Ty::usize(), span), len, span, |l, index| {
            let from = Expr::read(l.element_of(order, index.clone()));
            let value = Rvalue::Expr(Expr::read(l.element_of(old, from)));
            let place = l.element_of(place, index);
            l.push(StmtKind::Assign { place, value }, span);
        });
        Lowered::Unit
    }
}

/// Whether an expression names a place, without effects.
fn is_place(expr: &syn::Expr) -> bool {
    match peel(expr) {
        syn::Expr::Path(_) => true,
        syn::Expr::Field(field) => is_place(&field.base),
        syn::Expr::Index(index) => is_place(&index.expr),
        syn::Expr::Unary(unary) => is_place(&unary.expr),
        _ => false,
    }
}
