//! The seeds among the arguments of derived functions.

use crate::ir::{Arg, Call, Stage};

/// What an argument of a derived function is, of which only the seeds matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Other,
    /// The derivative of an annotated function's value.
    Seed,
}

/// The arguments, with the seeds that reverse sweeps take: a caller without use for the value,
/// which may be `()`, has none in the IR.
pub(super) fn with_seeds(call: &Call) -> Vec<Arg> {
    let stages = &call.callee.stages;
    let count = call.args.len();
    let others = |given: &[Given]| given.iter().filter(|given| **given == Given::Other).count();
    // The two numbers of arguments are never the same, for whatever numbers of parameters.
    let complete = (0..=count).any(|primals| given(primals, stages).len() == count);
    let primals = (0..=count).find(|primals| others(&given(*primals, stages)) == count);
    let (false, Some(primals)) = (complete, primals) else { return call.args.clone() };
    let mut args = call.args.iter().cloned();
    let given = given(primals, stages).into_iter();
    let filled = given.map(|given| match given {
        Given::Seed => Arg::Inactive,
        Given::Other => args.next().unwrap_or(Arg::Inactive),
    });
    filled.collect()
}

/// The parameters of the function derived from one with so many.
fn given(primals: usize, stages: &[Stage]) -> Vec<Given> {
    let mut params = vec![Given::Other; primals];
    for (index, stage) in stages.iter().enumerate() {
        match stage {
            Stage::Tangent => params = params.repeat(2),
            Stage::Forward => params.push(Given::Other),
            Stage::IsLight => {}
            Stage::Reverse => {
                let bars = params.clone();
                params.push(Given::Other);
                let results =
                    stages[..index].iter().fold(vec![Given::Seed], |results, stage| match stage {
                        Stage::Tangent => results.repeat(2),
                        Stage::Forward => results.into_iter().chain([Given::Other]).collect(),
                        Stage::Reverse | Stage::IsLight => Vec::new(),
                    });
                params.extend(results);
                params.extend(bars);
                params.push(Given::Other);
            }
        }
    }
    params
}
