//! Second order: tangents of tangents and of adjoints, against hyper-dual numbers; see
//! [`adjoints`](super::adjoints) for the other two.

use autodiff_transform::ir::interp::{HyperDual, Interpreter, Value};
use autodiff_transform::ir::{Function, Stage};

use super::{Check, Checker, FUEL, PRIMAL_FUEL, Verdict, failed, halves, inner, lift, outputs};
use crate::generate::number;

/// Second derivatives lose more digits than first ones.
const LOSS: f64 = 100.0;

impl Checker<'_> {
    pub(super) fn second(&mut self, functions: &[Function], joint: &Function) -> Check {
        let b: Vec<f64> = (0..self.inputs).map(|_| number(&mut self.rng)).collect();
        let c: Vec<f64> = (0..self.inputs).map(|_| number(&mut self.rng)).collect();
        let dots = self.dots.clone();
        let along = self.hyper(&dots, &b, &c)?;
        let mut curved = Vec::new();
        for input in 0..self.inputs {
            let mut unit = vec![0.0; self.inputs];
            unit[input] = 1.0;
            let column = self.hyper(&unit, &b, &vec![0.0; self.inputs])?;
            curved.push(inner(&column, &self.bars));
        }
        let steepest = along.iter().chain(&curved).fold(1.0, |most: f64, ab| most.max(ab.abs()));
        if !steepest.is_finite() || steepest > super::STEEPEST {
            return Err(Verdict::Skipped("steep".to_owned()));
        }
        self.slack *= LOSS * steepest;
        for function in functions {
            for stage in [Stage::Tangent, Stage::Forward, Stage::Reverse] {
                let Some(first) = self.program.get(&function.name, &[stage]) else { continue };
                let twice = (self.transforms.tangent)(first);
                let twice = self.finished(&format!("tangent of {stage:?}"), twice)?;
                self.program.insert(&[stage, Stage::Tangent], twice);
            }
        }
        self.tangent_of_tangent(&b, &c, &along)?;
        self.tangent_of_joint(joint, &b, &curved)?;
        self.tangent_of_split(&b, &curved)?;
        self.adjoints(functions, joint, &b, &curved)
    }

    /// The mixed second derivatives of the outputs along `a` and `b`, and the first along `c`.
    fn hyper(&self, a: &[f64], b: &[f64], c: &[f64]) -> Check<Vec<f64>> {
        let mut index = 0;
        let args = lift(self.case.entry(), &self.case.args, &mut |value| {
            let at = index;
            index += 1;
            HyperDual { value, a: a[at], b: b[at], ab: c[at] }
        });
        let finished = Interpreter::new(&self.program, PRIMAL_FUEL).run(self.case.entry(), args);
        let finished = finished.map_err(|error| Verdict::Skipped(error.to_string()))?;
        Ok(outputs(self.case.entry(), &finished).iter().map(|out| out.ab).collect())
    }

    fn tangent_of_tangent(&self, b: &[f64], c: &[f64], expected: &[f64]) -> Check {
        let twice = self.get(&[Stage::Tangent, Stage::Tangent])?;
        let primals = self.case.args.len();
        let mut args = self.case.args.clone();
        for dots in [&self.dots, b, c] {
            args.extend(self.slots(&self.case.args, dots));
        }
        let finished = self.interpret("tangent of tangent", twice, args)?;
        let results = self.primal.results.len();
        self.same_primal("tangent of tangent", &finished.results, &finished.params[..primals])?;
        let (_, dots) = halves("tangent of tangent", &finished.results, 3 * results)?;
        let (_, states) = halves("tangent of tangent", &finished.params, 3 * primals)?;
        self.close("the tangent of the tangent", &self.output_floats(dots, states), expected)
    }

    fn tangent_of_joint(&self, joint: &Function, b: &[f64], expected: &[f64]) -> Check {
        let twice = (self.transforms.tangent)(joint);
        let twice = self.finished("tangent of joint adjoint", twice)?;
        let (seeds, bars) = self.seeds_and_bars(0.0);
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        let mut args = self.case.args.clone();
        args.extend(seeds.clone());
        args.extend(bars.clone());
        args.push(interpreter.tape());
        args.extend(self.slots(&self.case.args, b));
        args.extend(seeds.iter().chain(&bars).map(Value::zero_tangent));
        args.push(Value::Unit);
        let what = "tangent of joint adjoint";
        let finished = self.interpret_by(&mut interpreter, what, &twice, args)?;
        let primals = self.case.args.len();
        let first = joint.params.len() + primals + seeds.len();
        let found = self.collect_bars(&finished.params[first..first + primals], 0.0);
        self.close("the tangent of the joint adjoint", &found, expected)
    }

    fn tangent_of_split(&self, b: &[f64], expected: &[f64]) -> Check {
        let forward = self.get(&[Stage::Forward, Stage::Tangent])?;
        let reverse = self.get(&[Stage::Reverse, Stage::Tangent])?;
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        let tape = interpreter.tape();
        let mut args = self.case.args.clone();
        args.push(tape.clone());
        args.extend(self.slots(&self.case.args, b));
        args.push(Value::Unit);
        let ran = match interpreter.run(forward, args) {
            Ok(ran) => ran,
            Err(error) => return failed(format!("the tangent of the forward sweep: {error}")),
        };
        let (primals, results) = (self.case.args.len(), self.primal.results.len());
        let (values, dots) = halves("tangent of forward sweep", &ran.results, results + 1)?;
        let (states, state_dots) = halves("tangent of forward sweep", &ran.params, primals + 1)?;
        let (seeds, bars) = self.seeds_and_bars(0.0);
        let mut args = states[..primals].to_vec();
        args.push(values[results].clone());
        args.extend(seeds.clone());
        args.extend(bars.clone());
        args.push(tape);
        args.extend(state_dots[..primals].iter().cloned());
        args.extend(dots[results..].iter().cloned());
        args.extend(seeds.iter().chain(&bars).map(Value::zero_tangent));
        args.push(Value::Unit);
        let what = "tangent of reverse sweep";
        let finished = self.interpret_by(&mut interpreter, what, reverse, args)?;
        let first = reverse.params.len() / 2 + primals + 1 + seeds.len();
        let found = self.collect_bars(&finished.params[first..first + primals], 0.0);
        self.close("the tangent of the split adjoint", &found, expected)
    }
}
