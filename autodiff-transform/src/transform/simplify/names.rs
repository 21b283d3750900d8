//! Names without gaps: `t_2` is the second of the temporaries that are left.

use std::collections::BTreeMap;

use crate::analysis::effects;
use crate::ir::{Block, Function, Loop, LoopKind, Origin, StmtKind, VarId, VarSet};

/// Renames the variables that are ours, but for parameters. A bar or tangent keeps the name of what
/// it belongs to.
pub fn renumber(function: &mut Function) {
    let kept = |function: &Function, var: VarId| {
        function.var(var).origin == Origin::User || function.param(var).is_some()
    };
    let mut names = Names::default();
    for var in (0..function.vars.len() as u32).map(VarId).filter(|var| kept(function, *var)) {
        names.taken.insert(function.var(var).name.clone(), 1);
    }
    let old: Vec<String> = function.vars.iter().map(|var| var.name.clone()).collect();
    for var in by_mention(function) {
        if kept(function, var) {
            continue;
        }
        let before = old[var.0 as usize].as_str();
        let wanted = match function.var(var).origin {
            Origin::Tangent(of) | Origin::Cotangent(of) | Origin::Share(of) => {
                let suffix = before.strip_prefix(old[of.0 as usize].as_str());
                suffix.map(|suffix| format!("{}{}", function.var(of).name, unnumbered(suffix)))
            }
            // By the name that the variable has got, if it had its turn.
            Origin::Scratch => before.split_once("_each").map(|(of, _)| {
                let now = old.iter().position(|old| old == of).map(|of| &function.vars[of].name);
                format!("{}_each", now.map_or(of, String::as_str))
            }),
            Origin::Temp | Origin::User | Origin::Again(_) | Origin::Popped(_) => None,
        };
        let name = names.free(wanted.unwrap_or_else(|| unnumbered(before).to_owned()));
        function.vars[var.0 as usize].name = name;
    }
    function.names = Default::default();
}

/// The names that are taken, each with the last number that was tried behind it.
#[derive(Default)]
struct Names {
    taken: BTreeMap<String, u32>,
}

impl Names {
    /// The name, or the next of `name_2`, `name_3`, … that is free.
    fn free(&mut self, wanted: String) -> String {
        let Some(number) = self.taken.get(&wanted) else {
            self.taken.insert(wanted.clone(), 1);
            return wanted;
        };
        let mut number = *number;
        let name = loop {
            number += 1;
            let name = format!("{wanted}_{number}");
            if !self.taken.contains_key(&name) {
                break name;
            }
        };
        self.taken.insert(wanted, number);
        self.taken.insert(name.clone(), 1);
        name
    }
}

/// `t` of `t_12`.
fn unnumbered(name: &str) -> &str {
    let stem = name.trim_end_matches(|digit: char| digit.is_ascii_digit());
    match stem.strip_suffix('_') {
        Some(stem) if stem.len() + 1 < name.len() => stem,
        _ => name,
    }
}

/// What the function mentions, and what that belongs to, in the order in which it was made; then
/// everything else.
fn by_mention(function: &Function) -> Vec<VarId> {
    let mut all = VarSet::new();
    in_block(&function.body, &mut all);
    function.results.iter().for_each(|result| {
        result.for_each_root(&mut |root| {
            all.insert(root);
        });
    });
    for var in all.clone() {
        let mut var = var;
        while let Origin::Tangent(of) | Origin::Cotangent(of) | Origin::Share(of) =
            function.var(var).origin
        {
            all.insert(of);
            var = of;
        }
    }
    let every = (0..function.vars.len() as u32).map(VarId);
    let (mut ordered, others): (Vec<VarId>, Vec<VarId>) = every.partition(|var| all.contains(var));
    // The names of the others are to differ too.
    ordered.extend(others);
    ordered
}

fn in_block(block: &Block, all: &mut VarSet) {
    for stmt in &block.stmts {
        let mut mentioned = |root| {
            all.insert(root);
        };
        effects::for_each_declared(&stmt.kind, &mut mentioned);
        effects::for_each_own_write(&stmt.kind, &mut mentioned);
        effects::own_reads(&stmt.kind, &mut mentioned);
        if let StmtKind::Loop(Loop { kind: LoopKind::For { var, .. }, .. }) = &stmt.kind {
            all.insert(*var);
        }
        stmt.kind.blocks().for_each(|inner| in_block(inner, all));
    }
}
