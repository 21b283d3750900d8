//! Derivatives that a function's own body asks for.
//!
//! Of a closure that is differentiated in the function ([`Derivation`]) lowering leaves the body, in a
//! branch of its own. Here the body becomes a function of the closure's arguments, with all else that
//! it reads for inactive parameters; the transforms derive it like any other; and what they give
//! takes the place of the branch. Innermost first, so that derivatives may nest. What the function
//! around it is derived to then includes the derivative of the derivative: the law of closure.

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;

use super::public::with_own_bars;
use super::{Callees, Passes, adjoint_with, normalize, optimize, separate, tangent};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, LoopKind, Names, Origin, Param, Passing, Role, Rvalue, Stmt,
    StmtKind, Ty, Var, VarId,
};

/// A derivative of a closure at one point.
#[derive(Clone)]
pub struct Derivation {
    /// The condition of the branch that holds the body.
    pub marker: VarId,
    pub inputs: Vec<Input>,
    /// What the body leaves its value in.
    pub inner: VarId,
    /// What the function around it reads the value from.
    pub value: VarId,
    pub direction: Direction,
}

/// An argument of the closure.
#[derive(Clone)]
pub struct Input {
    pub var: VarId,
    pub active: bool,
}

/// Which derivative it is, and the variables that go in and that come out.
#[derive(Clone)]
pub enum Direction {
    /// The tangent of the value along tangents of the active arguments.
    Forward { dots: Vec<VarId>, dot: VarId },
    /// The cotangents of the active arguments, for this one of the value; without one for 1.
    Reverse { seed: Option<VarId>, bars: Vec<VarId> },
}

/// Puts the derivatives in the place of the branches.
pub fn expand(function: &mut Function, derivations: &[Derivation], passes: Passes) {
    if derivations.is_empty() {
        return;
    }
    let derivations =
        derivations.iter().map(|derivation| (derivation.marker, derivation)).collect();
    let mut body = std::mem::take(&mut function.body);
    Expand { function, derivations, passes }.block(&mut body);
    function.body = body;
}

/// What the bodies of the closures change of what they capture, each with where the first change stands.
pub fn changed_captures(function: &Function, derivations: &[Derivation]) -> Vec<(VarId, Span)> {
    let mut found = Vec::new();
    in_bodies(&function.body, derivations, &mut found);
    found
}

fn in_bodies(block: &Block, derivations: &[Derivation], found: &mut Vec<(VarId, Span)>) {
    for stmt in &block.stmts {
        if let StmtKind::If { cond, then, .. } = &stmt.kind
            && derivations.iter().any(|derivation| cond.as_var() == Some(derivation.marker))
        {
            found.extend(changed_outside(then));
        }
        stmt.kind.blocks().for_each(|inner| in_bodies(inner, derivations, found));
    }
}

/// The variables that a block changes and does not declare.
pub fn changed_outside(block: &Block) -> Vec<(VarId, Span)> {
    let mut declared = HashSet::new();
    declared_in(block, &mut declared);
    let mut found = Vec::new();
    for_each(block, &mut |stmt| {
        effects::for_each_own_write(&stmt.kind, &mut |var| {
            if declared.insert(var) {
                found.push((var, stmt.span));
            }
        });
    });
    found
}

fn for_each(block: &Block, visit: &mut impl FnMut(&Stmt)) {
    for stmt in &block.stmts {
        visit(stmt);
        stmt.kind.blocks().for_each(|inner| for_each(inner, visit));
    }
}

struct Expand<'a> {
    function: &'a mut Function,
    derivations: HashMap<VarId, &'a Derivation>,
    passes: Passes,
}

impl<'a> Expand<'a> {
    fn block(&mut self, block: &mut Block) {
        let mut expanded = Block::default();
        for mut stmt in std::mem::take(&mut block.stmts) {
            for inner in stmt.kind.blocks_mut() {
                self.block(inner);
            }
            match self.derivation(&stmt) {
                Some(derivation) => {
                    let StmtKind::If { then, .. } = stmt.kind else { continue };
                    expanded.extend(self.derive(derivation, then));
                }
                None => expanded.stmts.push(stmt),
            }
        }
        *block = expanded;
    }

    fn derivation(&self, stmt: &Stmt) -> Option<&'a Derivation> {
        let StmtKind::If { cond: Expr { kind: ExprKind::Read(place), .. }, .. } = &stmt.kind else {
            return None;
        };
        self.derivations.get(&place.root).copied()
    }
}

impl Expand<'_> {
    /// The statements that give what the derivation is to give.
    fn derive(&mut self, derivation: &Derivation, body: Block) -> Block {
        let inner = self.inner_function(derivation, body);
        let mut derived = match &derivation.direction {
            Direction::Forward { dots, dot } => self.forward(derivation, &inner, dots, *dot),
            Direction::Reverse { seed, bars } => self.reverse(derivation, &inner, *seed, bars),
        };
        derived.results.clear();
        let mut derived = separate(&derived);
        // What the body captures may change outside of it, and the sweeps change more than the body did.
        for (own, var) in self.function.vars.iter().zip(&mut derived.vars) {
            var.mutable |= own.mutable;
        }
        self.function.vars = derived.vars;
        // What depends on no argument of the closure may depend on those of the function.
        self.function.vars.iter_mut().for_each(|var| var.constant = false);
        unique_names(&mut self.function.vars);
        self.function.names = Names::default();
        derived.body
    }

    /// The body as a function of the closure's arguments.
    fn inner_function(&self, derivation: &Derivation, body: Block) -> Function {
        let param = |var: VarId, role| {
            let passing = match self.function.var(var).ty {
                Ty::Slice(_) => Passing::Ref,
                _ => Passing::Value,
            };
            Param { var, passing, role }
        };
        let own = derivation.inputs.iter().map(|input| match input.active {
            true => param(input.var, Role::Active),
            false => param(input.var, Role::Inactive),
        });
        let mut params: Vec<Param> = own.collect();
        for var in captured(&body) {
            if params.iter().all(|param| param.var != var) {
                params.push(param(var, Role::Inactive));
            }
        }
        let mut function = Function { params, body, ..self.function.clone() };
        // Between its own writes a variable is constant, and the body has none to what it captures.
        let written = effects::block_writes(&function.body);
        for param in function.params.iter().filter(|param| !written.contains(&param.var)) {
            function.vars[param.var.0 as usize].mutable = false;
        }
        function.results = vec![function.read(derivation.inner)];
        normalize(&function)
    }

    fn forward(
        &self,
        derivation: &Derivation,
        inner: &Function,
        dots: &[VarId],
        dot: VarId,
    ) -> Function {
        let mut derived = tangent(inner);
        optimize(&mut derived, self.passes);
        let mut given: HashMap<VarId, VarId> = derivation
            .inputs
            .iter()
            .filter(|input| input.active)
            .map(|input| input.var)
            .zip(dots.iter().copied())
            .collect();
        let mut prologue = Block::default();
        for param in &derived.params {
            if let Role::Tangent(of) = param.role
                && !matches!(derived.var(param.var).ty, Ty::Unit)
                && let Some(dot) = given.remove(&of)
            {
                prologue.let_(param.var, derived.read(dot));
            }
        }
        derived.params.retain(|param| matches!(param.role, Role::Active | Role::Inactive));
        prologue.extend(std::mem::take(&mut derived.body));
        derived.body = prologue;
        let outputs = [derivation.value, dot].into_iter().zip(derived.results.clone());
        outputs.for_each(|(var, result)| derived.body.let_(var, result));
        derived
    }

    fn reverse(
        &self,
        derivation: &Derivation,
        inner: &Function,
        seed: Option<VarId>,
        bars: &[VarId],
    ) -> Function {
        let mut joint = adjoint_with(inner, self.passes.loops, Callees::UNKNOWN).joint;
        optimize(&mut joint, self.passes);
        let given = seed.map(|seed| joint.read(seed));
        let (mut derived, found) = with_own_bars(&joint, |ty, span| match (ty, &given) {
            (Ty::Unit, _) => None,
            (_, Some(given)) => Some(given.clone()),
            (ty, None) => ty.is_float().then(|| Expr::float(1.0, ty.clone(), span)),
        });
        let outputs = derived.results.clone().into_iter().map(|result| (derivation.value, result));
        outputs.for_each(|(var, result)| derived.body.let_(var, result));
        let found: HashMap<VarId, VarId> = found.into_iter().collect();
        let active = derivation.inputs.iter().filter(|input| input.active);
        for (input, var) in active.zip(bars) {
            let value = match found.get(&input.var) {
                Some(bar) => Rvalue::Expr(derived.read(*bar)),
                // The value does not depend on it.
                None => Rvalue::ZeroLike(derived.place(input.var)),
            };
            let span = derived.var(*var).span;
            derived.body.push(StmtKind::Let { var: *var, value: Some(value) }, span);
        }
        derived
    }
}

/// What a block reads and does not declare.
fn captured(block: &Block) -> Vec<VarId> {
    let mut declared = HashSet::new();
    declared_in(block, &mut declared);
    let mut found = Vec::new();
    for stmt in &block.stmts {
        effects::for_each_read(stmt, &mut |var| {
            if !declared.contains(&var) && !found.contains(&var) {
                found.push(var);
            }
        });
    }
    found
}

fn declared_in(block: &Block, vars: &mut HashSet<VarId>) {
    for stmt in &block.stmts {
        vars.extend(effects::declares(&stmt.kind));
        if let StmtKind::Loop(loop_) = &stmt.kind
            && let LoopKind::For { var, .. } = &loop_.kind
        {
            vars.insert(*var);
        }
        stmt.kind.blocks().for_each(|inner| declared_in(inner, vars));
    }
}

/// The names that a derived part was given may be those of variables outside of it.
fn unique_names(vars: &mut [Var]) {
    let mut taken: HashSet<String> =
        vars.iter().filter(|var| var.origin == Origin::User).map(|var| var.name.clone()).collect();
    for var in vars.iter_mut().filter(|var| var.origin != Origin::User) {
        let name = var.name.clone();
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        var.name = free.unwrap_or(name);
        taken.insert(var.name.clone());
    }
}
