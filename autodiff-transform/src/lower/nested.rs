//! `differentiate!` in a function that is differentiated itself.
//!
//! A call of a derivative, `f.grad(x)`, lowers the closure's body at that point, with fresh variables
//! for its arguments. What it captures are variables like any other: constant for the derivative that
//! is asked for here, active for the one around it, so that the two never mix. The derivative is made
//! once all types are known ([`transform::nested`](crate::transform::nested)); until then the body
//! stands in a branch whose condition is the derivation's marker.

use std::rc::Rc;

use proc_macro2::Span;

use super::closure::{Closure, Derivative};
use super::{Access, Lowered, Lowerer, OpenBlock};
use crate::constants;
use crate::differentiate;
use crate::ir::{Expr, Origin, Rvalue, StmtKind, Ty, VarId};
use crate::transform::nested::{Derivation, Direction, Input};

/// The derivatives of such a closure that can be differentiated.
const DERIVATIVES: &str = "`value`, `grad`, `value_and_grad`, `jvp` and `vjp`";

impl Lowerer<'_> {
    /// `differentiate!(|x: f64| -> f64 { … })`.
    pub fn lower_differentiate(&mut self, mac: &syn::Macro) -> Lowered {
        let closure = match differentiate::closure_of(mac.tokens.clone()) {
            Ok(closure) => closure,
            Err(error) => {
                self.diagnostics.push(error);
                return self.poison();
            }
        };
        let untyped = closure.inputs.iter().find(|pat| !matches!(pat, syn::Pat::Type(_)));
        let in_place = closure.inputs.iter().find(|pat| is_mut_reference(pat));
        if let Some(pat) = untyped {
            let help = "write it: `|x: f64| …`";
            return self.reject(pat, "the type of this argument decides its derivative", help);
        }
        if let Some(pat) = in_place {
            let help = "return the new state";
            return self.reject(
                pat,
                "the derivative of a closure that changes its arguments cannot be differentiated",
                help,
            );
        }
        if matches!(closure.output, syn::ReturnType::Default) {
            let help = "write it: `|x: f64| -> f64 { … }`";
            return self.reject(closure.or2_token, "the closure's result needs a type", help);
        }
        match self.lower_closure(&closure) {
            Lowered::Closure(closure) => Lowered::Closure(Rc::new(closure.with(Derivative::Asked))),
            other => other,
        }
    }

    /// `f.grad(x)`, for such a closure.
    pub fn derivative_of_closure(
        &mut self,
        closure: &Rc<Closure>,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let (name, span) = (call.method.to_string(), call.method.span());
        let errors = self.diagnostics.len();
        let mut args = self.lower_args(&call.args);
        if self.diagnostics.len() > errors || args.iter().any(|arg| self.is_poisoned(arg)) {
            return self.poison();
        }
        let dots = args.split_off(closure.params.len().min(args.len()));
        let inputs = closure.params.clone();
        let inputs: Vec<Input> =
            inputs.iter().zip(args).map(|(pat, arg)| self.input(pat, arg, span)).collect();
        match name.as_str() {
            "value" => {
                let args = self.as_bound(closure, &inputs);
                self.inline_body(closure, args, want, span)
            }
            "grad" | "value_and_grad" => {
                let (value, gradient) = self.gradient(closure, inputs, None, span);
                if name == "grad" { gradient } else { Lowered::Tuple(vec![value, gradient]) }
            }
            "jvp" => {
                let params = closure.params.iter().zip(&inputs);
                let active: Vec<syn::Pat> =
                    params.filter(|(_, input)| input.active).map(|(pat, _)| pat.clone()).collect();
                let dots = active.iter().zip(dots).map(|(pat, dot)| self.input(pat, dot, span).var);
                let dots = dots.collect();
                let ty = closure_ty(self, closure);
                let dot = self.variable("dot", ty, false, Origin::Temp, span);
                let direction = Direction::Forward { dots, dot };
                let value = self.derivation(closure, inputs, direction, span);
                Lowered::Tuple(vec![value, Lowered::Value(self.function.read(dot))])
            }
            "vjp" => {
                let args = self.as_bound(closure, &inputs);
                let value = self.inline_body(closure, args, &Ty::Unknown, span);
                let pullback = closure.with(Derivative::Pullback(inputs));
                Lowered::Tuple(vec![value, Lowered::Closure(Rc::new(pullback))])
            }
            _ => self.reject(
                &call.method,
                format!("`{name}` of a closure cannot be differentiated"),
                format!("in a function that is differentiated, ask for {DERIVATIVES}"),
            ),
        }
    }

    /// `pullback(seed)`.
    pub fn pull_back(
        &mut self,
        closure: &Closure,
        inputs: &[Input],
        mut args: Vec<Lowered>,
        span: Span,
    ) -> Lowered {
        let Some(seed) = args.pop() else { return self.poison() };
        let ty = closure_ty(self, closure);
        let seed = self.own(seed, ty, "seed", span);
        self.gradient(closure, inputs.to_vec(), Some(seed), span).1
    }

    /// The value and the cotangents of the active arguments.
    fn gradient(
        &mut self,
        closure: &Closure,
        inputs: Vec<Input>,
        seed: Option<VarId>,
        span: Span,
    ) -> (Lowered, Lowered) {
        let active: Vec<Input> = inputs.iter().filter(|input| input.active).cloned().collect();
        let bars: Vec<VarId> = active
            .iter()
            .map(|input| {
                let var = self.function.var(input.var).clone();
                let name = format!("{}_gradient", var.name);
                self.variable(&name, var.ty.tangent(), false, Origin::Temp, span)
            })
            .collect();
        let direction = Direction::Reverse { seed, bars: bars.clone() };
        let value = self.derivation(closure, inputs, direction, span);
        let mut parts: Vec<Lowered> =
            bars.into_iter().map(|bar| Lowered::Value(self.function.read(bar))).collect();
        let gradient = match parts.len() {
            1 => parts.remove(0),
            _ => Lowered::Tuple(parts),
        };
        (value, gradient)
    }

    /// Lowers the body for a derivative of it; the closure's value.
    fn derivation(
        &mut self,
        closure: &Closure,
        inputs: Vec<Input>,
        direction: Direction,
        span: Span,
    ) -> Lowered {
        let ty = closure_ty(self, closure);
        let marker = self.variable("derivation", Ty::Bool, false, Origin::Temp, span);
        let inner = self.variable("inner", ty.clone(), false, Origin::Temp, span);
        let value = self.variable("value", ty.clone(), false, Origin::Temp, span);
        self.depth += 1;
        let (_, body) = self.in_block(|l| {
            let args = l.as_bound(closure, &inputs);
            let result = l.inline_body(closure, args, &ty, span);
            let result = l.to_rvalue(result, span);
            let result_ty = l.rvalue_ty(&result);
            l.unify(&result_ty, &ty);
            l.note_poison(inner, &result);
            l.push(StmtKind::Let { var: inner, value: Some(result) }, span);
        });
        self.depth -= 1;
        if body.diverges {
            self.diagnostics
                .error_at(span, "this closure returns no value, and so has no derivative")
                .help("return a float");
            return self.poison();
        }
        let cond = self.function.read(marker);
        self.push_if(cond, body, OpenBlock::new(), span);
        self.derivations.push(Derivation { marker, inputs, inner, value, direction });
        Lowered::Value(self.function.read(value))
    }

    /// An argument in a variable of its own.
    fn input(&mut self, pat: &syn::Pat, arg: Lowered, span: Span) -> Input {
        let syn::Pat::Type(typed) = pat else {
            return Input { var: self.own(arg, Ty::Unknown, "argument", span), active: false };
        };
        let constant = constants::is_marked(&typed.attrs);
        let ty = self.ty(&typed.ty);
        let active = !constant && ty.can_be_active();
        let name = match &*typed.pat {
            syn::Pat::Ident(ident) => ident.ident.to_string(),
            _ => "argument".to_owned(),
        };
        let var = self.own(arg, ty, &name, span);
        // Each derivative reads it at this point, so that the body changes a copy.
        self.shared.insert(var);
        if !active {
            self.constant.insert(var);
        }
        Input { var, active }
    }

    /// A variable with a copy of a value; of a slice, a `Vec`.
    fn own(&mut self, value: Lowered, ty: Ty, name: &str, span: Span) -> VarId {
        let (value, ty) = match ty {
            Ty::Slice(elem) => {
                let (place, _) = self.to_place(value, span);
                let slice = self.slice_of(place, None, None, span);
                self.unify(&slice.ty.clone(), &Ty::Slice(elem.clone()));
                (Rvalue::Expr(Expr::read(slice)), Ty::Vec(elem))
            }
            ty => {
                let value = match value {
                    Lowered::Place(place, _) => Rvalue::Expr(Expr::read(place)),
                    other => self.to_rvalue(other, span),
                };
                let given = self.rvalue_ty(&value);
                self.unify(&given, &ty);
                (value, ty)
            }
        };
        let var = self.variable(name, ty, false, Origin::Temp, span);
        self.note_poison(var, &value);
        self.push(StmtKind::Let { var, value: Some(value) }, span);
        var
    }

    /// The arguments as the body sees them.
    fn as_bound(&self, closure: &Closure, inputs: &[Input]) -> Vec<Lowered> {
        let bound = |(pat, input): (&syn::Pat, &Input)| {
            let access = if is_reference(pat) { Access::Ref } else { Access::Owned };
            Lowered::Place(self.function.place(input.var), access)
        };
        closure.params.iter().zip(inputs).map(bound).collect()
    }
}

fn closure_ty(lowerer: &mut Lowerer<'_>, closure: &Closure) -> Ty {
    match &closure.output {
        Some(ty) => lowerer.ty(ty),
        None => lowerer.fresh(),
    }
}

fn is_mut_reference(pat: &syn::Pat) -> bool {
    let syn::Pat::Type(typed) = pat else { return false };
    matches!(&*typed.ty, syn::Type::Reference(reference) if reference.mutability.is_some())
}

fn is_reference(pat: &syn::Pat) -> bool {
    matches!(pat, syn::Pat::Type(typed) if matches!(&*typed.ty, syn::Type::Reference(_)))
}
