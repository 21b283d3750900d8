//! Methods of arrays, slices and `Vec`s.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::matching::conjunction;
use super::sort::SORTING;
use super::{Access, Head, Lowered, Lowerer, vector};
use crate::diagnostics::nearest;
use crate::ir::{Expr, ExprKind, LoopKind, Origin, Place, Rvalue, StmtKind, Ty};
use crate::ops::Prim;

/// The known methods that are not of iterators, but for those of `Vec`s.
pub const METHODS: &[&str] = &[
    "len",
    "is_empty",
    "swap",
    "fill",
    "copy_from_slice",
    "clone_from_slice",
    "split_at",
    "split_at_mut",
    "first",
    "last",
    "first_mut",
    "last_mut",
    "get",
    "get_mut",
    "split_first",
    "split_last",
    "reverse",
    "reserve",
    "rotate_left",
    "rotate_right",
    "sort_by",
    "sort_unstable_by",
];

/// Methods that say something of the elements.
pub const INSPECTING: &[&str] = &[
    "contains",
    "is_sorted",
    "is_sorted_by",
    "partition_point",
    "binary_search",
    "binary_search_by",
    "binary_search_by_key",
];

/// Methods that order elements, by whatever they compare.
pub const ORDERING: &[&str] = &[
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "dedup",
    "retain",
];

/// Others that the standard library's types have, and that are refused.
const REFUSED: &[&str] = &[
    "array_windows",
    "as_mut_slice",
    "as_slice",
    "chunk_by",
    "concat",
    "copy_within",
    "dedup_by",
    "dedup_by_key",
    "drain",
    "extend_from_within",
    "extract_if",
    "fill_with",
    "first_chunk",
    "into_boxed_slice",
    "join",
    "last_chunk",
    "leak",
    "repeat",
    "resize_with",
    "retain_mut",
    "select_nth_unstable",
    "select_nth_unstable_by",
    "splice",
    "split",
    "split_at_checked",
    "split_mut",
];

impl Lowerer<'_> {
    /// Whether a method shows that what was taken for a list is a struct with a method that lists have.
    fn is_of_struct(&mut self, method: &str, list: &Ty) -> bool {
        let is_of_lists = REFUSED.contains(&method) || nearest(method, &known()).is_some();
        !is_of_lists && self.infer.learn_struct(list)
    }

    pub fn slice_method(&mut self, receiver: Lowered, call: &syn::ExprMethodCall) -> Lowered {
        let span = call.method.span();
        let (place, access) = self.to_place(receiver, call.receiver.span());
        let place = self.freeze(place);
        let name = call.method.to_string();
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        let access = match name.ends_with("_mut") {
            true => Access::RefMut,
            false => match access {
                Access::Owned => Access::Ref,
                other => other,
            },
        };
        match (name.as_str(), &args[..]) {
            ("len", []) => Lowered::Value(Expr { span, ..self.len_of(place) }),
            ("is_empty", []) => {
                let len = self.len_of(place);
                let zero = Expr::int(0, Ty::usize(), span);
                Lowered::Value(Expr::prim(Prim::Eq, vec![len, zero], Ty::Bool, span))
            }
            ("split_at" | "split_at_mut", [mid]) => {
                let mid = self.value(mid, &Ty::usize());
                let mid = self.temp("mid", mid);
                let head = self.slice_of(place.clone(), None, Some(mid.clone()), span);
                let tail = self.slice_of(place, Some(mid), None, span);
                Lowered::Tuple(vec![Lowered::Place(head, access), Lowered::Place(tail, access)])
            }
            ("first" | "first_mut" | "last" | "last_mut", [])
            | ("split_first" | "split_first_mut" | "split_last" | "split_last_mut", []) => {
                self.end_of(place, access, &name, span)
            }
            ("get" | "get_mut", [syn::Expr::Range(range)]) => {
                let mut place = place;
                let (start, end) = self.bounds(&mut place, range);
                let mut fixed = |bound: Option<Expr>| bound.map(|bound| self.temp("bound", bound));
                let (start, end) = (fixed(start), fixed(end));
                let is_some = self.is_within(&start, &end, &place, span);
                let part = self.slice_of(place, start, end, span);
                Lowered::Option { is_some, payload: Box::new(Lowered::Place(part, access)) }
            }
            ("get" | "get_mut", [index]) => {
                let index = self.value(index, &Ty::usize());
                let index = match self.is_stable(&index) {
                    true => index,
                    false => self.temp("at", index),
                };
                let len = self.len_of(place.clone());
                let is_some = Expr::prim(Prim::Lt, vec![index.clone(), len], Ty::Bool, span);
                let part = self.element_of(place, index);
                Lowered::Option { is_some, payload: Box::new(Lowered::Place(part, access)) }
            }
            _ => self.changing_method(place, call, &args),
        }
    }

    /// `first()`, `last()`, and with what is left without them, `split_first()`, `split_last()`.
    fn end_of(&mut self, place: Place, access: Access, method: &str, span: Span) -> Lowered {
        let is_some = self.not_empty(&place, span);
        let first = method.contains("first");
        let index = match first {
            true => Expr::int(0, Ty::usize(), span),
            false => self.last_index(&place, span),
        };
        let end = self.element_of(place.clone(), index.clone());
        if !method.starts_with("split") {
            return Lowered::Option { is_some, payload: Box::new(Lowered::Place(end, access)) };
        }
        let rest = match first {
            true => self.slice_of(place, Some(Expr::int(1, Ty::usize(), span)), None, span),
            false => self.slice_of(place, None, Some(index), span),
        };
        option_of_two(is_some, end, rest, access)
    }

    /// Whether a place has a sub-slice with these bounds.
    fn is_within(
        &mut self,
        start: &Option<Expr>,
        end: &Option<Expr>,
        of: &Place,
        span: Span,
    ) -> Expr {
        let len = self.len_of(of.clone());
        let below = |a: Expr, b: Expr| Expr::prim(Prim::Le, vec![a, b], Ty::Bool, span);
        let end_fits = end.clone().map(|end| below(end, len.clone()));
        let last = end.clone().unwrap_or(len);
        let start_fits = start.clone().map(|start| below(start, last));
        conjunction(start_fits, end_fits).unwrap_or(Expr::bool(true, span))
    }

    /// The place, or a variable for what stands in none: `made(x).pop()`. What kept code gives may be a
    /// reference to what is to be changed, of which that would be a copy.
    fn changeable(&mut self, place: Place, method: &syn::Ident) -> Option<Place> {
        let root = self.function.var(place.root);
        let (fixed, is_temp) =
            (!root.mutable && place.path.is_empty(), root.origin == Origin::Temp);
        let of_kept = self.kept.contains(&place.root) || is_temp && self.is_inactive_place(&place);
        if fixed && of_kept {
            self.reject(
                method,
                "this changes what code without derivatives gives, which may be a reference",
                "change the value itself, as in `table.rows.swap(0, 1)`, or do it in a function of its own",
            );
            return None;
        }
        if !fixed || !is_temp {
            return Some(place);
        }
        let changed = self.owned_var("changed", Rvalue::Expr(Expr::read(place)), method.span());
        Some(self.function.place(changed))
    }

    /// Methods that change the receiver.
    fn changing_method(
        &mut self,
        mut place: Place,
        call: &syn::ExprMethodCall,
        args: &[&syn::Expr],
    ) -> Lowered {
        let span = call.method.span();
        let elem = self.infer.element(&place.ty);
        let name = call.method.to_string();
        if is_known(&name) {
            let Some(changeable) = self.changeable(place, &call.method) else {
                return self.poison();
            };
            place = changeable;
            self.constant.remove(&place.root);
        }
        match (name.as_str(), args) {
            ("swap", [i, j]) => {
                let (i, j) = self.pair(i, &Ty::usize(), j);
                self.unify(&j.ty, &Ty::usize());
                let a = self.element_of(place.clone(), i);
                let b = self.element_of(place, j);
                self.push(StmtKind::Swap { a, b }, span);
            }
            ("fill", [value]) => {
                let value = self.value(value, &elem);
                self.push(StmtKind::Fill { place, value }, span);
            }
            ("copy_from_slice" | "clone_from_slice", [source]) => {
                let (source, _) = self.place(source);
                let source = self.freeze(source);
                self.unify(&place.ty, &source.ty);
                self.copy_elements(place, source, span);
            }
            ("rotate_left" | "rotate_right", [by]) => {
                let by = self.value(by, &Ty::usize());
                self.rotate(place, by, name == "rotate_left", span);
            }
            ("reverse", []) => self.reverse_elements(place, span),
            (sorting, [comparison]) if SORTING.contains(&sorting) => {
                return self.sort_elements(place, call, comparison);
            }
            ("reserve" | "shrink_to_fit", _) => {}
            ("as_ptr" | "as_mut_ptr" | "as_ptr_range", []) => {
                return self.reject(
                    &call.method,
                    "raw pointers cannot be differentiated",
                    "use a reference or an index",
                );
            }
            (of_vec, _) if vector::METHODS.contains(&of_vec) => {
                return self.vec_method(place, elem, call, args);
            }
            (other, _) if self.is_of_struct(other, &place.ty) => return self.poison(),
            _ => return self.unknown_method(&call.method, "an array, slice or `Vec`", &known()),
        }
        Lowered::Unit
    }

    /// `for index in start..end { body }`, with an index of its own.
    pub fn counted(
        &mut self,
        start: Expr,
        end: Expr,
        span: Span,
        body: impl FnOnce(&mut Self, Expr),
    ) {
        let var = self.variable("index", Ty::usize(), false, Origin::User, span);
        let kind = LoopKind::For { var, start, end, step: None, reverse: false };
        self.push_loop(kind, Head::default(), &Ty::Unit, span, |l| {
            let index = l.function.read(var);
            body(l, index);
        });
    }

    /// `to.copy_from_slice(&from)`.
    fn copy_elements(&mut self, to: Place, from: Place, span: Span) {
        let len = self.len_of(to.clone());
        let len = self.temp("len", len);
        let from_len = self.len_of(from.clone());
        let equal = Expr::prim(Prim::Eq, vec![from_len, len.clone()], Ty::Bool, span);
        let message = "source slice length does not match destination slice length";
        self.push_panic_unless(equal, message, span);
        let zero = Expr::int(0, Ty::usize(), span);
        self.counted(zero, len, span, |l, index| {
            let value = Rvalue::Expr(Expr::read(l.element_of(from, index.clone())));
            let place = l.element_of(to, index);
            l.push(StmtKind::Assign { place, value }, span);
        });
    }

    fn reverse_elements(&mut self, place: Place, span: Span) {
        let len = self.len_of(place.clone());
        let len = self.temp("len", len);
        let usize = |prim, a, b| Expr::prim(prim, vec![a, b], Ty::usize(), span);
        let int = |value| Expr::int(value, Ty::usize(), span);
        let half = usize(Prim::Div, len.clone(), int(2));
        self.counted(int(0), half, span, |l, index| {
            let last = usize(Prim::Sub, len, int(1));
            let mirrored = usize(Prim::Sub, last, index.clone());
            let a = l.element_of(place.clone(), index);
            let b = l.element_of(place, mirrored);
            l.push(StmtKind::Swap { a, b }, span);
        });
    }

    fn not_empty(&mut self, place: &Place, span: Span) -> Expr {
        let len = self.len_of(place.clone());
        let zero = Expr::int(0, Ty::usize(), span);
        Expr::prim(Prim::Gt, vec![len, zero], Ty::Bool, span)
    }

    /// `len - 1`, and `0` for an empty place, so that it can be evaluated before it is known that
    /// there is a last element.
    fn last_index(&mut self, place: &Place, span: Span) -> Expr {
        let some = self.not_empty(place, span);
        let one = Expr::new(ExprKind::Cast(Box::new(some)), Ty::usize(), span);
        let len = self.len_of(place.clone());
        Expr::prim(Prim::Sub, vec![len, one], Ty::usize(), span)
    }
}

/// Whether a method is one of slices or of `Vec`s.
pub fn is_known(name: &str) -> bool {
    METHODS.contains(&name) || vector::METHODS.contains(&name)
}

fn known() -> Vec<&'static str> {
    let iterators = [
        "iter",
        "iter_mut",
        "into_iter",
        "windows",
        "chunks",
        "chunks_mut",
        "chunks_exact",
        "to_vec",
        "clone",
        "map",
    ];
    METHODS.iter().chain(vector::METHODS).copied().chain(iterators).collect()
}

fn option_of_two(is_some: Expr, one: Place, rest: Place, access: Access) -> Lowered {
    let parts = vec![Lowered::Place(one, access), Lowered::Place(rest, access)];
    Lowered::Option { is_some, payload: Box::new(Lowered::Tuple(parts)) }
}
