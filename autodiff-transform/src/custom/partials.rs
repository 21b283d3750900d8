//! `partials(x = …)`.
//!
//! Each partial becomes a function of the arguments and the result, and the modes are those of any
//! primitive: `ẏ = Σᵢ ẋᵢ·∂y/∂xᵢ` and `x̄ᵢ += ȳ·∂y/∂xᵢ`, where a zero (co)tangent counts as zero
//! whatever the partial is. The primal value is the user's own function's.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::{Rule, pass_on, primal_path};
use crate::diagnostics::Diagnostics;
use crate::emit::companion::Parts;
use crate::emit::part::Part;
use crate::emit::signature::{Param as UserParam, Signature, unraw};
use crate::ir::{
    Arg, Call, Callee, Expr, Function, Origin, Param, Passing, Place, Role, StmtKind, Target, Ty,
    VarId,
};
use crate::ops::Prim;
use crate::options::Partial;

pub fn rule(
    signature: &Signature<'_>,
    primal: &Function,
    partials: &[Partial],
    diagnostics: &mut Diagnostics,
) -> Option<Rule> {
    check(signature, partials, diagnostics)?;
    let helpers = partials.iter().map(|partial| helper(signature, primal, partial)).collect();
    let rt = &signature.rt;
    let new = || Build::new(signature, primal);
    let parts = Parts {
        tangent: Part::new(&new().tangent(), rt),
        joint: Part::new(&new().joint(), rt),
        forward: Part::new(&new().forward(), rt),
        reverse: Part::new(&new().reverse(), rt),
    };
    Some(Rule { parts, helpers })
}

/// Floats in, one float out, a partial for each active argument and none for another.
fn check(
    signature: &Signature<'_>,
    partials: &[Partial],
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let before = diagnostics.len();
    let name = &signature.source.sig.ident;
    if signature.result.scalar().is_none() {
        diagnostics
            .error(name, "`partials(..)` needs a function that returns one float")
            .help("for other results give `jvp = …` and `vjp = …`");
    }
    for param in signature.active() {
        if !param.ty.is_float() || param.passing == Passing::RefMut {
            diagnostics
                .error(&param.ident, "`partials(..)` is for arguments that are floats")
                .help("mark this one `#[constant]`, or give `jvp = …` and `vjp = …`");
        } else if !partials.iter().any(|partial| is_for(partial, param)) {
            diagnostics
                .error(&param.ident, format!("no partial for `{}`", param.ident))
                .help("add it to `partials(..)`, or mark the parameter `#[constant]`");
        }
    }
    for (index, partial) in partials.iter().enumerate() {
        if !signature.active().any(|param| is_for(partial, param)) {
            diagnostics.error(
                &partial.param,
                format!("`{}` is no active parameter of this function", partial.param),
            );
        }
        if partials[..index].iter().any(|earlier| earlier.param == partial.param) {
            diagnostics.error(&partial.param, format!("two partials for `{}`", partial.param));
        }
    }
    (diagnostics.len() == before).then_some(())
}

fn is_for(partial: &Partial, param: &UserParam<'_>) -> bool {
    partial.param == param.ident
}

fn helper_name(signature: &Signature<'_>, param: &Ident) -> Ident {
    signature.internal_name(&format!("partial_{}", unraw(param)))
}

/// `fn __partial_x(x: f64, y: f64, result: f64) -> f64 { … }`
fn helper(signature: &Signature<'_>, primal: &Function, partial: &Partial) -> TokenStream {
    let name = helper_name(signature, &partial.param);
    let (generics, clause) = signature.generics(primal);
    let inputs = signature.params.iter().map(|param| param.declaration(false));
    let taken = signature.params.iter().any(|param| param.ident == "result");
    let result = match taken {
        true => format_ident!("_result", span = Span::mixed_site()),
        false => Ident::new("result", partial.param.span()),
    };
    let (ty, value) = (&signature.result.ty, &partial.value);
    quote! {
        #[inline]
        fn #name #generics(#(#inputs,)* #result: #ty) -> #ty #clause { #value }
    }
}

/// A derived function under construction.
struct Build<'a> {
    signature: &'a Signature<'a>,
    function: Function,
    /// The primal parameters.
    params: Vec<Param>,
    ty: Ty,
}

impl<'a> Build<'a> {
    fn new(signature: &'a Signature<'a>, primal: &Function) -> Build<'a> {
        let ty = primal.results[0].ty.clone();
        let mut function = primal.clone();
        function.body.stmts.clear();
        function.results.clear();
        Build { signature, params: function.params.clone(), function, ty }
    }

    fn span(&self) -> Span {
        self.function.span
    }

    fn active(&self) -> Vec<Param> {
        self.params.iter().filter(|param| param.role == Role::Active).cloned().collect()
    }

    fn add_param(&mut self, name: &str, ty: Ty, passing: Passing, role: Role) -> VarId {
        let origin = match role {
            Role::Tangent(of) => Origin::Tangent(of),
            Role::Cotangent(of) => Origin::Cotangent(of),
            Role::Active | Role::Inactive | Role::Seed(_) | Role::Record | Role::Tape => {
                Origin::Temp
            }
        };
        let span = self.span();
        let mutable = passing == Passing::RefMut;
        let var = self.function.add_var(name, ty, mutable, origin, span);
        self.function.params.push(Param { var, passing, role });
        var
    }

    /// Parameters derived from the active ones.
    fn add_derived(&mut self, suffix: &str, role: fn(VarId) -> Role, bars: bool) -> Vec<VarId> {
        self.active()
            .into_iter()
            .map(|param| {
                let var = self.function.var(param.var).clone();
                let name = format!("{}_{suffix}", var.name.trim_start_matches("r#"));
                let passing = if bars { Passing::RefMut } else { param.passing };
                self.add_param(&name, var.ty, passing, role(param.var))
            })
            .collect()
    }

    fn tangent(mut self) -> Function {
        let dots = self.add_derived("dot", Role::Tangent, false);
        let y = self.call_primal();
        let mut sum: Option<Expr> = None;
        for (param, dot) in self.active().into_iter().zip(dots) {
            let partial = self.call_partial(&param, y);
            let dot = self.function.read(dot);
            let term = self.scaled(dot, partial);
            sum = Some(match sum {
                None => term,
                Some(sum) => Expr::prim(Prim::Add, vec![sum, term], self.ty.clone(), self.span()),
            });
        }
        let dot = sum.unwrap_or_else(|| Expr::zero(self.ty.clone(), self.span()));
        self.function.results = vec![self.function.read(y), dot];
        self.function
    }

    fn joint(mut self) -> Function {
        let seed = self.add_param("seed", self.ty.clone(), Passing::Value, Role::Seed(0));
        let bars = self.add_derived("bar", Role::Cotangent, true);
        let y = self.call_primal();
        self.add_to_bars(seed, &bars, y);
        self.function.results = vec![self.function.read(y)];
        self.function
    }

    /// The record is the result, which the partials may use.
    fn forward(mut self) -> Function {
        self.add_param("tape", Ty::Tape, Passing::RefMut, Role::Tape);
        let y = self.call_primal();
        self.function.results = vec![self.function.read(y), self.function.read(y)];
        self.function
    }

    fn reverse(mut self) -> Function {
        let y = self.add_param("record", self.ty.clone(), Passing::Value, Role::Record);
        let seed = self.add_param("seed", self.ty.clone(), Passing::Value, Role::Seed(0));
        let bars = self.add_derived("bar", Role::Cotangent, true);
        self.add_param("tape", Ty::Tape, Passing::RefMut, Role::Tape);
        self.add_to_bars(seed, &bars, y);
        self.function
    }

    fn add_to_bars(&mut self, seed: VarId, bars: &[VarId], y: VarId) {
        for (param, bar) in self.active().into_iter().zip(bars) {
            let partial = self.call_partial(&param, y);
            let seed = self.function.read(seed);
            let value = self.scaled(seed, partial);
            let place: Place = self.function.place(*bar);
            let span = self.span();
            self.function.body.push(StmtKind::Accumulate { place, value }, span);
        }
    }

    fn scaled(&self, derivative: Expr, partial: VarId) -> Expr {
        let partial = self.function.read(partial);
        Expr::prim(Prim::Scale, vec![derivative, partial], self.ty.clone(), self.span())
    }

    fn call_primal(&mut self) -> VarId {
        let path = primal_path(self.signature.source);
        self.call("value", path, None)
    }

    fn call_partial(&mut self, param: &Param, y: VarId) -> VarId {
        let user = self.signature.params.iter().find(|user| user.var == param.var);
        let name = helper_name(self.signature, &user.expect("a parameter of the function").ident);
        let y = Arg::Value(self.function.read(y));
        self.call(&format!("d_{name}"), syn::parse_quote!(Self::#name), Some(y))
    }

    fn call(&mut self, result: &str, path: syn::Path, last: Option<Arg>) -> VarId {
        let span = self.span();
        let args = self
            .params
            .iter()
            .map(|param| pass_on(&self.function, param.var, param.passing))
            .chain(last)
            .collect();
        let result = self.function.add_var(result, self.ty.clone(), false, Origin::Temp, span);
        let callee = Callee { target: Target::Path(path), stages: Vec::new() };
        let call = Call { callee, args, results: vec![result] };
        self.function.body.push(StmtKind::Call(call), span);
        result
    }
}
