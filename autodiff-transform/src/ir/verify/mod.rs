//! The verifier: whether a function keeps the rules that the IR's documentation states.
//!
//! Run after lowering and after every pass. It walks the function once, in the order of execution,
//! with a status for each variable:
//!
//! * a variable is used only between its declaration and the end of the declaring block, and only
//!   where every path has assigned it. One variable may be declared again in a scope that the first
//!   declaration does not reach, as the reverse sweep of a joint adjoint does;
//! * an immutable variable is assigned once on every path, so never in a loop that its declaration
//!   is outside of, and nothing writes to it afterwards;
//! * types agree ([`typing`]): a type that the macro does not know agrees with every other.
//!
//! The message of an error names the variable and shows the innermost statement.

mod typing;

use super::*;
use typing::{agree, coerces};

/// Checks a function.
pub fn verify(function: &Function) -> Result<(), String> {
    let mut verifier = Verifier { function, status: vec![Status::OutOfScope; function.vars.len()] };
    verifier.function().map_err(|error| format!("in `{}`: {error}", function.name))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    OutOfScope,
    /// Declared, assigned on no path to here.
    Unassigned,
    /// Declared, assigned on some paths to here.
    Partly,
    Assigned,
}

struct Verifier<'f> {
    function: &'f Function,
    status: Vec<Status>,
}

type Check<T = ()> = Result<T, String>;

impl Verifier<'_> {
    fn function(&mut self) -> Check {
        self.names()?;
        for param in &self.function.params {
            let var = self.var(param.var)?;
            if self.status(param.var) != Status::OutOfScope {
                return Err(format!("two parameters are the variable `{}`", var.name));
            }
            if param.passing == Passing::Value && matches!(var.ty, Ty::Slice(_)) {
                return Err(format!("the slice `{}` is passed by value", var.name));
            }
            self.set(param.var, Status::Assigned);
        }
        for param in &self.function.params {
            if let Role::Tangent(of) | Role::Cotangent(of) = param.role {
                self.derivative_of(param, of)?;
            }
        }
        let declared = self.statements(&self.function.body)?;
        for result in &self.function.results {
            self.expr(result).map_err(|error| {
                format!("{error}\n  in the result `{}`", display::expr(self.function, result))
            })?;
        }
        self.close(&declared);
        Ok(())
    }

    fn names(&self) -> Check {
        let mut names: Vec<&str> = self.function.vars.iter().map(|var| var.name.as_str()).collect();
        names.sort_unstable();
        if let Some(var) = self.function.vars.iter().find(|var| matches!(var.ty, Ty::Infer(_))) {
            return Err(format!("the type of `{}` was not inferred", var.name));
        }
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("two variables have the name `{}`", pair[0])),
            None => Ok(()),
        }
    }

    fn derivative_of(&self, param: &Param, of: VarId) -> Check {
        let (derivative, primal) = (self.var(param.var)?, self.var(of)?);
        let of_inactive = self
            .function
            .params
            .iter()
            .any(|param| param.var == of && matches!(param.role, Role::Inactive));
        let none = of_inactive || !primal.ty.can_be_active();
        let expected = if none { Ty::Unit } else { primal.ty.tangent() };
        if coerces(&expected, &derivative.ty) {
            return Ok(());
        }
        Err(format!(
            "the parameter `{}: {}` is to be a derivative of `{}: {}`",
            derivative.name, derivative.ty, primal.name, primal.ty
        ))
    }

    fn var(&self, id: VarId) -> Check<&Var> {
        let var = self.function.vars.get(id.0 as usize);
        var.ok_or_else(|| format!("there is no variable with the number {}", id.0))
    }

    fn status(&self, id: VarId) -> Status {
        self.status.get(id.0 as usize).copied().unwrap_or(Status::OutOfScope)
    }

    fn set(&mut self, id: VarId, status: Status) {
        if let Some(slot) = self.status.get_mut(id.0 as usize) {
            *slot = status;
        }
    }

    /// Checks a block as a scope of its own.
    fn block(&mut self, block: &Block) -> Check {
        let declared = self.statements(block)?;
        self.close(&declared);
        Ok(())
    }

    /// Checks the statements of a block; returns what they declared, still in scope.
    fn statements(&mut self, block: &Block) -> Check<Vec<VarId>> {
        let mut declared = Vec::new();
        for stmt in &block.stmts {
            self.stmt(&stmt.kind, &mut declared).map_err(|error| self.at(stmt, error))?;
        }
        Ok(declared)
    }

    /// Adds the statement to an error that does not show an inner one yet.
    fn at(&self, stmt: &Stmt, error: String) -> String {
        if error.contains('\n') {
            return error;
        }
        let text = display::stmt(self.function, stmt);
        let mut lines = text.lines();
        let shown: Vec<&str> = lines.by_ref().take(4).collect();
        let rest = if lines.next().is_some() { "\n  …" } else { "" };
        format!("{error}\n  {}{rest}", shown.join("\n  "))
    }

    fn close(&mut self, declared: &[VarId]) {
        declared.iter().for_each(|var| self.set(*var, Status::OutOfScope));
    }

    fn declare(&mut self, id: VarId, status: Status, declared: &mut Vec<VarId>) -> Check {
        let var = self.var(id)?;
        if self.status(id) != Status::OutOfScope {
            return Err(format!("`{}` is declared while it is in scope", var.name));
        }
        if matches!(var.ty, Ty::Slice(_)) {
            return Err(format!("`{}` is a slice, which only a parameter can be", var.name));
        }
        self.set(id, status);
        declared.push(id);
        Ok(())
    }

    fn in_scope(&self, id: VarId) -> Check<&Var> {
        let var = self.var(id)?;
        match self.status(id) {
            Status::OutOfScope => Err(format!("`{}` is used out of scope", var.name)),
            Status::Unassigned | Status::Partly | Status::Assigned => Ok(var),
        }
    }

    fn assigned(&self, id: VarId) -> Check<&Var> {
        let var = self.in_scope(id)?;
        match self.status(id) {
            Status::Assigned => Ok(var),
            Status::Partly => Err(format!("`{}` is not assigned on every path", var.name)),
            Status::Unassigned | Status::OutOfScope => {
                Err(format!("`{}` is used before it is assigned", var.name))
            }
        }
    }

    /// A place is written to; `whole` if what it held before is lost.
    fn write(&mut self, place: &Place, whole: bool) -> Check {
        let initialises = whole && place.is_var().is_some();
        if initialises {
            self.in_scope(place.root)?;
            self.set_assigned(place.root)
        } else {
            self.place(place)?;
            self.writable(place.root)
        }
    }

    fn set_assigned(&mut self, id: VarId) -> Check {
        if self.status(id) != Status::Unassigned {
            self.writable(id)?;
        }
        self.set(id, Status::Assigned);
        Ok(())
    }

    /// Whether a variable that has, or may have, a value can be given another.
    fn writable(&self, id: VarId) -> Check {
        let var = self.var(id)?;
        let writable = match self.function.param(id).map(|param| param.passing) {
            Some(Passing::RefMut) => true,
            Some(Passing::Ref) => false,
            Some(Passing::Value) | None => var.mutable,
        };
        if writable { Ok(()) } else { Err(format!("`{}` is immutable", var.name)) }
    }

    fn stmt(&mut self, stmt: &StmtKind, declared: &mut Vec<VarId>) -> Check {
        match stmt {
            StmtKind::Let { var, value: None } => self.declare(*var, Status::Unassigned, declared),
            StmtKind::Let { var, value: Some(value) } => {
                let ty = self.rvalue(value)?;
                self.declare(*var, Status::Assigned, declared)?;
                self.fits(&ty, &self.var(*var)?.ty)
            }
            StmtKind::Assign { place, value } => {
                let ty = self.rvalue(value)?;
                self.write(place, true)?;
                self.fits(&ty, &place.ty)
            }
            StmtKind::Accumulate { place, value } => self.accumulate(place, value),
            StmtKind::If { cond, then, els } => {
                self.expect(cond, &Ty::Bool)?;
                self.branches(&[then, els])
            }
            StmtKind::Switch { tag, arms } => {
                self.integer(tag)?;
                if arms.is_empty() {
                    return Err("a switch without arms".to_owned());
                }
                self.branches(&arms.iter().collect::<Vec<_>>())
            }
            StmtKind::Loop(loop_) => self.loop_(loop_),
            StmtKind::Call(call) => self.call(call, declared),
            StmtKind::Swap { a, b } => {
                self.write(a, false)?;
                self.write(b, false)?;
                if agree(&a.ty, &b.ty) { Ok(()) } else { mismatch(&a.ty, &b.ty) }
            }
            StmtKind::Fill { place, value } => {
                let elem = self.element(place)?;
                self.expect(value, &elem)?;
                self.write(place, false)
            }
            StmtKind::VecPush { vec, value } => {
                let elem = self.element(vec)?;
                self.expect(value, &elem)?;
                self.write(vec, false)
            }
            StmtKind::VecPop { vec, into } => {
                let elem = self.element(vec)?;
                self.write(vec, false)?;
                self.declare(*into, Status::Assigned, declared)?;
                self.fits(&Ty::Option(Box::new(elem)), &self.var(*into)?.ty)
            }
            StmtKind::Push { tape, values } => {
                self.tape(*tape)?;
                values.iter().try_for_each(|value| self.place(value))
            }
            StmtKind::Pop { tape, into, declare } => self.pop(*tape, into, *declare, declared),
            StmtKind::Opaque { code, writes } => {
                self.opaque(code)?;
                writes.iter().try_for_each(|var| {
                    self.in_scope(*var)?;
                    self.set_assigned(*var)
                })
            }
        }
    }

    fn accumulate(&mut self, place: &Place, value: &Expr) -> Check {
        self.expr(value)?;
        self.write(place, false)?;
        if !coerces(&value.ty, &place.ty) {
            return mismatch(&value.ty, &place.ty);
        }
        match &place.ty {
            Ty::Int(_) | Ty::Bool | Ty::Inert(_) | Ty::Infer(_) | Ty::Tape => {
                Err(format!("a value of type `{}` is accumulated into", place.ty))
            }
            Ty::Float(_) | Ty::Lane(_) | Ty::Unit | Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => {
                Ok(())
            }
            Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Tangent(_)
            | Ty::Record
            | Ty::Dot(_) => Ok(()),
        }
    }

    /// Alternatives, of which one runs.
    fn branches(&mut self, blocks: &[&Block]) -> Check {
        let before = self.status.clone();
        let mut after: Option<Vec<Status>> = None;
        for block in blocks {
            self.status.clone_from(&before);
            self.block(block)?;
            if block.diverges() {
                continue;
            }
            after = Some(match after {
                None => self.status.clone(),
                Some(others) => join(&others, &self.status),
            });
        }
        self.status = after.unwrap_or(before);
        Ok(())
    }

    fn loop_(&mut self, loop_: &Loop) -> Check {
        if let Some(exit) = loop_.exit {
            let flag = self.assigned(exit)?;
            if !matches!(flag.ty, Ty::Bool) {
                return Err(format!("the exit flag `{}` is not a bool", flag.name));
            }
        }
        let mut head = Vec::new();
        let runs_once = match &loop_.kind {
            LoopKind::For { var, start, end, step, reverse: _ } => {
                self.integer(start)?;
                self.integer(end)?;
                step.iter().try_for_each(|step| self.integer(step))?;
                self.declare(*var, Status::Assigned, &mut head)?;
                let var = self.var(*var)?;
                if !agree(&var.ty, &Ty::Int(None)) || var.mutable {
                    return Err(format!("`{}` is not an immutable integer", var.name));
                }
                false
            }
            LoopKind::While { cond } => {
                self.expect(cond, &Ty::Bool)?;
                false
            }
            LoopKind::Forever if loop_.exit.is_none() => {
                return Err("a loop without an end".to_owned());
            }
            LoopKind::Forever => true,
        };
        let before = self.status.clone();
        self.block(&loop_.body)?;
        for (index, (before, after)) in before.iter().zip(&self.status).enumerate() {
            let var = &self.function.vars[index];
            if *before == Status::Unassigned && before != after && !var.mutable {
                return Err(format!("the immutable `{}` is assigned in a loop", var.name));
            }
        }
        if !runs_once {
            self.status = join(&before, &self.status);
        }
        self.close(&head);
        Ok(())
    }

    fn call(&mut self, call: &Call, declared: &mut Vec<VarId>) -> Check {
        for arg in &call.args {
            self.arg(arg)?;
        }
        self.aliasing(&call.args)?;
        for result in &call.results {
            self.declare(*result, Status::Assigned, declared)?;
        }
        Ok(())
    }

    fn arg(&mut self, arg: &Arg) -> Check {
        match arg {
            Arg::Value(value) => self.expr(value),
            Arg::Ref(place) => self.place(place),
            Arg::RefMut(place) => self.write(place, false),
            Arg::Opaque(code) => self.opaque(code),
            Arg::Active(slot) => match &**slot {
                Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                    Err("a derivative slot in another".to_owned())
                }
                Arg::Value(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Opaque(_) => self.arg(slot),
            },
            Arg::Inactive | Arg::Constant(_) => Ok(()),
        }
    }

    /// A variable lent as a whole for writing is lent once.
    fn aliasing(&self, args: &[Arg]) -> Check {
        let lent = |arg: &Arg| match arg {
            Arg::RefMut(place) => Some((place.root, place.path.is_empty(), true)),
            Arg::Ref(place) => Some((place.root, place.path.is_empty(), false)),
            Arg::Value(_) | Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                None
            }
        };
        let inner = |arg: &Arg| match arg {
            Arg::Active(slot) => lent(slot),
            arg => lent(arg),
        };
        let loans: Vec<_> = args.iter().filter_map(inner).collect();
        for (index, (root, whole, exclusive)) in loans.iter().enumerate() {
            for (other, other_whole, other_exclusive) in &loans[index + 1..] {
                let clash = (*exclusive || *other_exclusive) && (*whole || *other_whole);
                if root == other && clash {
                    return Err(format!("`{}` is lent twice", self.var(*root)?.name));
                }
            }
        }
        Ok(())
    }

    fn tape(&self, tape: VarId) -> Check {
        let var = self.assigned(tape)?;
        match var.ty {
            Ty::Tape => Ok(()),
            _ => Err(format!("`{}: {}` is no tape", var.name, var.ty)),
        }
    }

    fn pop(
        &mut self,
        tape: VarId,
        into: &[Place],
        declares: bool,
        declared: &mut Vec<VarId>,
    ) -> Check {
        self.tape(tape)?;
        for place in into {
            match place.is_var() {
                Some(var) if declares => self.declare(var, Status::Assigned, declared)?,
                None if declares => return Err("a part of a variable is declared".to_owned()),
                Some(_) | None => self.write(place, true)?,
            }
        }
        Ok(())
    }

    fn opaque(&self, code: &Opaque) -> Check {
        code.reads.iter().try_for_each(|var| self.assigned(*var).map(|_| ()))
    }

    fn integer(&self, expr: &Expr) -> Check {
        self.expect(expr, &Ty::Int(None))
    }

    fn expect(&self, expr: &Expr, ty: &Ty) -> Check {
        self.expr(expr)?;
        if agree(&expr.ty, ty) { Ok(()) } else { mismatch(&expr.ty, ty) }
    }

    fn fits(&self, value: &Ty, into: &Ty) -> Check {
        if coerces(value, into) { Ok(()) } else { mismatch(value, into) }
    }
}

fn mismatch(found: &Ty, expected: &Ty) -> Check {
    Err(format!("a value of type `{found}` where `{expected}` is expected"))
}

fn join(a: &[Status], b: &[Status]) -> Vec<Status> {
    let join = |(a, b): (&Status, &Status)| if a == b { *a } else { Status::Partly };
    a.iter().zip(b).map(join).collect()
}
