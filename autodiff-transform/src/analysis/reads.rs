//! Which of its arguments' values a function's reverse sweep reads, and for which cotangents.
//!
//! A caller that overwrites a buffer after it has handed it to a function need not save the buffer if
//! the function's reverse sweep makes nothing of what was in it. So a value is followed through the
//! reverse sweep: what it may reach is the *bar* of some argument, which counts only for callers that
//! want that bar; or something that *always* counts, since it decides what is run or may panic, such as
//! a condition, the bound of a loop, an index, a length, arithmetic on integers. Floats can do neither,
//! whatever they are. The flow is followed without regard to the order of statements: a variable holds
//! what any of its assignments may give it, to the fixpoint. Only scalars and slices and arrays of them,
//! which have no shape that depends on a value, are followed; others are always read.
//!
//! What a call of another function reads is not known here, so that all that it is given is always
//! read. A call of the function itself reads what the function does: the answer is assumed, and found
//! again, from nothing on, until it does not grow. That the least answer is right follows by induction
//! over the depth of the recursion, which is finite in each run.

use crate::ir::{Arg, Block, Call, Expr, ExprKind, Function, LoopKind, Place, Role, Rvalue};
use crate::ir::{Stage, Stmt, StmtKind, Target, Ty, VarId};
use crate::ops::Prim;

/// Stands for bars that are wanted by whoever calls.
pub const ALWAYS: u64 = 1 << 63;

/// For each argument, the bars that its value matters to, by a bit of the bar's argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reads {
    masks: Vec<u64>,
}

impl Reads {
    /// No argument is read.
    pub fn none(arguments: usize) -> Reads {
        Reads { masks: vec![0; arguments] }
    }

    /// What the sweep `reverse` of a function with so many arguments reads; `own` is what is assumed of
    /// calls of the function itself, if its name stands for it.
    pub fn of(reverse: &Function, arguments: usize, own: Option<&Reads>) -> Reads {
        if arguments >= ALWAYS.trailing_zeros() as usize {
            return Reads { masks: vec![u64::MAX; arguments] };
        }
        let mut flow = Flow::new(reverse, arguments, own);
        loop {
            let before = (flow.held.clone(), flow.always);
            flow.block(&reverse.body);
            if before == (flow.held.clone(), flow.always) {
                return flow.reads();
            }
        }
    }

    /// Whether the argument's value matters to one of these bars.
    pub fn reads(&self, argument: usize, bars: u64) -> bool {
        self.masks.get(argument).is_none_or(|mask| mask & (bars | ALWAYS) != 0)
    }

    /// The bars that the value of each argument matters to.
    pub fn masks(&self) -> &[u64] {
        &self.masks
    }

    /// Adds what is read according to another; says whether that is more.
    pub fn extend(&mut self, other: &Reads) -> bool {
        let before = self.masks.clone();
        self.masks.iter_mut().zip(&other.masks).for_each(|(mask, more)| *mask |= more);
        before != self.masks
    }
}

/// Whether what is called, a function or its reverse sweep, is called by the function's own name.
pub fn is_of(function: &Function, target: &Target) -> bool {
    match target {
        Target::Path(path) => path.is_ident(&function.name),
        Target::Method(_) | Target::Operator(_) => false,
    }
}

/// The bars that the call of a reverse sweep asks for.
pub fn wanted(bars: &[Arg]) -> u64 {
    let bits = bars.iter().take(ALWAYS.trailing_zeros() as usize).enumerate();
    bits.filter(|(_, bar)| !matches!(bar, Arg::Inactive | Arg::Constant(_)))
        .map(|(index, _)| 1 << index)
        .sum()
}

/// What flows where, as sets of arguments.
struct Flow<'a> {
    function: &'a Function,
    arguments: usize,
    own: Option<&'a Reads>,
    /// The arguments whose values a variable may hold something of.
    held: Vec<u64>,
    always: u64,
}

impl<'a> Flow<'a> {
    fn new(function: &'a Function, arguments: usize, own: Option<&'a Reads>) -> Flow<'a> {
        let mut flow =
            Flow { function, arguments, own, held: vec![0; function.vars.len()], always: 0 };
        for (index, param) in function.params[..arguments].iter().enumerate() {
            match is_followed(&function.var(param.var).ty) {
                true => flow.held[param.var.0 as usize] = 1 << index,
                false => flow.always |= 1 << index,
            }
        }
        flow
    }

    fn reads(self) -> Reads {
        let mut masks: Vec<u64> = (0..self.arguments)
            .map(|index| if self.always >> index & 1 == 1 { ALWAYS } else { 0 })
            .collect();
        let index_of = |var: VarId| self.function.params.iter().position(|param| param.var == var);
        for param in &self.function.params {
            let Role::Cotangent(of) = param.role else { continue };
            let Some(bar) = index_of(of).filter(|bar| *bar < self.arguments) else { continue };
            let held = self.held[param.var.0 as usize];
            for (index, mask) in masks.iter_mut().enumerate() {
                *mask |= (held >> index & 1) << bar;
            }
        }
        Reads { masks }
    }

    fn held(&self, var: VarId) -> u64 {
        self.held[var.0 as usize]
    }

    fn hold(&mut self, var: VarId, held: u64) {
        self.held[var.0 as usize] |= held;
    }

    fn always(&mut self, held: u64) {
        self.always |= held;
    }

    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { var, value } => {
                let held = value.as_ref().map_or(0, |value| self.rvalue(value));
                self.hold(*var, held);
            }
            StmtKind::Assign { place, value } => {
                let held = self.rvalue(value);
                self.write(place, held);
            }
            StmtKind::Accumulate { place, value } | StmtKind::Fill { place, value } => {
                let held = self.expr(value);
                self.write(place, held);
            }
            StmtKind::VecPush { vec, value } => {
                let held = self.expr(value);
                self.write(vec, held);
            }
            StmtKind::VecPop { vec, into } => {
                let held = self.place(vec);
                self.hold(*into, held);
            }
            StmtKind::Swap { a, b } => {
                let held = self.place(a) | self.place(b);
                self.hold(a.root, held);
                self.hold(b.root, held);
            }
            StmtKind::If { cond, .. } => self.decides(cond),
            StmtKind::Switch { tag, .. } => self.decides(tag),
            StmtKind::Loop(loop_) => {
                if let Some(exit) = loop_.exit {
                    self.always(self.held(exit));
                }
                match &loop_.kind {
                    LoopKind::For { start, end, step, .. } => {
                        [start, end].into_iter().chain(step).for_each(|bound| self.decides(bound));
                    }
                    LoopKind::While { cond } => self.decides(cond),
                    LoopKind::Forever => {}
                }
            }
            StmtKind::Call(call) => self.call(call),
            StmtKind::Push { tape, values } => {
                let held = values.iter().fold(0, |held, place| held | self.place(place));
                self.hold(*tape, held);
            }
            StmtKind::Pop { tape, into, .. } => {
                let held = self.held(*tape);
                into.iter().for_each(|place| self.write(place, held));
            }
            StmtKind::Opaque { code, writes } => {
                let read = code.reads.iter().chain(writes);
                let held = read.fold(0, |held, var| held | self.held(*var));
                self.always(held);
                writes.iter().for_each(|var| self.hold(*var, held));
            }
        }
        stmt.kind.blocks().for_each(|block| self.block(block));
    }

    /// What is run depends on the expression.
    fn decides(&mut self, expr: &Expr) {
        let held = self.expr(expr);
        self.always(held);
    }

    fn write(&mut self, place: &Place, held: u64) {
        place.operands().for_each(|operand| self.decides(operand));
        self.hold(place.root, held);
    }

    fn place(&mut self, place: &Place) -> u64 {
        place.operands().for_each(|operand| self.decides(operand));
        self.held(place.root)
    }

    fn expr(&mut self, expr: &Expr) -> u64 {
        let (held, is_computed) = match &expr.kind {
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => {
                (0, false)
            }
            ExprKind::Read(place) => (self.place(place), false),
            ExprKind::Len(place) => {
                let held = self.place(place);
                let fixed = place.has_fixed_length();
                (if fixed { 0 } else { held }, true)
            }
            ExprKind::Prim(prim, args) => {
                let held = args.iter().fold(0, |held, arg| held | self.expr(arg));
                if *prim == Prim::Clamp {
                    // It panics where its bounds are in the wrong order.
                    self.always(held);
                }
                (held, true)
            }
            ExprKind::Cast(inner) => (self.expr(inner), true),
            ExprKind::Detach(inner) => (self.expr(inner), false),
            ExprKind::Opaque(code) => {
                let held = code.reads.iter().fold(0, |held, var| held | self.held(*var));
                self.always(held);
                (held, true)
            }
        };
        if is_computed && !expr.ty.is_float() {
            self.always(held);
        }
        held
    }

    fn rvalue(&mut self, value: &Rvalue) -> u64 {
        match value {
            Rvalue::Expr(expr) => self.expr(expr),
            Rvalue::Aggregate { .. } => {
                value.operands().into_iter().fold(0, |held, field| held | self.expr(field))
            }
            Rvalue::Repeat { value, len, .. } => {
                self.decides(len);
                self.expr(value)
            }
            Rvalue::ZeroLike(place) => {
                let held = self.place(place);
                if !is_followed(&place.ty) {
                    self.always(held);
                }
                0
            }
        }
    }

    fn arg(&mut self, arg: &Arg) -> u64 {
        match arg {
            Arg::Value(value) => self.expr(value),
            Arg::Ref(place) | Arg::RefMut(place) => self.place(place),
            Arg::Opaque(code) => code.reads.iter().fold(0, |held, var| held | self.held(*var)),
            Arg::Active(inner) => self.arg(inner),
            Arg::Inactive | Arg::Constant(_) => 0,
        }
    }

    fn call(&mut self, call: &Call) {
        let held: Vec<u64> = call.args.iter().map(|arg| self.arg(arg)).collect();
        let all = held.iter().fold(0, |all, held| all | held);
        let own = self.own.filter(|_| {
            call.callee.stages == [Stage::Reverse] && is_of(self.function, &call.callee.target)
        });
        let Some(own) = own.filter(|_| call.args.len() >= 2 * self.arguments + 2) else {
            self.always(all);
            call.args.iter().for_each(|arg| self.hold_behind(arg, all));
            call.results.iter().for_each(|result| self.hold(*result, all));
            return;
        };
        // `args…, record, seeds…, bars…, tape`
        let first_bar = call.args.len() - 1 - self.arguments;
        let linear = held[self.arguments..].iter().fold(0, |all, held| all | held);
        for (index, arg) in call.args.iter().enumerate() {
            let given = match index {
                index if index < self.arguments => {
                    let by_value = !matches!(arg, Arg::Ref(_) | Arg::RefMut(_));
                    if by_value || own.reads(index, 0) {
                        self.always(held[index]);
                    }
                    all
                }
                // A reverse sweep only takes from the tape.
                index if index == call.args.len() - 1 => 0,
                index if index >= first_bar => {
                    let bar = 1 << (index - first_bar);
                    let read = (0..self.arguments).filter(|from| own.reads(*from, bar));
                    read.fold(linear, |given, from| given | held[from])
                }
                _ => all,
            };
            self.hold_behind(arg, given);
        }
    }

    /// The callee may leave this in an argument.
    fn hold_behind(&mut self, arg: &Arg, held: u64) {
        match arg {
            Arg::RefMut(place) => self.hold(place.root, held),
            Arg::Active(inner) => self.hold_behind(inner, held),
            Arg::Value(_) | Arg::Ref(_) | Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => {}
        }
    }
}

/// Whether the type has no shape that depends on a value.
fn is_followed(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool => true,
        Ty::Slice(elem) | Ty::Array(elem, _) => elem.is_scalar(),
        _ => false,
    }
}
