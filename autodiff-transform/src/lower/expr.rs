//! Expressions: the exhaustive match over their syntax, and the ways to a value.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

use super::{Access, Binding, Kind, Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, Len, Opaque, Passing, Place, Proj, Rvalue, Shape, StmtKind, Ty};

impl Lowerer<'_> {
    /// Lowers an expression to a pure expression.
    pub fn value(&mut self, expr: &syn::Expr, want: &Ty) -> Expr {
        let lowered = self.lower(expr, want);
        let value = self.to_expr(lowered, expr.span());
        self.unify(&value.ty, want);
        value
    }

    /// Lowers several expressions, evaluated in order.
    pub fn values<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e syn::Expr>,
        want: &Ty,
    ) -> Vec<Expr> {
        let mut values: Vec<Expr> = Vec::new();
        for expr in exprs {
            let value = self.after(&mut values, |l| l.value(expr, want));
            values.push(value);
        }
        values
    }

    /// A value and another evaluated after it.
    pub fn pair(&mut self, a: &syn::Expr, want: &Ty, b: &syn::Expr) -> (Expr, Expr) {
        let mut first = self.value(a, want);
        let second = self.after([&mut first], |l| l.value(b, &Ty::Unknown));
        (first, second)
    }

    /// Lowers what is evaluated after `earlier`: where it changes a variable, these are saved.
    pub fn after<'e, R>(
        &mut self,
        earlier: impl IntoIterator<Item = &'e mut Expr>,
        lower: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let mut before = self.position();
        let lowered = lower(self);
        if self.changed_since(before) {
            for value in earlier {
                if !self.is_stable(value) {
                    *value = self.save(&mut before, value.clone());
                }
            }
        }
        lowered
    }

    /// Names a value at an earlier position, which moves on.
    pub fn save(&mut self, at: &mut super::Position, value: Expr) -> Expr {
        let span = value.span;
        let origin = crate::ir::Origin::Temp;
        let var = self.variable("saved", value.ty.clone(), false, origin, span);
        let kind = StmtKind::Let { var, value: Some(Rvalue::Expr(value)) };
        self.insert(*at, kind, span);
        at.index += 1;
        self.function.read(var)
    }

    /// Whether an expression has the same value at every later point of its scope.
    pub fn is_stable(&self, expr: &Expr) -> bool {
        let mut stable = true;
        expr.for_each_root(&mut |root| stable &= !self.function.var(root).mutable);
        stable
    }

    /// What was lowered, as a pure expression.
    pub fn to_expr(&mut self, lowered: Lowered, span: Span) -> Expr {
        match lowered {
            Lowered::Value(value) => value,
            Lowered::Place(place, _) => Expr { span, ..Expr::read(place) },
            Lowered::Unit => self.unit(span),
            Lowered::Never => match self.poison() {
                Lowered::Value(value) => value,
                _ => self.unit(span),
            },
            other => {
                let value = self.to_rvalue(other, span);
                match value {
                    Rvalue::Expr(value) => value,
                    built => {
                        let var = self.temp_var("built", built, span);
                        Expr { span, ..self.function.read(var) }
                    }
                }
            }
        }
    }

    fn unit(&self, span: Span) -> Expr {
        let code = Opaque { tokens: quote!(()), reads: Vec::new(), pure_: true, through: false };
        Expr::new(ExprKind::Opaque(code), Ty::Unit, span)
    }

    /// What was lowered, as something to give to a variable.
    pub fn to_rvalue(&mut self, lowered: Lowered, span: Span) -> Rvalue {
        match lowered {
            Lowered::Built(built) => built,
            Lowered::Tuple(parts) => {
                let fields: Vec<Expr> =
                    parts.into_iter().map(|part| self.to_expr(part, span)).collect();
                let ty = Ty::Tuple(fields.iter().map(|field| field.ty.clone()).collect());
                Rvalue::Aggregate { shape: Shape::Tuple, fields, ty }
            }
            Lowered::Option { is_some, payload } => self.option_value(is_some, *payload, span),
            // A function, or a constant or static in small letters: no derivative in any case.
            Lowered::Function(path) => {
                let ty = self.fresh_ty();
                Rvalue::Expr(self.opaque_tokens(quote!(#path), ty, span))
            }
            Lowered::Closure(_) | Lowered::Iter(_) => {
                let what = match lowered {
                    Lowered::Iter(_) => "an iterator",
                    _ => "a closure",
                };
                self.diagnostics
                    .error_at(span, format!("{what} cannot be stored as a value here"))
                    .help("bind it by `let` and use it in the same function");
                Rvalue::Expr(Expr::zero(self.fresh_ty(), span))
            }
            simple @ (Lowered::Value(_) | Lowered::Place(..) | Lowered::Unit | Lowered::Never) => {
                Rvalue::Expr(self.to_expr(simple, span))
            }
        }
    }

    fn fresh_ty(&mut self) -> Ty {
        self.infer.fresh(Kind::Any)
    }

    /// `if is_some { Some(payload) } else { None }`.
    fn option_value(&mut self, is_some: Expr, payload: Lowered, span: Span) -> Rvalue {
        let elem = self.fresh_ty();
        let ty = Ty::Option(Box::new(elem.clone()));
        let var = self.join_var("option", &ty, span);
        let place = self.function.place(var);
        let option =
            |fields: Vec<Expr>| Rvalue::Aggregate { shape: Shape::Option, fields, ty: ty.clone() };
        let (_, then) = self.in_block(|l| {
            let payload = l.to_expr(payload, span);
            l.unify(&payload.ty, &elem);
            l.push(StmtKind::Assign { place: place.clone(), value: option(vec![payload]) }, span);
        });
        let (_, els) = self.in_block(|l| {
            l.push(StmtKind::Assign { place: place.clone(), value: option(Vec::new()) }, span);
        });
        self.push_if(is_some, then, els, span);
        Rvalue::Expr(Expr::read(place))
    }

    /// Lowers any expression. `want` is the type expected of it, [`Ty::Unknown`] if none is.
    pub fn lower(&mut self, expr: &syn::Expr, want: &Ty) -> Lowered {
        match expr {
            syn::Expr::Array(array) => self.lower_array(array, want),
            syn::Expr::Assign(assign) => {
                self.or_as_it_stands(expr, &Ty::Unit, |l| l.lower_assign(assign))
            }
            syn::Expr::Binary(binary) if super::arith::is_compound(&binary.op) => {
                self.or_as_it_stands(expr, &Ty::Unit, |l| l.lower_binary(binary, want))
            }
            syn::Expr::Binary(binary) => self.lower_binary(binary, want),
            syn::Expr::Block(block) => {
                let before = self.function.vars.len();
                let value = self.lower_block_expr(block, want);
                self.moved_out(value, before, expr.span())
            }
            syn::Expr::Break(break_) => self.lower_break(break_),
            syn::Expr::Call(call) => self.lower_call(call, want),
            syn::Expr::Cast(cast) => self.lower_cast(cast),
            syn::Expr::Closure(closure) => self.lower_closure(closure),
            syn::Expr::Const(block) => self.opaque(&syn::Expr::Const(block.clone()), want),
            syn::Expr::Continue(continue_) => self.lower_continue(continue_),
            syn::Expr::Field(_) => self.lower_projection(expr, want),
            syn::Expr::Index(_) => {
                self.or_as_it_stands(expr, want, |l| l.lower_projection(expr, want))
            }
            syn::Expr::ForLoop(for_) => {
                self.or_as_it_stands(expr, &Ty::Unit, |l| l.lower_for(for_))
            }
            syn::Expr::Group(group) => self.lower(&group.expr, want),
            syn::Expr::If(if_) => self.lower_if(if_, want),
            syn::Expr::Let(let_) => {
                let text = "`let` is a condition of `if` and `while` only";
                self.diagnostics.leave_to_rustc(let_.let_token.span, text);
                self.poison()
            }
            syn::Expr::Lit(lit) => self.lower_lit(&lit.lit),
            syn::Expr::Loop(loop_) => self.lower_loop(loop_, want),
            syn::Expr::Macro(mac) => self.lower_macro(&mac.mac, want),
            syn::Expr::Match(match_) => self.lower_match(match_, want),
            syn::Expr::MethodCall(call) => {
                self.or_as_it_stands(expr, want, |l| l.lower_method(call, want))
            }
            syn::Expr::Paren(paren) => self.lower(&paren.expr, want),
            syn::Expr::Path(path) => self.lower_path(path, want),
            syn::Expr::Range(_) => self.opaque(expr, want),
            syn::Expr::Reference(reference) => self.lower_reference(reference, want),
            syn::Expr::Repeat(repeat) => self.lower_repeat(repeat, want),
            syn::Expr::Return(return_) => self.lower_return(return_),
            syn::Expr::Struct(struct_) => self.lower_struct(struct_, want),
            syn::Expr::Try(try_) => self.lower_try(try_, want),
            syn::Expr::Tuple(tuple) => self.lower_tuple(tuple, want),
            syn::Expr::Unary(unary) => self.lower_unary(unary, want),
            syn::Expr::While(while_) => self.lower_while(while_),
            _ => self.refuse(expr),
        }
    }

    /// A variable that a block or a tuple gives, and that was there before, is copied or moved: what
    /// becomes of the one is not seen in the other.
    pub fn moved_out(&mut self, value: Lowered, vars_before: usize, span: Span) -> Lowered {
        match value {
            Lowered::Place(place, Access::Owned) if (place.root.0 as usize) < vars_before => {
                Lowered::Value(Expr { span, ..Expr::read(place) })
            }
            other => other,
        }
    }

    /// The expressions that are outside the language, by name.
    fn refuse(&mut self, expr: &syn::Expr) -> Lowered {
        let (span, what, help) = match expr {
            syn::Expr::Async(async_) => {
                (async_.async_token.span, "`async` blocks", "compute in a plain function")
            }
            syn::Expr::Await(await_) => {
                (await_.await_token.span, "`await`", "await outside and pass the value in")
            }
            syn::Expr::Infer(infer) => {
                (infer.underscore_token.span, "`_` as an expression", "name the value")
            }
            syn::Expr::RawAddr(raw) => {
                (raw.raw.span(), "raw pointers", "use a reference or an index")
            }
            syn::Expr::TryBlock(block) => {
                (block.try_token.span, "`try` blocks", "use `match` or early `return`")
            }
            syn::Expr::Unsafe(unsafe_) => (
                unsafe_.unsafe_token.span,
                "`unsafe` blocks",
                "move the block into a function of its own and give it a rule: \
                 `#[differentiable(partials(..))]` or `jvp`/`vjp`",
            ),
            syn::Expr::Yield(yield_) => {
                (yield_.yield_token.span, "`yield`", "compute in a plain function")
            }
            // `Verbatim` and whatever syntax Rust gains.
            other => (other.span(), "this syntax", "write it with plain Rust expressions"),
        };
        self.diagnostics.error_at(span, format!("{what} cannot be differentiated")).help(help);
        self.poison()
    }

    /// A name: a local, a constant, a unit struct or variant, or a function.
    fn lower_path(&mut self, path: &syn::ExprPath, want: &Ty) -> Lowered {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            let found = self.scopes.find(&ident.to_string()).cloned();
            match found {
                Some(Binding::Local { value: Lowered::Closure(closure), .. }) => {
                    return self.closure_copied(closure);
                }
                Some(Binding::Local { value, .. }) => {
                    return self.as_it_is_now(respan(value, ident.span()));
                }
                Some(Binding::Function(_)) => return Lowered::Function(path.clone()),
                Some(Binding::Const(ty)) => return self.constant(path, Some((*ty).clone())),
                None if ident == "None" => {
                    let elem = self.infer.fresh(Kind::Any);
                    let ty = Ty::Option(Box::new(elem));
                    self.unify(&ty, want);
                    return Lowered::Built(Rvalue::Aggregate {
                        shape: Shape::Option,
                        fields: Vec::new(),
                        ty,
                    });
                }
                Some(Binding::Verbatim | Binding::Behind) | None => {}
            }
        }
        self.lower_item_path(path)
    }

    fn lower_array(&mut self, array: &syn::ExprArray, want: &Ty) -> Lowered {
        let elem = self.infer.fresh(Kind::Any);
        if let Some(wanted) = self.infer.shallow(want).element() {
            self.unify(&elem, &wanted);
        }
        if self.is_function(&elem) {
            return self.opaque(&syn::Expr::Array(array.clone()), want);
        }
        let fields = self.values(&array.elems, &elem);
        let fields: Vec<Expr> = fields.into_iter().map(|field| self.stored(field, &elem)).collect();
        let ty = Ty::Array(Box::new(elem), Len::literal(fields.len()));
        Lowered::Built(Rvalue::Aggregate { shape: Shape::Array, fields, ty })
    }

    fn lower_repeat(&mut self, repeat: &syn::ExprRepeat, want: &Ty) -> Lowered {
        let elem = self.infer.fresh(Kind::Any);
        if let Some(wanted) = self.infer.shallow(want).element() {
            self.unify(&elem, &wanted);
        }
        let value = self.value(&repeat.expr, &elem);
        let len = self.value(&repeat.len, &Ty::usize());
        let constant = Len { value: len_literal(&repeat.len), expr: repeat.len.clone() };
        let ty = Ty::Array(Box::new(elem), constant);
        Lowered::Built(Rvalue::Repeat { value, len, ty })
    }

    fn lower_tuple(&mut self, tuple: &syn::ExprTuple, want: &Ty) -> Lowered {
        if tuple.elems.is_empty() {
            return Lowered::Unit;
        }
        let wanted = match self.infer.shallow(want) {
            Ty::Tuple(elems) if elems.len() == tuple.elems.len() => elems,
            _ => vec![Ty::Unknown; tuple.elems.len()],
        };
        let mut parts: Vec<Lowered> = Vec::new();
        for (elem, want) in tuple.elems.iter().zip(&wanted) {
            let mut before = self.position();
            let part = self.lower(elem, want);
            let mut part = self.stored_part(part, want);
            if let Lowered::Built(_) = part {
                part = Lowered::Value(self.to_expr(part, elem.span()));
            }
            if self.changed_since(before) {
                for earlier in &mut parts {
                    self.save_lowered(&mut before, earlier);
                }
            }
            parts.push(part);
        }
        Lowered::Tuple(parts)
    }

    /// Saves a part that was lowered before something that changes variables.
    pub fn save_lowered(&mut self, at: &mut super::Position, part: &mut Lowered) {
        let value = match part {
            Lowered::Value(value) => value.clone(),
            Lowered::Place(place, Access::Owned) => Expr::read(place.clone()),
            Lowered::Tuple(parts) => {
                return parts.iter_mut().for_each(|part| self.save_lowered(at, part));
            }
            Lowered::Option { is_some, payload } => {
                if !self.is_stable(is_some) {
                    *is_some = self.save(at, is_some.clone());
                }
                return self.save_lowered(at, payload);
            }
            Lowered::Built(built) => {
                for operand in built.operands_mut() {
                    if !self.is_stable(operand) {
                        *operand = self.save(at, operand.clone());
                    }
                }
                return;
            }
            // References are fixed where they are made.
            Lowered::Place(..)
            | Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never => return,
        };
        if !self.is_stable(&value) {
            *part = Lowered::Value(self.save(at, value));
        }
    }

    /// `&e`, `&mut e`.
    fn lower_reference(&mut self, reference: &syn::ExprReference, want: &Ty) -> Lowered {
        let access = match reference.mutability {
            Some(_) => Access::RefMut,
            None => Access::Ref,
        };
        if let Some(closure) = self.named_closure(&reference.expr) {
            return Lowered::Closure(closure.lent().into());
        }
        let inner = match self.lower(&reference.expr, want) {
            // `&y.clone()`: what is not written as a place is a temporary.
            Lowered::Place(place, Access::Owned)
                if !is_place(&reference.expr)
                    && (access == Access::RefMut || self.function.var(place.root).mutable)
                    || access == Access::RefMut && self.is_in_temporary(&place) =>
            {
                Lowered::Value(Expr { span: reference.expr.span(), ..Expr::read(place) })
            }
            other => other,
        };
        match inner {
            Lowered::Place(place, _) => Lowered::Place(self.freeze(place), access),
            // `&mut queue[0]`, of what is kept as it stands: a copy would be changed.
            Lowered::Value(value)
                if access == Access::RefMut
                    && is_place(&reference.expr)
                    && self.is_of_kept_code(&value) =>
            {
                self.opaque(&syn::Expr::Reference(reference.clone()), &Ty::Unknown)
            }
            Lowered::Value(_) | Lowered::Built(_) | Lowered::Tuple(_) | Lowered::Unit => {
                let span = reference.expr.span();
                let value = self.to_rvalue(inner, span);
                let var = self.referent(value, access == Access::RefMut, span);
                Lowered::Place(self.function.place(var), access)
            }
            Lowered::Iter(_) if access == Access::RefMut => {
                self.refuse_borrowed_iterator("", reference.span());
                Lowered::Never
            }
            other @ (Lowered::Option { .. }
            | Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Never) => other,
        }
    }
}

impl Lowerer<'_> {
    /// `b.clone()[0]`: a part of what has no name, which is that of a variable that does not change. What kept code
    /// gives may be a reference.
    fn is_in_temporary(&self, place: &Place) -> bool {
        let root = self.function.param(place.root);
        let by_value = root.is_none_or(|param| param.passing == Passing::Value);
        let is_slice = place.path.iter().any(|proj| matches!(proj, Proj::Range(..)));
        let is_fixed = !self.function.var(place.root).mutable && !self.kept.contains(&place.root);
        by_value && is_fixed && !is_slice
    }
}

/// Whether an expression is written as a place.
pub(super) fn is_place(expr: &syn::Expr) -> bool {
    match super::place::peel(expr) {
        syn::Expr::Path(_) | syn::Expr::Field(_) | syn::Expr::Index(_) => true,
        syn::Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// The value with the span of the place that names it, for errors.
fn respan(value: Lowered, span: Span) -> Lowered {
    match value {
        Lowered::Place(place, access) => Lowered::Place(Place { span, ..place }, access),
        other => other,
    }
}

/// The value of an integer literal.
pub fn len_literal(expr: &syn::Expr) -> Option<usize> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse().ok(),
        syn::Expr::Paren(paren) => len_literal(&paren.expr),
        syn::Expr::Group(group) => len_literal(&group.expr),
        _ => None,
    }
}

/// A projection appended to a place.
pub fn project(mut place: Place, proj: Proj, ty: Ty, span: Span) -> Place {
    place.path.push(proj);
    Place { ty, span, ..place }
}
