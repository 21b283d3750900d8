//! The public derivatives that run a function's two sweeps, as functions of their own.
//!
//! ```text
//! f::adjoint(x, y, seed, x_bar, y_bar) -> value      f::vjp_pullback(x, y, seed) -> (x_bar, y_bar)
//! f::value_and_grad(x, y) -> (value, (x_bar, y_bar))
//!
//! let tape = empty
//! let (value, record) = f.forward(x, y, tape)
//! f.reverse(x, y, record, seed, x_bar, y_bar, tape)
//! ```
//!
//! They call what `f` is derived to, so that they are short however long `f` is. The derivatives of
//! the calls are `f`'s own of second order.

use super::adjoint::keep_buffers;
use super::public::together;
use crate::ir::{
    Arg, Block, Call, Callee, Expr, Function, Origin, Param, Passing, Role, Rvalue, Stage,
    StmtKind, Target, Ty, VarId,
};

/// `f(args…, seed, bars of the active ones…) -> value`; the bars are added to, and the arguments
/// behind `&mut` end as `f` leaves them.
pub fn adjoint(primal: &Function, target: Target) -> Function {
    let mut sweeps = Sweeps::new(primal, target);
    let seed = sweeps.seed();
    let bars = sweeps.bars(|_| true);
    let (value, record) = sweeps.forward();
    let write_back = sweeps.keep_buffers();
    sweeps.reverse(record, seed, &bars);
    sweeps.body.extend(write_back);
    let results = value.map(|value| sweeps.function.read(value));
    sweeps.finish(results.into_iter().collect())
}

/// `f(args…) -> (value, bars of the active ones)`, of a function with a float for result that may
/// change the shape of arguments behind `&mut`: their bars start in the shape that `f` leaves them in.
pub fn value_and_grad(primal: &Function, target: Target) -> Function {
    let mut sweeps = Sweeps::new(primal, target);
    let (value, record) = sweeps.forward();
    let write_back = sweeps.keep_buffers();
    let seed = sweeps.unit_seed();
    let bars = sweeps.own_bars(|_| true);
    sweeps.reverse(record, Some(seed), &bars);
    sweeps.body.extend(write_back);
    let read = |var: &VarId| sweeps.function.read(*var);
    let mut results: Vec<Expr> = value.iter().map(read).collect();
    let bars = bars.iter().map(|(_, bar)| read(bar)).collect();
    let mut function = sweeps.finish(Vec::new());
    results.push(together(&mut function, "gradient", bars));
    function.results = results;
    function
}

/// `f(args…, seed, bars of the active `&mut` ones…) -> bars of the other active ones`. What the
/// arguments behind `&mut` end as, nobody reads.
pub fn pullback(primal: &Function, target: Target) -> Function {
    let mut sweeps = Sweeps::new(primal, target);
    let seed = sweeps.seed();
    let in_place = |param: &Param| param.passing == Passing::RefMut;
    let mut bars = sweeps.bars(in_place);
    let (_, record) = sweeps.forward();
    let own = sweeps.own_bars(|param| !in_place(param));
    bars.extend(own.iter().copied());
    sweeps.reverse(record, seed, &bars);
    let bars: Vec<Expr> = own.iter().map(|(_, bar)| sweeps.function.read(*bar)).collect();
    let mut function = sweeps.finish(Vec::new());
    if !bars.is_empty() {
        let bars = together(&mut function, "bars", bars);
        function.results.push(bars);
    }
    function
}

/// A function that is being made.
struct Sweeps {
    function: Function,
    body: Block,
    target: Target,
    /// The primal parameters of it.
    primal: Vec<Param>,
    /// The types of what the primal function returns.
    results: Vec<Ty>,
    tape: VarId,
}

/// By an argument, its bar.
type Bars = Vec<(VarId, VarId)>;

impl Sweeps {
    fn new(primal: &Function, target: Target) -> Sweeps {
        // With all its variables, whose types tell what its generic parameters are.
        let mut function =
            Function { body: Block::default(), results: Vec::new(), ..primal.clone() };
        for param in &primal.params {
            function.vars[param.var.0 as usize].mutable = param.passing == Passing::RefMut;
        }
        let span = function.span;
        let tape = function.add_var("tape", Ty::Tape, true, Origin::Temp, span);
        let mut body = Block::default();
        body.let_(tape, Expr::zero(Ty::Tape, span));
        let results = primal.results.iter().map(|result| result.ty.clone()).collect();
        Sweeps { primal: primal.params.clone(), function, body, target, results, tape }
    }

    fn param(&mut self, var: VarId, passing: Passing) {
        self.function.params.push(Param { var, passing, role: Role::Active });
    }

    /// A parameter for the cotangent of the value, if that can have one.
    fn seed(&mut self) -> Option<VarId> {
        if !self.results.iter().any(Ty::can_be_active) {
            return None;
        }
        let (ty, span) = (result_ty(&self.results).tangent(), self.function.span);
        let seed = self.function.add_var("seed", ty, false, Origin::Temp, span);
        self.param(seed, Passing::Value);
        Some(seed)
    }

    /// A variable for the cotangent 1 of a value that is a float.
    fn unit_seed(&mut self) -> VarId {
        let (ty, span) = (result_ty(&self.results), self.function.span);
        let seed = self.function.add_var("seed", ty.clone(), false, Origin::Temp, span);
        self.body.let_(seed, Expr::float(1.0, ty, span));
        seed
    }

    /// Keeps what the function has left its arguments as; the block puts it back.
    fn keep_buffers(&mut self) -> Block {
        let changed: Vec<VarId> = self.primal.iter().map(|param| param.var).collect();
        keep_buffers(&mut self.function, &changed, &mut self.body)
    }

    fn active(&self, of_these: impl Fn(&Param) -> bool) -> Vec<Param> {
        let active = self.primal.iter().filter(|param| param.role == Role::Active);
        active.filter(|param| of_these(param)).cloned().collect()
    }

    fn bar(&mut self, of: &Param, ty: Ty, origin: Origin) -> VarId {
        let var = self.function.var(of.var).clone();
        self.function.add_var(&format!("{}_bar", var.name), ty, true, origin, var.span)
    }

    /// Parameters for the bars of arguments.
    fn bars(&mut self, of_these: impl Fn(&Param) -> bool) -> Bars {
        let mut bars = Bars::new();
        for param in self.active(of_these) {
            let ty = self.function.var(param.var).ty.tangent();
            let bar = self.bar(&param, ty, Origin::Temp);
            self.param(bar, Passing::RefMut);
            bars.push((param.var, bar));
        }
        bars
    }

    /// Variables for the bars of arguments, zero at first.
    fn own_bars(&mut self, of_these: impl Fn(&Param) -> bool) -> Bars {
        let mut bars = Bars::new();
        for param in self.active(of_these) {
            let ty = match self.function.var(param.var).ty.tangent() {
                Ty::Slice(elem) => Ty::Vec(elem),
                ty => ty,
            };
            let bar = self.bar(&param, ty.clone(), Origin::Cotangent(param.var));
            let span = self.function.var(bar).span;
            let zero = match ty.has_one_shape() {
                true => Rvalue::Expr(Expr::zero(ty, span)),
                false => Rvalue::ZeroLike(self.function.place(param.var)),
            };
            self.body.push(StmtKind::Let { var: bar, value: Some(zero) }, span);
            bars.push((param.var, bar));
        }
        bars
    }

    fn primals(&self) -> Vec<Arg> {
        let function = &self.function;
        let arg = |param: &Param| match param.passing {
            Passing::Value => Arg::Value(function.read(param.var)),
            Passing::Ref => Arg::Ref(function.place(param.var)),
            Passing::RefMut => Arg::RefMut(function.place(param.var)),
        };
        self.primal.iter().map(arg).collect()
    }

    fn call(&mut self, stage: Stage, args: Vec<Arg>, results: Vec<VarId>) {
        let callee = Callee { target: self.target.clone(), stages: vec![stage] };
        let span = self.function.span;
        self.body.push(StmtKind::Call(Call { callee, args, results }), span);
    }

    /// The forward sweep; the value, if there is one, and the record.
    fn forward(&mut self) -> (Option<VarId>, VarId) {
        let span = self.function.span;
        let mut result = |name, ty| self.function.add_var(name, ty, false, Origin::Temp, span);
        let ty = (!self.results.is_empty()).then(|| result_ty(&self.results));
        let value = ty.map(|ty| result("value", ty));
        let record = result("record", Ty::Record);
        let mut args = self.primals();
        args.push(Arg::RefMut(self.function.place(self.tape)));
        self.call(Stage::Forward, args, value.into_iter().chain([record]).collect());
        (value, record)
    }

    /// The reverse sweep.
    fn reverse(&mut self, record: VarId, seed: Option<VarId>, bars: &Bars) {
        let function = &self.function;
        let active = |arg: Arg| Arg::Active(Box::new(arg));
        let mut args = self.primals();
        args.push(Arg::Value(function.read(record)));
        args.push(seed.map_or(Arg::Inactive, |seed| active(Arg::Value(function.read(seed)))));
        args.extend(self.primal.iter().map(|param| {
            match bars.iter().find(|(of, _)| *of == param.var) {
                Some((_, bar)) => active(Arg::RefMut(function.place(*bar))),
                None => Arg::Inactive,
            }
        }));
        args.push(Arg::RefMut(function.place(self.tape)));
        self.call(Stage::Reverse, args, Vec::new());
    }

    fn finish(mut self, results: Vec<Expr>) -> Function {
        self.function.body = self.body;
        self.function.results = results;
        self.function
    }
}

/// The type of a value, of which the primal function may return the parts.
fn result_ty(results: &[Ty]) -> Ty {
    match results {
        [one] => one.clone(),
        parts => Ty::Tuple(parts.to_vec()),
    }
}
