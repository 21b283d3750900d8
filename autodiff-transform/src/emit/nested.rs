//! Long tuples as tuples of tuples.
//!
//! The runtime's traits are implemented for tuples of up to [`MOST`] elements; records of derived
//! functions may be longer.

use proc_macro2::TokenStream;
use quote::quote;

/// The most elements of a tuple.
const MOST: usize = 12;

/// A tuple expression, pattern or type of these elements.
pub(super) fn tuple(items: &[TokenStream]) -> TokenStream {
    match items {
        [item] => quote!((#item,)),
        items if items.len() <= MOST => quote!((#(#items),*)),
        items => {
            let groups: Vec<TokenStream> = items.chunks(MOST).map(tuple).collect();
            tuple(&groups)
        }
    }
}

/// The fields that lead to an element of such a tuple.
pub(super) fn fields(index: usize, len: usize) -> Vec<usize> {
    if len <= MOST {
        return vec![index];
    }
    let mut fields = fields(index / MOST, len.div_ceil(MOST));
    fields.push(index % MOST);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_lead_to_the_element() {
        for len in [1, 2, 12, 13, 14, 143, 144, 145, 200] {
            let items: Vec<TokenStream> = (0..len)
                .map(|index| {
                    let literal = proc_macro2::Literal::usize_unsuffixed(index);
                    quote!(#literal)
                })
                .collect();
            let whole: syn::Expr = syn::parse2(tuple(&items)).unwrap();
            for index in 0..len {
                let mut expr = &whole;
                for field in fields(index, len) {
                    let syn::Expr::Tuple(tuple) = expr else { panic!("not a tuple") };
                    expr = &tuple.elems[field];
                }
                assert_eq!(quote!(#expr).to_string(), index.to_string());
            }
        }
    }
}
