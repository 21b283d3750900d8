//! Statements.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::code::Code;
use super::place::{is_component, reference};
use super::types::lanes;
use super::{Access, Printer, nested, runtime_span};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Len, Loop, LoopKind, Place, Proj, Rvalue, Shape, Stmt, StmtKind, Ty,
    VarId,
};
use crate::ops::Prim;

impl Printer<'_> {
    pub fn block(&self, block: &Block) -> TokenStream {
        self.statements(&block.stmts)
    }

    pub(super) fn statements(&self, stmts: &[Stmt]) -> TokenStream {
        let mut tokens = TokenStream::new();
        let mut rest = stmts;
        while let [first, later @ ..] = rest {
            rest = later;
            if let Some((branch, after)) = self.asked_branch(first, later) {
                tokens.extend(branch);
                rest = after;
                continue;
            }
            let next = later.first();
            let both = self.choice(first, next).or_else(|| self.given_at_once(first, next));
            match (later, both) {
                ([_, after @ ..], Some(both)) => {
                    tokens.extend(both);
                    rest = after;
                }
                _ => match &first.kind {
                    StmtKind::Let { var, value } => tokens.extend(self.let_(*var, value.as_ref())),
                    _ => tokens.extend(self.stmt(first)),
                },
            }
        }
        tokens
    }

    pub(super) fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Let { var, value } => self.let_(*var, value.as_ref()).into_token_stream(),
            StmtKind::Assign { place, value } => self.assign(place, value),
            StmtKind::Accumulate { place, value } => self.accumulate(place, value),
            StmtKind::If { .. } | StmtKind::Switch { .. } => {
                self.branch(&stmt.kind, &|block| self.block(block))
            }
            StmtKind::Loop(loop_) => {
                self.sum_of_elements(loop_).unwrap_or_else(|| self.loop_(loop_))
            }
            StmtKind::Call(call) => self.call(call, span),
            StmtKind::Swap { a, b } => self.swap(a, b),
            StmtKind::Fill { place, value } => self.with_value(
                place,
                value,
                |place, value| quote_spanned!(span=> #place.fill(#value);),
            ),
            StmtKind::VecPush { vec, value } => {
                self.with_value(vec, value, |vec, value| quote_spanned!(span=> #vec.push(#value);))
            }
            StmtKind::VecPop { vec, into } => {
                let (vec, into) = (self.found(vec, Access::Mut), self.ident(*into));
                quote_spanned!(span=> let #into = #vec.pop();)
            }
            StmtKind::Push { tape, values } => self.push(*tape, values),
            StmtKind::Pop { tape, into, declare } => self.pop(*tape, into, *declare),
            StmtKind::Opaque { code, .. } => self.kept_statement(code),
        }
    }

    /// `x`, or `mut x`.
    pub(super) fn binding(&self, var: VarId) -> Code {
        let ident = Code::from(self.ident(var));
        match self.function.var(var).mutable {
            true => Code::word("mut").then(ident),
            false => ident,
        }
    }

    fn assign(&self, place: &Place, value: &Rvalue) -> TokenStream {
        let target = self.place(place, Access::Mut);
        if self.is_leaf(place)
            && let Rvalue::Expr(Expr { kind: ExprKind::Zero, .. }) = value
        {
            let (rt, span) = (&self.rt, runtime_span(place.span));
            let ty = self.leaf_ty(&place.ty);
            let target = reference(target, Access::Mut, span);
            return quote_spanned!(span=> #rt::clear #ty(#target););
        }
        // What a field without a derivative has for one, where it is not constant.
        if let Rvalue::ZeroLike(of) = value
            && self.is_derivative(place.root)
            && !self.is_derivative(of.root)
            && !of.ty.can_be_active()
        {
            let (rt, target) = (&self.rt, self.borrow(place, Access::Mut));
            let value = self.rvalue(value, &place.ty);
            return quote_spanned!(place.span=> #rt::reshape(#target, #value););
        }
        if let (Ty::Slice(elem), Rvalue::Expr(value)) = (&place.ty, value) {
            let copy = match elem.is_copy() {
                true => quote!(copy_from_slice),
                false => quote!(clone_from_slice),
            };
            let value = match value.as_place() {
                Some(value) => self.borrow(value, Access::Shared),
                None => {
                    let value = self.postfix_operand(value);
                    quote!(&#value).into()
                }
            };
            let target = self.found(place, Access::Mut);
            return quote_spanned!(place.span=> #target.#copy(#value););
        }
        if let (Ty::Slice(elem), Rvalue::ZeroLike(_)) = (&place.ty, value) {
            if !elem.has_one_shape() {
                // The elements have the shapes of what they are derivatives of, not those they had.
                let (target, zeros) =
                    (self.found(place, Access::Mut), self.rvalue(value, &place.ty));
                return quote_spanned!(place.span=> #target.clone_from_slice(&#zeros););
            }
            let rt = &self.rt;
            let target = self.borrow(place, Access::Mut);
            return quote_spanned!(place.span=> #rt::set_zero(#target););
        }
        let target = without_parens(target);
        if let Rvalue::Expr(Expr { kind: ExprKind::Prim(Prim::Add, args), ty: Ty::Int(_), .. }) =
            value
            && args[0].as_place().is_some_and(|from| from.is_same(place))
        {
            let increment = self.expr(&args[1]);
            return quote_spanned!(place.span=> #target += #increment;);
        }
        let value = self.rvalue(value, &place.ty);
        quote_spanned!(place.span=> #target = #value;)
    }

    fn accumulate(&self, place: &Place, value: &Expr) -> TokenStream {
        let addition = self.addition(place, value);
        match self.wanted(place.root) {
            Some(wanted) => quote!(if #wanted.is() { #addition }),
            None => addition,
        }
    }

    fn addition(&self, place: &Place, value: &Expr) -> TokenStream {
        let (rt, span) = (&self.rt, runtime_span(place.span));
        if self.is_leaf(place) {
            let ty = self.leaf_ty(&place.ty);
            // What the function adds, a field without derivative would lose.
            let add = match self.is_tangent_of_value(place.root) {
                true => quote_spanned!(span=> vary),
                false => quote_spanned!(span=> add),
            };
            return self.with_value(place, value, |target, value| {
                let target = reference(target, Access::Mut, span);
                quote_spanned!(span=> #rt::#add #ty(#target, #value);)
            });
        }
        if matches!(place.ty, Ty::Lane(_)) && self.overlaps(place, value) {
            // Not a float's `+=`, which would evaluate the value first.
            let held = proc_macro2::Ident::new("held", proc_macro2::Span::mixed_site());
            let (target, value) = (self.place(place, Access::Mut), self.expr(value));
            let target = without_parens(target);
            return quote_spanned!(place.span=> { let #held = #value; #target += #held; });
        }
        if is_component(&place.ty) {
            let target = without_parens(self.place(place, Access::Mut));
            // `a - v` and `a + (-v)` are the same float.
            return match &value.kind {
                ExprKind::Prim(Prim::Neg, args) => {
                    let value = self.expr(&args[0]);
                    quote_spanned!(place.span=> #target -= #value;)
                }
                _ => {
                    let value = self.expr(value);
                    quote_spanned!(place.span=> #target += #value;)
                }
            };
        }
        if let ExprKind::Cast(inner) = &value.kind {
            // The bar of what was cast, whose type only rustc knows.
            let target = self.borrow(place, Access::Mut);
            let value = self.expr(inner);
            return quote_spanned!(span=> #rt::add_cast(#target, #value););
        }
        self.addition_of_whole(place, value)
    }

    /// Adds what is no number by the runtime.
    fn addition_of_whole(&self, place: &Place, value: &Expr) -> TokenStream {
        let (rt, span) = (&self.rt, runtime_span(place.span));
        // A slice is added to a slice of a `Vec`.
        let whole = match (&place.ty, &value.ty) {
            (Ty::Slice(_), Ty::Vec(_) | Ty::Array(..)) => Some(quote!([..])),
            (Ty::Vec(_) | Ty::Array(..), Ty::Slice(_)) => Some(quote!([..])),
            _ => None,
        };
        let borrow = |of: &Place, access| match (&of.ty, &whole) {
            (Ty::Slice(_), _) | (_, None) => self.borrow(of, access),
            (_, Some(whole)) => {
                let of = self.place(of, access);
                reference(quote!(#of #whole).into(), access, span)
            }
        };
        let target = borrow(place, Access::Mut);
        let of_part =
            self.is_part(place) || value.as_place().is_some_and(|value| self.is_part(value));
        let value = match value.as_place() {
            Some(value) if value.root == place.root => {
                let held = proc_macro2::Ident::new("held", proc_macro2::Span::mixed_site());
                let value = self.raw_read(value);
                return quote_spanned!(span=> {
                    let #held = #value;
                    #rt::accumulate(#target, &#held);
                });
            }
            Some(value) => borrow(value, Access::Shared),
            None => {
                let value = self.postfix_operand(value);
                quote!(&#value).into()
            }
        };
        match of_part {
            true => quote_spanned!(span=> #rt::accumulate_part(#target, #value);),
            false => quote_spanned!(span=> #rt::accumulate(#target, #value);),
        }
    }

    /// Whether a place is a field of unknown type: it may be constant, and its derivative `()`.
    fn is_part(&self, place: &Place) -> bool {
        matches!(place.path.last(), Some(Proj::Field(_))) && self.ty(&place.ty).is_none()
    }

    /// A statement that borrows `place` mutably and takes `value`, which is evaluated before if it
    /// reads a part of the same variable.
    fn with_value(
        &self,
        place: &Place,
        value: &Expr,
        stmt: impl FnOnce(Code, Code) -> TokenStream,
    ) -> TokenStream {
        let overlaps = self.overlaps(place, value);
        let (place, value) = (self.found(place, Access::Mut), self.expr(value));
        if !overlaps {
            return stmt(place, value);
        }
        let held = proc_macro2::Ident::new("held", proc_macro2::Span::mixed_site());
        let stmt = stmt(place, held.clone().into());
        quote!({ let #held = #value; #stmt })
    }

    /// Whether the value reads the variable that the place is in.
    fn overlaps(&self, place: &Place, value: &Expr) -> bool {
        let mut overlaps = false;
        value.for_each_root(&mut |root| overlaps |= root == place.root);
        overlaps
    }

    pub(super) fn loop_(&self, loop_: &Loop) -> TokenStream {
        let body = self.block(&loop_.body);
        let exit = loop_.exit.map(|exit| {
            let exit = self.place(&self.function.place(exit), Access::Shared);
            quote!(if #exit { break; })
        });
        match &loop_.kind {
            LoopKind::For { var, start, end, step, reverse } => {
                let mut is_read = false;
                for stmt in &loop_.body.stmts {
                    effects::for_each_read(stmt, &mut |root| is_read |= root == *var);
                }
                let ident = is_read.then(|| self.ident(*var)).map_or(quote!(_), |it| quote!(#it));
                // From which end it counts is no matter then.
                let range = || self.range(*var, start, end, step.as_ref(), *reverse && is_read);
                let range = self.searched(loop_).unwrap_or_else(range);
                let statement = quote!(for #ident in #range { #body #exit });
                let lent = self.lent(loop_);
                match lent.is_empty() {
                    true => statement,
                    false => quote!({ #lent #statement }),
                }
            }
            LoopKind::While { cond } => {
                let cond = self.expr(cond);
                quote!(while #cond { #body #exit })
            }
            LoopKind::Forever => quote!(loop { #body #exit }),
        }
    }

    /// A value for a variable or place of this type.
    pub(super) fn rvalue(&self, value: &Rvalue, ty: &Ty) -> Code {
        let tokens = match value {
            Rvalue::Expr(expr) => return self.expr(expr),
            Rvalue::Aggregate { shape, fields, .. } => self.aggregate(shape, fields),
            Rvalue::Repeat { value, len, ty } => {
                let value = self.expr(value);
                let rt = &self.rt;
                // An array's length is a constant expression, which a variable of the IR is not.
                if let Ty::Array(_, Len { expr, .. }) = ty {
                    quote!([#value; #expr])
                } else {
                    let len = self.expr(len);
                    quote!(#rt::vec![#value; #len])
                }
            }
            Rvalue::ZeroLike(place) => self.zero_like(place, ty.has_lanes()),
        };
        tokens.into()
    }

    fn aggregate(&self, shape: &Shape, fields: &[Expr]) -> TokenStream {
        let rt = &self.rt;
        let values: Vec<TokenStream> =
            fields.iter().map(|field| self.expr(field).into_token_stream()).collect();
        match shape {
            Shape::Tuple => nested::tuple(&values),
            Shape::Array => quote!([#(#values),*]),
            Shape::Vec => quote!(#rt::vec![#(#values),*]),
            Shape::VecWithCapacity(capacity) => {
                let capacity = self.expr(capacity);
                quote!(#rt::Vec::with_capacity(#capacity))
            }
            Shape::Option => match values.as_slice() {
                [] => quote!(None),
                values => quote!(Some(#(#values),*)),
            },
            Shape::Struct { path, members, base } => {
                let (base, values) = match (base, values.split_last()) {
                    (true, Some((base, values))) => (Some(quote!(..#base)), values),
                    (true, None) | (false, _) => (None, values.as_slice()),
                };
                literal_of(path, members, values, base)
            }
            Shape::Variant { path, members } => literal_of(path, members, &values, None),
        }
    }

    /// A zero tangent for the value of `place`.
    fn zero_like(&self, place: &Place, has_lanes: bool) -> TokenStream {
        let rt = &self.rt;
        let span = runtime_span(place.span);
        let lane = |ty: Ty| if has_lanes { ty.lanes() } else { ty };
        if let Some(zero) = self.zero(&lane(place.ty.tangent()), self.names_float) {
            return zero;
        }
        match &place.ty {
            Ty::Vec(elem) if elem.is_float() => {
                let zero = self.zero(&lane((**elem).clone()), self.names_float);
                let place = self.place(place, Access::Shared);
                quote_spanned!(span=> #rt::vec![#zero; #place.len()])
            }
            ty if ty.has_lanes() => {
                let place = self.borrow(place, Access::Shared);
                match ty {
                    Ty::Slice(_) => quote_spanned!(span=> #rt::cleared_slice(#place)),
                    _ => quote_spanned!(span=> #rt::cleared(#place)),
                }
            }
            ty if has_lanes => {
                let (place, lanes) = (self.borrow(place, Access::Shared), lanes());
                match ty {
                    Ty::Slice(_) => quote_spanned!(span=> #rt::zeros_in(#lanes, #place)),
                    _ => quote_spanned!(span=> #rt::zero_tangent_in(#lanes, #place)),
                }
            }
            Ty::Slice(_) => {
                let place = self.borrow(place, Access::Shared);
                quote_spanned!(span=> #rt::zeros(#place))
            }
            _ => {
                let place = self.borrow(place, Access::Shared);
                quote_spanned!(span=> #rt::zero_tangent(#place))
            }
        }
    }

    /// `x.swap(i, j)` for two elements of one array, an exchange by a temporary within one variable
    /// otherwise, since its parts cannot be borrowed at once.
    fn swap(&self, a: &Place, b: &Place) -> TokenStream {
        let span = a.span;
        if let (Some(base), Some(i), Some(j)) = (common_base(a, b), last_index(a), last_index(b)) {
            let base = self.found(&base, Access::Mut);
            let (i, j) = (self.expr(i), self.expr(j));
            return quote_spanned!(span=> #base.swap(#i, #j););
        }
        if a.root != b.root {
            let (a, b) = (self.borrow(a, Access::Mut), self.borrow(b, Access::Mut));
            return quote_spanned!(span=> ::core::mem::swap(#a, #b););
        }
        let held = proc_macro2::Ident::new("held", proc_macro2::Span::mixed_site());
        let (value_a, value_b) = (self.raw_read(a), self.raw_read(b));
        let (a, b) = (self.place(a, Access::Mut), self.place(b, Access::Mut));
        let (a, b) = (without_parens(a), without_parens(b));
        quote_spanned!(span=> { let #held = #value_a; #a = #value_b; #b = #held; })
    }

    /// The value as it is, of whatever type.
    fn raw_read(&self, place: &Place) -> TokenStream {
        let tokens = self.place(place, Access::Shared);
        if place.ty.is_copy() && !self.is_leaf(place) {
            return tokens.into_token_stream();
        }
        quote!(#tokens.clone())
    }
}

/// `Path(a, b)`, `Path { x: a, y: b, ..base }` or `Path`.
fn literal_of(
    path: &syn::Path,
    members: &[syn::Member],
    values: &[TokenStream],
    base: Option<TokenStream>,
) -> TokenStream {
    let positional = members.iter().enumerate().all(|(position, member)| {
        matches!(member, syn::Member::Unnamed(index) if index.index as usize == position)
    });
    match (members, &base) {
        ([], None) => quote!(#path),
        (_, None) if positional => quote!(#path(#(#values),*)),
        _ => quote!(#path { #(#members: #values,)* #base }),
    }
}

/// What a place is an element of, if both places are elements of it.
fn common_base(a: &Place, b: &Place) -> Option<Place> {
    let same = a.root == b.root && a.path.len() == b.path.len() && a.path.len() == 1;
    same.then(|| Place { path: Vec::new(), ..a.clone() })
}

fn last_index(place: &Place) -> Option<&Expr> {
    match place.path.last() {
        Some(Proj::Index(index)) => Some(index),
        Some(Proj::Field(_) | Proj::Range(..) | Proj::Variant(..)) | None => None,
    }
}

/// `*x` for `(*x)`, where nothing follows.
pub(super) fn without_parens(code: Code) -> Code {
    code.inside_parens().map_or(code, Code::from)
}
