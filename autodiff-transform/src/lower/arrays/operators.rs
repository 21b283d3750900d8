//! `&a + &b`, `2.0 * &a`, `a += &b`, `-a`: element by element.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::super::{Access, Lowered, Lowerer};
use super::written::Loops;
use crate::ir::{Operator, Place, Ty};

impl Lowerer<'_> {
    /// An operator of which an operand is an array.
    pub fn array_operator(
        &mut self,
        operator: Operator,
        operands: Vec<Lowered>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        // A part of what was refused is the whole of it.
        if operands.iter().any(|operand| self.is_poisoned(operand)) {
            return self.poison();
        }
        let symbol: TokenStream = operator.symbol();
        let mut operands = operands.into_iter();
        let Some(left) = operands.next() else { return self.poison() };
        let Some(right) = operands.next() else {
            let Some(rank) = self.known_rank(&left, span) else { return self.poison() };
            let loops = Loops::new(rank, span);
            let at = loops.index();
            let each = loops.over("__left", quote_spanned!(span=> out[#at] = -__left[#at];));
            return self.new_array(
                "__left",
                &left,
                vec![("__left", left.clone())],
                each,
                want,
                span,
            );
        };
        let Some((rank, arrays)) = self.common_rank([&left, &right], span) else {
            return self.poison();
        };
        let loops = Loops::new(rank, span);
        let at = loops.index();
        let (of, value) = match arrays {
            [true, true] => ("__left", quote_spanned!(span=> __left[#at] #symbol __right[#at])),
            [true, false] => ("__left", quote_spanned!(span=> __left[#at] #symbol __right)),
            _ => ("__right", quote_spanned!(span=> __left #symbol __right[#at])),
        };
        let check = same_shape("__left", arrays, span);
        let each = loops.over(of, quote_spanned!(span=> out[#at] = #value;));
        let names = vec![("__left", left.clone()), ("__right", right.clone())];
        if arrays == [true, true] && (rank > 1 || self.is_view(&left) || self.is_view(&right)) {
            let code = quote_spanned!(span=> {
                #check
                let mut out = __value.clone();
                #each
                out
            });
            let lies_as = lies_as(&left, &right, span);
            return self.of_kept(names, lies_as, rank, code, want, span);
        }
        let array = if of == "__left" { &left } else { &right };
        let each = quote_spanned!(span=> #check #each);
        self.new_array(of, array, names, each, want, span)
    }

    /// `array += value`.
    pub fn array_assigning_operator(
        &mut self,
        operator: Operator,
        place: Place,
        value: Lowered,
        span: Span,
    ) -> Lowered {
        // In what way it is passed on shows where code is kept: to look at, but for what is assigned.
        let shape = Lowered::Place(place.clone(), Access::Ref);
        let left = Lowered::Place(place, Access::RefMut);
        if self.is_poisoned(&left) || self.is_poisoned(&value) {
            return self.poison();
        }
        let Some((rank, arrays)) = self.common_rank([&left, &value], span) else {
            return self.poison();
        };
        let symbol: TokenStream = operator.symbol();
        let loops = Loops::new(rank, span);
        let at = loops.index();
        let value_at = match arrays {
            [_, true] => quote_spanned!(span=> __right[#at]),
            [_, false] => quote_spanned!(span=> __right),
        };
        let check = same_shape("__shape", arrays, span);
        let each = loops.over("__shape", quote_spanned!(span=> __left[#at] #symbol #value_at;));
        let code = quote_spanned!(span=> { #check #each });
        let names = vec![("__left", left), ("__right", value), ("__shape", shape)];
        self.lower_written(names, code, &Ty::Unit, span)
    }

    /// The rank of the arrays among the operands, and which are arrays.
    pub(super) fn common_rank(
        &mut self,
        operands: [&Lowered; 2],
        span: Span,
    ) -> Option<(usize, [bool; 2])> {
        let arrays = operands.map(|operand| self.is_ndarray_value(operand));
        let mut ranks = Vec::new();
        for (operand, _) in operands.iter().zip(arrays).filter(|(_, is_array)| *is_array) {
            ranks.push(self.known_rank(operand, span)?);
        }
        if let [a, b] = ranks[..]
            && a != b
        {
            self.diagnostics
                .error_at(span, "an operation on arrays with different numbers of dimensions")
                .help("write the loop over the elements: broadcasting is not differentiated");
            return None;
        }
        Some((*ranks.first()?, arrays))
    }
}

/// An array that lies in memory as what `ndarray` makes of two: as an operand that is given away, or in
/// an order after both. It is the order in which a sum over the result adds up.
fn lies_as(left: &Lowered, right: &Lowered, span: Span) -> TokenStream {
    let is_ref = |operand: &Lowered| matches!(operand, Lowered::Place(_, Access::Ref));
    match (is_ref(left), is_ref(right)) {
        (true, true) => quote_spanned!(span=> __rt::arrays::after_both(&__left, &__right)),
        (true, false) => quote_spanned!(span=> __rt::arrays::after(&__right)),
        (false, _) => quote_spanned!(span=> __rt::arrays::after(&__left)),
    }
}

/// Says so where `ndarray` would repeat the elements of one operand.
pub(super) fn same_shape(left: &str, arrays: [bool; 2], span: Span) -> TokenStream {
    let left = Ident::new(left, span);
    match arrays {
        [true, true] => quote_spanned!(span=>
            assert_eq!(
                #left.shape(),
                __right.shape(),
                "arrays of different shapes: broadcasting is not differentiated"
            );
        ),
        _ => TokenStream::new(),
    }
}
