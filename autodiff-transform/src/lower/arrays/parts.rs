//! Parts of arrays: which elements `a.row(i)` and `a.slice(s![1.., j])` are of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Token;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

use super::super::place::peel;
use super::super::{Lowered, Lowerer};
use super::written::{Loops, axis_name};
use crate::ir::{Expr, Ty};

/// What is taken along an axis.
enum Along {
    All,
    /// The variable that holds the index.
    At(Ident),
    /// The variables that hold the bounds.
    Between(Ident, Ident),
}

/// A part of the array called `__array`.
pub(super) struct Part {
    axes: Vec<Along>,
    /// The array, and the indices and bounds.
    names: Vec<(String, Lowered)>,
    pub span: Span,
}

impl Part {
    /// The part at an index of an axis.
    pub fn at(array: Lowered, rank: usize, axis: usize, index: Expr, span: Span) -> Part {
        let mut part = Part::new(array, span);
        part.axes.extend((0..rank).map(|_| Along::All));
        part.axes[axis] = Along::At(part.named(index));
        part
    }

    fn new(array: Lowered, span: Span) -> Part {
        Part { axes: Vec::new(), names: vec![("__array".to_owned(), array)], span }
    }

    fn named(&mut self, value: Expr) -> Ident {
        let name = format_ident!("__at{}", self.names.len(), span = self.span);
        self.names.push((name.to_string(), Lowered::Value(value)));
        name
    }

    pub fn names(&self) -> Vec<(&str, Lowered)> {
        self.names.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
    }

    /// The number of its dimensions.
    pub fn rank(&self) -> usize {
        self.axes.iter().filter(|along| !matches!(along, Along::At(_))).count()
    }

    /// The index in the array of the part's element at the index of `Loops`.
    pub fn index(&self) -> TokenStream {
        let span = self.span;
        let mut dimension = 0;
        let mut next = || {
            dimension += 1;
            axis_name(dimension - 1, span)
        };
        let mut indices = self.axes.iter().map(|along| match along {
            Along::At(at) => quote!(#at),
            Along::All => next().into_token_stream(),
            Along::Between(from, _) => {
                let var = next();
                quote_spanned!(span=> #from + #var)
            }
        });
        match self.axes.len() {
            1 => indices.next().expect("of one axis"),
            _ => quote_spanned!(span=> [#(#indices),*]),
        }
    }

    /// The length of each dimension.
    pub fn lengths(&self) -> Vec<TokenStream> {
        let span = self.span;
        let lengths = self.axes.iter().enumerate().filter_map(|(axis, along)| match along {
            Along::At(_) => None,
            Along::All => Some(quote_spanned!(span=> __rt::arrays::axis(&__array, #axis))),
            Along::Between(from, to) => Some(quote_spanned!(span=> (#to - #from))),
        });
        lengths.collect()
    }

    /// Runs `body` for each index of the part.
    pub fn over(&self, body: TokenStream) -> TokenStream {
        Loops::new(self.rank(), self.span).over_lengths(self.lengths(), body)
    }

    /// The part as an array of its own that lies in memory as the view does.
    pub fn copy(&self) -> TokenStream {
        let span = self.span;
        let mut copy = quote_spanned!(span=> __array);
        if self.axes.iter().any(|along| matches!(along, Along::Between(..))) {
            let bounds = self.axes.iter().enumerate().map(|(axis, along)| match along {
                Along::Between(from, to) => quote!((#from, #to)),
                Along::All | Along::At(_) => quote!((0, __rt::arrays::axis(&__array, #axis))),
            });
            copy = quote_spanned!(span=> __rt::arrays::part(&#copy, [#(#bounds),*]));
        }
        for (axis, along) in self.axes.iter().enumerate().rev() {
            if let Along::At(at) = along {
                copy = quote_spanned!(span=> __rt::arrays::index_axis(&#copy, #axis, #at));
            }
        }
        copy
    }
}

impl Lowerer<'_> {
    /// The part that a method gives, `_mut` or not; `None` if it is no such method of this array.
    pub(super) fn part_of_array(
        &mut self,
        array: &Lowered,
        call: &syn::ExprMethodCall,
    ) -> Option<Part> {
        let span = call.method.span();
        let name = call.method.to_string();
        let name = name.strip_suffix("_mut").unwrap_or(&name);
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        let rank = self.known_rank(array, span)?;
        let (axis, index) = match (name, &args[..]) {
            ("row", [index]) if rank == 2 => (0, *index),
            ("column", [index]) if rank == 2 => (1, *index),
            ("index_axis", [axis, index]) => (self.axis(axis)?, *index),
            ("slice", [slice]) => return self.sliced(array, rank, slice, span),
            _ => return None,
        };
        if axis >= rank {
            return None;
        }
        let index = self.value(index, &Ty::usize());
        Some(Part::at(array.clone(), rank, axis, index, span))
    }

    /// `s![1.., j]`.
    fn sliced(
        &mut self,
        array: &Lowered,
        rank: usize,
        slice: &syn::Expr,
        span: Span,
    ) -> Option<Part> {
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        let syn::Expr::Macro(mac) = peel(slice) else { return None };
        let name = &mac.mac.path.segments.last()?.ident;
        let axes = parser.parse2(mac.mac.tokens.clone()).ok().filter(|_| name == "s");
        let Some(axes) = axes.filter(|axes| axes.len() == rank) else {
            self.reject(
                slice,
                "this slice of an array is not differentiated",
                "write an index or a range for each axis, `s![1.., j]`, without steps",
            );
            return None;
        };
        let mut part = Part::new(array.clone(), span);
        for (axis, taken) in axes.iter().enumerate() {
            let along = match peel(taken) {
                syn::Expr::Range(syn::ExprRange { start: None, end: None, .. }) => Along::All,
                syn::Expr::Range(range) => {
                    let from = match &range.start {
                        Some(start) => self.bound(array, axis, start, span),
                        None => Expr::int(0, Ty::usize(), span),
                    };
                    let to = match (&range.end, &range.limits) {
                        (None, _) => self.length_along(array, axis, span),
                        (Some(end), syn::RangeLimits::HalfOpen(_)) => {
                            self.bound(array, axis, end, span)
                        }
                        (Some(end), syn::RangeLimits::Closed(_)) => {
                            let last = self.bound(array, axis, end, span);
                            self.plus_one(last)
                        }
                    };
                    Along::Between(part.named(from), part.named(to))
                }
                index => {
                    let index = self.bound(array, axis, index, span);
                    Along::At(part.named(index))
                }
            };
            part.axes.push(along);
        }
        Some(part)
    }

    /// An index or a bound, which counts from the end if it has a minus sign.
    fn bound(&mut self, array: &Lowered, axis: usize, bound: &syn::Expr, span: Span) -> Expr {
        let syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) = peel(bound)
        else {
            let value = self.value(bound, &Ty::usize());
            return self.temp("bound", value);
        };
        let length = self.length_along(array, axis, span);
        let back = self.value(expr, &Ty::usize());
        let value = Expr::prim(crate::ops::Prim::Sub, vec![length, back], Ty::usize(), span);
        self.temp("bound", value)
    }

    /// The length of an axis.
    pub(super) fn length_along(&mut self, array: &Lowered, axis: usize, span: Span) -> Expr {
        let code = quote_spanned!(span=> __rt::arrays::axis(&__array, #axis));
        let names = vec![("__array", array.clone())];
        let length = self.lower_written(names, code, &Ty::usize(), span);
        let length = self.to_expr(length, span);
        self.temp("length", length)
    }
}
