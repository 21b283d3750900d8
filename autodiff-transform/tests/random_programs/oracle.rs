//! What derivative code must satisfy, checked by interpretation.
//!
//! The reference is the primal function on dual and hyper-dual numbers. Against it stand, on `f64`:
//! the tangent function, the joint adjoint, the forward and reverse sweeps as two functions with a
//! tape between them, and the tangents of all of these. Each must return the primal's results and
//! leave the primal's `&mut` arguments bit for bit, be well-formed, and leave the tape empty.

mod adjoints;
mod second;

use std::collections::HashMap;

use autodiff_transform::analysis::overwrites::Overwrites;
use autodiff_transform::ir::interp::{Dual, Finished, Interpreter, Number, Program, Value};
use autodiff_transform::ir::verify::verify;
use autodiff_transform::ir::{Function, Param, Passing, Role, Stage, Ty, VarSet};
use autodiff_transform::transform::{Adjoint, Assumption, Callees, Fresh, fresh};
use fastrand::Rng;

use crate::generate::{Case, number};

/// The passes under test.
#[derive(Clone, Copy)]
pub struct Transforms {
    pub normalize: fn(&Function) -> Function,
    pub tangent: fn(&Function) -> Function,
    pub adjoint: fn(&Function, Callees) -> Adjoint,
    pub optimize: fn(&mut Function),
}

/// What came of a program.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    Passed,
    /// The program itself has no usable derivatives to compare with.
    Skipped(String),
    Failed(String),
}

/// How far the comparison goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    First,
    Second,
}

type Check<T = ()> = Result<T, Verdict>;

/// Statements and iterations that a derived function may run: the primal runs with a part of it.
const FUEL: u64 = 200_000;
const PRIMAL_FUEL: u64 = 4_000;

/// Derivatives above this are the work of a chaotic program, which loses digits in any order of
/// evaluation.
const STEEPEST: f64 = 1e4;

/// Relative to the greatest derivative involved.
const TOLERANCE: f64 = 1e-10;

fn failed<T>(message: impl Into<String>) -> Check<T> {
    Err(Verdict::Failed(message.into()))
}

/// Checks a program.
pub fn check(case: &Case, transforms: Transforms, order: Order, seed: u64) -> Verdict {
    let run = || match Checker::new(case, transforms, seed).and_then(|checker| checker.all(order)) {
        Ok(()) => Verdict::Passed,
        Err(verdict) => verdict,
    };
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    caught.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Verdict::Failed(format!("a pass panics: {}", text.unwrap_or_default()))
    })
}

struct Checker<'c> {
    case: &'c Case,
    transforms: Transforms,
    program: Program,
    overwrites: HashMap<String, Overwrites>,
    primal: Finished<f64>,
    /// Number of floats in the active arguments.
    inputs: usize,
    /// `jacobian[i]` is the derivative of all outputs in the direction of input `i`.
    jacobian: Vec<Vec<f64>>,
    /// Compare up to this.
    slack: f64,
    dots: Vec<f64>,
    bars: Vec<f64>,
    rng: Rng,
}

impl<'c> Checker<'c> {
    fn new(case: &'c Case, transforms: Transforms, seed: u64) -> Check<Checker<'c>> {
        let mut program = Program::default();
        for function in &case.functions {
            if let Err(error) = verify(function) {
                return Err(Verdict::Skipped(format!("not well-formed: {error}")));
            }
            program.insert(&[], function.clone());
        }
        let entry = case.entry();
        let primal = Interpreter::new(&program, PRIMAL_FUEL).run(entry, case.args.clone());
        let primal = primal.map_err(|error| Verdict::Skipped(error.to_string()))?;
        let inputs = active_floats(entry, &case.args).len();
        let outputs = outputs(entry, &primal).len();
        let mut rng = Rng::with_seed(seed ^ 0x5eed);
        let dots = (0..inputs).map(|_| number(&mut rng)).collect();
        let bars = (0..outputs).map(|_| number(&mut rng)).collect();
        let mut checker = Checker {
            case,
            transforms,
            program,
            overwrites: HashMap::new(),
            primal,
            inputs,
            jacobian: Vec::new(),
            slack: TOLERANCE,
            dots,
            bars,
            rng,
        };
        checker.reference()?;
        Ok(checker)
    }

    /// The Jacobian by dual numbers.
    fn reference(&mut self) -> Check {
        let mut steepest = 1.0_f64;
        for input in 0..self.inputs {
            let mut at = 0..;
            let args = lift(self.case.entry(), &self.case.args, &mut |value| Dual {
                value,
                dot: if at.next() == Some(input) { 1.0 } else { 0.0 },
            });
            let finished =
                Interpreter::new(&self.program, PRIMAL_FUEL).run(self.case.entry(), args);
            let finished = finished.map_err(|error| Verdict::Skipped(error.to_string()))?;
            let column: Vec<f64> =
                outputs(self.case.entry(), &finished).iter().map(|out| out.dot).collect();
            steepest = column.iter().fold(steepest, |steepest, dot| steepest.max(dot.abs()));
            if column.iter().any(|dot| !dot.is_finite()) || steepest > STEEPEST {
                return Err(Verdict::Skipped("steep".to_owned()));
            }
            self.jacobian.push(column);
        }
        self.slack = TOLERANCE * steepest;
        Ok(())
    }

    fn all(mut self, order: Order) -> Check {
        let functions = self.case.functions.clone();
        let mut joint = None;
        for function in &functions {
            let adjoint = self.derive(function, order)?;
            joint = Some(self.taken(adjoint));
        }
        let Some(joint) = joint else { return Ok(()) };
        self.normalized()?;
        let tangent = self.tangent()?;
        let by_joint = self.joint(&joint)?;
        let by_split = self.split()?;
        let adjoint = self.transposed();
        self.close("the joint adjoint", &by_joint, &adjoint)?;
        self.close("the split adjoint", &by_split, &adjoint)?;
        if let Some(fresh) = fresh(&joint) {
            let by_fresh = self.fresh(&fresh)?;
            self.close("the adjoint that overwrites", &by_fresh, &adjoint)?;
        }
        let forwards = inner(&self.bars, &tangent);
        let backwards = inner(&by_joint, &self.dots);
        self.close("⟨ȳ, Jẋ⟩ = ⟨x̄, ẋ⟩", &[forwards], &[backwards])?;
        if order == Order::Second {
            self.second(&functions, &joint)?;
        }
        Ok(())
    }

    /// Runs the passes on one function, the verifier after each.
    fn derive(&mut self, function: &Function, order: Order) -> Check<Adjoint> {
        let normal = (self.transforms.normalize)(function);
        well_formed("normalize", &normal)?;
        let tangent = self.finished("tangent", (self.transforms.tangent)(function))?;
        self.program.insert(&[Stage::Tangent], tangent);
        // As the macro does.
        let callees = match order {
            Order::First => Callees::KNOWN,
            Order::Second => Callees::UNKNOWN,
        };
        let mut adjoint = (self.transforms.adjoint)(function, callees);
        self.program.insert_reads(&function.name, adjoint.reads.clone());
        if let Some(weight) = adjoint.weight.clone() {
            self.program.insert_weight(&function.name, weight);
        }
        self.overwrites.insert(function.name.clone(), adjoint.overwrites.clone());
        adjoint.forward = self.finished("forward sweep", adjoint.forward)?;
        adjoint.reverse = self.finished("reverse sweep", adjoint.reverse)?;
        adjoint.joint = self.finished("joint adjoint", adjoint.joint)?;
        if let Some(conditional) = &mut adjoint.conditional {
            let joint = self.finished("joint adjoint", conditional.function.clone())?;
            conditional.function = joint;
        }
        self.program.insert(&[Stage::Forward], adjoint.forward.clone());
        self.program.insert(&[Stage::Reverse], adjoint.reverse.clone());
        Ok(adjoint)
    }

    /// The joint adjoint that rustc takes.
    fn taken(&self, adjoint: Adjoint) -> Function {
        let holds = |assumption: &Assumption| {
            let name = assumption.path.segments.last().map(|last| last.ident.to_string());
            let overwrites = name.and_then(|name| self.overwrites.get(&name));
            let Assumption { argument, equal, .. } = assumption;
            overwrites.is_some_and(|overwrites| overwrites.overwrites(*argument, *equal))
        };
        match adjoint.conditional {
            Some(conditional) if conditional.assumptions.iter().all(holds) => conditional.function,
            _ => adjoint.joint,
        }
    }

    fn finished(&self, pass: &str, mut function: Function) -> Check<Function> {
        well_formed(pass, &function)?;
        (self.transforms.optimize)(&mut function);
        well_formed(&format!("{pass}, optimized"), &function)?;
        Ok(function)
    }

    fn get(&self, stages: &[Stage]) -> Check<&Function> {
        let name = &self.case.entry().name;
        match self.program.get(name, stages) {
            Some(function) => Ok(function),
            None => failed(format!("no function at {stages:?}")),
        }
    }

    fn normalized(&self) -> Check {
        let normal = (self.transforms.normalize)(self.case.entry());
        let finished = self.interpret("normalize", &normal, self.case.args.clone())?;
        self.same_primal("normalize", &finished.results, &finished.params)
    }

    /// Runs a derived function on `f64`; returns the outputs' tangents.
    fn tangent(&self) -> Check<Vec<f64>> {
        let function = self.get(&[Stage::Tangent])?;
        let primals = self.case.args.len();
        let mut args = self.case.args.clone();
        args.extend(self.slots(&self.case.args, &self.dots));
        let finished = self.interpret("tangent", function, args)?;
        let results = self.primal.results.len();
        let (values, dots) = halves("tangent", &finished.results, results)?;
        let (states, state_dots) = halves("tangent", &finished.params, primals)?;
        self.same_primal("tangent", values, states)?;
        let found = self.output_floats(dots, state_dots);
        let expected: Vec<f64> = (0..self.bars.len())
            .map(|output| {
                (0..self.inputs).map(|input| self.jacobian[input][output] * self.dots[input]).sum()
            })
            .collect();
        self.close("the tangent", &found, &expected)?;
        Ok(found)
    }

    /// The floats of results and of what is behind `&mut`; an inactive part counts as zeros.
    fn output_floats(&self, dots: &[Value<f64>], states: &[Value<f64>]) -> Vec<f64> {
        let mut found = Vec::new();
        for (dot, value) in dots.iter().zip(&self.primal.results) {
            extend_or_zero(&mut found, dot, value);
        }
        for (index, param) in self.case.entry().params.iter().enumerate() {
            if param.passing == Passing::RefMut && param.role == Role::Active {
                extend_or_zero(&mut found, &states[index], &self.primal.params[index]);
            }
        }
        found
    }

    /// Tangents of the arguments with these floats; `()` for the inactive ones.
    fn slots(&self, args: &[Value<f64>], dots: &[f64]) -> Vec<Value<f64>> {
        let mut dots = dots.iter().copied();
        let params = self.case.entry().params.iter().zip(args);
        let slot = |(param, arg): (&Param, &Value<f64>)| match param.role {
            Role::Active => arg.zero_tangent().map(&mut |_| dots.next().unwrap_or_default()),
            _ => Value::Unit,
        };
        params.map(slot).collect()
    }

    /// `Jᵀȳ`.
    fn transposed(&self) -> Vec<f64> {
        self.jacobian.iter().map(|column| inner(column, &self.bars)).collect()
    }

    /// Seeds for the results and bars for the parameters, from `self.bars` and from `start`, what
    /// the bars that are added to hold at the beginning.
    fn seeds_and_bars(&self, start: f64) -> (Vec<Value<f64>>, Vec<Value<f64>>) {
        let mut bars = self.bars.iter().copied();
        let mut fill =
            |value: &Value<f64>| value.zero_tangent().map(&mut |_| bars.next().unwrap_or_default());
        let seeds = self.primal.results.iter().map(&mut fill).collect();
        let params = self.case.entry().params.iter().zip(&self.primal.params).zip(&self.case.args);
        let slots = params
            .map(|((param, last), first)| match (param.role, param.passing) {
                (Role::Active, Passing::RefMut) => fill(last),
                (Role::Active, _) => first.zero_tangent().map(&mut |_| start),
                _ => Value::Unit,
            })
            .collect();
        (seeds, slots)
    }

    /// The floats in final bars, less what they started with.
    fn collect_bars(&self, bars: &[Value<f64>], start: f64) -> Vec<f64> {
        let mut found = Vec::new();
        for (param, bar) in self.case.entry().params.iter().zip(bars) {
            let less = if param.passing == Passing::RefMut { 0.0 } else { start };
            bar.for_each_float(&mut |value| found.push(value - less));
        }
        found
    }

    fn joint(&self, joint: &Function) -> Check<Vec<f64>> {
        self.both_sweeps("joint adjoint", joint, 0.25, &VarSet::new())
    }

    /// The joint adjoint where nothing is yet in the cotangents that it overwrites.
    fn fresh(&self, fresh: &Fresh) -> Check<Vec<f64>> {
        let what = "adjoint that overwrites";
        well_formed(what, &fresh.function)?;
        self.both_sweeps(what, &fresh.function, 0.0, &fresh.overwritten)
    }

    /// What the sweeps of `function` add to cotangents of `start`, but for those of the arguments `spoiled`.
    fn both_sweeps(
        &self,
        what: &str,
        function: &Function,
        start: f64,
        spoiled: &VarSet,
    ) -> Check<Vec<f64>> {
        let (seeds, mut bars) = self.seeds_and_bars(start);
        for (param, bar) in self.case.entry().params.iter().zip(&mut bars) {
            if spoiled.contains(&param.var) {
                bar.spoil();
            }
        }
        let primals = self.case.args.len();
        let mut args = self.case.args.clone();
        args.extend(seeds);
        args.extend(bars);
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        args.push(interpreter.tape());
        let finished = self.interpret_by(&mut interpreter, what, function, args)?;
        self.same_primal(what, &finished.results, &finished.params[..primals])?;
        let first = primals + self.primal.results.len();
        Ok(self.collect_bars(&finished.params[first..first + primals], start))
    }

    fn split(&self) -> Check<Vec<f64>> {
        let start = -0.5;
        let primals = self.case.args.len();
        let forward = self.get(&[Stage::Forward])?;
        let reverse = self.get(&[Stage::Reverse])?;
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        let tape = interpreter.tape();
        let mut args = self.case.args.clone();
        args.push(tape.clone());
        let ran = match interpreter.run(forward, args) {
            Ok(ran) => ran,
            Err(error) => return failed(format!("the forward sweep: {error}")),
        };
        let results = self.primal.results.len();
        let (values, record) = halves("forward sweep", &ran.results, results)?;
        self.same_primal("forward sweep", values, &ran.params[..primals])?;
        let (seeds, bars) = self.seeds_and_bars(start);
        let mut args = ran.params[..primals].to_vec();
        self.spoil_unread(reverse, &mut args);
        args.extend(record.iter().cloned());
        args.extend(seeds);
        args.extend(bars);
        args.push(tape);
        let finished = self.interpret_by(&mut interpreter, "reverse sweep", reverse, args)?;
        let first = primals + 1 + results;
        Ok(self.collect_bars(&finished.params[first..first + primals], start))
    }

    /// Takes from the reverse sweep what it is said not to read for any bar.
    fn spoil_unread(&self, reverse: &Function, args: &mut [Value<f64>]) {
        let Some(reads) = self.program.reads(&reverse.name) else { return };
        for (index, arg) in args.iter_mut().enumerate() {
            if reverse.params[index].passing != Passing::Value && !reads.reads(index, u64::MAX) {
                arg.spoil();
            }
        }
    }

    fn interpret(
        &self,
        what: &str,
        function: &Function,
        args: Vec<Value<f64>>,
    ) -> Check<Finished<f64>> {
        self.interpret_by(&mut Interpreter::new(&self.program, FUEL), what, function, args)
    }

    fn interpret_by(
        &self,
        interpreter: &mut Interpreter<'_, f64>,
        what: &str,
        function: &Function,
        args: Vec<Value<f64>>,
    ) -> Check<Finished<f64>> {
        let args = function.params.iter().zip(args).map(|(param, arg)| {
            // A slot without a use is `()`.
            let empty = matches!(function.var(param.var).ty, Ty::Unit);
            if empty { Value::Unit } else { arg }
        });
        match interpreter.run(function, args.collect()) {
            Ok(_) if interpreter.on_tape() != 0 => {
                failed(format!("{what} leaves {} entries on the tape", interpreter.on_tape()))
            }
            Ok(finished) => Ok(finished),
            Err(error) => failed(format!("{what}: {error}")),
        }
    }

    fn same_primal(&self, what: &str, results: &[Value<f64>], params: &[Value<f64>]) -> Check {
        for (index, (found, expected)) in results.iter().zip(&self.primal.results).enumerate() {
            if bits(found) != bits(expected) {
                return failed(format!("{what}: result {index} is {found:?}, not {expected:?}"));
            }
        }
        let params = params.iter().zip(&self.primal.params).zip(&self.case.entry().params);
        for ((found, expected), param) in params {
            if param.passing == Passing::RefMut && bits(found) != bits(expected) {
                return failed(format!("{what}: an argument ends as {found:?}, not {expected:?}"));
            }
        }
        Ok(())
    }

    fn close(&self, what: &str, found: &[f64], expected: &[f64]) -> Check {
        let near = |(found, expected): (&f64, &f64)| (found - expected).abs() <= 20.0 * self.slack;
        if found.len() == expected.len() && found.iter().zip(expected).all(near) {
            return Ok(());
        }
        failed(format!("{what}: {found:?}, not {expected:?}"))
    }
}

fn well_formed(pass: &str, function: &Function) -> Check {
    match verify(function) {
        Ok(()) => Ok(()),
        Err(error) => failed(format!("the verifier after {pass}: {error}\n{function}")),
    }
}

/// A list in two parts.
type Halves<'v, S> = (&'v [Value<S>], &'v [Value<S>]);

fn halves<'v, S>(what: &str, values: &'v [Value<S>], first: usize) -> Check<Halves<'v, S>> {
    match values.split_at_checked(first) {
        Some(halves) => Ok(halves),
        None => failed(format!("{what} has {} values, which is too few", values.len())),
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The value with every float by its bits.
fn bits(value: &Value<f64>) -> Value<u64> {
    value.map(&mut |float| float.to_bits())
}

/// The floats of the active arguments.
fn active_floats(function: &Function, args: &[Value<f64>]) -> Vec<f64> {
    let mut floats = Vec::new();
    for (param, arg) in function.params.iter().zip(args) {
        if param.role == Role::Active {
            arg.for_each_float(&mut |float| floats.push(*float));
        }
    }
    floats
}

/// Arguments over another scalar; inactive ones are constant.
fn lift<S: Number>(
    function: &Function,
    args: &[Value<f64>],
    make: &mut impl FnMut(f64) -> S,
) -> Vec<Value<S>> {
    let params = function.params.iter().zip(args);
    params
        .map(|(param, arg)| match param.role {
            Role::Active => arg.map(&mut |float| make(*float)),
            _ => arg.map(&mut |float| S::constant(*float)),
        })
        .collect()
}

/// The floats of the results, then those behind active `&mut` arguments.
fn outputs<S: Number>(function: &Function, finished: &Finished<S>) -> Vec<S> {
    let mut floats = Vec::new();
    for result in &finished.results {
        result.for_each_float(&mut |float| floats.push(float.clone()));
    }
    for (param, state) in function.params.iter().zip(&finished.params) {
        if param.passing == Passing::RefMut && param.role == Role::Active {
            state.for_each_float(&mut |float| floats.push(float.clone()));
        }
    }
    floats
}

/// Appends the tangent's floats; those of `()`, the tangent of an inactive value, are zeros.
fn extend_or_zero(floats: &mut Vec<f64>, dot: &Value<f64>, value: &Value<f64>) {
    match dot {
        Value::Unit => value.for_each_float(&mut |_| floats.push(0.0)),
        dot => dot.for_each_float(&mut |float| floats.push(*float)),
    }
}
