//! Which variables hold derivatives, and which of these a loop waits for.

use crate::analysis::effects;
use crate::ir::{Block, Expr, Function, Origin, Role, VarId, VarSet};

/// The variables of a function that hold tangents, cotangents and seeds.
pub struct Derivatives {
    all: VarSet,
    /// Those of them that each iteration of the loop that is looked at makes or changes; outside of
    /// loops all, since the function may be called in one.
    fresh: VarSet,
}

impl Derivatives {
    pub fn of(function: &Function) -> Derivatives {
        let by_role = function.params.iter().filter_map(|param| match param.role {
            Role::Tangent(_) | Role::Cotangent(_) | Role::Seed(_) => Some(param.var),
            Role::Active | Role::Inactive | Role::Record | Role::Tape => None,
        });
        let by_origin = function.vars.iter().zip(0..).filter_map(|(var, id)| match var.origin {
            Origin::Tangent(_) | Origin::Cotangent(_) | Origin::Share(_) => Some(VarId(id)),
            Origin::User
            | Origin::Temp
            | Origin::Again(_)
            | Origin::Popped(_)
            | Origin::Scratch => None,
        });
        let all: VarSet = by_role.chain(by_origin).collect();
        Derivatives { fresh: all.clone(), all }
    }

    pub fn all(&self) -> &VarSet {
        &self.all
    }

    pub fn contains(&self, var: VarId) -> bool {
        self.all.contains(&var)
    }

    pub fn is_fresh(&self, var: VarId) -> bool {
        self.fresh.contains(&var)
    }

    /// Whether the expression reads any.
    pub fn are_in(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.for_each_root(&mut |root| found |= self.contains(root));
        found
    }

    /// Looks at a loop with this body; what was fresh before is to be given to [`leave`](Self::leave).
    pub fn enter(&mut self, body: &Block) -> VarSet {
        let mut made = effects::block_writes(body);
        declared_in(body, &mut made);
        made.retain(|var| self.contains(*var));
        std::mem::replace(&mut self.fresh, made)
    }

    pub fn leave(&mut self, outer: VarSet) {
        self.fresh = outer;
    }
}

fn declared_in(block: &Block, vars: &mut VarSet) {
    for stmt in &block.stmts {
        vars.extend(effects::declares(&stmt.kind));
        stmt.kind.blocks().for_each(|inner| declared_in(inner, vars));
    }
}
