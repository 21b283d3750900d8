//! Methods of `Vec` that move several elements.

use proc_macro2::Span;

use super::{Access, Head, Lowered, Lowerer};
use crate::ir::{Expr, LoopKind, Origin, Place, Rvalue, Shape, StmtKind, Ty, VarId};
use crate::ops::Prim;

/// The known methods that only `Vec`s have.
pub const METHODS: &[&str] = &[
    "push",
    "pop",
    "clear",
    "truncate",
    "resize",
    "split_off",
    "insert",
    "remove",
    "swap_remove",
    "append",
    "retain",
    "extend_from_slice",
    "extend",
];

impl Lowerer<'_> {
    /// Methods that change the length of a `Vec`.
    pub fn vec_method(
        &mut self,
        vec: Place,
        elem: Ty,
        call: &syn::ExprMethodCall,
        args: &[&syn::Expr],
    ) -> Lowered {
        let span = call.method.span();
        self.known_vec(&vec);
        match (call.method.to_string().as_str(), args) {
            ("push", [value]) => {
                let value = self.value(value, &elem);
                let mut value = self.stored(value, &elem);
                if let (Ty::Slice(_), Some(slice)) = (&value.ty, value.as_place().cloned()) {
                    let copy = self.copied(slice, span);
                    value = self.function.read(copy);
                }
                self.push(StmtKind::VecPush { vec, value }, span);
            }
            ("pop", []) => {
                let into = self.pop(vec, elem, span);
                return Lowered::Value(self.function.read(into));
            }
            ("clear", []) => self.clear_vec(vec, span),
            ("truncate", [len]) => {
                let len = self.value(len, &Ty::usize());
                self.pop_down_to(vec, elem, len, span);
            }
            ("resize", [len, value]) => {
                let (len, value) = self.pair(len, &Ty::usize(), value);
                self.unify(&value.ty, &elem);
                let len = self.temp("len", len);
                let value = self.temp("value", value);
                self.pop_down_to(vec.clone(), elem, len.clone(), span);
                let old = self.len_of(vec.clone());
                self.counted(old, len, span, |l, _| {
                    l.push(StmtKind::VecPush { vec, value }, span);
                });
            }
            ("split_off", [at]) => {
                let at = self.value(at, &Ty::usize());
                let at = self.temp("at", at);
                let tail = self.slice_of(vec.clone(), Some(at.clone()), None, span);
                let ty = Ty::Vec(Box::new(elem.clone()));
                let tail = self.copy_of(tail, ty, "tail", span);
                self.pop_down_to(vec, elem, at, span);
                return Lowered::Value(Expr::read(tail));
            }
            _ => return self.elements_of_vec(vec, elem, call, args),
        }
        Lowered::Unit
    }

    /// Methods that move elements inside of a `Vec` or from one to another.
    fn elements_of_vec(
        &mut self,
        vec: Place,
        elem: Ty,
        call: &syn::ExprMethodCall,
        args: &[&syn::Expr],
    ) -> Lowered {
        let span = call.method.span();
        match (call.method.to_string().as_str(), args) {
            ("insert", [at, value]) => {
                let (at, value) = self.pair(at, &Ty::usize(), value);
                self.unify(&value.ty, &elem);
                let at = self.temp("at", at);
                self.push(StmtKind::VecPush { vec: vec.clone(), value }, span);
                self.shift(vec, at, true, span);
            }
            ("remove", [at]) => {
                let at = self.value(at, &Ty::usize());
                let at = self.temp("at", at);
                self.shift(vec.clone(), at, false, span);
                return self.popped(vec, elem, span);
            }
            ("swap_remove", [at]) => {
                let at = self.value(at, &Ty::usize());
                let last = self.before_end(&vec, span);
                let a = self.element_of(vec.clone(), at);
                let b = self.element_of(vec.clone(), last);
                self.push(StmtKind::Swap { a, b }, span);
                return self.popped(vec, elem, span);
            }
            ("retain", [keep]) => self.retain(vec, elem, keep, span),
            ("append", [other]) => {
                let (other, _) = self.place(other);
                let other = self.freeze(other);
                self.unify(&vec.ty, &other.ty);
                self.extend_by(vec, other.clone(), span);
                self.clear_vec(other, span);
            }
            ("extend_from_slice", [source]) => {
                let (source, _) = self.place(source);
                let source = self.freeze(source);
                self.unify(&vec.ty, &source.ty);
                self.extend_by(vec, source, span);
            }
            ("extend", [items]) => {
                let push = &mut |l: &mut Lowerer<'_>, item: Lowered| {
                    let value = l.to_expr(item, span);
                    l.unify(&value.ty, &elem);
                    l.push(StmtKind::VecPush { vec: vec.clone(), value }, span);
                };
                if !self.for_each_item(items, span, push) {
                    self.reject(
                        items,
                        "this cannot be iterated over in differentiated code",
                        "extend by a slice, an array, a `Vec` or their iterators",
                    );
                }
            }
            _ => {
                return self.unknown_method(&call.method, "a `Vec`", METHODS);
            }
        }
        Lowered::Unit
    }

    fn clear_vec(&mut self, vec: Place, span: Span) {
        let ty = vec.ty.clone();
        let value = Rvalue::Aggregate { shape: Shape::Vec, fields: Vec::new(), ty };
        self.push(StmtKind::Assign { place: vec, value }, span);
    }

    /// A variable with the elements of a slice as they are now.
    pub(super) fn copy_of(&mut self, slice: Place, ty: Ty, name: &str, span: Span) -> Place {
        let copy = self.variable(name, ty, false, Origin::Temp, span);
        let value = Some(Rvalue::Expr(Expr::read(slice)));
        self.push(StmtKind::Let { var: copy, value }, span);
        self.function.place(copy)
    }

    /// Moves the elements to keep to the front, in their order, and takes off the rest.
    fn retain(&mut self, vec: Place, elem: Ty, keep: &syn::Expr, span: Span) {
        let keep = self.lower(keep, &Ty::Unknown);
        let kept = self.state("kept", Expr::int(0, Ty::usize(), span), span);
        let zero = Expr::int(0, Ty::usize(), span);
        let len = self.len_of(vec.clone());
        let len = self.temp("len", len);
        self.counted(zero, len, span, |l, index| {
            let a = l.element_of(vec.clone(), index);
            let seen = Lowered::Place(a.clone(), Access::Ref);
            let cond = l.apply(&keep, vec![seen], &Ty::Bool, span);
            let cond = l.to_expr(cond, span);
            l.when(cond, span, |l| {
                let front = l.count_on(kept, span);
                let b = l.element_of(vec.clone(), front);
                l.push(StmtKind::Swap { a: b, b: a }, span);
            });
        });
        let kept = self.function.read(kept);
        let kept = self.temp("kept", kept);
        self.pop_down_to(vec, elem, kept, span);
    }

    fn pop_down_to(&mut self, place: Place, elem: Ty, len: Expr, span: Span) {
        let old = self.len_of(place.clone());
        self.counted(len, old, span, |l, _| {
            l.pop(place, elem, span);
        });
    }

    /// The last element, taken off a `Vec` that has one.
    fn popped(&mut self, vec: Place, elem: Ty, span: Span) -> Lowered {
        let into = self.pop(vec, elem, span);
        let popped = Lowered::Value(self.function.read(into));
        self.some_payload(popped, span)
    }

    pub fn pop(&mut self, vec: Place, elem: Ty, span: Span) -> VarId {
        self.known_vec(&vec);
        let ty = Ty::Option(Box::new(elem));
        let into = self.variable("popped", ty, false, Origin::Temp, span);
        self.push(StmtKind::VecPop { vec, into }, span);
        into
    }

    pub fn known_vec(&mut self, place: &Place) {
        let elem = self.infer.element(&place.ty);
        self.unify(&place.ty, &Ty::Vec(Box::new(elem)));
    }

    /// Moves the last element to `at` (`from_end`), or the element at `at` to the end, the others
    /// keeping their order.
    fn shift(&mut self, vec: Place, at: Expr, from_end: bool, span: Span) {
        let end = self.before_end(&vec, span);
        let var = self.variable("index", Ty::usize(), false, Origin::User, span);
        let kind = LoopKind::For { var, start: at, end, step: None, reverse: from_end };
        self.push_loop(kind, Head::default(), &Ty::Unit, span, |l| {
            let index = l.function.read(var);
            let next = l.plus_one(index.clone());
            let a = l.element_of(vec.clone(), index);
            let b = l.element_of(vec, next);
            l.push(StmtKind::Swap { a, b }, span);
        });
    }

    /// `len - 1`.
    fn before_end(&mut self, place: &Place, span: Span) -> Expr {
        let len = self.len_of(place.clone());
        let one = Expr::int(1, Ty::usize(), span);
        Expr::prim(Prim::Sub, vec![len, one], Ty::usize(), span)
    }

    /// Appends copies of all elements of `source`.
    pub fn extend_by(&mut self, vec: Place, source: Place, span: Span) {
        let len = self.len_of(source.clone());
        let zero = Expr::int(0, Ty::usize(), span);
        self.counted(zero, len, span, |l, index| {
            let value = Expr::read(l.element_of(source, index));
            l.push(StmtKind::VecPush { vec, value }, span);
        });
    }

    /// `slice.rotate_left(by)` by way of a copy.
    pub fn rotate(&mut self, place: Place, by: Expr, left: bool, span: Span) {
        let len = self.len_of(place.clone());
        let len = self.temp("len", len);
        let by = self.temp("by", by);
        let fits = Expr::prim(Prim::Le, vec![by.clone(), len.clone()], Ty::Bool, span);
        self.push_panic_unless(fits, "the slice is rotated by more than its length", span);
        let slice = self.slice_of(place.clone(), None, None, span);
        let ty = Ty::Vec(Box::new(self.infer.element(&place.ty)));
        let old = self.copy_of(slice, ty, "old", span);
        let usize = |prim, a, b| Expr::prim(prim, vec![a, b], Ty::usize(), span);
        let by = match left {
            true => by,
            false => usize(Prim::Sub, len.clone(), by),
        };
        self.counted(Expr::int(0, Ty::usize(), span), len.clone(), span, |l, index| {
            let from = usize(Prim::Rem, usize(Prim::Add, index.clone(), by), len);
            let value = Rvalue::Expr(Expr::read(l.element_of(old, from)));
            let place = l.element_of(place, index);
            l.push(StmtKind::Assign { place, value }, span);
        });
    }
}
