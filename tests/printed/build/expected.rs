//! What a program's derivatives are, by dual numbers.

use autodiff_transform::ir::interp::{Dual, Interpreter, Number, Program, Value};
use autodiff_transform::ir::{Function, Passing, Role};
use fastrand::Rng;

use crate::generate::{Case, number};

const FUEL: u64 = 4_000;

/// As in the interpreted tests: steeper programs lose digits.
const STEEPEST: f64 = 1e4;

/// The literals of one test; lists of floats are in the order of results, then arguments.
pub struct Expected {
    /// Tangents of the arguments.
    pub dots: Vec<Value<f64>>,
    /// Cotangents of the results.
    pub seeds: Vec<Value<f64>>,
    /// Bars of the arguments, before: cotangents of final states, zeros elsewhere.
    pub bars: Vec<Value<f64>>,
    pub values: Vec<f64>,
    pub value_dots: Vec<f64>,
    pub final_bars: Vec<f64>,
    /// The greatest partial derivative, or 1.
    pub steepest: f64,
}

fn floats<S: Number>(values: &[Value<S>]) -> Vec<S> {
    let mut floats = Vec::new();
    values.iter().for_each(|value| value.for_each_float(&mut |x| floats.push(x.clone())));
    floats
}

/// Results, then what is behind `&mut`.
fn outputs<S: Number>(
    program: &Program,
    function: &Function,
    args: Vec<Value<S>>,
) -> Option<(Vec<Value<S>>, usize)> {
    let finished = Interpreter::new(program, FUEL).run(function, args).ok()?;
    let results = finished.results.len();
    let params = function.params.iter().zip(finished.params);
    let states = params.filter(|(param, _)| param.passing == Passing::RefMut);
    let outputs = finished.results.into_iter().chain(states.map(|(_, state)| state));
    Some((outputs.collect(), results))
}

impl Expected {
    pub fn of(case: &Case, seed: u64) -> Option<Expected> {
        let mut program = Program::default();
        for function in &case.functions {
            program.insert(&[], function.clone());
        }
        let entry = case.entry();
        let (primal, results) = outputs::<f64>(&program, entry, case.args.clone())?;
        let mut rng = Rng::with_seed(seed ^ 0x5eed);
        let mut random = |value: &Value<f64>| value.zero_tangent().map(&mut |_| number(&mut rng));
        let params = || entry.params.iter().zip(&case.args);
        let dots: Vec<Value<f64>> = params()
            .map(|(param, arg)| match param.role {
                Role::Active => random(arg),
                _ => Value::Unit,
            })
            .collect();
        let cotangents: Vec<Value<f64>> = primal.iter().map(&mut random).collect();
        let mut states = cotangents[results..].iter().cloned();
        let bars = params()
            .map(|(param, arg)| match (param.role, param.passing) {
                (Role::Active, Passing::RefMut) => states.next().unwrap_or(Value::Unit),
                (Role::Active, _) => arg.zero_tangent(),
                _ => Value::Unit,
            })
            .collect();
        let jacobian = jacobian(&program, case)?;
        let along = floats(&dots);
        let seeds = floats(&cotangents);
        let value_dots = (0..seeds.len())
            .map(|output| jacobian.iter().zip(&along).map(|(column, d)| column[output] * d).sum())
            .collect();
        let final_bars = jacobian
            .iter()
            .map(|column| column.iter().zip(&seeds).map(|(partial, seed)| partial * seed).sum())
            .collect();
        let steepest = jacobian.iter().flatten().fold(1.0, |most: f64, d| most.max(d.abs()));
        (steepest <= STEEPEST).then(|| Expected {
            dots,
            seeds: cotangents[..results].to_vec(),
            bars,
            values: floats(&primal),
            value_dots,
            final_bars,
            steepest,
        })
    }
}

/// A column for each float of the active arguments.
fn jacobian(program: &Program, case: &Case) -> Option<Vec<Vec<f64>>> {
    let entry = case.entry();
    let active = |index: usize| entry.params[index].role == Role::Active;
    let inputs: Vec<Value<f64>> = (0..case.args.len())
        .filter(|index| active(*index))
        .map(|index| case.args[index].clone())
        .collect();
    let column = |input: usize| {
        let mut at = 0..;
        let mut lift = |index: usize| {
            case.args[index].map(&mut |value| {
                let here = active(index) && at.next() == Some(input);
                Dual { value: *value, dot: if here { 1.0 } else { 0.0 } }
            })
        };
        let args = (0..case.args.len()).map(&mut lift).collect();
        let (outputs, _) = outputs(program, entry, args)?;
        let dots: Vec<f64> = floats(&outputs).iter().map(|dual| dual.dot).collect();
        dots.iter().all(|dot| dot.is_finite()).then_some(dots)
    };
    (0..floats(&inputs).len()).map(column).collect()
}
