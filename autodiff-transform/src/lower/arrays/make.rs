//! Arrays made of active values: `Array1::from_vec(v)`, `Array2::from_shape_fn(..)`, `array![..]`.
//!
//! An array of zeros is made, and its elements are given values one by one.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Token;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;

use super::super::{Lowered, Lowerer};
use super::written::{Loops, MOST};
use crate::ir::{Ty, is_ndarray_name};

impl Lowerer<'_> {
    /// A constructor of an array; `None` if it is none that takes active values.
    pub fn lower_array_constructor(
        &mut self,
        call: &syn::ExprCall,
        path: &syn::Path,
        want: &Ty,
    ) -> Option<Lowered> {
        let owner = &path.segments.iter().nth_back(1)?.ident;
        let name = path.segments.last()?.ident.to_string();
        if !is_ndarray_name(&owner.to_string()) {
            return None;
        }
        let span = path.segments.last()?.ident.span();
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("from_vec" | "from", [elements]) => self.array_of_elements(path, elements, want, span),
            ("from_elem", [shape, value]) => {
                let elem = self.fresh();
                let (value, block) = self.in_block(|l| l.value(value, &elem));
                if self.is_inactive(&value) {
                    return None;
                }
                self.splice(block);
                let value = Lowered::Value(value);
                self.of_shape(path, shape, value, want, |_| quote_spanned!(span=> __value))
            }
            ("from_shape_fn", [shape, function]) => {
                let function = self.lower(function, &Ty::Unknown);
                self.of_shape(path, shape, function, want, |loops| {
                    let index = loops.index_value();
                    quote_spanned!(span=> __value(#index))
                })
            }
            _ => None,
        }
    }

    /// Refuses what else makes an array of active values.
    pub fn refuse_array_constructor(&mut self, path: &syn::Path) -> Option<Lowered> {
        let owner = &path.segments.iter().nth_back(1)?.ident;
        let name = &path.segments.last()?.ident;
        if !is_ndarray_name(&owner.to_string()) {
            return None;
        }
        Some(self.reject(
            name,
            format!("the constructor `{name}` of an array cannot be differentiated"),
            "make it by `from_vec`, `from_elem`, `from_shape_fn` or `array!`, as in \
             `Array2::from_shape_fn((m, n), |(i, j)| v[i * n + j])`",
        ))
    }

    /// A vector of these elements.
    fn array_of_elements(
        &mut self,
        path: &syn::Path,
        elements: &syn::Expr,
        want: &Ty,
        span: Span,
    ) -> Option<Lowered> {
        let zeros = with_name(path, "from_elem");
        let errors = self.diagnostics.len();
        let (lowered, block) = self.in_block(|l| l.lower(elements, &Ty::Unknown));
        if self.diagnostics.len() > errors || self.is_inactive_lowered(&lowered) {
            self.diagnostics.truncate(errors);
            return None;
        }
        self.splice(block);
        let code = quote_spanned!(span=> {
            let mut out = #zeros(__elements.len(), 0.0);
            for i in 0..__elements.len() {
                out[i] = __elements[i];
            }
            out
        });
        Some(self.lower_written(vec![("__elements", lowered)], code, want, span))
    }

    /// An array of this shape whose elements `element` gives, in which `__value` is the value.
    fn of_shape(
        &mut self,
        path: &syn::Path,
        shape: &syn::Expr,
        value: Lowered,
        want: &Ty,
        element: impl FnOnce(&Loops) -> TokenStream,
    ) -> Option<Lowered> {
        let span = path.span();
        let owner = path.segments.iter().nth_back(1)?.ident.to_string();
        let rank = owner.strip_prefix("Array")?.parse().ok().filter(|rank| *rank <= MOST)?;
        let zeros = with_name(path, "from_elem");
        let loops = Loops::new(rank, span);
        let (at, element) = (loops.index(), element(&loops));
        let each = loops.over("out", quote_spanned!(span=> out[#at] = #element;));
        let code = quote_spanned!(span=> { let mut out = #zeros(#shape, 0.0); #each out });
        Some(self.lower_written(vec![("__value", value)], code, want, span))
    }

    /// `array![a, b]`, `array![[a, b], [c, d]]`.
    pub fn lower_array_macro(&mut self, mac: &syn::Macro, want: &Ty) -> Option<Lowered> {
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        let rows = parser.parse2(mac.tokens.clone()).ok()?;
        let span = mac.path.span();
        let mut elements = Vec::new();
        let mut shape = Vec::new();
        collect(rows.iter(), 0, &mut vec![], &mut shape, &mut elements)?;
        let rank = shape.len();
        if !(1..=MOST).contains(&rank) {
            return None;
        }
        let owner = syn::Ident::new(&format!("Array{rank}"), span);
        let values: Vec<&syn::Expr> = elements.iter().map(|(_, value)| value).collect();
        let elem = self.fresh();
        let errors = self.diagnostics.len();
        let (lowered, block) = self.in_block(|l| l.values(values, &elem));
        if self.diagnostics.len() > errors {
            return Some(self.poison());
        }
        if lowered.iter().all(|value| self.is_inactive(value)) {
            let ty = self.infer.fresh_struct(owner.to_string());
            let expr = syn::Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
            return Some(self.opaque(&expr, &ty));
        }
        self.splice(block);
        let names: Vec<String> = (0..lowered.len()).map(|index| format!("__v{index}")).collect();
        let bound = names.iter().map(String::as_str).zip(lowered.into_iter().map(Lowered::Value));
        let assigned = elements.iter().zip(&names).map(|((index, _), name)| {
            let name = syn::Ident::new(name, span);
            match &index[..] {
                [index] => quote_spanned!(span=> out[#index] = #name;),
                index => quote_spanned!(span=> out[[#(#index),*]] = #name;),
            }
        });
        let shape = match &shape[..] {
            [len] => quote!(#len),
            shape => quote!((#(#shape),*)),
        };
        let code = quote_spanned!(span=> {
            let mut out = __rt::ndarray::#owner::from_elem(#shape, 0.0);
            #(#assigned)*
            out
        });
        Some(self.lower_written(bound.collect(), code, want, span))
    }
}

/// The elements of nested array literals, with their indices; `None` if they are no such.
fn collect<'e>(
    rows: impl ExactSizeIterator<Item = &'e syn::Expr>,
    depth: usize,
    index: &mut Vec<usize>,
    shape: &mut Vec<usize>,
    elements: &mut Vec<(Vec<usize>, syn::Expr)>,
) -> Option<()> {
    match shape.get(depth) {
        Some(len) if *len != rows.len() => return None,
        Some(_) => {}
        None => shape.push(rows.len()),
    }
    for (at, row) in rows.enumerate() {
        index.push(at);
        match row {
            syn::Expr::Array(array) => {
                collect(array.elems.iter(), depth + 1, index, shape, elements)?
            }
            value if shape.len() == depth + 1 => elements.push((index.clone(), value.clone())),
            _ => return None,
        }
        index.pop();
    }
    Some(())
}

/// `Array1::from_elem`, by the path of another function of it.
fn with_name(path: &syn::Path, name: &str) -> syn::Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = syn::Ident::new(name, last.ident.span());
    }
    path
}
