//! Second order: adjoints of tangents and of adjoints, against hyper-dual numbers.

use autodiff_transform::ir::interp::{Interpreter, Value};
use autodiff_transform::ir::{Function, Stage};
use autodiff_transform::transform::Callees;

use super::{Check, Checker, FUEL};

impl Checker<'_> {
    /// Derives the sweeps of all internal functions, then compares; `curved` is the derivative of
    /// `ȳ·J·b` in the arguments.
    pub(super) fn adjoints(
        &mut self,
        functions: &[Function],
        joint: &Function,
        b: &[f64],
        curved: &[f64],
    ) -> Check {
        for function in functions {
            for stage in [Stage::Tangent, Stage::Forward, Stage::Reverse] {
                let Some(first) = self.program.get(&function.name, &[stage]) else { continue };
                let twice = (self.transforms.adjoint)(first, Callees::UNKNOWN);
                let forward =
                    self.finished(&format!("forward sweep of {stage:?}"), twice.forward)?;
                let reverse =
                    self.finished(&format!("reverse sweep of {stage:?}"), twice.reverse)?;
                self.program.insert(&[stage, Stage::Forward], forward);
                self.program.insert(&[stage, Stage::Reverse], reverse);
            }
        }
        self.adjoint_of_tangent(b, curved)?;
        self.adjoint_of_joint(joint, b, curved)
    }

    fn adjoint_of_tangent(&self, b: &[f64], curved: &[f64]) -> Check {
        let tangent = self.get(&[Stage::Tangent])?;
        let twice = (self.transforms.adjoint)(tangent, Callees::UNKNOWN).joint;
        let what = "adjoint of tangent";
        let twice = self.finished(what, twice)?;
        let dots = self.slots(&self.case.args, b);
        let (seeds, bars) = self.seeds_and_bars(0.0);
        let zeros =
            |values: &[Value<f64>]| values.iter().map(Value::zero_tangent).collect::<Vec<_>>();
        let mut args = self.case.args.clone();
        args.extend(dots.clone());
        // The values have no weight, their tangents that of the bars.
        args.extend(zeros(&self.primal.results));
        args.extend(seeds);
        args.extend(zeros(&bars));
        args.extend(bars);
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        args.push(interpreter.tape());
        let finished = self.interpret_by(&mut interpreter, what, &twice, args)?;
        let first = tangent.params.len() + 2 * self.primal.results.len();
        let primals = self.case.args.len();
        let found = self.collect_bars(&finished.params[first..first + primals], 0.0);
        self.close("the adjoint of the tangent", &found, curved)?;
        let found = self.collect_bars(&finished.params[first + primals..first + 2 * primals], 0.0);
        self.close("the adjoint of the tangent, for tangents", &found, &self.transposed())
    }

    fn adjoint_of_joint(&self, joint: &Function, b: &[f64], curved: &[f64]) -> Check {
        let twice = (self.transforms.adjoint)(joint, Callees::UNKNOWN).joint;
        let what = "adjoint of joint adjoint";
        let twice = self.finished(what, twice)?;
        let (seeds, bars) = self.seeds_and_bars(0.0);
        let mut interpreter = Interpreter::new(&self.program, FUEL);
        let mut args = self.case.args.clone();
        args.extend(seeds.clone());
        args.extend(bars.clone());
        args.push(interpreter.tape());
        args.extend(self.primal.results.iter().map(Value::zero_tangent));
        let first = args.len();
        // The arguments' bars, those of the final state of what is behind `&mut` among them.
        args.extend(bars.iter().map(Value::zero_tangent));
        args.extend(seeds.iter().map(Value::zero_tangent));
        args.extend(self.slots(&self.case.args, b));
        args.push(interpreter.tape());
        args.push(interpreter.tape());
        let finished = self.interpret_by(&mut interpreter, what, &twice, args)?;
        let primals = self.case.args.len();
        let found = self.collect_bars(&finished.params[first..first + primals], 0.0);
        self.close("the adjoint of the joint adjoint", &found, curved)
    }
}
