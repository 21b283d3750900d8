//! Arrays made element by element: `std::array::from_fn`, `[T; N]::map`.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::arith;
use super::fold::len_expr;
use crate::ir::{Expr, Len, LoopKind, Origin, Place, Rvalue, StmtKind, Ty};
use crate::lower::place::peel;
use crate::lower::{Access, Head, Lowered, Lowerer};
use crate::ops::Prim;

impl Lowerer<'_> {
    /// `std::array::from_fn(f)`; `None` if the call is another.
    pub fn lower_array_from_fn(&mut self, call: &syn::ExprCall, want: &Ty) -> Option<Lowered> {
        let syn::Expr::Path(path) = &*call.func else { return None };
        let segments = &path.path.segments;
        let last = segments.last()?;
        let (true, 1) = (last.ident == "from_fn", call.args.len()) else { return None };
        if !self.is_known(&path.path, "array") {
            return None;
        }
        let wanted = match self.infer.shallow(want) {
            Ty::Array(elem, len) => Some((*elem, len)),
            _ => None,
        };
        let len = turbofish_len(&last.arguments).or(wanted.as_ref().map(|(_, len)| len.clone()));
        let Some(len) = len else {
            return Some(self.reject(
                &call.func,
                "the length of this array cannot be told",
                "annotate it: `let name: [f64; 3] = std::array::from_fn(..)`",
            ));
        };
        let elem = self.fresh();
        if let Some((wanted, _)) = wanted {
            self.unify(&elem, &wanted);
        }
        let function = self.lower(&call.args[0], &Ty::Unknown);
        let span = call.func.span();
        Some(self.array_of(elem, len, span, &mut |l, index, elem| {
            l.apply(&function, vec![Lowered::Value(index)], elem, span)
        }))
    }

    /// `array.map(f)` on a receiver that is an array; `None` if it is not.
    pub fn lower_array_map(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        if call.method != "map" || call.args.len() != 1 {
            return None;
        }
        let ty = match receiver {
            Lowered::Place(place, _) => place.ty.clone(),
            Lowered::Value(value) => value.ty.clone(),
            Lowered::Built(built) => self.rvalue_ty(built),
            _ => return None,
        };
        let Ty::Array(_, len) = self.infer.shallow(&ty) else { return None };
        let span = call.method.span();
        let (place, _) = self.to_place(receiver.clone(), span);
        let place = self.freeze(place);
        let elem = self.fresh();
        if let Ty::Array(wanted, _) = self.infer.shallow(want) {
            self.unify(&elem, &wanted);
        }
        let function = self.lower(&call.args[0], &Ty::Unknown);
        let map = |l: &mut Self, place: Place| {
            l.array_of(elem.clone(), len.clone(), span, &mut |l, index, elem| {
                let item = Lowered::Place(l.element_of(place.clone(), index), Access::Owned);
                l.apply(&function, vec![item], elem, span)
            })
        };
        let (array, block) = self.in_block(|l| map(l, place.clone()));
        if block.writes(place.root) {
            // The closure may change what the elements are of, which are those of a copy.
            let copy = self.temp_var("copied", Rvalue::Expr(Expr::read(place)), span);
            let copy = self.function.place(copy);
            return Some(map(self, copy));
        }
        self.splice(block);
        Some(array)
    }

    /// `let a: [f64; 2] = x[..2].try_into().unwrap();`: the elements, if there are as many.
    pub fn lower_array_of_slice(
        &mut self,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let syn::Expr::MethodCall(converted) = peel(&call.receiver) else { return None };
        let unwraps = ["unwrap", "expect"].iter().any(|name| call.method == name);
        if !unwraps || converted.method != "try_into" || !converted.args.is_empty() {
            return None;
        }
        let Ty::Array(elem, len) = self.infer.shallow(want) else { return None };
        let errors = self.diagnostics.len();
        let (list, block) = self.in_block(|l| l.lower(&converted.receiver, &Ty::Unknown));
        let of = self.lowered_ty(&list);
        if !matches!(self.infer.shallow(&of), Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..)) {
            self.diagnostics.truncate(errors);
            return None;
        }
        self.splice(block);
        let span = call.method.span();
        let (place, _) = self.to_place(list, span);
        let place = self.freeze(place);
        let held = self.infer.element(&place.ty);
        self.unify(&held, &elem);
        let lengths = vec![self.len_of(place.clone()), len_expr(&len, span)];
        let fits = Expr::prim(Prim::Eq, lengths, Ty::Bool, span);
        let message = "called `Result::unwrap()` on an `Err` value: TryFromSliceError(())";
        self.push_panic_unless(fits, message, span);
        Some(self.array_of((*elem).clone(), len, span, &mut |l, index, _| {
            Lowered::Place(l.element_of(place.clone(), index), Access::Owned)
        }))
    }

    /// An array whose elements `element` makes, in order.
    fn array_of(
        &mut self,
        elem: Ty,
        len: Len,
        span: Span,
        element: &mut dyn FnMut(&mut Lowerer<'_>, Expr, &Ty) -> Lowered,
    ) -> Lowered {
        let before = self.position();
        let ty = Ty::Array(Box::new(elem.clone()), len.clone());
        let array = self.variable("array", ty.clone(), true, Origin::Temp, span);
        let place = self.function.place(array);
        let var = self.variable("index", Ty::usize(), false, Origin::Temp, span);
        self.shared.insert(var);
        let (start, end) = (arith::literal(0, span), len_expr(&len, span));
        let kind = LoopKind::For { var, start, end, step: None, reverse: false };
        self.push_loop(kind, Head::default(), &Ty::Unit, span, |l| {
            let index = l.function.read(var);
            let value = element(l, index.clone(), &elem);
            let value = l.to_rvalue(value, span);
            let value_ty = l.rvalue_ty(&value);
            l.unify(&value_ty, &elem);
            let place = Place { ty: elem.clone(), ..place.clone().index(index) };
            l.push(StmtKind::Assign { place, value }, span);
        });
        let mut at = before;
        match self.blank(&ty, &mut at, span) {
            Some(value) => self.insert(at, StmtKind::Let { var: array, value: Some(value) }, span),
            None => {
                self.diagnostics
                    .error_at(span, "an array of this type cannot be made element by element here")
                    .help("write the elements out: `[f(0), f(1), f(2)]`, or collect a `Vec`");
            }
        }
        Lowered::Value(self.function.read(array))
    }
}

/// `from_fn::<T, N, F>`.
fn turbofish_len(arguments: &syn::PathArguments) -> Option<Len> {
    let syn::PathArguments::AngleBracketed(arguments) = arguments else { return None };
    let expr = match arguments.args.iter().nth(1)? {
        syn::GenericArgument::Const(expr) => expr.clone(),
        syn::GenericArgument::Type(syn::Type::Path(path)) => syn::Expr::Path(syn::ExprPath {
            attrs: Vec::new(),
            qself: None,
            path: path.path.clone(),
        }),
        _ => return None,
    };
    let value = crate::lower::expr::len_literal(&expr);
    Some(Len { expr: Box::new(expr), value })
}
