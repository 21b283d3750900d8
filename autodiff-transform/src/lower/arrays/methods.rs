//! Methods of arrays.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::super::method::name_of;
use super::super::opaque::Use;
use super::super::{Access, Lowered, Lowerer, OpenBlock};
use super::operators::same_shape;
use super::views::VIEW;
use super::written::Loops;
use crate::diagnostics::nearest;
use crate::ir::{FloatTy, Ty};
use crate::ops::Prim;

/// What is known, beside the questions for the shape.
const KNOWN: &[&str] = &[
    "sum",
    "product",
    "mean",
    "dot",
    "t",
    "mapv",
    "map",
    "mapv_into",
    "mapv_inplace",
    "fill",
    "assign",
    "scaled_add",
    "to_vec",
    "to_owned",
    "view",
    "view_mut",
    "iter",
    "iter_mut",
];

/// Methods that give parts of an array, and those along an axis.
const VIEWS: &[&str] = &["row", "column", "index_axis", "slice", "sum_axis", "mean_axis"];

/// A call of a method, with its receiver and arguments lowered.
struct Method<'c> {
    call: &'c syn::ExprMethodCall,
    receiver: Lowered,
    args: Vec<Lowered>,
    span: Span,
}

impl Lowerer<'_> {
    /// A method of an array.
    pub fn array_method(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let (name, span) = (name_of(call), call.method.span());
        let block = self.continue_block(block, |_| {});
        if let Some(shape) = self.shape_method(&receiver, call) {
            return shape;
        }
        let of_elements = Prim::method(&name).is_some();
        if VIEWS.contains(&name.as_str()) {
            self.splice(block);
            let viewed = self.view_method(&receiver, call, want);
            return viewed.or_else(|| self.along_axis(&receiver, call, want)).unwrap_or_else(
                || {
                    self.reject(
                        &call.method,
                        format!("`{name}` does not take these arguments of this array"),
                        "see the documentation of `ndarray`",
                    )
                },
            );
        }
        if !of_elements && !KNOWN.contains(&name.as_str()) {
            let mut help = "write a loop over the elements".to_owned();
            if let Some(near) = nearest(&name, KNOWN) {
                help = format!("did you mean `{near}`? Otherwise, {help}");
            }
            return self.reject(
                &call.method,
                format!("the method `{name}` of an array is not differentiated"),
                help,
            );
        }
        self.splice(block);
        let args: Vec<Lowered> = call.args.iter().map(|arg| self.operand_of_array(arg)).collect();
        if self.is_poisoned(&receiver) || args.iter().any(|arg| self.is_poisoned(arg)) {
            return self.poison();
        }
        let rank = self.rank_of(&receiver);
        if let Some(refused) = self.refuse_visiting_order(call, rank, &args) {
            return refused;
        }
        let method = Method { call, receiver, args, span };
        if let Some(made) = self.made_from_array(&method, want) {
            return made;
        }
        if let Some(changed) = self.changed_array(&method) {
            return changed;
        }
        self.reject(
            &call.method,
            format!("`{name}` does not take these arguments"),
            "see the documentation of `ndarray`",
        )
    }

    /// Refuses a closure that changes variables where elements are visited as they lie in memory, which an array's
    /// type does not tell.
    pub(super) fn refuse_visiting_order(
        &mut self,
        call: &syn::ExprMethodCall,
        rank: Option<usize>,
        args: &[Lowered],
    ) -> Option<Lowered> {
        let changes = matches!(args, [Lowered::Closure(closure)] if closure.effects);
        (changes && rank != Some(1)).then(|| {
            self.reject(
                &call.args[0],
                "this closure changes variables, and in what order it gets the elements depends on how the \
                 array lies in memory",
                "write a loop over the indices",
            )
        })
    }

    /// A method that makes something of an array.
    fn made_from_array(&mut self, method: &Method<'_>, want: &Ty) -> Option<Lowered> {
        let Method { call, receiver, args, span } = method;
        let (name, span, receiver) = (name_of(call), *span, receiver.clone());
        Some(match (name.as_str(), &args[..]) {
            ("view" | "view_mut", []) => self.same_value(receiver, "as_ref", span),
            ("sum" | "product" | "mean", []) => self.reduced(&name, receiver, want, span),
            ("dot", [other]) => self.dot(receiver, other.clone(), want, span),
            ("t", []) => self.transposed(receiver, want, span),
            ("to_owned", []) => match self.is_view(&receiver) {
                true => self.without_gaps(receiver, want, span),
                false => self.same_value(receiver, "clone", span),
            },
            ("to_vec", []) => {
                let code = quote_spanned!(span=>
                    (0..__array.len()).map(|i| __array[i]).collect::<Vec<_>>());
                self.lower_written(vec![("__array", receiver)], code, want, span)
            }
            ("mapv" | "map" | "mapv_into", [function]) => {
                let names = vec![("__array", receiver.clone()), ("__function", function.clone())];
                let arg = if name == "map" { quote!(&) } else { quote!() };
                self.each(
                    &receiver,
                    names,
                    want,
                    span,
                    |at| quote_spanned!(span=> out[#at] = __function(#arg __array[#at]);),
                )
            }
            (name, args) if Prim::method(name).is_some() => {
                let method = &call.method;
                let given: Vec<_> = (0..args.len()).map(|n| format_ident!("__arg{n}")).collect();
                let texts: Vec<String> = given.iter().map(ToString::to_string).collect();
                let mut names = vec![("__array", receiver.clone())];
                names.extend(texts.iter().map(String::as_str).zip(args.iter().cloned()));
                self.each(
                    &receiver,
                    names,
                    want,
                    span,
                    |at| quote_spanned!(span=> out[#at] = __array[#at].#method(#(#given),*);),
                )
            }
            _ => return None,
        })
    }

    /// A method that changes an array's elements.
    fn changed_array(&mut self, method: &Method<'_>) -> Option<Lowered> {
        let Method { call, receiver, args, span } = method;
        let span = *span;
        let names = |name| {
            let first = args.first().cloned().unwrap_or(Lowered::Unit);
            vec![("__array", receiver.clone()), (name, first)]
        };
        Some(match (name_of(call).as_str(), &args[..]) {
            ("mapv_inplace", [_]) => self.in_place(
                receiver,
                names("__function"),
                [true, false],
                span,
                |at| quote_spanned!(span=> __array[#at] = __function(__array[#at]);),
            ),
            ("fill", [_]) => self.in_place(
                receiver,
                names("__value"),
                [true, false],
                span,
                |at| quote_spanned!(span=> __array[#at] = __value;),
            ),
            ("assign", [other]) => self.with_other(receiver.clone(), other, None, span),
            ("scaled_add", [factor, other]) => {
                self.with_other(receiver.clone(), other, Some(factor.clone()), span)
            }
            _ => return None,
        })
    }

    /// An argument: an array or a number by its place, a function.
    pub(super) fn operand_of_array(&mut self, arg: &syn::Expr) -> Lowered {
        let ty = self.fresh();
        match self.lower(arg, &ty) {
            kept @ (Lowered::Place(..) | Lowered::Closure(_) | Lowered::Function(_)) => kept,
            other => {
                let place = self.to_place(other, arg.span()).0;
                Lowered::Place(place, Access::Owned)
            }
        }
    }

    /// A new array, element by element.
    fn each(
        &mut self,
        array: &Lowered,
        names: Vec<(&str, Lowered)>,
        want: &Ty,
        span: Span,
        body: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> Lowered {
        let Some(rank) = self.known_rank(array, span) else { return self.poison() };
        let loops = Loops::new(rank, span);
        let each = loops.over("__array", body(&loops.index()));
        self.new_array("__array", array, names, each, want, span)
    }

    /// An array like the one of this name, to whose elements `each` gives values.
    pub(super) fn new_array(
        &mut self,
        of: &str,
        array: &Lowered,
        mut names: Vec<(&str, Lowered)>,
        each: TokenStream,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let of = syn::Ident::new(of, span);
        if self.is_view(array) {
            let rank = self.rank_of(array).unwrap_or(1);
            let code = quote_spanned!(span=> { let mut out = __value.clone(); #each out });
            let value = quote_spanned!(span=> __rt::arrays::without_gaps(&#of));
            names.sort_by_key(|(name, _)| of != name);
            return self.of_kept(names, value, rank, code, want, span);
        }
        let code = quote_spanned!(span=> { let mut out = #of.clone(); #each out });
        self.lower_written(names, code, want, span)
    }

    /// The array's own elements, one after the other.
    fn in_place(
        &mut self,
        array: &Lowered,
        names: Vec<(&str, Lowered)>,
        checked: [bool; 2],
        span: Span,
        body: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> Lowered {
        let Some(rank) = self.known_rank(array, span) else { return self.poison() };
        let loops = Loops::new(rank, span);
        let each = loops.over("__array", body(&loops.index()));
        let check = same_shape("__left", checked, span);
        let code = quote_spanned!(span=> { #check #each });
        self.lower_written(names, code, &Ty::Unit, span)
    }

    /// `array.assign(&other)`, `array.scaled_add(factor, &other)`.
    fn with_other(
        &mut self,
        array: Lowered,
        other: &Lowered,
        factor: Option<Lowered>,
        span: Span,
    ) -> Lowered {
        let Some((_, arrays)) = self.common_rank([&array, other], span) else {
            return self.poison();
        };
        // The check of the shapes calls them so.
        let mut names =
            vec![("__array", array.clone()), ("__left", array.clone()), ("__right", other.clone())];
        let scaled = factor.is_some();
        names.extend(factor.map(|factor| ("__factor", factor)));
        self.in_place(&array, names, arrays, span, |at| match scaled {
            true => quote_spanned!(span=> __array[#at] += __right[#at] * __factor;),
            false => quote_spanned!(span=> __array[#at] = __right[#at];),
        })
    }

    /// `sum`, `product`, `mean`: `ndarray`'s value, and a loop's derivative.
    fn reduced(&mut self, name: &str, array: Lowered, want: &Ty, span: Span) -> Lowered {
        let Some(rank) = self.known_rank(&array, span) else { return self.poison() };
        let loops = Loops::new(rank, span);
        let at = loops.index();
        let (start, step) = match name {
            "product" => (quote!(1.0), quote_spanned!(span=> sum *= __array[#at];)),
            _ => (quote!(0.0), quote_spanned!(span=> sum += __array[#at];)),
        };
        let each = loops.over("__array", step);
        let float = self.float_name(&array);
        let code = match name {
            "mean" => quote_spanned!(span=> {
                let mut sum = #start;
                #each
                match __array.is_empty() {
                    true => None,
                    false => Some(__rt::given(
                        __rt::arrays::sum(&__array) / __array.len() as #float,
                        sum / __array.len() as #float,
                    )),
                }
            }),
            name => {
                let function = syn::Ident::new(name, span);
                quote_spanned!(span=> {
                    let mut sum = #start;
                    #each
                    __rt::given(__rt::arrays::#function(&__array), sum)
                })
            }
        };
        self.lower_written(vec![("__array", array)], code, want, span)
    }

    /// `a.dot(&b)` of vectors and matrices.
    fn dot(&mut self, left: Lowered, right: Lowered, want: &Ty, span: Span) -> Lowered {
        let ranks = (self.known_rank(&left, span), self.known_rank(&right, span));
        let (Some(a), Some(b)) = ranks else { return self.poison() };
        let names = || vec![("__left", left.clone()), ("__right", right.clone())];
        let value = quote_spanned!(span=> __rt::arrays::dot(&__left, &__right));
        if (a, b) == (1, 1) {
            let code = quote_spanned!(span=> {
                let mut sum = 0.0;
                for i in 0..__left.len() {
                    sum += __left[i] * __right[i];
                }
                __rt::given(#value, sum)
            });
            return self.lower_written(names(), code, want, span);
        }
        let Some(code) = products(a, b, span) else {
            self.diagnostics
                .error_at(span, "`dot` of arrays with more than two dimensions")
                .help("write the loops");
            return self.poison();
        };
        let rank = if (a, b) == (2, 2) { 2 } else { 1 };
        self.of_kept(names(), value, rank, code, want, span)
    }

    /// The transposed matrix, an array of its own.
    fn transposed(&mut self, array: Lowered, want: &Ty, span: Span) -> Lowered {
        let Some(rank) = self.known_rank(&array, span) else { return self.poison() };
        if rank == 1 {
            return self.same_value(array, "clone", span);
        }
        if rank != 2 {
            self.diagnostics
                .error_at(span, "`t` of an array with more than two dimensions")
                .help("write the loops");
            return self.poison();
        }
        let code = quote_spanned!(span=> {
            let mut out = __value.clone();
            for i in 0..__array.nrows() {
                for j in 0..__array.ncols() {
                    out[[j, i]] = __array[[i, j]];
                }
            }
            out
        });
        let value = quote_spanned!(span=> __rt::arrays::transposed(&__array));
        let name = if self.is_view(&array) { format!("{VIEW}2") } else { "Array2".to_owned() };
        self.of_kept_as(vec![("__array", array)], value, name, code, want, span)
    }

    /// `f32` or `f64`.
    pub(super) fn float_name(&mut self, array: &Lowered) -> TokenStream {
        let elem = self.element_of_array(array);
        match elem.map(|elem| self.infer.shallow(&elem)) {
            Some(Ty::Float(FloatTy::F32)) => quote!(f32),
            _ => quote!(f64),
        }
    }

    fn element_of_array(&mut self, array: &Lowered) -> Option<Ty> {
        let ty = self.lowered_ty(array);
        self.infer.ndarray_element(&ty)
    }

    /// Code in which `__value` is the array that `value` gives, and has its elements' type.
    pub(super) fn of_kept(
        &mut self,
        names: Vec<(&str, Lowered)>,
        value: TokenStream,
        rank: usize,
        code: TokenStream,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        self.of_kept_as(names, value, format!("Array{rank}"), code, want, span)
    }

    /// The same, of an array whose type has this name.
    pub(super) fn of_kept_as(
        &mut self,
        names: Vec<(&str, Lowered)>,
        value: TokenStream,
        name: String,
        code: TokenStream,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let element = names.first().and_then(|(_, array)| self.element_of_array(array));
        let kept = self.kept_array(names.clone(), value, name);
        if let (Some(element), Some(own)) = (element, self.element_of_array(&kept)) {
            self.unify(&own, &element);
        }
        let names = names.into_iter().chain([("__value", kept)]).collect();
        self.lower_written(names, code, want, span)
    }

    /// A method that asks for the shape.
    fn shape_method(&mut self, receiver: &Lowered, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let ty = match (name_of(call).as_str(), receiver) {
            ("len", Lowered::Place(place, _)) => {
                return Some(Lowered::Value(self.len_of(place.clone())));
            }
            ("len" | "nrows" | "ncols" | "ndim", _) => Ty::usize(),
            ("is_empty", _) => Ty::Bool,
            ("dim", array) => match self.rank_of(array) {
                Some(1) => Ty::usize(),
                Some(rank) => Ty::Tuple(vec![Ty::usize(); rank]),
                None => Ty::Inert(None),
            },
            ("raw_dim" | "shape", _) => Ty::Inert(None),
            _ => return None,
        };
        Some(self.opaque_for(&syn::Expr::MethodCall(call.clone()), &ty, Use::Inspect))
    }
}

/// The loops of a product with a matrix, whose value is `__value`.
fn products(left: usize, right: usize, span: Span) -> Option<TokenStream> {
    Some(match (left, right) {
        (2, 1) => quote_spanned!(span=> {
            let mut out = __value.clone();
            for i in 0..__value.len() {
                let mut sum = 0.0;
                for j in 0..__right.len() {
                    sum += __left[[i, j]] * __right[j];
                }
                out[i] = __rt::given(__value[i], sum);
            }
            out
        }),
        (1, 2) => quote_spanned!(span=> {
            let mut out = __value.clone();
            out.fill(0.0);
            for i in 0..__left.len() {
                for j in 0..__value.len() {
                    out[j] += __left[i] * __right[[i, j]];
                }
            }
            for j in 0..__value.len() {
                out[j] = __rt::given(__value[j], out[j]);
            }
            out
        }),
        (2, 2) => quote_spanned!(span=> {
            let mut out = __value.clone();
            out.fill(0.0);
            for i in 0..__left.nrows() {
                for k in 0..__left.ncols() {
                    for j in 0..__right.ncols() {
                        out[[i, j]] += __left[[i, k]] * __right[[k, j]];
                    }
                }
            }
            for i in 0..__left.nrows() {
                for j in 0..__right.ncols() {
                    out[[i, j]] = __rt::given(__value[[i, j]], out[[i, j]]);
                }
            }
            out
        }),
        _ => return None,
    })
}
