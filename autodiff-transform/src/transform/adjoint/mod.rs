//! The adjoint transform `A`: reverse mode.
//!
//! The forward sweep runs the function and keeps what the reverse sweep will need; the reverse sweep
//! runs through the statements backwards and hands each value's cotangent (its *bar*) to the values
//! it was computed from, by the same table of contributions as the tangent transform.
//!
//! How a value gets from the one sweep to the other, [`record`] decides block by block:
//! * in one scope (a function's own statements, if both sweeps stand in one function; an iteration
//!   of a loop that is reversed at once, see [`fuse`]): it is still there;
//! * cheap, and computed from what is there: it is computed again, by a call only if its callee is
//!   [`light`];
//! * declared in a branch: its declaration moves out of the branch;
//! * else it goes on the tape, one record for each execution of the block.
//!
//! In normal form a scalar that the reverse sweep needs is an immutable temporary. What it reads
//! from memory (elements of arrays, arguments of calls) must be as it was at that point of the
//! forward sweep: [`kills`] finds the writes that would destroy it, saves the old value before them,
//! and restores it on the way back.
//!
//! A function with a tape is itself one that the transform made. What is on its tape has its
//! cotangents on a tape beside it ([`tapes`]), so that the transform takes its own output.

mod ahead;
mod bars;
mod callees;
mod calls;
mod checkpoint;
mod control;
mod copies;
mod direction;
mod elements;
mod fuse;
mod invert;
mod kills;
mod light;
mod private;
mod record;
mod recount;
mod recursion;
mod reuse;
mod saves;
mod selection;
mod shares;
mod slices;
mod slots;
mod sweep;
mod tapes;
mod totals;
mod untold;
mod vectors;

use proc_macro2::Span;

pub use self::callees::Callees;
use self::callees::Known;
pub(super) use self::elements::own as own_elements;
pub(super) use self::fuse::declared;
use self::private::Assumed;
pub use self::private::Assumption;
use self::record::{Closed, Exit};
pub(super) use self::saves::if_runs;
use self::sweep::{Sweep, Undone};
use super::normalize;
use super::separate::separate;
use crate::analysis::activity::Activity;
use crate::analysis::overwrites::Overwrites;
use crate::analysis::reads::Reads;
use crate::analysis::weight::Weight;
use crate::ir::{
    Block, Expr, Function, Origin, Param, Passing, Place, Role, Rvalue, Shape, StmtKind, Ty, VarId,
};

/// The functions of reverse mode.
#[derive(Clone, Debug)]
pub struct Adjoint {
    /// `f(args…, seeds…, bars…, tape) -> results…`: both sweeps in one scope.
    pub joint: Function,
    /// `f(args…, tape) -> (results…, record)`.
    pub forward: Function,
    /// `f(args…, record, seeds…, bars…, tape)`.
    pub reverse: Function,
    /// What `reverse` reads of its arguments.
    pub reads: Reads,
    /// What the function overwrites of its arguments.
    pub overwrites: Overwrites,
    /// What a run of `forward` costs, if that is little.
    pub weight: Option<Weight>,
    /// In place of `joint` where some assumptions hold.
    pub conditional: Option<Conditional>,
}

/// A function that is right if all assumptions are.
#[derive(Clone, Debug)]
pub struct Conditional {
    pub assumptions: Vec<Assumption>,
    pub function: Function,
}

/// A switch for each way to treat certain loops, and certain functions, in particular.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loops {
    /// [`fuse`]
    pub fuse: bool,
    /// [`ahead`], of fused loops.
    pub ahead: bool,
    /// [`private`], of fused loops.
    pub private: bool,
    /// [`saves`]
    pub save: bool,
    /// [`selection`]
    pub select: bool,
    /// [`elements`]
    pub elements: bool,
    /// [`direction`]
    pub upwards: bool,
    /// [`reuse`], within loops and without.
    pub reuse: bool,
    /// [`recursion`]
    pub recursion: bool,
    /// [`invert`]
    pub invert: bool,
    /// [`copies`], of private buffers.
    pub copies: bool,
    /// [`recount`]
    pub recount: bool,
    /// [`totals`]
    pub totals: bool,
    /// [`slices`], of private buffers.
    pub slices: bool,
    /// [`light`]
    pub light: bool,
}

impl Loops {
    pub const ALL: Loops = Loops::all(true);

    pub(super) const fn all(on: bool) -> Loops {
        Loops {
            fuse: on,
            ahead: on,
            private: on,
            save: on,
            select: on,
            elements: on,
            upwards: on,
            reuse: on,
            recursion: on,
            invert: on,
            copies: on,
            recount: on,
            totals: on,
            slices: on,
            light: on,
        }
    }
}

/// Derives the functions of reverse mode.
pub fn adjoint(source: &Function, callees: Callees) -> Adjoint {
    adjoint_with(source, Loops::ALL, callees)
}

/// As [`adjoint`], with switches.
pub fn adjoint_with(source: &Function, loops: Loops, callees: Callees) -> Adjoint {
    let function = separate(&normalize(source));
    let arguments = function.params.len();
    let mut known = Known::new(callees, arguments);
    loop {
        let (forward, reverse) = split(&function, loops, &known);
        let reads = Reads::of(&reverse, arguments, known.of_itself());
        // The answer only grows, so this ends.
        if !known.assume(&function, &reads) {
            let (joint, conditional) = joints(&function, loops, &known);
            let overwrites = match loops.private {
                true => Overwrites::of(&function),
                false => Overwrites::default(),
            };
            let weight = Weight::of(&forward).filter(|_| loops.light);
            return Adjoint { joint, forward, reverse, reads, overwrites, weight, conditional };
        }
    }
}

/// The parameters that a derived function has beyond the primal's.
struct Extra {
    seeds: Vec<Param>,
    bars: Vec<Param>,
    tape: Param,
}

impl Extra {
    /// In the order of the signature.
    fn params(self) -> impl Iterator<Item = Param> {
        self.seeds.into_iter().chain(self.bars).chain([self.tape])
    }

    fn new(function: &mut Function, activity: &Activity) -> Extra {
        let seeds =
            (0..function.results.len()).map(|index| seed(function, activity, index)).collect();
        let bars =
            function.params.clone().iter().map(|param| bar(function, activity, param)).collect();
        let tape = function.add_var("tape", Ty::Tape, true, Origin::Temp, Span::call_site());
        Extra { seeds, bars, tape: Param { var: tape, passing: Passing::RefMut, role: Role::Tape } }
    }
}

fn seed(function: &mut Function, activity: &Activity, index: usize) -> Param {
    let result = function.results[index].clone();
    // Callers give the derivative of a record in the record's shape, whatever is active in it, and
    // those of several results as one, whichever of them are active.
    let of_several = function.results.iter().any(|result| activity.expr(result));
    let shaped = matches!(result.ty, Ty::Tuple(_)) || of_several && result.ty.can_be_active();
    let ty = if shaped { result.ty.tangent() } else { Ty::Unit };
    let name =
        if function.results.len() == 1 { "seed".to_owned() } else { format!("seed_{index}") };
    let var = function.add_var(&name, ty, false, Origin::Temp, result.span);
    Param { var, passing: Passing::Value, role: Role::Seed(index) }
}

fn bar(function: &mut Function, activity: &Activity, param: &Param) -> Param {
    let primal = function.var(param.var).clone();
    let active = activity.is_active(param.var) || param.role == Role::Tape;
    let ty = if active { bars::cotangent(&primal.ty) } else { Ty::Unit };
    let name = format!("{}_bar", primal.name.trim_end_matches("_in"));
    let var = function.add_var(&name, ty, true, Origin::Cotangent(param.var), primal.span);
    let passing = if active { Passing::RefMut } else { Passing::Value };
    Param { var, passing, role: Role::Cotangent(param.var) }
}

/// Runs both sweeps over a function in normal form.
fn sweep(source: &Function, exit: Exit, loops: Loops, known: &Known) -> (Function, Extra, Closed) {
    let (mut undone, mut known) = (Undone::default(), known.clone());
    loop {
        let mut function = source.clone();
        let activity = Activity::of(&function);
        let extra = Extra::new(&mut function, &activity);
        let ways = (loops, known.clone());
        let mut sweep = Sweep::new(function, activity, extra.tape.var, undone.clone(), ways);
        for bar in &extra.bars {
            sweep.param_bar(bar);
        }
        let seeds: Vec<VarId> = extra.seeds.iter().map(|seed| seed.var).collect();
        match sweep.function_body(&seeds, exit) {
            Ok(closed) => {
                let mut extra = extra;
                let is_tape = |bar: &&mut Param| matches!(sweep.function.var(bar.var).ty, Ty::Tape);
                extra.bars.iter_mut().filter(is_tape).for_each(|bar| bar.role = Role::Tape);
                sweep.activity.keep_constants(&mut sweep.function);
                return (sweep.function, extra, closed);
            }
            // The set only grows, so this ends.
            Err(needed) => {
                for (id, need) in needed.kills {
                    undone.kills.entry(id).and_modify(|old| old.extend(&need)).or_insert(need);
                }
                undone.roots.extend(needed.roots);
                known.questions = needed.questions;
            }
        }
    }
}

/// Both sweeps in one scope, on no assumptions and, if that is more than one loop after another, on some.
fn joints(source: &Function, loops: Loops, known: &Known) -> (Function, Option<Conditional>) {
    let (function, Assumed { assumptions, used }) = joint(source, loops, known);
    if assumptions.is_empty() {
        return (function, None);
    }
    let (plain, _) = joint(source, Loops { private: false, ..loops }, known);
    (plain, used.then_some(Conditional { assumptions, function }))
}

fn joint(source: &Function, loops: Loops, known: &Known) -> (Function, Assumed) {
    let (mut function, extra, mut closed) = sweep(source, Exit::SameScope, loops, known);
    let assumed = std::mem::take(&mut closed.assumed);
    let Closed { forward, reverse, clobbered, .. } = closed;
    let mut body = forward;
    keep_results(&mut function, &clobbered, &mut body);
    let write_back = keep_buffers(&mut function, &clobbered, &mut body);
    body.extend(reverse);
    body.extend(write_back);
    function.body = body;
    function.params.extend(extra.params());
    (function, assumed)
}

/// Copies what the reverse sweep overwrites of the results, which then read the copy.
fn keep_results(function: &mut Function, clobbered: &[VarId], body: &mut Block) {
    let mut results = function.results.clone();
    for result in &mut results {
        if result.as_place().is_some_and(|place| clobbered.contains(&place.root)) {
            let kept =
                function.add_var("result", result.ty.clone(), false, Origin::Temp, result.span);
            body.let_(kept, result.clone());
            *result = function.read(kept);
        }
    }
    function.results = results;
}

/// Copies what the reverse sweep overwrites behind `&mut` parameters; what writes it back in the end.
/// Slices and vectors of numbers go on a tape of their own, whose memory is used again, all others to
/// variables.
pub(super) fn keep_buffers(
    function: &mut Function,
    clobbered: &[VarId],
    body: &mut Block,
) -> Block {
    let mut write_back = Block::default();
    let mut taped = Vec::new();
    for param in function.params.clone() {
        if param.passing != Passing::RefMut || !clobbered.contains(&param.var) {
            continue;
        }
        let (place, var) = (function.place(param.var), function.var(param.var).clone());
        match &var.ty {
            Ty::Slice(elem) | Ty::Vec(elem) if elem.is_scalar() && has_name(elem) => {
                taped.push(place);
            }
            _ => {
                let ty = match var.ty {
                    Ty::Slice(elem) => Ty::Vec(elem),
                    ty => ty,
                };
                let name = format!("{}_final", var.name);
                let kept = function.add_var(&name, ty, false, Origin::Temp, var.span);
                body.let_(kept, function.read(param.var));
                write_back.assign(place, function.read(kept));
            }
        }
    }
    if !taped.is_empty() {
        let span = function.span;
        let tape = function.add_var("outputs", Ty::Tape, true, Origin::Temp, span);
        body.let_(tape, Expr::zero(Ty::Tape, span));
        body.push(StmtKind::Push { tape, values: taped.clone() }, span);
        write_back.push(StmtKind::Pop { tape, into: taped, declare: false }, span);
    }
    write_back
}

fn split(source: &Function, loops: Loops, known: &Known) -> (Function, Function) {
    let (function, extra, closed) = sweep(source, Exit::OtherFunction, loops, known);
    let Closed { mut forward, mut reverse, record, .. } = closed;
    let keeps = loops.recursion && recursion::calls_its_name(source);
    let (record, kept): (Vec<VarId>, Vec<VarId>) = record.into_iter().partition(|var| {
        let var = function.var(*var);
        !keeps && has_name(&var.ty) && var.of_references().is_none()
    });
    if !kept.is_empty() {
        let places: Vec<Place> = kept.iter().map(|var| function.place(*var)).collect();
        let tape = extra.tape.var;
        forward.push(StmtKind::Push { tape, values: places.clone() }, function.span);
        let mut taken = Block::default();
        taken.push(StmtKind::Pop { tape, into: places, declare: true }, function.span);
        taken.extend(reverse);
        reverse = taken;
    }
    let (forward, ty) = forward_function(&function, &extra, forward, &record);
    (forward, reverse_function(function, extra, reverse, &record, ty))
}

/// Whether a type can be written down, as a record's has to be in a signature. That of another
/// function's record cannot: such a value goes through the tape, where rustc infers it from its use.
fn has_name(ty: &Ty) -> bool {
    match ty {
        Ty::Record | Ty::Unknown | Ty::Infer(_) | Ty::Int(None) | Ty::Inert(None) => false,
        Ty::Tuple(elems) => elems.iter().all(has_name),
        Ty::Array(of, _)
        | Ty::Slice(of)
        | Ty::Vec(of)
        | Ty::Option(of)
        | Ty::Tangent(of)
        | Ty::Dot(of) => has_name(of),
        Ty::Float(_)
        | Ty::Lane(_)
        | Ty::Int(Some(_))
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(Some(_))
        | Ty::Adt(_)
        | Ty::Tape => true,
    }
}

/// The record's type: a tuple of the recorded values, or `()`.
fn forward_function(
    function: &Function,
    extra: &Extra,
    body: Block,
    record: &[VarId],
) -> (Function, Ty) {
    let mut forward = function.clone();
    forward.body = body;
    forward.params.push(extra.tape.clone());
    let span = forward.span;
    if record.is_empty() {
        forward.results.push(Expr::zero(Ty::Unit, span));
        return (forward, Ty::Unit);
    }
    let ty = Ty::Tuple(record.iter().map(|var| function.var(*var).ty.clone()).collect());
    let var = forward.add_var("record", ty.clone(), false, Origin::Temp, span);
    let fields = record.iter().map(|var| function.read(*var)).collect();
    let value = Rvalue::Aggregate { shape: Shape::Tuple, fields, ty: ty.clone() };
    forward.body.push(StmtKind::Let { var, value: Some(value) }, span);
    let result = forward.read(var);
    forward.results.push(result);
    (forward, ty)
}

fn reverse_function(
    mut function: Function,
    extra: Extra,
    reverse: Block,
    record: &[VarId],
    record_ty: Ty,
) -> Function {
    let span = function.span;
    let param = function.add_var("record", record_ty, false, Origin::Temp, span);
    let mut body = Block::default();
    for (index, var) in record.iter().enumerate() {
        let mut place = function.place(param);
        place.path.push(crate::ir::Proj::Field(syn::Member::from(index)));
        place.ty = function.var(*var).ty.clone();
        body.let_(*var, place.value_for(function.var(*var).constant));
    }
    body.extend(reverse);
    function.body = body;
    function.results.clear();
    function.params.iter_mut().filter(|param| param.role == Role::Tape).for_each(|param| {
        // Empty by now, and not touched again.
        *param = Param { passing: Passing::Value, role: Role::Inactive, ..param.clone() };
        function.vars[param.var.0 as usize].ty = Ty::Unit;
    });
    function.params.push(Param { var: param, passing: Passing::Value, role: Role::Record });
    function.params.extend(extra.params());
    function
}
