//! `g::vjp(..)` in a function that is differentiated itself.
//!
//! `let (value, pullback) = g::vjp(x);` is the call `g(x)`, and `pullback(bar)` the call of a function
//! of `x` and `bar`, `g::vjp_pullback`, which has derivatives like any other. Which of the arguments
//! have cotangents, and so what the pullback returns, only the macro of `g` knows. Of a method the same
//! is done by suffix.

use std::rc::Rc;

use proc_macro2::{Ident, Span};

use super::closure::Derivative;
use super::{Access, Binding, Lowered, Lowerer};
use crate::ir::callee::{PULLBACK, is_associated};
use crate::ir::{Arg, Expr, ExprKind, Place, Target, Ty};

/// A call of a `vjp`, with its arguments as they were then.
#[derive(Clone)]
pub struct VjpCall {
    vjp: Target,
    args: Vec<Lowered>,
}

impl Lowerer<'_> {
    /// `g::vjp(x)`, where `of` is `g`.
    pub fn vjp_of_path(&mut self, vjp: &syn::Path, of: &syn::Path, args: Vec<Lowered>) -> Lowered {
        let span = of.segments.last().map_or(Span::call_site(), |last| last.ident.span());
        let kept = args.iter().map(|arg| self.keep(arg.clone(), span)).collect();
        let args = args.into_iter().zip(&kept).map(|(arg, kept)| once(arg, kept)).collect();
        let of = syn::ExprPath { attrs: Vec::new(), qself: None, path: of.clone() };
        let value = self.call_path(&of, args, &Ty::Unknown);
        self.with_pullback(value, Target::Path(vjp.clone()), kept)
    }

    /// `body.energy_vjp(x)`, where `of` is `energy`.
    pub fn vjp_of_method(
        &mut self,
        call: &syn::ExprMethodCall,
        of: Ident,
        receiver: Arg,
        args: Vec<Lowered>,
    ) -> Lowered {
        let span = call.method.span();
        let (receiver, place) = match receiver {
            Arg::RefMut(place) => {
                (Arg::RefMut(place.clone()), Lowered::Place(place, Access::RefMut))
            }
            Arg::Ref(place) => (Arg::Ref(place.clone()), Lowered::Place(place, Access::Ref)),
            other => (other, Lowered::Never),
        };
        let mut kept = vec![self.keep(place, span)];
        kept.extend(args.iter().map(|arg| self.keep(arg.clone(), span)).collect::<Vec<_>>());
        let args = args.into_iter().zip(&kept[1..]).map(|(arg, kept)| once(arg, kept)).collect();
        let mut all = vec![receiver];
        all.extend(self.to_args(args, &call.args));
        let ty = self.fresh();
        let value = self.push_call(Target::Method(of), all, &ty, span);
        self.with_pullback(value, Target::Method(call.method.clone()), kept)
    }

    fn with_pullback(&mut self, value: Lowered, vjp: Target, args: Vec<Lowered>) -> Lowered {
        let pullback = self.closure_of_derivative(Derivative::PullbackOf(VjpCall { vjp, args }));
        Lowered::Tuple(vec![value, Lowered::Closure(Rc::new(pullback))])
    }

    /// An argument that means the same later on. What is behind a shared reference does not change as
    /// long as there is a pullback.
    fn keep(&mut self, arg: Lowered, span: Span) -> Lowered {
        match arg {
            Lowered::Place(place, Access::Ref) => Lowered::Place(self.freeze(place), Access::Ref),
            Lowered::Place(place, Access::RefMut) => self.state_of(place, false, span),
            Lowered::Place(place, Access::Owned) => {
                let value = Expr { span, ..Expr::read(place) };
                self.keep(Lowered::Value(value), span)
            }
            Lowered::Value(value) => {
                let stays = match &value.kind {
                    ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) => true,
                    _ => value.as_var().is_some() && self.is_stable(&value),
                };
                Lowered::Value(if stays { value } else { self.temp("argument", value) })
            }
            other @ (Lowered::Built(_) | Lowered::Tuple(_) | Lowered::Option { .. }) => {
                let value = self.to_expr(other, span);
                self.keep(Lowered::Value(value), span)
            }
            other @ (Lowered::Closure(_)
            | Lowered::Iter(_)
            | Lowered::Function(_)
            | Lowered::Unit
            | Lowered::Never) => other,
        }
    }

    /// A copy of what is behind `&mut`, to be changed in turn or not.
    fn state_of(&mut self, place: Place, mutable: bool, span: Span) -> Lowered {
        let copy = self.same_value(Lowered::Place(place, Access::RefMut), "to_vec", span);
        let value = self.to_expr(copy, span);
        let value = self.temp("state", value);
        let Some(var) = value.as_var() else { return Lowered::Value(value) };
        self.function.vars[var.0 as usize].mutable = mutable;
        Lowered::Place(self.function.place(var), Access::RefMut)
    }

    /// `pullback(bar)`.
    pub fn pull_back_of(
        &mut self,
        call: &VjpCall,
        seeds: Vec<Lowered>,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let args: Vec<Lowered> = call
            .args
            .iter()
            .map(|arg| match arg {
                Lowered::Place(place, Access::RefMut) => self.state_of(place.clone(), true, span),
                other => other.clone(),
            })
            .collect();
        if args.iter().chain(&seeds).all(|arg| self.is_inactive_lowered(arg)) {
            let count = args.len();
            let all = args.into_iter().chain(seeds).collect();
            return self.with_names(all, span, |l, names| {
                let (args, seeds) = names.split_at(count);
                let call: syn::Expr = match &call.vjp {
                    Target::Method(name) => {
                        let (receiver, args) = (&args[0], &args[1..]);
                        syn::parse_quote!(#receiver.#name(#(#args),*).1(#(#seeds),*))
                    }
                    Target::Path(path) => syn::parse_quote!(#path(#(#args),*).1(#(#seeds),*)),
                    Target::Operator(_) => return l.poison(),
                };
                l.opaque(&call, want)
            });
        }
        let target = match &call.vjp {
            Target::Method(name) => Target::Method(pullback_name(name)),
            Target::Path(path) => Target::Path(pullback_path(path)),
            Target::Operator(operator) => Target::Operator(*operator),
        };
        let args = args.into_iter().chain(seeds).map(|arg| self.to_arg(arg, span)).collect();
        self.push_call(target, args, want, span)
    }

    /// Gives values names while something is lowered.
    pub fn with_names(
        &mut self,
        values: Vec<Lowered>,
        span: Span,
        lower: impl FnOnce(&mut Self, &[Ident]) -> Lowered,
    ) -> Lowered {
        self.scopes.enter();
        let mut names = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            let name = Ident::new(&format!("__chainrule_arg{index}"), span);
            self.scopes.bind(name.to_string(), Binding::Local { value, mutable: false });
            names.push(name);
        }
        let result = lower(self, &names);
        self.scopes.leave();
        result
    }
}

/// The argument of the call that is made at once: itself where that changes it, else what is kept.
fn once(arg: Lowered, kept: &Lowered) -> Lowered {
    match arg {
        Lowered::Place(_, Access::RefMut) => arg,
        _ => kept.clone(),
    }
}

/// `m::g::<N>`, for `m::g::vjp::<N>`; `Type::h`, for `Type::h_vjp`.
pub fn derived_by_vjp(path: &syn::Path) -> Option<syn::Path> {
    let mut of = path.clone();
    if is_associated(path) {
        let last = of.segments.last_mut()?;
        last.ident = method_of_vjp(&last.ident)?;
        return Some(of);
    }
    let vjp = of.segments.pop()?.into_value();
    if vjp.ident != "vjp" || of.segments.is_empty() {
        return None;
    }
    of.segments.pop_punct();
    of.segments.last_mut()?.arguments = vjp.arguments;
    Some(of)
}

/// Whether the name is that of an `adjoint`, which returns a value even where nobody reads it.
pub fn is_adjoint(name: &Ident) -> bool {
    let name = name.to_string();
    name == "adjoint" || name.ends_with("_adjoint")
}

/// `energy`, for `energy_vjp`.
pub fn method_of_vjp(name: &Ident) -> Option<Ident> {
    let text = name.to_string();
    let of = text.strip_suffix("_vjp").filter(|of| !of.is_empty())?;
    Some(Ident::new(of, name.span()))
}

/// `g::vjp_pullback`, for `g::vjp`.
fn pullback_path(vjp: &syn::Path) -> syn::Path {
    let mut path = vjp.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = pullback_name(&last.ident);
    }
    path
}

/// `energy_vjp_pullback`, for `energy_vjp`.
fn pullback_name(vjp: &Ident) -> Ident {
    let text = vjp.to_string();
    let of = text.strip_suffix("vjp").unwrap_or(&text);
    Ident::new(&format!("{of}{PULLBACK}"), vjp.span())
}
