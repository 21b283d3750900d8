//! Activity: which variables carry a derivative.
//!
//! A variable is active if it is *varied* and *useful* (Hascoët and Pascual, The Tapenade automatic
//! differentiation tool, ACM TOMS 39(3), 2013). It is varied if its type can be and if, on some path,
//! a varied value flows into it: from an active parameter, through an operand that has a
//! contribution, or through a call. It is [`useful`] if its derivative can reach an output. Flow
//! inside a variable is not told apart, so that an aggregate is active as a whole. Variables only
//! ever become varied or useful, so that the least fixpoints are reached by repetition.

use std::collections::HashSet;

use super::useful;
use crate::ir::{
    Arg, Block, Call, Expr, ExprKind, Function, Place, Role, Rvalue, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Contribution;

/// The active variables of a function.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    active: VarSet,
    /// The variables that depend on no active argument, useful or not.
    independent: VarSet,
    /// The variables that the function saves on a tape of its own, which starts empty: what they get
    /// back from it is what they had. On a tape from outside may be what another function saved.
    saved: HashSet<(VarId, VarId)>,
    /// The arguments without derivative, which are lent to callees that leave none in them: see
    /// [`Arg::Constant`].
    constant: VarSet,
}

impl Activity {
    pub fn of(function: &Function) -> Activity {
        let mut activity = Activity::varied(function);
        let all = (0..function.vars.len()).map(|id| VarId(id as u32));
        activity.independent = all.filter(|var| !activity.is_active(*var)).collect();
        let useful = useful::of(function);
        activity.active.retain(|var| useful.contains(var) || function.param(*var).is_some());
        activity
    }

    /// The variables that depend on active arguments, whether or not anything depends on them.
    pub fn varied(function: &Function) -> Activity {
        let mut activity = Activity::default();
        for param in &function.params {
            match param.role {
                Role::Active
                | Role::Tangent(_)
                | Role::Seed(_)
                | Role::Cotangent(_)
                | Role::Record => {
                    activity.mark(function, param.var);
                }
                Role::Inactive => {
                    activity.constant.insert(param.var);
                }
                Role::Tape => {}
            }
        }
        saves(&function.body, &mut activity.saved);
        activity.saved.retain(|(tape, _)| function.param(*tape).is_none());
        while activity.flow(function, &function.body) {}
        activity
    }

    pub fn is_active(&self, var: VarId) -> bool {
        self.active.contains(&var)
    }

    /// Makes a variable active, if its type can be; whether that is news.
    pub fn mark(&mut self, function: &Function, var: VarId) -> bool {
        let declared = function.var(var);
        declared.ty.can_be_active() && !declared.constant && self.active.insert(var)
    }

    /// Whether no active argument flows into the variable, which is one of the function's own.
    pub fn is_independent(&self, var: VarId) -> bool {
        self.independent.contains(&var)
    }

    /// Notes in a derivative which of the function's variables no active argument flows into, for what is
    /// derived from it: there they may come off a tape, of which no analysis could know it.
    pub fn keep_constants(&self, derivative: &mut Function) {
        for var in self.independent.iter() {
            derivative.vars[var.0 as usize].constant = true;
        }
    }

    /// Whether the value read from a place carries a derivative.
    pub fn place(&self, place: &Place) -> bool {
        self.is_active(place.root) && place.ty.can_be_active()
    }

    pub fn expr(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Read(place) => self.place(place),
            ExprKind::Prim(prim, args) => {
                let contributions = prim.row().contributions;
                expr.ty.can_be_active()
                    && args.iter().zip(contributions).any(|(arg, contribution)| {
                        matches!(contribution, Contribution::Map(_)) && self.expr(arg)
                    })
            }
            ExprKind::Cast(inner) => expr.ty.can_be_active() && self.expr(inner),
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => false,
        }
    }

    pub fn rvalue(&self, value: &Rvalue) -> bool {
        match value {
            Rvalue::Expr(expr) => self.expr(expr),
            Rvalue::Aggregate { fields, .. } => fields.iter().any(|field| self.expr(field)),
            Rvalue::Repeat { value, .. } => self.expr(value),
            Rvalue::ZeroLike(_) => false,
        }
    }

    pub fn arg(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(expr) => self.expr(expr),
            Arg::Ref(place) | Arg::RefMut(place) => self.place(place),
            Arg::Active(inner) => self.arg(inner),
            Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => false,
        }
    }

    /// The slot of an argument without derivative.
    pub fn empty_slot(&self, arg: &Arg) -> Arg {
        match arg {
            // Empty in all stages.
            Arg::RefMut(Place { ty: Ty::Tape, .. }) => Arg::Inactive,
            Arg::RefMut(place)
                if !place.ty.can_be_active() || self.constant.contains(&place.root) =>
            {
                Arg::Constant(place.span)
            }
            _ => Arg::Inactive,
        }
    }

    fn flow(&mut self, function: &Function, block: &Block) -> bool {
        let mut changed = false;
        for stmt in &block.stmts {
            changed |= self.flow_stmt(function, &stmt.kind);
            for inner in stmt.kind.blocks() {
                changed |= self.flow(function, inner);
            }
        }
        changed
    }

    fn flow_stmt(&mut self, function: &Function, kind: &StmtKind) -> bool {
        match kind {
            StmtKind::Let { var, value: Some(value) } => {
                self.rvalue(value) && self.mark(function, *var)
            }
            StmtKind::Assign { place, value } => {
                self.rvalue(value) && self.mark(function, place.root)
            }
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value } => {
                self.expr(value) && self.mark(function, place.root)
            }
            StmtKind::VecPop { vec, into } => {
                self.is_active(vec.root) && self.mark(function, *into)
            }
            StmtKind::Swap { a, b } => {
                let forth = self.place(a) && self.mark(function, b.root);
                let back = self.place(b) && self.mark(function, a.root);
                forth || back
            }
            StmtKind::Call(call) => self.flow_call(function, call),
            StmtKind::Pop { tape, into, .. } => {
                let mut changed = false;
                for place in into.iter().filter(|place| place.ty.can_be_active()) {
                    // What a variable gets back, it had: nothing new flows into it.
                    let own = self.constant.contains(&place.root)
                        || self.saved.contains(&(*tape, place.root));
                    changed |= !own && self.mark(function, place.root);
                }
                changed
            }
            StmtKind::If { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Let { value: None, .. }
            | StmtKind::Push { .. }
            | StmtKind::Opaque { .. } => false,
        }
    }

    fn flow_call(&mut self, function: &Function, call: &Call) -> bool {
        if !call.args.iter().any(|arg| self.arg(arg)) {
            return false;
        }
        let mut changed = false;
        for arg in &call.args {
            let mut arg = arg;
            while let Arg::Active(inner) = arg {
                arg = inner;
            }
            if let Arg::RefMut(place) = arg
                && !self.constant.contains(&place.root)
            {
                changed |= self.mark(function, place.root);
            }
        }
        call.results.iter().fold(changed, |changed, result| self.mark(function, *result) || changed)
    }
}

/// The variables that are saved, each with its tape.
fn saves(block: &Block, found: &mut HashSet<(VarId, VarId)>) {
    for stmt in &block.stmts {
        if let StmtKind::Push { tape, values } = &stmt.kind {
            found.extend(values.iter().map(|place| (*tape, place.root)));
        }
        stmt.kind.blocks().for_each(|inner| saves(inner, found));
    }
}
