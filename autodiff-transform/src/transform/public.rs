//! The public derivatives as functions of their own, to be differentiated like any other.
//!
//! `f::jvp` and `f::value_and_grad` are functions of the arguments that the user sees. Their tangents
//! and adjoints are what second derivatives are made of, and what derived code calls for an
//! `f::value_and_grad` in a differentiated function: a derivative of a derivative.

use proc_macro2::Span;

use super::visit::{places_in, places_mut};
use crate::ir::{Block, Expr, Function, Origin, Param, Role, Rvalue, Shape, StmtKind, Ty, VarId};

/// `f(args…, tangents of the active ones…) -> (value, tangent)`, or `-> value` of one without a derivative:
/// what is behind `&mut` may have one nevertheless.
pub fn jvp(primal: &Function, tangent: &Function) -> Function {
    let mut function = tangent.clone();
    function.params.retain_mut(|param| match param.role {
        Role::Tangent(_) if matches!(tangent.var(param.var).ty, Ty::Unit) => false,
        Role::Tangent(_) => {
            param.role = Role::Active;
            true
        }
        _ => true,
    });
    let mut values = std::mem::take(&mut function.results);
    let dots = values.split_off(primal.results.len());
    if !values.iter().any(|value| value.ty.can_be_active()) {
        function.results = values;
        return function;
    }
    let value = together(&mut function, "value", values);
    let dot = together(&mut function, "dot", dots);
    function.results = vec![value, dot];
    function
}

/// The same, where the tangents are constant: its tangent is the second derivative along two directions.
pub fn directional(primal: &Function, tangent: &Function) -> Function {
    let mut function = jvp(primal, tangent);
    for param in function.params.iter_mut().skip(primal.params.len()) {
        param.role = Role::Inactive;
    }
    function
}

/// `f(args…, seeds…) -> cotangents of the active ones`, where the seeds are constant.
pub fn pullback(joint: &Function) -> Function {
    let (mut function, bars) = with_own_bars(joint, |_, _| None);
    let seeds = joint.params.iter().filter(|param| matches!(param.role, Role::Seed(_)));
    function.params.extend(seeds.map(|seed| Param { role: Role::Inactive, ..seed.clone() }));
    function.results = bars.into_iter().map(|(_, bar)| function.read(bar)).collect();
    function
}

/// `f(args…) -> (value, gradient)`, of a function with a float for result.
pub fn value_and_grad(joint: &Function) -> Function {
    let seed = |ty: &Ty, span| ty.is_float().then(|| Expr::float(1.0, ty.clone(), span));
    let (mut function, bars) = with_own_bars(joint, seed);
    let bars = bars.into_iter().map(|(_, bar)| function.read(bar)).collect();
    let gradient = together(&mut function, "gradient", bars);
    function.results.push(gradient);
    function
}

/// `f(args…) -> gradient`, of `f(args…) -> (value, gradient)`.
pub fn grad(value_and_grad: Function) -> Function {
    let mut function = value_and_grad;
    function.results = function.results.pop().into_iter().collect();
    function
}

/// Makes variables of the seed and the bars: `f(args…) -> value`, and by each active argument its
/// bar, which is in scope at the end.
pub fn with_own_bars(
    joint: &Function,
    seed: impl Fn(&Ty, Span) -> Option<Expr>,
) -> (Function, Vec<(VarId, VarId)>) {
    let mut function = joint.clone();
    let mut prologue = Block::default();
    let mut bars = Vec::new();
    for param in &joint.params {
        let var = joint.var(param.var);
        match param.role {
            Role::Active | Role::Inactive => continue,
            Role::Cotangent(of) if !matches!(var.ty, Ty::Unit) => {
                own_bar(&mut function, param, of, &mut prologue);
                bars.push((of, param.var));
            }
            Role::Seed(_) => {
                if let Some(seed) = seed(&var.ty, var.span) {
                    prologue.let_(param.var, seed);
                }
            }
            Role::Tape => prologue.let_(param.var, Expr::zero(Ty::Tape, var.span)),
            Role::Cotangent(_) | Role::Tangent(_) | Role::Record => {}
        }
    }
    function.params.retain(|param| matches!(param.role, Role::Active | Role::Inactive));
    prologue.extend(std::mem::take(&mut function.body));
    function.body = prologue;
    (function, bars)
}

/// A bar that was the caller's becomes a variable that starts at zero; a slice becomes a `Vec`.
fn own_bar(function: &mut Function, param: &Param, of: VarId, prologue: &mut Block) {
    let var = function.var(param.var).clone();
    if let Ty::Slice(elem) = &var.ty {
        let ty = Ty::Vec(elem.clone());
        function.vars[param.var.0 as usize].ty = ty.clone();
        let mut own = |place: &mut crate::ir::Place| {
            if place.root == param.var && place.path.is_empty() {
                place.ty = ty.clone();
            }
        };
        places_mut(&mut function.body, &mut own);
        function.results.iter_mut().for_each(|result| places_in(result, &mut own));
    }
    let value = match var.ty.has_one_shape() {
        true => Rvalue::Expr(Expr::zero(var.ty.clone(), var.span)),
        false => Rvalue::ZeroLike(function.place(of)),
    };
    prologue.push(StmtKind::Let { var: param.var, value: Some(value) }, var.span);
}

/// One value of several, as the public function returns it.
pub(super) fn together(function: &mut Function, name: &str, mut values: Vec<Expr>) -> Expr {
    if values.len() == 1 {
        return values.remove(0);
    }
    let ty = Ty::Tuple(values.iter().map(|value| value.ty.clone()).collect());
    let span = function.span;
    let var = function.add_var(name, ty.clone(), false, Origin::Temp, span);
    let value = Rvalue::Aggregate { shape: Shape::Tuple, fields: values, ty };
    function.body.push(StmtKind::Let { var, value: Some(value) }, span);
    function.read(var)
}
