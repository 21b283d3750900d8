//! Administrative normal form.
//!
//! After this pass:
//! 1. an active primitive stands only as the value of a `Let` of an immutable temporary, and its
//!    operands are atoms: literals, or immutable variables;
//! 2. an active scalar is read from a mutable variable, or from a part of one, only by such a `Let`
//!    (a *load*);
//! 3. the value of an active scalar `Assign`, `Accumulate`, `Fill`, `VecPush`, and the fields of an
//!    active aggregate are atoms or whole aggregates, or, in a struct, fields of structs, whose
//!    derivatives may be those of constants;
//! 4. conditions, tags, loop bounds and the indices in places are pure expressions of immutable
//!    variables, but for the condition of a `While`;
//! 5. a mutable by-value parameter is copied to a local, so that parameters never change but through
//!    `&mut`;
//! 6. an aggregate passed by value is not lent in the same call;
//! 7. results are immutable variables, literals, or whole aggregates;
//! 8. a mutable variable that is not a scalar and is passed by value more than once before it changes is
//!    loaded like one: where Rust allows that, the type is `Copy`.
//!
//! So whatever the reverse sweep needs of a scalar has a name that never changes its value. The
//! order of evaluation is kept; values are bit-equal.

use proc_macro2::Span;

use crate::analysis::activity::Activity;
use crate::analysis::effects;
use crate::ir::{
    Arg, Block, Expr, ExprKind, Function, Loop, LoopKind, Names, Origin, Passing, Place, Proj,
    Rvalue, Shape, Stmt, StmtKind, Ty, VarId, VarSet,
};
use crate::ops::Prim;

/// Brings a function into administrative normal form.
pub fn normalize(source: &Function) -> Function {
    let mut function = source.clone();
    let mut prologue = copy_mutable_params(&mut function);
    prologue.extend(std::mem::take(&mut function.body));
    function.body = prologue;
    let activity = Activity::of(&function);
    let body = std::mem::take(&mut function.body);
    let results = std::mem::take(&mut function.results);
    let (loads, given) = (Vec::new(), VarSet::new());
    let again = VarSet::new();
    let mut pass = Normalize { function, activity, out: Block::default(), loads, again, given };
    pass.stmts(body);
    let results = results.into_iter().map(|result| pass.operand(result)).collect();
    pass.function.body = pass.out;
    pass.function.results = results;
    pass.function
}

/// Gives each mutable by-value parameter a local copy. The body's id keeps meaning the body's
/// variable; the parameter gets a new one.
fn copy_mutable_params(function: &mut Function) -> Block {
    let mut prologue = Block::default();
    for index in 0..function.params.len() {
        let param = function.params[index].clone();
        let var = function.var(param.var).clone();
        if param.passing != Passing::Value || !var.mutable {
            continue;
        }
        let incoming = if var.name == "self" {
            // No variable but the parameter may have this name.
            function.vars[param.var.0 as usize].name = "this".to_owned();
            function.names = Names::default();
            "self".to_owned()
        } else {
            format!("{}_in", var.name)
        };
        let incoming = function.add_var(&incoming, var.ty.clone(), false, Origin::User, var.span);
        function.params[index].var = incoming;
        prologue.let_(param.var, function.read(incoming));
    }
    prologue
}

fn holds_inert(ty: &Ty) -> bool {
    match ty {
        Ty::Array(elem, _) | Ty::Vec(elem) => matches!(**elem, Ty::Inert(_)) || holds_inert(elem),
        _ => false,
    }
}

/// Whether a value is what code gives that is kept as it stands.
fn is_code(value: &Rvalue) -> bool {
    matches!(value, Rvalue::Expr(Expr { kind: ExprKind::Opaque(code), .. }) if !code.pure_)
}

/// The variables that the statements of a block pass by value again before they are changed, by the statement
/// that passes them first.
fn passed_again(function: &Function, stmts: &[Stmt]) -> Vec<VarSet> {
    let mut again = vec![VarSet::new(); stmts.len()];
    let mut passed = VarSet::new();
    for (index, stmt) in stmts.iter().enumerate().rev() {
        for root in effects::writes(stmt).iter() {
            passed.remove(&root);
        }
        let StmtKind::Call(call) = &stmt.kind else { continue };
        let values = call.args.iter().filter_map(|arg| match arg {
            Arg::Value(value) => value.as_var(),
            _ => None,
        });
        for root in values.filter(|root| is_record(&function.var(*root).ty)) {
            if !passed.insert(root) {
                again[index].insert(root);
            }
        }
    }
    again
}

/// Whether values of the type may be structs, or arrays.
fn is_record(ty: &Ty) -> bool {
    matches!(ty, Ty::Adt(_) | Ty::Unknown | Ty::Tuple(_) | Ty::Array(..))
}

struct Normalize {
    function: Function,
    activity: Activity,
    out: Block,
    /// Loads whose value is still that of their place, to be shared.
    loads: Vec<(Place, VarId)>,
    /// What the statement passes by value and a later one passes again.
    again: VarSet,
    /// What code gives that is kept as it stands, and lists of such. A later sweep had better keep a number
    /// that is made of it than all of it, which may hold references or functions and then cannot be kept.
    given: VarSet,
}

impl Normalize {
    fn stmts(&mut self, block: Block) {
        let again = passed_again(&self.function, &block.stmts);
        for (stmt, again) in block.stmts.into_iter().zip(again) {
            self.again = again;
            let writes = effects::writes(&stmt);
            if matches!(stmt.kind, StmtKind::Loop(_)) {
                self.forget(&writes);
            }
            self.stmt(stmt);
            self.forget(&writes);
        }
    }

    fn forget(&mut self, writes: &VarSet) {
        self.loads.retain(|(place, _)| !writes.contains(&place.root));
    }

    fn block(&mut self, block: Block) -> Block {
        let outer = std::mem::take(&mut self.out);
        let loads = self.loads.clone();
        self.stmts(block);
        self.loads = loads;
        std::mem::replace(&mut self.out, outer)
    }

    fn let_(&mut self, var: VarId, value: Option<Rvalue>) -> StmtKind {
        let immutable = !self.function.var(var).mutable;
        let is_code = value.as_ref().is_some_and(is_code);
        if is_code || holds_inert(&self.function.var(var).ty) {
            self.given.insert(var);
        }
        let value = value.map(|value| self.rvalue(value, immutable));
        if let (true, Some(Rvalue::Expr(code))) = (is_code, &value)
            && let Some(temp) = code.as_var()
        {
            let written = self.function.var(var).written.clone();
            self.function.vars[temp.0 as usize].written = written;
        }
        StmtKind::Let { var, value }
    }

    fn stmt(&mut self, stmt: Stmt) {
        let span = stmt.span;
        let kind = match stmt.kind {
            StmtKind::Let { var, value } => self.let_(var, value),
            StmtKind::Assign { place, value } => {
                let value = self.rvalue(value, false);
                let value = self.built_apart(value, place.root, span);
                StmtKind::Assign { place: self.place(place), value }
            }
            // A bar that may be `()`: what is added is converted where it is added.
            StmtKind::Accumulate {
                place,
                value: Expr { kind: ExprKind::Cast(inner), ty, span: at },
            } if !place.ty.is_float() => {
                let inner = Box::new(self.operand(*inner));
                let value = Expr { kind: ExprKind::Cast(inner), ty, span: at };
                StmtKind::Accumulate { place: self.place(place), value }
            }
            StmtKind::Accumulate { place, value } => {
                let value = self.operand(value);
                StmtKind::Accumulate { place: self.place(place), value }
            }
            StmtKind::Fill { place, value } => {
                let value = self.operand(value);
                StmtKind::Fill { place: self.place(place), value }
            }
            StmtKind::VecPush { vec, value } => {
                let value = self.operand(value);
                StmtKind::VecPush { vec: self.place(vec), value }
            }
            StmtKind::If { cond, then, els } => {
                let cond = self.frozen(cond);
                StmtKind::If { cond, then: self.block(then), els: self.block(els) }
            }
            StmtKind::Switch { tag, arms } => {
                let tag = self.frozen(tag);
                StmtKind::Switch {
                    tag,
                    arms: arms.into_iter().map(|arm| self.block(arm)).collect(),
                }
            }
            StmtKind::Loop(loop_) => self.loop_(loop_),
            StmtKind::Call(mut call) => {
                call.args = self.args(call.args);
                self.copy_lent_values(&mut call.args);
                StmtKind::Call(call)
            }
            StmtKind::Swap { a, b } => StmtKind::Swap { a: self.place(a), b: self.place(b) },
            StmtKind::VecPop { vec, into } => StmtKind::VecPop { vec: self.place(vec), into },
            StmtKind::Push { tape, values } => StmtKind::Push { tape, values: self.places(values) },
            StmtKind::Pop { tape, into, declare } => {
                StmtKind::Pop { tape, into: self.places(into), declare }
            }
            StmtKind::Opaque { code, writes } => StmtKind::Opaque { code, writes },
        };
        self.out.push(kind, span);
    }

    fn loop_(&mut self, loop_: Loop) -> StmtKind {
        let kind = match loop_.kind {
            LoopKind::For { var, start, end, step, reverse } => LoopKind::For {
                var,
                start: self.frozen(start),
                end: self.frozen(end),
                step: step.map(|step| self.frozen(step)),
                reverse,
            },
            LoopKind::While { cond } => LoopKind::While { cond },
            LoopKind::Forever => LoopKind::Forever,
        };
        StmtKind::Loop(Loop { kind, body: self.block(loop_.body), ..loop_ })
    }

    fn args(&mut self, args: Vec<Arg>) -> Vec<Arg> {
        let alone: Vec<bool> =
            (0..args.len()).map(|index| self.is_own_field(&args, index)).collect();
        let args = args.into_iter().zip(alone);
        args.map(|(arg, alone)| if alone { arg } else { self.arg(arg) }).collect()
    }

    fn arg(&mut self, arg: Arg) -> Arg {
        match arg {
            Arg::Value(expr) => Arg::Value(self.argument(expr)),
            Arg::Ref(place) => Arg::Ref(self.place(place)),
            Arg::RefMut(place) => Arg::RefMut(self.place(place)),
            Arg::Active(inner) => Arg::Active(Box::new(self.arg(*inner))),
            // The reverse sweep passes it again, so an effect must happen here, once.
            Arg::Opaque(code) if !code.pure_ => {
                let span = proc_macro2::Span::call_site();
                let value = Expr::new(ExprKind::Opaque(code), Ty::Inert(None), span);
                Arg::Value(self.temp(value, Ty::Inert(None), span))
            }
            Arg::Opaque(code) => Arg::Opaque(code),
            slot @ (Arg::Inactive | Arg::Constant(_)) => slot,
        }
    }

    /// A part whose type only rustc knows gets a variable, whose derivatives then have its type.
    fn argument(&mut self, expr: Expr) -> Expr {
        let expr = self.operand(expr);
        if let Some(var) = expr.as_var().filter(|var| !self.is_immutable(*var)) {
            let is_loaded = self.loads.iter().any(|(known, _)| known.is_var() == Some(var));
            if (is_loaded || self.again.contains(&var)) && self.activity.expr(&expr) {
                return self.load(self.function.place(var), expr.span);
            }
        }
        match expr.as_place() {
            Some(place) if !place.path.is_empty() && matches!(expr.ty, Ty::Unknown) => {
                let (ty, span) = (expr.ty.clone(), expr.span);
                self.temp(expr, ty, span)
            }
            _ => expr,
        }
    }

    /// Whether an argument is a field whose type only rustc knows, of a struct that no other argument is of: its
    /// derivative is the struct's, and may be `()`.
    fn is_own_field(&self, args: &[Arg], index: usize) -> bool {
        let Arg::Value(value) = &args[index] else { return false };
        let Some(place) = value.as_place().filter(|_| matches!(value.ty, Ty::Unknown)) else {
            return false;
        };
        let is_field = matches!(place.path[..], [Proj::Field(_)]);
        let others = args.iter().enumerate().filter(|(other, _)| *other != index);
        let is_apart = |arg: &Arg| match arg {
            Arg::Value(value) => {
                value.as_place().is_none_or(|other| self.function.are_apart(place, other))
            }
            Arg::Ref(other) | Arg::RefMut(other) => self.function.are_apart(place, other),
            _ => true,
        };
        is_field && others.map(|(_, arg)| arg).all(is_apart)
    }

    /// `f(a, &mut a)`: the reverse sweep passes the arguments again, and the value of `a` is then
    /// another.
    fn copy_lent_values(&mut self, args: &mut [Arg]) {
        let lent: VarSet = args
            .iter()
            .filter_map(|arg| match arg {
                Arg::RefMut(place) => Some(place.root),
                _ => None,
            })
            .collect();
        for arg in args {
            if let Arg::Value(value) = arg
                && value.as_place().is_some_and(|place| lent.contains(&place.root))
            {
                let (ty, span) = (value.ty.clone(), value.span);
                *value = self.temp(value.clone(), ty, span);
            }
        }
    }

    /// A value as it may stand in an `Assign`, or, if `named`, in the `Let` of an immutable.
    fn rvalue(&mut self, value: Rvalue, named: bool) -> Rvalue {
        match value {
            Rvalue::Expr(expr) if named => Rvalue::Expr(self.named(expr)),
            Rvalue::Expr(expr) => Rvalue::Expr(self.operand(expr)),
            Rvalue::Aggregate { shape: Shape::VecWithCapacity(capacity), fields, ty } => {
                let shape = Shape::VecWithCapacity(Box::new(self.frozen(*capacity)));
                Rvalue::Aggregate { shape, fields, ty }
            }
            Rvalue::Aggregate { shape, fields, ty } => {
                let of_struct = matches!(shape, Shape::Struct { .. } | Shape::Variant { .. });
                let fields = fields.into_iter().map(|field| match of_struct {
                    true => self.component(field),
                    false => self.operand(field),
                });
                Rvalue::Aggregate { shape, fields: fields.collect(), ty }
            }
            Rvalue::Repeat { value, len, ty } => {
                Rvalue::Repeat { value: self.operand(value), len: self.frozen(len), ty }
            }
            Rvalue::ZeroLike(place) => Rvalue::ZeroLike(self.place(place)),
        }
    }

    /// An active primitive or load with atoms as operands; inactive expressions stay trees.
    fn named(&mut self, expr: Expr) -> Expr {
        if !self.activity.expr(&expr) {
            return self.inactive(expr);
        }
        let kind = match expr.kind {
            ExprKind::Prim(prim, args) => {
                ExprKind::Prim(prim, args.into_iter().map(|arg| self.operand(arg)).collect())
            }
            ExprKind::Cast(inner) => ExprKind::Cast(Box::new(self.operand(*inner))),
            ExprKind::Read(place) => ExprKind::Read(self.place(place)),
            kind @ (ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero) => kind,
        };
        Expr { kind, ..expr }
    }

    /// An expression as the operand of something: an atom, or a whole aggregate.
    fn operand(&mut self, expr: Expr) -> Expr {
        if self.is_atom(&expr) {
            return expr;
        }
        if let ExprKind::Read(place) = expr.kind {
            let place = self.place(place);
            let scalar = matches!(place.ty, Ty::Float(_) | Ty::Int(_) | Ty::Bool);
            return if scalar { self.load(place, expr.span) } else { Expr::read(place) };
        }
        let (ty, span) = (expr.ty.clone(), expr.span);
        let value = self.named(expr);
        self.temp(value, ty, span)
    }

    /// `s = S { a: s.b, b: s.a }`: the tangent of a struct is given component by component, and so must not be
    /// that of one they come from.
    fn built_apart(&mut self, value: Rvalue, root: VarId, span: Span) -> Rvalue {
        let Rvalue::Aggregate { shape: Shape::Struct { .. } | Shape::Variant { .. }, ty, .. } =
            &value
        else {
            return value;
        };
        let mut reads = false;
        for operand in value.operands() {
            operand.for_each_root(&mut |read| reads |= read == root);
        }
        if !reads || !self.activity.is_active(root) {
            return value;
        }
        let var = self.function.add_var("built", ty.clone(), false, Origin::Temp, span);
        self.activity.mark(&self.function, var);
        self.out.push(StmtKind::Let { var, value: Some(value) }, span);
        Rvalue::Expr(Expr { span, ..self.function.read(var) })
    }

    /// A component of a struct. Where it is a field of another one both may be constant: that it is a number says
    /// nothing about its derivative, whose type is left to rustc.
    fn component(&mut self, expr: Expr) -> Expr {
        match expr.kind {
            ExprKind::Read(place) if place.ty.is_float() && self.is_in_struct(&place) => {
                let place = Place { ty: Ty::Unknown, ..self.place(place) };
                Expr::read(place)
            }
            kind => self.operand(Expr { kind, ..expr }),
        }
    }

    fn is_in_struct(&self, place: &Place) -> bool {
        self.function.var(place.root).ty.projected(&place.path).is_none()
    }

    fn load(&mut self, place: Place, span: Span) -> Expr {
        if let Some((_, var)) = self.loads.iter().find(|(known, _)| known.is_same(&place)) {
            return Expr { span, ..self.function.read(*var) };
        }
        let ty = place.ty.clone();
        let loaded = self.temp(Expr::read(place.clone()), ty, span);
        self.loads.extend(loaded.as_var().map(|var| (place, var)));
        loaded
    }

    fn temp(&mut self, value: Expr, ty: Ty, span: Span) -> Expr {
        let name = match value.as_place() {
            Some(place) => self.load_name(place),
            None => "t".to_owned(),
        };
        let active = self.activity.expr(&value);
        let var = self.function.add_var(&name, ty, false, Origin::Temp, span);
        if active {
            self.activity.mark(&self.function, var);
        }
        self.out.push(StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }, span);
        Expr { span, ..self.function.read(var) }
    }

    /// A load is named after what it reads: `body_mass`, or `x_now` for an element of `x`.
    fn load_name(&self, place: &Place) -> String {
        let root = &self.function.var(place.root).name;
        let field = place.path.iter().rev().find_map(|proj| match proj {
            Proj::Field(syn::Member::Named(name)) | Proj::Variant(_, syn::Member::Named(name)) => {
                Some(name.to_string())
            }
            Proj::Field(_) | Proj::Variant(..) | Proj::Index(_) | Proj::Range(..) => None,
        });
        let unraw = |name: &str| name.trim_start_matches("r#").to_owned();
        match field {
            Some(field) => format!("{}_{}", unraw(root), unraw(&field)),
            None => format!("{}_now", unraw(root)),
        }
    }

    /// An inactive expression, its places frozen.
    fn inactive(&mut self, mut expr: Expr) -> Expr {
        match &mut expr.kind {
            ExprKind::Read(place) | ExprKind::Len(place) => *place = self.place(place.clone()),
            ExprKind::Prim(_, args) => {
                args.iter_mut().for_each(|arg| *arg = self.inactive(arg.clone()));
            }
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => {
                **inner = self.inactive((**inner).clone());
            }
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => {}
        }
        expr
    }

    /// An inactive expression whose value stays what it is now: a pure tree over immutables, or a
    /// temporary.
    fn frozen(&mut self, expr: Expr) -> Expr {
        let expr = self.inactive(expr);
        if self.is_stable(&expr) {
            return expr;
        }
        let (ty, span) = (expr.ty.clone(), expr.span);
        self.temp(expr, ty, span)
    }

    fn place(&mut self, mut place: Place) -> Place {
        for operand in place.operands_mut() {
            *operand = self.frozen(operand.clone());
        }
        place
    }

    fn places(&mut self, places: Vec<Place>) -> Vec<Place> {
        places.into_iter().map(|place| self.place(place)).collect()
    }

    fn is_atom(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
            ExprKind::Prim(Prim::Neg, args) => {
                matches!(args[0].kind, ExprKind::Float(..) | ExprKind::Int(..))
            }
            ExprKind::Read(place) => place.path.is_empty() && self.is_immutable(place.root),
            ExprKind::Prim(..)
            | ExprKind::Len(_)
            | ExprKind::Cast(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_) => false,
        }
    }

    fn is_immutable(&self, var: VarId) -> bool {
        let by_mut = self.function.param(var).is_some_and(|param| param.passing == Passing::RefMut);
        !by_mut && !self.function.var(var).mutable
    }

    /// Whether evaluating the expression later, in the same scope, gives the same value.
    fn is_stable(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
            ExprKind::Read(place) => {
                let whole = place.path.is_empty() || !self.given.contains(&place.root);
                whole && self.is_immutable(place.root) && self.is_stable_path(place)
            }
            ExprKind::Len(place) => {
                let stays = self.is_immutable(place.root) && !self.given.contains(&place.root);
                (place.has_fixed_length() || stays) && self.is_stable_path(place)
            }
            // Its type may be another one in a later sweep.
            ExprKind::Prim(..) if matches!(expr.ty, Ty::Int(None)) => false,
            ExprKind::Prim(prim, args) => {
                !prim.row().dear && args.iter().all(|arg| self.is_stable(arg))
            }
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.is_stable(inner),
            // The index of an array with several dimensions.
            ExprKind::Opaque(code) => {
                code.is_index()
                    && code.reads.iter().all(|var| {
                        self.is_immutable(*var) && !self.function.may_hold_references(*var)
                    })
            }
        }
    }

    fn is_stable_path(&self, place: &Place) -> bool {
        place.operands().all(|operand| self.is_stable(operand))
    }
}
