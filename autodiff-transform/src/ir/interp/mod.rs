//! The interpreter: the semantics of the IR as a program, generic over the scalar.
//!
//! The reference against which transforms are tested. On `f64` it computes what the emitted Rust
//! computes, bit for bit; on [`Dual`] and [`HyperDual`] it differentiates the primal function by
//! other means than the transforms. It never panics: where Rust would, and where the function is
//! not well-formed, it returns an [`Error`]. Loops and calls use up fuel, so that every run ends.
//!
//! Arguments are passed by copy-in and copy-out, which is the same as by reference since no two
//! mutable arguments alias. Tapes are stacks owned by the interpreter; a value of type `Tape` is a
//! handle. Each `Push` is one entry, and a `Pop` takes back as many values as its `Push` saved.
//!
//! Inactive user code ([`Opaque`]; but for the tag of an `Option`), structs and enums are outside of
//! it.

mod eval;
mod number;
mod partials;
mod place;
mod value;

use std::collections::HashMap;

use super::*;
use crate::analysis::reads::{Reads, wanted};
use crate::analysis::weight::{LIGHT, Weight};
pub use number::{Dual, FloatOp, HyperDual, Number};
use place::{Slot, Step};
pub use value::Value;

/// Why a run ended early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    OutOfFuel,
    /// The emitted Rust would panic here.
    Panic(String),
    /// Outside of what is interpreted.
    Unsupported(String),
    /// The function is not well-formed.
    Malformed(String),
}

impl Error {
    fn panic(message: impl Into<String>) -> Error {
        Error::Panic(message.into())
    }

    fn unsupported(message: impl Into<String>) -> Error {
        Error::Unsupported(message.into())
    }

    fn malformed(message: impl Into<String>) -> Error {
        Error::Malformed(message.into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::OutOfFuel => f.write_str("out of fuel"),
            Error::Panic(message) => write!(f, "panic: {message}"),
            Error::Unsupported(message) => write!(f, "unsupported: {message}"),
            Error::Malformed(message) => write!(f, "malformed: {message}"),
        }
    }
}

impl std::error::Error for Error {}

pub type Outcome<T = ()> = Result<T, Error>;

/// Functions that call each other, by name and stages.
#[derive(Clone, Debug, Default)]
pub struct Program {
    functions: HashMap<(String, Vec<Stage>), Function>,
    reads: HashMap<String, Reads>,
    weights: HashMap<String, Weight>,
}

impl Program {
    /// Adds a function under its name, as the result of these transforms, innermost first.
    pub fn insert(&mut self, stages: &[Stage], function: Function) {
        self.functions.insert((function.name.clone(), stages.to_vec()), function);
    }

    /// What the reverse sweep of a function is said to read of its arguments. Calls hand it nothing
    /// else: other arguments are [spoilt](Value::spoil).
    pub fn insert_reads(&mut self, name: &str, reads: Reads) {
        self.reads.insert(name.to_owned(), reads);
    }

    /// What a run of a function's forward sweep costs, if it can be light.
    pub fn insert_weight(&mut self, name: &str, weight: Weight) {
        self.weights.insert(name.to_owned(), weight);
    }

    /// Whether a run of the function's forward sweep takes at most so many operations.
    fn is_light(&self, name: &str, most: u64) -> bool {
        let Some(weight) = self.weights.get(name) else { return false };
        let rest = most.checked_sub(weight.own);
        rest.is_some_and(|rest| {
            weight.callees.iter().all(|callee| self.is_light(&joined(callee), rest))
        })
    }

    pub fn reads(&self, name: &str) -> Option<&Reads> {
        self.reads.get(name)
    }

    pub fn get(&self, name: &str, stages: &[Stage]) -> Option<&Function> {
        self.functions.get(&(name.to_owned(), stages.to_vec()))
    }

    fn callee(&self, callee: &Callee) -> Outcome<&Function> {
        let name = match &callee.target {
            Target::Path(path) => joined(path),
            Target::Method(name) => name.to_string(),
            Target::Operator(operator) => operator.trait_name().to_owned(),
        };
        self.get(&name, &callee.stages).ok_or_else(|| {
            Error::Unsupported(format!("a call of `{name}` at stages {:?}", callee.stages))
        })
    }
}

fn joined(path: &syn::Path) -> String {
    let segments: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}

/// What a run leaves.
#[derive(Clone, PartialEq, Debug)]
pub struct Finished<S> {
    pub results: Vec<Value<S>>,
    /// The final values of all parameters, in order; what is behind `&mut` is among them.
    pub params: Vec<Value<S>>,
}

/// Calls deeper than this count as out of fuel, to keep the interpreter's own stack small.
const DEEPEST: usize = 64;

/// One run's state.
pub struct Interpreter<'p, S> {
    program: &'p Program,
    fuel: u64,
    depth: usize,
    tapes: Vec<Vec<Vec<Value<S>>>>,
}

/// The variables of one call.
struct Frame<'f, S> {
    function: &'f Function,
    values: Vec<Option<Value<S>>>,
}

impl<S: Number> Frame<'_, S> {
    fn slot(&mut self, root: VarId) -> Outcome<&mut Value<S>> {
        let slot = self.values.get_mut(root.0 as usize);
        slot.and_then(Option::as_mut)
            .ok_or_else(|| Error::Malformed(format!("variable {} has no value", root.0)))
    }

    fn bind(&mut self, var: VarId, value: Value<S>) -> Outcome {
        let value = value.coerced(self.ty(var)?)?;
        self.values[var.0 as usize] = Some(value);
        Ok(())
    }

    fn ty(&self, var: VarId) -> Outcome<&Ty> {
        let var = self.function.vars.get(var.0 as usize);
        var.map(|var| &var.ty).ok_or_else(|| Error::malformed("no such variable"))
    }
}

impl<'p, S: Number> Interpreter<'p, S> {
    /// `fuel` is the number of statements and iterations that may run.
    pub fn new(program: &'p Program, fuel: u64) -> Interpreter<'p, S> {
        Interpreter { program, fuel, depth: 0, tapes: Vec::new() }
    }

    /// A new, empty tape.
    pub fn tape(&mut self) -> Value<S> {
        self.tapes.push(Vec::new());
        Value::Tape(self.tapes.len() - 1)
    }

    /// How many entries all tapes have together.
    pub fn on_tape(&self) -> usize {
        self.tapes.iter().map(Vec::len).sum()
    }

    pub fn fuel(&self) -> u64 {
        self.fuel
    }

    /// Runs a function.
    pub fn run(&mut self, function: &Function, args: Vec<Value<S>>) -> Outcome<Finished<S>> {
        if args.len() != function.params.len() {
            let (given, taken) = (args.len(), function.params.len());
            return Err(Error::Malformed(format!("{given} arguments for {taken} parameters")));
        }
        if self.depth == DEEPEST {
            return Err(Error::OutOfFuel);
        }
        self.depth += 1;
        let finished = self.run_frame(function, args);
        self.depth -= 1;
        finished
    }

    fn run_frame(&mut self, function: &Function, args: Vec<Value<S>>) -> Outcome<Finished<S>> {
        let mut frame = Frame { function, values: vec![None; function.vars.len()] };
        for (param, arg) in function.params.iter().zip(args) {
            frame.bind(param.var, arg)?;
        }
        self.block(&function.body, &mut frame)?;
        let results = function.results.iter().map(|result| self.expr(result, &mut frame));
        let results = results.collect::<Outcome<_>>()?;
        let params = function.params.iter().map(|param| frame.slot(param.var).cloned());
        Ok(Finished { results, params: params.collect::<Outcome<_>>()? })
    }

    fn burn(&mut self) -> Outcome {
        self.fuel = self.fuel.checked_sub(1).ok_or(Error::OutOfFuel)?;
        Ok(())
    }

    fn block(&mut self, block: &Block, frame: &mut Frame<'_, S>) -> Outcome {
        block.stmts.iter().try_for_each(|stmt| self.stmt(&stmt.kind, frame))
    }

    fn stmt(&mut self, stmt: &StmtKind, frame: &mut Frame<'_, S>) -> Outcome {
        self.burn()?;
        match stmt {
            StmtKind::Let { var, value: None } => {
                frame.ty(*var)?;
                frame.values[var.0 as usize] = None;
                Ok(())
            }
            StmtKind::Let { var, value: Some(value) } => {
                let value = self.rvalue(value, frame)?;
                frame.bind(*var, value)
            }
            StmtKind::Assign { place, value } => {
                let value = self.rvalue(value, frame)?;
                self.write(place, value, frame)
            }
            StmtKind::Accumulate { place, value } => {
                let value = self.expr(value, frame)?;
                self.accumulate(place, &value, frame)
            }
            StmtKind::If { cond, then, els } => {
                let branch = if self.bool(cond, frame)? { then } else { els };
                self.block(branch, frame)
            }
            StmtKind::Switch { tag, arms } => {
                let tag = self.index(tag, frame)?;
                let arm = arms.get(tag).or(arms.last());
                arm.map_or(Ok(()), |arm| self.block(arm, frame))
            }
            StmtKind::Loop(loop_) => self.loop_(loop_, frame),
            StmtKind::Call(call) => self.call(call, frame),
            StmtKind::Swap { a, b } => {
                let (old_a, old_b) = (self.read(a, frame)?, self.read(b, frame)?);
                self.write(a, old_b, frame)?;
                self.write(b, old_a, frame)
            }
            StmtKind::Fill { place, value } => {
                let value = self.expr(value, frame)?;
                let elems = self.slot(place, frame)?.elements()?;
                elems.iter_mut().try_for_each(|elem| elem.replace(value.clone()))
            }
            StmtKind::VecPush { vec, value } => {
                let value = self.expr(value, frame)?;
                self.vec(vec, frame)?.push(value);
                Ok(())
            }
            StmtKind::VecPop { vec, into } => {
                let popped = self.vec(vec, frame)?.pop();
                frame.bind(*into, Value::Option(popped.map(Box::new)))
            }
            StmtKind::Push { tape, values } => {
                let values = values.iter().map(|value| self.read(value, frame));
                let values = values.collect::<Outcome<Vec<_>>>()?;
                self.tape_of(*tape, frame)?.push(values);
                Ok(())
            }
            StmtKind::Pop { tape, into, declare } => {
                if *declare {
                    into.iter().for_each(|place| frame.values[place.root.0 as usize] = None);
                }
                self.pop(*tape, into, frame)
            }
            StmtKind::Opaque { .. } => Err(Error::unsupported("inactive user code")),
        }
    }

    fn accumulate(&mut self, place: &Place, value: &Value<S>, frame: &mut Frame<'_, S>) -> Outcome {
        match (self.slot(place, frame)?, value) {
            (Slot::One(old), value) => old.accumulate(value),
            (Slot::Many(old), Value::Array(new) | Value::Vec(new)) if old.len() == new.len() => {
                old.iter_mut().zip(new).try_for_each(|(old, new)| old.accumulate(new))
            }
            (Slot::Many(old), _) => {
                Err(Error::Panic(format!("other than {} elements added to a slice", old.len())))
            }
        }
    }

    fn pop(&mut self, tape: VarId, into: &[Place], frame: &mut Frame<'_, S>) -> Outcome {
        let values = self.tape_of(tape, frame)?.pop();
        let values = values.ok_or_else(|| Error::malformed("a pop from an empty tape"))?;
        if values.len() != into.len() {
            let (saved, taken) = (values.len(), into.len());
            return Err(Error::Malformed(format!("{saved} values saved, {taken} taken back")));
        }
        for (place, value) in into.iter().zip(values) {
            self.write(place, value, frame)?;
        }
        Ok(())
    }

    fn vec<'f>(
        &mut self,
        place: &Place,
        frame: &'f mut Frame<'_, S>,
    ) -> Outcome<&'f mut Vec<Value<S>>> {
        match self.slot(place, frame)? {
            Slot::One(Value::Vec(elems)) => Ok(elems),
            _ => Err(Error::malformed("a push to, or pop from, what is no `Vec`")),
        }
    }

    fn tape_of(
        &mut self,
        var: VarId,
        frame: &mut Frame<'_, S>,
    ) -> Outcome<&mut Vec<Vec<Value<S>>>> {
        match frame.slot(var)? {
            Value::Tape(handle) => {
                let tape = self.tapes.get_mut(*handle);
                tape.ok_or_else(|| Error::malformed("a tape of another run"))
            }
            other => Err(Error::Malformed(format!("{} as a tape", other.kind()))),
        }
    }

    fn loop_(&mut self, loop_: &Loop, frame: &mut Frame<'_, S>) -> Outcome {
        match &loop_.kind {
            LoopKind::For { var, start, end, step, reverse } => {
                let start = self.int(start, frame)?;
                let end = self.int(end, frame)?;
                let step = step.as_ref().map_or(Ok(1), |step| self.int(step, frame))?;
                if step <= 0 {
                    return Err(Error::panic("the step of a loop is zero"));
                }
                let trips = if end > start { (end - start - 1) / step + 1 } else { 0 };
                for trip in 0..trips {
                    let trip = if *reverse { trips - 1 - trip } else { trip };
                    frame.bind(*var, Value::Int(start + trip * step))?;
                    if self.iteration(loop_, frame)? {
                        break;
                    }
                }
            }
            LoopKind::While { cond } => {
                while self.bool(cond, frame)? {
                    if self.iteration(loop_, frame)? {
                        break;
                    }
                }
            }
            LoopKind::Forever => while !self.iteration(loop_, frame)? {},
        }
        Ok(())
    }

    /// Runs the body once; says whether the exit flag is set.
    fn iteration(&mut self, loop_: &Loop, frame: &mut Frame<'_, S>) -> Outcome<bool> {
        self.burn()?;
        self.block(&loop_.body, frame)?;
        match loop_.exit.map(|exit| frame.slot(exit)) {
            None => Ok(false),
            Some(flag) => match flag? {
                Value::Bool(flag) => Ok(*flag),
                other => Err(Error::Malformed(format!("{} as an exit flag", other.kind()))),
            },
        }
    }

    fn call(&mut self, call: &Call, frame: &mut Frame<'_, S>) -> Outcome {
        if let (Target::Path(path), [Stage::IsLight]) =
            (&call.callee.target, &call.callee.stages[..])
        {
            let is_light = self.program.is_light(&joined(path), LIGHT);
            return frame.bind(call.results[0], Value::Bool(is_light));
        }
        let callee = self.program.callee(&call.callee)?;
        let mut args: Vec<Option<Value<S>>> = Vec::new();
        let mut lent: Vec<Option<(VarId, Vec<Step>)>> = Vec::new();
        for arg in &call.args {
            args.push(self.arg(arg, frame)?);
            lent.push(self.lent(arg, frame)?);
        }
        let mut args = open_slots(callee, args)?;
        if call.callee.stages == [Stage::Reverse] {
            self.spoil_unread(callee, call, &mut args);
        }
        let finished = self.run(callee, args)?;
        let lent = lent.into_iter().zip(&callee.params).zip(finished.params);
        for ((lent, param), value) in lent {
            match lent {
                // A slot that the callee has no use for is a `()` passed by value.
                Some((root, steps))
                    if param.passing == Passing::RefMut && !matches!(value, Value::Tape(_)) =>
                {
                    Slot::One(frame.slot(root)?).project(&steps)?.write(value)?;
                }
                Some(_) | None => {}
            }
        }
        if call.results.len() != finished.results.len() {
            let (bound, returned) = (call.results.len(), finished.results.len());
            return Err(Error::Malformed(format!("{bound} variables for {returned} results")));
        }
        for (var, result) in call.results.iter().zip(finished.results) {
            frame.bind(*var, result)?;
        }
        Ok(())
    }

    /// Takes from a reverse sweep the values that it is said not to read.
    fn spoil_unread(&self, callee: &Function, call: &Call, args: &mut [Value<S>]) {
        let primal = |param: &Param| matches!(param.role, Role::Active | Role::Inactive);
        let count = callee.params.iter().take_while(|param| primal(param)).count();
        let Some(reads) = self.program.reads(&callee.name) else { return };
        let bars = wanted(&call.args[call.args.len() - 1 - count..call.args.len() - 1]);
        for (index, arg) in args[..count].iter_mut().enumerate() {
            let by_reference = matches!(call.args[index], Arg::Ref(_) | Arg::RefMut(_));
            if by_reference && !reads.reads(index, bars) {
                arg.spoil();
            }
        }
    }

    /// An argument's value; none for an inactive slot.
    fn arg(&mut self, arg: &Arg, frame: &mut Frame<'_, S>) -> Outcome<Option<Value<S>>> {
        match arg {
            Arg::Value(value) => self.expr(value, frame).map(Some),
            Arg::Ref(place) | Arg::RefMut(place) => self.read(place, frame).map(Some),
            Arg::Active(slot) => self.arg(slot, frame),
            Arg::Inactive | Arg::Constant(_) => Ok(None),
            Arg::Opaque(_) => Err(Error::unsupported("inactive user code")),
        }
    }

    /// What an argument lends for writing, evaluated before the call.
    fn lent(&mut self, arg: &Arg, frame: &mut Frame<'_, S>) -> Outcome<Option<(VarId, Vec<Step>)>> {
        match arg {
            Arg::RefMut(place) => Ok(Some((place.root, self.steps(place, frame)?))),
            Arg::Active(slot) => self.lent(slot, frame),
            Arg::Value(_) | Arg::Ref(_) | Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {
                Ok(None)
            }
        }
    }

    fn slot<'f>(&mut self, place: &Place, frame: &'f mut Frame<'_, S>) -> Outcome<Slot<'f, S>> {
        let steps = self.steps(place, frame)?;
        Slot::One(frame.slot(place.root)?).project(&steps)
    }

    fn read(&mut self, place: &Place, frame: &mut Frame<'_, S>) -> Outcome<Value<S>> {
        Ok(self.slot(place, frame)?.read())
    }

    fn write(&mut self, place: &Place, value: Value<S>, frame: &mut Frame<'_, S>) -> Outcome {
        match place.is_var() {
            Some(var) if frame.values.get(var.0 as usize).is_none_or(Option::is_none) => {
                frame.bind(var, value)
            }
            _ => self.slot(place, frame)?.write(value),
        }
    }

    fn steps(&mut self, place: &Place, frame: &mut Frame<'_, S>) -> Outcome<Vec<Step>> {
        let step = |proj: &Proj| match proj {
            Proj::Field(syn::Member::Unnamed(index)) => Ok(Step::Field(index.index as usize)),
            Proj::Index(index) => Ok(Step::Index(self.index(index, frame)?)),
            Proj::Range(start, end) => {
                let mut bound = |bound: &Option<Expr>| {
                    bound.as_ref().map(|bound| self.index(bound, frame)).transpose()
                };
                Ok(Step::Range(bound(start)?, bound(end)?))
            }
            Proj::Variant(path, _) if path.segments.last().is_some_and(|s| s.ident == "Some") => {
                Ok(Step::Payload)
            }
            Proj::Field(syn::Member::Named(_)) | Proj::Variant(..) => {
                Err(Error::unsupported("a struct or an enum"))
            }
        };
        place.path.iter().map(step).collect()
    }
}

/// Gives inactive slots their value, the zero of what they belong to, and `()` to slots that the
/// callee has no use for.
fn open_slots<S: Number>(callee: &Function, args: Vec<Option<Value<S>>>) -> Outcome<Vec<Value<S>>> {
    let position = |of: VarId| callee.params.iter().position(|param| param.var == of);
    let mut opened: Vec<Value<S>> = Vec::new();
    for (index, arg) in args.into_iter().enumerate() {
        let param = callee.params.get(index);
        let param = param.ok_or_else(|| Error::malformed("more arguments than parameters"))?;
        let value = match (arg, param.role) {
            _ if is_empty_slot(callee, param) => Value::Unit,
            (Some(value), _) => value,
            (None, Role::Tangent(of) | Role::Cotangent(of)) => position(of)
                .and_then(|primal| opened.get(primal))
                .map(Value::zero_tangent)
                .ok_or_else(|| Error::malformed("a slot before its argument"))?,
            (None, _) => Value::zero_of(&callee.var(param.var).ty)?,
        };
        opened.push(value);
    }
    Ok(opened)
}

fn is_empty_slot(callee: &Function, param: &Param) -> bool {
    let is_slot = matches!(param.role, Role::Tangent(_) | Role::Cotangent(_) | Role::Seed(_));
    is_slot && matches!(callee.var(param.var).ty, Ty::Unit)
}

/// A primitive from floats to a float.
fn apply<S: Number>(prim: Prim, args: &[S]) -> Outcome<S> {
    S::apply(FloatOp::Prim(prim), args)
        .ok_or_else(|| Error::Panic(format!("`{prim:?}` has no value here")))
}
