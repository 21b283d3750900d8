//! Calls by path: annotated functions, and what is known of the standard library.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

use super::closure_argument::closure_in;
use super::opaque::Use;
use super::place::{peel, share_overlapping};
use super::standard::standard_owner;
use super::vjp::{derived_by_vjp, is_adjoint};
use super::{Access, Binding, Kind, Lowered, Lowerer};
use crate::ir::callee::{is_associated, is_public_derivative};
use crate::ir::{
    Arg, Call, Callee, Expr, ExprKind, FloatTy, Opaque, Origin, Proj, Rvalue, Shape, StmtKind,
    Target, Ty,
};
use crate::ops::Prim;

impl Lowerer<'_> {
    pub fn lower_call(&mut self, call: &syn::ExprCall, want: &Ty) -> Lowered {
        if let Some(lowered) = self.lower_array_from_fn(call, want) {
            return lowered;
        }
        let path = match peel(&call.func) {
            syn::Expr::Path(path) => path.clone(),
            syn::Expr::Closure(closure) => {
                return match self.lower_closure(closure) {
                    Lowered::Closure(closure) => self.call_closure(&closure, call, want),
                    other => other,
                };
            }
            // `scaled_by(k)(x)`, where a closure gives a closure; `g::vjp(x).1(bar)`.
            inner @ (syn::Expr::Call(_) | syn::Expr::Field(_)) => {
                let errors = self.diagnostics.len();
                let (callee, block) = self.in_block(|l| l.lower(inner, &Ty::Unknown));
                let Lowered::Closure(closure) = callee else {
                    self.diagnostics.truncate(errors);
                    return self.lower_unknown_call(call, want);
                };
                self.splice(block);
                return self.call_closure(&closure, call, want);
            }
            _ => return self.lower_unknown_call(call, want),
        };
        let local = path.path.get_ident().and_then(|name| self.scopes.find(&name.to_string()));
        match local.cloned() {
            Some(Binding::Local { value: Lowered::Closure(closure), .. }) => {
                self.call_closure(&closure, call, want)
            }
            Some(Binding::Local { value: Lowered::Function(path), .. }) => {
                let func = Box::new(syn::Expr::Path(path));
                let call = syn::ExprCall { func, ..call.clone() };
                self.lower_call(&call, want)
            }
            Some(Binding::Function(signature)) => self.call_known(call, &path, &signature, want),
            Some(Binding::Local { .. }) => self.lower_unknown_call(call, want),
            Some(Binding::Const(_) | Binding::Verbatim | Binding::Behind) | None => {
                self.lower_path_call(call, &path, want)
            }
        }
    }

    /// A call of what is no path: a function in a field, behind a parameter, or returned.
    fn lower_unknown_call(&mut self, call: &syn::ExprCall, want: &Ty) -> Lowered {
        let errors = self.diagnostics.len();
        let (args, _) = self.in_block(|l| l.lower_args(&call.args));
        if self.diagnostics.len() > errors || args.iter().any(|arg| self.is_poisoned(arg)) {
            return self.poison();
        }
        if args.iter().all(|arg| self.is_inactive_lowered(arg)) {
            return self.opaque(&syn::Expr::Call(call.clone()), want);
        }
        self.reject(
            &call.func,
            "an active value is passed to a function that is known at run time only",
            "call an annotated function by its name, or cut the derivative with \
             `chainrule::detach(..)`",
        )
    }

    fn lower_path_call(
        &mut self,
        call: &syn::ExprCall,
        path: &syn::ExprPath,
        want: &Ty,
    ) -> Lowered {
        let text = path.path.to_token_stream().to_string();
        let rule =
            self.options.rules.iter().find(|rule| rule.from.to_token_stream().to_string() == text);
        if let Some(rule) = rule {
            let path = rule.to.clone();
            return self.call_annotated(call, &path, want);
        }
        if let Some(lowered) = self.lower_known_call(call, path, want) {
            return lowered;
        }
        if let Some(array) = self.lower_array_constructor(call, &path.path, want) {
            return array;
        }
        if let Some(signature) = self.own_signature(&path.path) {
            return self.call_known(call, path, &signature, want);
        }
        let errors = self.diagnostics.len();
        let (args, block) = self.in_block(|l| l.lower_args(&call.args));
        if self.diagnostics.len() > errors || args.iter().any(|arg| self.is_poisoned(arg)) {
            return self.poison();
        }
        if let (Some(of), None) = (derived_by_vjp(&path.path), &path.qself) {
            self.splice(block);
            return self.vjp_of_path(&path.path, &of, args);
        }
        if args.iter().all(|arg| self.is_inactive_lowered(arg)) {
            let want = match self.is_made_inert(&path.path, &args, want) {
                true => &Ty::Inert(None),
                false => want,
            };
            let array = self.made_ndarray(&path.path, want);
            let want = array.as_ref().unwrap_or(want);
            let result = self.opaque(&syn::Expr::Call(call.clone()), want);
            self.note_made(&path.path, &result);
            return result;
        }
        self.splice(block);
        if let Some(refused) = self.refuse_call(call, path) {
            return refused;
        }
        let gradient = gradient_of(&path.path);
        let full = self.function_in_full(&path.path, &args, want);
        let args = self.to_args(args, &call.args);
        if let Some(both) = gradient {
            return self.push_gradient(both, args, want, call.func.span());
        }
        let result = self.push_call(Target::Path(full), args, want, call.func.span());
        self.note_made(&path.path, &result);
        result
    }

    /// Refuses a call with active values of what has no derivative, or none of the order.
    fn refuse_call(&mut self, call: &syn::ExprCall, path: &syn::ExprPath) -> Option<Lowered> {
        let refused = self.refuse_bounded_path(&path.path);
        if refused.is_some() {
            return refused;
        }
        // No function of theirs that makes one takes two arguments.
        let owner = standard_owner(&path.path).filter(|owner| {
            !self.is_own_name(&owner.to_string()) && (*owner != "Box" || call.args.len() < 2)
        });
        if let Some(owner) = owner {
            return Some(self.reject(
                &call.func,
                format!("an active value cannot be put into a `{owner}`"),
                "keep it in a plain variable, an array, a `Vec` or a struct",
            ));
        }
        let refused = self.refuse_array_constructor(&path.path);
        if refused.is_some() {
            return refused;
        }
        if path.qself.is_some() {
            return Some(self.reject(
                &call.func,
                "a call through a qualified type cannot be differentiated",
                "write `Type::function(..)` or a method call",
            ));
        }
        let is_derivative = gradient_of(&path.path).is_some() || is_public_derivative(&path.path);
        (self.options.order > 2 && is_derivative && !is_associated(&path.path)).then(|| {
            self.reject(
                &call.func,
                "a derivative is called here, of which there are no third derivatives",
                "of a function that calls it the order is 2 at most: `#[differentiable(order = 2)]`",
            )
        })
    }

    /// `g::grad(..)`: what `g::value_and_grad(..)` returns beside the value.
    fn push_gradient(&mut self, both: syn::Path, args: Vec<Arg>, want: &Ty, span: Span) -> Lowered {
        let ty = Ty::Tuple(vec![self.infer.fresh(Kind::Float), want.clone()]);
        match self.push_call(Target::Path(both), args, &ty, span) {
            Lowered::Value(Expr { kind: ExprKind::Read(mut place), .. }) => {
                place.path.push(Proj::Field(syn::Member::from(1)));
                place.ty = want.clone();
                Lowered::Value(Expr { span, ..Expr::read(place) })
            }
            other => other,
        }
    }

    /// The signature of the function itself, called from its own body, or of one beside it.
    fn own_signature(&self, path: &syn::Path) -> Option<std::rc::Rc<syn::Signature>> {
        let last = path.segments.last()?;
        let own = last.ident == self.function.name.as_str()
            && match path.segments.len() {
                1 => self.self_ty.is_none(),
                2 => self.self_ty.is_some() && path.segments[0].ident == "Self",
                _ => false,
            };
        if own {
            return Some(self.signature.clone());
        }
        let of_self = path.segments.len() == 2 && path.segments[0].ident == "Self";
        self.sibling(&last.ident).filter(|_| of_self).map(|sig| std::rc::Rc::new(sig.clone()))
    }

    /// The signature of a function of this name beside the method.
    fn sibling(&self, name: &syn::Ident) -> Option<&'_ syn::Signature> {
        self.siblings.iter().find_map(|item| match item {
            syn::ImplItem::Fn(method) if method.sig.ident == *name => Some(&method.sig),
            _ => None,
        })
    }

    /// What a method beside this one gives, as far as its signature says it.
    pub fn result_of_sibling(&mut self, receiver: &Lowered, name: &syn::Ident) -> Option<Ty> {
        let of = self.lowered_ty(receiver);
        let is_self = match (self.infer.shallow(&of), &self.self_ty) {
            (Ty::Adt(ty), Some(own)) => *ty == *own,
            _ => false,
        };
        let sig = self.sibling(name).filter(|sig| is_self && sig.generics.params.is_empty())?;
        let syn::ReturnType::Type(_, ty) = sig.output.clone() else { return None };
        let named = matches!(&*ty, syn::Type::Path(_) | syn::Type::Array(_) | syn::Type::Tuple(_));
        let errors = self.diagnostics.len();
        let ty = named.then(|| self.ty(&ty))?;
        let refused = self.diagnostics.len() > errors;
        self.diagnostics.truncate(errors);
        (!refused).then_some(ty)
    }

    /// A call of a function whose signature is at hand.
    fn call_known(
        &mut self,
        call: &syn::ExprCall,
        path: &syn::ExprPath,
        signature: &syn::Signature,
        want: &Ty,
    ) -> Lowered {
        let errors = self.diagnostics.len();
        let (mut args, block) = self.in_block(|l| l.lower_args(&call.args));
        let generic = !signature.generics.params.is_empty();
        if !generic {
            for (arg, input) in args.iter_mut().zip(&signature.inputs) {
                if let syn::FnArg::Typed(typed) = input {
                    let ty = self.ty(&typed.ty);
                    *arg = self.annotate(arg.clone(), &ty);
                }
            }
        }
        let result = match &signature.output {
            syn::ReturnType::Default => Ty::Unit,
            syn::ReturnType::Type(..) if generic => want.clone(),
            syn::ReturnType::Type(_, ty) => self.ty(ty),
        };
        let inactive = args.iter().all(|arg| self.is_inactive_lowered(arg));
        if inactive && self.diagnostics.len() == errors {
            return self.opaque(&syn::Expr::Call(call.clone()), &result);
        }
        self.splice(block);
        let args = self.to_args(args, &call.args);
        self.push_call(Target::Path(path.path.clone()), args, &result, call.func.span())
    }

    /// A call of a function that has derivatives.
    fn call_annotated(&mut self, call: &syn::ExprCall, path: &syn::Path, want: &Ty) -> Lowered {
        let args = self.lower_args(&call.args);
        let args = self.to_args(args, &call.args);
        self.push_call(Target::Path(path.clone()), args, want, call.func.span())
    }

    /// Lowers arguments in order.
    pub fn lower_args<'e>(
        &mut self,
        args: impl IntoIterator<Item = &'e syn::Expr>,
    ) -> Vec<Lowered> {
        let mut lowered: Vec<Lowered> = Vec::new();
        for arg in args {
            let mut before = self.position();
            let value = match closure_in(arg) {
                Some(closure) => Lowered::Value(self.closure_argument(closure, arg)),
                None => match self.lower(arg, &Ty::Unknown) {
                    built @ Lowered::Built(_) => Lowered::Value(self.to_expr(built, arg.span())),
                    Lowered::Closure(closure) if closure.is_plain() => {
                        Lowered::Value(self.named_closure_argument(&closure, arg))
                    }
                    other => other,
                },
            };
            if self.changed_since(before) {
                for earlier in &mut lowered {
                    self.save_lowered(&mut before, earlier);
                }
            }
            lowered.push(value);
        }
        lowered
    }

    /// Whether an argument certainly has no derivative.
    pub fn is_inactive_lowered(&mut self, arg: &Lowered) -> bool {
        match arg {
            Lowered::Value(value) => self.is_inactive(value),
            Lowered::Built(built) => self.is_inactive_rvalue(built),
            Lowered::Place(place, _) => self.is_inactive_place(place),
            Lowered::Tuple(parts) => parts.iter().all(|part| self.is_inactive_lowered(part)),
            Lowered::Option { payload, .. } => self.is_inactive_lowered(payload),
            Lowered::Closure(_) | Lowered::Iter(_) => false,
            Lowered::Function(_) | Lowered::Unit | Lowered::Never => true,
        }
    }

    /// The arguments of an IR call.
    pub fn to_args<'e>(
        &mut self,
        lowered: Vec<Lowered>,
        exprs: impl IntoIterator<Item = &'e syn::Expr>,
    ) -> Vec<Arg> {
        let exprs = exprs.into_iter();
        lowered
            .into_iter()
            .zip(exprs)
            .map(|(value, expr)| self.to_arg(value, expr.span()))
            .collect()
    }

    pub fn to_arg(&mut self, value: Lowered, span: Span) -> Arg {
        match value {
            Lowered::Place(place, Access::Ref) => Arg::Ref(place),
            Lowered::Place(place, Access::Owned) if self.is_stored_slice(&place) => Arg::Ref(place),
            Lowered::Place(place, Access::RefMut) => {
                self.constant.remove(&place.root);
                Arg::RefMut(place)
            }
            Lowered::Value(Expr { kind: ExprKind::Opaque(code), ty: Ty::Inert(_), .. }) => {
                Arg::Opaque(code)
            }
            Lowered::Place(place, Access::Owned) if self.is_marked(&place) => {
                Arg::Opaque(self.marked_value(place))
            }
            Lowered::Function(path) => {
                let code = Opaque {
                    tokens: quote!(#path),
                    reads: Vec::new(),
                    pure_: true,
                    through: false,
                };
                Arg::Opaque(code)
            }
            other => Arg::Value(self.to_expr(other, span)),
        }
    }

    /// Appends a call; its value is a fresh variable, unless its type is `()`.
    pub fn push_call(
        &mut self,
        target: Target,
        mut args: Vec<Arg>,
        ty: &Ty,
        span: Span,
    ) -> Lowered {
        share_overlapping(&mut args);
        let name = match &target {
            Target::Path(path) => path.segments.last().map(|last| &last.ident),
            Target::Method(name) => Some(name),
            Target::Operator(_) => None,
        };
        let ty = match self.infer.shallow(ty) {
            Ty::Unit if name.is_some_and(is_adjoint) => &Ty::Unknown,
            _ => ty,
        };
        let callee = Callee { target, stages: Vec::new() };
        if let Ty::Unit = self.infer.shallow(ty) {
            self.push(StmtKind::Call(Call { callee, args, results: Vec::new() }), span);
            return Lowered::Unit;
        }
        let result = self.fresh();
        self.unify(&result, ty);
        let var = self.variable("called", result, false, Origin::Temp, span);
        self.called.insert(var);
        self.push(StmtKind::Call(Call { callee, args, results: vec![var] }), span);
        Lowered::Value(Expr { span, ..self.function.read(var) })
    }
}

/// What is known of the standard library.
impl Lowerer<'_> {
    fn lower_known_call(
        &mut self,
        call: &syn::ExprCall,
        path: &syn::ExprPath,
        want: &Ty,
    ) -> Option<Lowered> {
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let (name, owner) = match &segments[..] {
            [name] => (name.as_str(), ""),
            [.., owner, name] => (name.as_str(), owner.as_str()),
            [] => return None,
        };
        if let Some(method) = self.lower_method_by_path(call, path, want) {
            return Some(method);
        }
        if let Some(float) = self.float_owner(path, owner) {
            return self.lower_float_call(call, float, name);
        }
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        Some(match (name, &args[..]) {
            ("given", [value, same]) if owner == "__rt" => self.lower_given(value, same, want),
            (_, _) if segments[0] == "__rt" => {
                let array = self.made_ndarray(&path.path, want);
                let want = array.as_ref().unwrap_or(want);
                self.opaque_for(&syn::Expr::Call(call.clone()), want, Use::Inspect)
            }
            ("Some", [value]) if owner.is_empty() || owner == "Option" => self.some(value, want),
            ("Ok" | "Err", [value]) if owner.is_empty() || owner == "Result" => {
                self.lower_result(&path.path, value, want)
            }
            ("detach", [value]) if self.is_detach(&path.path) => self.lower_detach(value, want),
            ("swap" | "replace" | "take", _) if self.is_known(&path.path, "mem") => {
                match self.mem_of_referred(call, want) {
                    Some(kept) => kept,
                    None => self.lower_mem(name, &args)?,
                }
            }
            ("drop", [value]) if self.is_known(&path.path, "mem") => {
                self.lower(value, &Ty::Unknown);
                Lowered::Unit
            }
            ("min" | "max", [a, b]) if self.is_known(&path.path, "cmp") => {
                let (a, b) = self.pair(a, want, b);
                self.unify(&a.ty, &b.ty);
                let prim = if name == "min" { Prim::Min } else { Prim::Max };
                let ty = a.ty.clone();
                Lowered::Value(Expr::prim(prim, vec![a, b], ty, call.span()))
            }
            ("from", [list]) if owner == "Vec" && !self.is_own_name(owner) => {
                self.lower_vec_from(list, want)?
            }
            ("new", []) if owner == "Vec" => self.empty_vec(want, None),
            ("with_capacity", [capacity]) if owner == "Vec" => {
                let capacity = self.value(capacity, &Ty::usize());
                self.empty_vec(want, Some(capacity))
            }
            _ if name.starts_with(char::is_uppercase) => {
                let full = self.constructor_in_full(&path.path, want);
                self.lower_constructor(call, &full)
            }
            _ => return None,
        })
    }

    /// `f64` in `f64::sin`, `T` in `T::one` and `<T as Float>::sin`; an unknown float in
    /// `Float::sin`.
    fn float_owner(&mut self, path: &syn::ExprPath, owner: &str) -> Option<Ty> {
        let ty = match &path.qself {
            Some(qself) => self.ty(&qself.ty),
            None if super::signature::FLOAT_TRAITS.contains(&owner) => {
                self.infer.fresh(Kind::Float)
            }
            None if owner.is_empty() => return None,
            None => {
                syn::parse_str::<syn::Ident>(owner).ok()?;
                self.type_called(owner)?
            }
        };
        let is_float = ty.is_float() || matches!(ty, Ty::Infer(_));
        is_float.then_some(ty)
    }

    /// `f64::sin(x)`, `T::one()`, `T::from(2.0)`.
    fn lower_float_call(&mut self, call: &syn::ExprCall, ty: Ty, name: &str) -> Option<Lowered> {
        let span = call.func.span();
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        let some = |value: Expr| Lowered::Option {
            is_some: Expr::bool(true, span),
            payload: Box::new(Lowered::Value(value)),
        };
        Some(match (name, &args[..]) {
            ("zero", []) => Lowered::Value(Expr::float(0.0, ty, span)),
            ("one", []) => Lowered::Value(Expr::float(1.0, ty, span)),
            (_, []) => {
                let func = &call.func;
                Lowered::Value(self.opaque_tokens(quote!(#func()), ty, span))
            }
            ("from", [value]) => {
                let generic = !matches!(ty, Ty::Float(FloatTy::F64 | FloatTy::F32));
                let value = self.convert(value, ty);
                // `NumCast::from` gives an `Option`, `From::from` the value.
                if generic { some(value) } else { Lowered::Value(value) }
            }
            ("from_f64", [value]) if self.is_own_real(&ty) => {
                Lowered::Value(self.convert(value, ty))
            }
            (
                "from_f64" | "from_f32" | "from_usize" | "from_u32" | "from_i32" | "from_u64"
                | "from_i64",
                [value],
            ) => some(self.convert(value, ty)),
            ("from_bits", [bits]) => {
                let bits = self.value(bits, &Ty::Unknown);
                self.refuse_cut(&bits, span);
                self.opaque_for(&syn::Expr::Call(call.clone()), &ty, Use::Inspect)
            }
            ("from_str", _) => self.opaque(&syn::Expr::Call(call.clone()), &ty),
            (_, [receiver, rest @ ..]) => {
                let receiver_value = self.value(receiver, &ty);
                let ident = syn::Ident::new(name, span);
                self.float_method(receiver_value, &ident, rest)
            }
        })
    }

    /// Whether `T::from_f64` is the one of our own `Real`, which gives the value itself.
    pub(super) fn is_own_real(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Float(FloatTy::Param(name)) if self.reals.contains(name))
    }

    /// A number as a value of a float type.
    pub fn convert(&mut self, value: &syn::Expr, ty: Ty) -> Expr {
        let value = self.value(value, &Ty::Unknown);
        let span = value.span;
        self.refuse_cut(&value, span);
        match &value.kind {
            ExprKind::Float(..) | ExprKind::Int(..) => literal_as(&value, ty),
            ExprKind::Prim(Prim::Neg, args) => {
                let inner = literal_as(&args[0], ty.clone());
                match inner.kind {
                    ExprKind::Float(..) => Expr::prim(Prim::Neg, vec![inner], ty, span),
                    _ => Expr::new(ExprKind::Cast(Box::new(value)), ty, span),
                }
            }
            _ => Expr::new(ExprKind::Cast(Box::new(value)), ty, span),
        }
    }

    fn some(&mut self, value: &syn::Expr, want: &Ty) -> Lowered {
        let elem = match self.infer.shallow(want) {
            Ty::Option(elem) => *elem,
            _ => self.fresh(),
        };
        let span = value.span();
        let lowered = self.lower(value, &elem);
        if lowered.is_exclusive() {
            // What is written through it reaches the place.
            let is_some = Expr::bool(true, span);
            return Lowered::Option { is_some, payload: Box::new(lowered) };
        }
        let value = self.to_expr(lowered, span);
        let ty = Ty::Option(Box::new(value.ty.clone()));
        Lowered::Built(Rvalue::Aggregate { shape: Shape::Option, fields: vec![value], ty })
    }

    pub fn empty_vec(&mut self, want: &Ty, capacity: Option<Expr>) -> Lowered {
        let elem = self.fresh();
        let ty = Ty::Vec(Box::new(elem));
        self.unify(&ty, want);
        let shape = match capacity {
            Some(capacity) => Shape::VecWithCapacity(Box::new(capacity)),
            None => Shape::Vec,
        };
        Lowered::Built(Rvalue::Aggregate { shape, fields: Vec::new(), ty })
    }
}

/// `m::g::value_and_grad`, for `m::g::grad` of a function `g`.
fn gradient_of(path: &syn::Path) -> Option<syn::Path> {
    let owner = path.segments.iter().nth_back(1)?.ident.to_string();
    let last = path.segments.last()?;
    if last.ident != "grad" || owner.starts_with(|first: char| first.is_uppercase()) {
        return None;
    }
    let mut both = path.clone();
    let last = both.segments.last_mut()?;
    last.ident = syn::Ident::new("value_and_grad", last.ident.span());
    Some(both)
}

/// A literal as a literal of another float type.
fn literal_as(value: &Expr, ty: Ty) -> Expr {
    let kind = match &value.kind {
        ExprKind::Float(number, text) if !text.contains('f') => {
            ExprKind::Float(*number, text.clone())
        }
        ExprKind::Int(number, _) => ExprKind::Float(*number as f64, format!("{number}.0")),
        _ => return Expr::new(ExprKind::Cast(Box::new(value.clone())), ty, value.span),
    };
    Expr::new(kind, ty, value.span)
}
