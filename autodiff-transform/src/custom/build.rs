//! Rules as functions of the IR, to be printed, or differentiated again.

use proc_macro2::{Ident, Span};

use super::{pass_on, primal_path};
use crate::emit::signature::Signature;
use crate::expand::Derived;
use crate::ir::{
    Arg, Call, Callee, Expr, Function, Origin, Param, Passing, Place, Proj, Role, StmtKind, Target,
    Ty, VarId,
};
use crate::ops::Prim;

/// Where the partial derivatives come from.
pub enum Partials<'a> {
    /// The functions, by parameter, that compute them of the arguments and the result.
    ClosedForms(&'a dyn Fn(&Ident) -> syn::Path),
    /// A function that computes value and tangent.
    Jvp(&'a syn::Path),
}

/// What the transforms would make of the function.
pub fn derived(signature: &Signature<'_>, primal: &Function, partials: &Partials<'_>) -> Derived {
    let new = || Build::new(signature, primal, partials);
    Derived {
        primal: primal.clone(),
        tangent: new().tangent(),
        joint: new().joint(),
        forward: new().forward(),
        reverse: new().reverse(),
        conditional: None,
        effects: None,
    }
}

/// A derived function under construction.
struct Build<'a> {
    signature: &'a Signature<'a>,
    function: Function,
    /// The primal parameters.
    params: Vec<Param>,
    ty: Ty,
    partials: &'a Partials<'a>,
}

impl<'a> Build<'a> {
    fn new(
        signature: &'a Signature<'a>,
        primal: &Function,
        partials: &'a Partials<'a>,
    ) -> Build<'a> {
        let ty = primal.results[0].ty.clone();
        let mut function = primal.clone();
        function.body.stmts.clear();
        function.results.clear();
        Build { signature, params: function.params.clone(), function, ty, partials }
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
        if let Partials::Jvp(path) = self.partials {
            let passing: Vec<Passing> =
                self.active().into_iter().map(|param| param.passing).collect();
            let dots = dots.into_iter().zip(passing);
            let dots = dots.map(|(dot, passing)| pass_on(&self.function, dot, passing)).collect();
            let both = self.call_jvp(path, dots);
            self.function.results = vec![self.part(both, 0), self.part(both, 1)];
            return self.function;
        }
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
        self.call("value", self.ty.clone(), path, Vec::new())
    }

    fn call_partial(&mut self, param: &Param, y: VarId) -> VarId {
        match self.partials {
            Partials::ClosedForms(path) => {
                let user = self.signature.params.iter().find(|user| user.var == param.var);
                let user = &user.expect("a parameter of the function").ident;
                let y = Arg::Value(self.function.read(y));
                self.call(&format!("d_{user}"), self.ty.clone(), path(user), vec![y])
            }
            Partials::Jvp(path) => {
                let directions = self.active().into_iter();
                let directions = directions
                    .map(|other| self.direction(&other, other.var == param.var))
                    .collect();
                let both = self.call_jvp(path, directions);
                let span = self.span();
                let partial =
                    self.function.add_var("partial", self.ty.clone(), false, Origin::Temp, span);
                let value = self.part(both, 1);
                self.function.body.let_(partial, value);
                partial
            }
        }
    }

    /// One or zero, as the tangent of a parameter.
    fn direction(&mut self, param: &Param, is_one: bool) -> Arg {
        let (span, ty) = (self.span(), self.ty.clone());
        let value = Expr::float(if is_one { 1.0 } else { 0.0 }, ty.clone(), span);
        if param.passing == Passing::Value {
            return Arg::Value(value);
        }
        let var = self.function.add_var("direction", ty, false, Origin::Temp, span);
        self.function.body.let_(var, value);
        Arg::Ref(self.function.place(var))
    }

    /// The value and its tangent along these.
    fn call_jvp(&mut self, path: &syn::Path, dots: Vec<Arg>) -> VarId {
        let ty = Ty::Tuple(vec![self.ty.clone(), self.ty.clone()]);
        self.call("both", ty, path.clone(), dots)
    }

    fn part(&self, both: VarId, index: usize) -> Expr {
        let mut place = self.function.place(both);
        place.path.push(Proj::Field(index.into()));
        place.ty = self.ty.clone();
        Expr::read(place)
    }

    /// A call with the function's arguments and some more.
    fn call(&mut self, result: &str, ty: Ty, path: syn::Path, more: Vec<Arg>) -> VarId {
        let span = self.span();
        let args = self
            .params
            .iter()
            .map(|param| pass_on(&self.function, param.var, param.passing))
            .chain(more)
            .collect();
        let result = self.function.add_var(result, ty, false, Origin::Temp, span);
        let callee = Callee { target: Target::Path(path), stages: Vec::new() };
        let call = Call { callee, args, results: vec![result] };
        self.function.body.push(StmtKind::Call(call), span);
        result
    }
}
