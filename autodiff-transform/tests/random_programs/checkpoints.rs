//! The same programs with their loops checkpointed: the derivatives are what they were.

use autodiff_transform::ir::{Block, Checkpoint, Function, Role, StmtKind};
use autodiff_transform::transform::{Adjoint, Callees, adjoint};

use crate::oracle::Transforms;
use crate::{OURS, Tally};

const CHOICES: [Option<Checkpoint>; 5] = [
    Some(Checkpoint::AtMost(2)),
    Some(Checkpoint::Logarithmic),
    Some(Checkpoint::AtMost(1)),
    None,
    Some(Checkpoint::AtMost(3)),
];

/// The adjoint of a function whose loops ask for checkpoints, each in another way.
fn checkpointed(function: &Function, callees: Callees) -> Adjoint {
    let mut function = function.clone();
    // What the adjoint transform made has no such loops.
    if !function.params.iter().any(|param| param.role == Role::Tape) {
        let mut next = function.vars.len();
        mark(&mut function.body, &mut next);
    }
    adjoint(&function, callees)
}

fn mark(block: &mut Block, next: &mut usize) {
    for stmt in &mut block.stmts {
        if let StmtKind::Loop(loop_) = &mut stmt.kind {
            loop_.checkpoint = CHOICES[*next % CHOICES.len()];
            *next += 1;
        }
        stmt.kind.blocks_mut().for_each(|inner| mark(inner, next));
    }
}

#[test]
fn checkpointed_loops() {
    let seeds = 0..800;
    let count = seeds.end as usize;
    let tally = Tally::run_parallel(seeds, Transforms { adjoint: checkpointed, ..OURS });
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(tally.passed * 10 >= 9 * count, "{:?}", tally.skipped);
}
