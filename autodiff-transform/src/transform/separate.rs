//! One declaration for each variable.
//!
//! A derived function may declare a variable in several scopes that do not meet: the body of a loop in
//! the forward sweep, and that of its reverse. They are different variables with different cotangents,
//! so that the adjoint transform first gives each a name of its own.

use std::collections::HashMap;

use super::visit::{rename_in, rename_uses};
use crate::analysis::effects;
use crate::ir::{Block, Function, LoopKind, Origin, StmtKind, VarId, VarSet};

/// Makes each variable be declared once.
pub fn separate(source: &Function) -> Function {
    let mut function = source.clone();
    let mut body = std::mem::take(&mut function.body);
    let seen = function.params.iter().map(|param| param.var).collect();
    let mut names = HashMap::new();
    Separate { function: &mut function, seen, keeps_origin: true }.block(&mut body, &mut names);
    function.body = body;
    for result in &mut function.results {
        rename_in(result, &named(&names));
    }
    function
}

/// Gives whatever the block declares a name that is nowhere else in the function. To the transform that
/// is under way these are values, whatever they were to an earlier one.
pub(super) fn rename_declared(function: &mut Function, block: &mut Block) {
    let seen = (0..function.vars.len()).map(|index| VarId(index as u32)).collect();
    Separate { function, seen, keeps_origin: false }.block(block, &mut HashMap::new());
}

struct Separate<'f> {
    function: &'f mut Function,
    seen: VarSet,
    /// A derivative declared again is one.
    keeps_origin: bool,
}

type Names = HashMap<VarId, VarId>;

fn named(names: &Names) -> impl Fn(VarId) -> VarId {
    |var| names.get(&var).copied().unwrap_or(var)
}

impl Separate<'_> {
    /// Renames in a block; `names` become those in scope at its end.
    fn block(&mut self, block: &mut Block, names: &mut Names) {
        for stmt in &mut block.stmts {
            rename_uses(&mut stmt.kind, &named(names));
            let mut inner = names.clone();
            if let StmtKind::Loop(loop_) = &mut stmt.kind
                && let LoopKind::For { var, .. } = &mut loop_.kind
            {
                *var = self.declare(*var, &mut inner);
            }
            for block in stmt.kind.blocks_mut() {
                self.block(block, &mut inner.clone());
            }
            let again: Vec<VarId> = effects::declares(&stmt.kind)
                .into_iter()
                .map(|var| self.declare(var, names))
                .collect();
            again.into_iter().for_each(|var| self.follow(var, names));
            declare_as(&mut stmt.kind, &named(names));
        }
    }

    /// The derivative of what is in scope under another name is one of that.
    fn follow(&mut self, var: VarId, names: &Names) {
        let name = named(names);
        let var = &mut self.function.vars[var.0 as usize];
        if let Origin::Tangent(of) | Origin::Cotangent(of) | Origin::Share(of) = &mut var.origin {
            *of = name(*of);
        }
        if let Some(part) = &mut var.part {
            part.root = name(part.root);
        }
    }

    fn declare(&mut self, var: VarId, names: &mut Names) -> VarId {
        names.remove(&var);
        if self.seen.insert(var) {
            return var;
        }
        let first = self.function.var(var).clone();
        let origin = match first.origin {
            Origin::User | Origin::Temp | Origin::Again(_) => Origin::Again(var),
            _ if !self.keeps_origin => Origin::Again(var),
            origin @ (Origin::Tangent(_)
            | Origin::Cotangent(_)
            | Origin::Share(_)
            | Origin::Popped(_)
            | Origin::Scratch) => origin,
        };
        let again = self.function.add_var(&first.name, first.ty, first.mutable, origin, first.span);
        let own = &mut self.function.vars[again.0 as usize];
        (own.part, own.constant) = (first.part, first.constant);
        names.insert(var, again);
        again
    }
}

fn declare_as(kind: &mut StmtKind, name: &impl Fn(VarId) -> VarId) {
    match kind {
        StmtKind::Let { var, .. } | StmtKind::VecPop { into: var, .. } => *var = name(*var),
        StmtKind::Call(call) => call.results.iter_mut().for_each(|var| *var = name(*var)),
        StmtKind::Pop { into, declare: true, .. } => {
            into.iter_mut().for_each(|place| place.root = name(place.root));
        }
        StmtKind::Pop { .. }
        | StmtKind::Assign { .. }
        | StmtKind::Accumulate { .. }
        | StmtKind::If { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Loop(_)
        | StmtKind::Swap { .. }
        | StmtKind::Fill { .. }
        | StmtKind::VecPush { .. }
        | StmtKind::Push { .. }
        | StmtKind::Opaque { .. } => {}
    }
}
