//! Views of arrays: `a.row(i)`, `a.index_axis(Axis(k), i)`, `a.slice(s![1.., j])`, and iterators over them.
//!
//! A view is a copy here, an array of its own, which lies in memory as the view does: `ndarray` adds up
//! the elements of an array without gaps in another order than those of one with gaps. What is made of a
//! view element by element has no gaps.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::super::place::peel;
use super::super::{Access, Lowered, Lowerer};
use super::parts::Part;
use super::written::{Loops, axis_name};
use crate::ir::{Expr, Place, Ty};

/// How the names of arrays begin that are copies of views: as no type of the user's is called.
pub(super) const VIEW: &str = "&Array";

/// Methods whose views change the array.
const PARTS: &[&str] = &["row_mut", "column_mut", "index_axis_mut", "slice_mut"];

/// Methods of such views.
const CHANGES: &[&str] = &["fill", "assign", "scaled_add", "mapv_inplace"];

impl Lowerer<'_> {
    /// Whether an array is a copy of a view.
    pub(super) fn is_view(&mut self, array: &Lowered) -> bool {
        let ty = self.lowered_ty(array);
        self.infer.struct_name(&ty).is_some_and(|name| name.starts_with(VIEW))
    }

    /// A method that gives a view; `None` for others.
    pub(super) fn view_method(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let part = self.part_of_array(receiver, call)?;
        Some(self.view(&part, want))
    }

    fn view(&mut self, part: &Part, want: &Ty) -> Lowered {
        let span = part.span;
        let (of, names) = (part.index(), part.names());
        let rank = part.rank();
        if rank == 0 {
            return self.lower_written(names, quote_spanned!(span=> __array[#of]), want, span);
        }
        let loops = Loops::new(rank, span);
        let at = loops.index();
        let each = loops.over("__value", quote_spanned!(span=> out[#at] = __array[#of];));
        let code = quote_spanned!(span=> { let mut out = __value.clone(); #each out });
        self.of_kept_as(names, part.copy(), format!("{VIEW}{rank}"), code, want, span)
    }

    /// The view at one index of an axis, of what an iterator walks.
    pub fn view_at(&mut self, of: &Place, axis: usize, index: Expr, span: Span) -> Lowered {
        let array = Lowered::Place(of.clone(), Access::Ref);
        let Some(rank) = self.known_rank(&array, span) else { return self.poison() };
        self.view(&Part::at(array, rank, axis, index, span), &Ty::Unknown)
    }

    /// How many views an iterator along an axis gives.
    pub fn count_of_views(&mut self, of: &Place, axis: usize, span: Span) -> Expr {
        self.length_along(&Lowered::Place(of.clone(), Access::Ref), axis, span)
    }

    /// `a.row_mut(i).assign(&b)` and the like: a method that changes what a view is of. `None` if
    /// it is none.
    pub fn lower_changed_part(&mut self, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let syn::Expr::MethodCall(view) = peel(&call.receiver) else { return None };
        let name = call.method.to_string();
        if !PARTS.contains(&view.method.to_string().as_str()) || !CHANGES.contains(&name.as_str()) {
            return None;
        }
        let (receiver, block) = self.in_block(|l| l.lower(&view.receiver, &Ty::Unknown));
        if !matches!(receiver, Lowered::Place(..)) || !self.is_ndarray_value(&receiver) {
            return None;
        }
        self.splice(block);
        let part = self.part_of_array(&receiver, view)?;
        let span = call.method.span();
        let args: Vec<Lowered> = call.args.iter().map(|arg| self.operand_of_array(arg)).collect();
        if let Some(refused) = self.refuse_visiting_order(call, Some(part.rank()), &args) {
            return Some(refused);
        }
        let (of, at) = (part.index(), Loops::new(part.rank(), span).index());
        let (given, body): (&[&str], TokenStream) = match (name.as_str(), args.len()) {
            ("fill", 1) => (&["__value"], quote_spanned!(span=> __array[#of] = __value;)),
            ("assign", 1) => (&["__right"], quote_spanned!(span=> __array[#of] = __right[#at];)),
            ("scaled_add", 2) => (
                &["__factor", "__right"],
                quote_spanned!(span=> __array[#of] += __right[#at] * __factor;),
            ),
            ("mapv_inplace", 1) => {
                (&["__function"], quote_spanned!(span=> __array[#of] = __function(__array[#of]);))
            }
            _ => return None,
        };
        let (each, mut names) = (part.over(body), part.names());
        names.extend(given.iter().copied().zip(args));
        let check = match names.iter().find(|(name, _)| *name == "__right") {
            Some((_, other)) => self.lengths_agree(&part, &other.clone(), span)?,
            None => TokenStream::new(),
        };
        let code = quote_spanned!(span=> { #check #each });
        Some(self.lower_written(names, code, &Ty::Unit, span))
    }

    /// Says so where `ndarray` would repeat the elements of what a part is given.
    fn lengths_agree(&mut self, part: &Part, other: &Lowered, span: Span) -> Option<TokenStream> {
        let rank = self.known_rank(other, span)?;
        if rank != part.rank() {
            self.diagnostics
                .error_at(span, "an operation on arrays with different numbers of dimensions")
                .help("write the loop over the elements: broadcasting is not differentiated");
            return None;
        }
        let checks = part.lengths().into_iter().enumerate().map(|(axis, length)| {
            quote_spanned!(span=> assert_eq!(
                __rt::arrays::axis(&__right, #axis),
                #length,
                "arrays of different shapes: broadcasting is not differentiated"
            );)
        });
        Some(checks.collect())
    }

    /// `sum_axis(Axis(k))`, `mean_axis(Axis(k))`.
    pub(super) fn along_axis(
        &mut self,
        array: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let span = call.method.span();
        let axis = match (call.method.to_string().as_str(), call.args.first()) {
            ("sum_axis" | "mean_axis", Some(axis)) => self.axis(axis)?,
            _ => return None,
        };
        let rank =
            self.known_rank(array, span).filter(|rank| (2..).contains(rank) && axis < *rank)?;
        let (whole, rest) = (Loops::new(rank, span), Loops::new(rank - 1, span));
        let (of, below, at) = (whole.index(), index_without(rank, axis, span), rest.index());
        let add = whole.over("__array", quote_spanned!(span=> out[#below] += __array[#of];));
        let over = |body| rest.over("__value", body);
        let given = over(quote_spanned!(span=> out[#at] = __rt::given(__value[#at], out[#at]);));
        let sum = quote_spanned!(span=> let mut out = __value.clone(); out.fill(0.0); #add #given);
        let value = quote_spanned!(span=> __rt::arrays::sum_axis(&__array, #axis));
        let code = match call.method == "mean_axis" {
            false => quote_spanned!(span=> { #sum out }),
            true => {
                let elem = self.float_name(array);
                let count = quote_spanned!(span=> __rt::arrays::axis(&__array, #axis));
                let share = over(quote_spanned!(span=> out[#at] /= #count as #elem;));
                quote_spanned!(span=> match #count == 0 {
                    true => None,
                    false => Some({ #sum #share out }),
                })
            }
        };
        Some(self.of_kept(vec![("__array", array.clone())], value, rank - 1, code, want, span))
    }

    /// The number in `Axis(0)`.
    pub(super) fn axis(&mut self, expr: &syn::Expr) -> Option<usize> {
        let known = axis_number(expr);
        if known.is_none() {
            self.reject(expr, "this axis is not known here", "write `Axis(0)`");
        }
        known
    }

    /// A view as an array without gaps: `to_owned`, and what is made of it element by element.
    pub(super) fn without_gaps(&mut self, view: Lowered, want: &Ty, span: Span) -> Lowered {
        let Some(rank) = self.known_rank(&view, span) else { return self.poison() };
        let loops = Loops::new(rank, span);
        let at = loops.index();
        let each = loops.over("__array", quote_spanned!(span=> out[#at] = __array[#at];));
        let code = quote_spanned!(span=> { let mut out = __value.clone(); #each out });
        let value = quote_spanned!(span=> __rt::arrays::without_gaps(&__array));
        self.of_kept(vec![("__array", view)], value, rank, code, want, span)
    }
}

/// The number in `Axis(0)`.
pub fn axis_number(expr: &syn::Expr) -> Option<usize> {
    let syn::Expr::Call(call) = peel(expr) else { return None };
    let syn::Expr::Path(path) = peel(&call.func) else { return None };
    let (true, Some(syn::Expr::Lit(lit))) =
        (path.path.segments.last()?.ident == "Axis", call.args.first())
    else {
        return None;
    };
    match &lit.lit {
        syn::Lit::Int(int) => int.base10_parse().ok(),
        _ => None,
    }
}

/// The index of an element without that along an axis.
fn index_without(rank: usize, axis: usize, span: Span) -> TokenStream {
    let vars: Vec<_> = (0..rank).filter(|at| *at != axis).map(|at| axis_name(at, span)).collect();
    match &vars[..] {
        [one] => quote_spanned!(span=> #one),
        vars => quote_spanned!(span=> [#(#vars),*]),
    }
}
