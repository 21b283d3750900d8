//! The tangent transform `T`: forward mode.
//!
//! Every active variable `x` gets a variable `x_dot`, declared and assigned beside it. By the table
//! of primitives, `let y = p(x₁, …)` is followed by `let y_dot = Σ cᵢ(xᵢ_dot)`; everything that moves
//! values (copies, aggregates, swaps, the tape) moves tangents alike; control flow is kept.

use std::collections::HashMap;

use proc_macro2::Span;

use super::normalize;
use crate::analysis::activity::Activity;
use crate::ir::{
    Arg, Block, Call, Expr, ExprKind, Function, Loop, Origin, Param, Passing, Place, Proj, Role,
    Rvalue, Shape, Stage, Stmt, StmtKind, Ty, VarId,
};
use crate::ops::Prim;

/// `f(args…) -> results…` becomes `f(args…, dots…) -> (results…, result dots…)`. An inactive
/// argument's dot, and that of a result without derivative, is `()`.
pub fn tangent(source: &Function) -> Function {
    let function = normalize(source);
    let activity = Activity::of(&function);
    let mut pass = Tangent { function, activity, dots: HashMap::new(), out: Block::default() };
    let body = std::mem::take(&mut pass.function.body);
    pass.params();
    pass.stmts(body);
    pass.results();
    pass.function.body = pass.out;
    pass.activity.keep_constants(&mut pass.function);
    pass.function
}

struct Tangent {
    function: Function,
    activity: Activity,
    dots: HashMap<VarId, VarId>,
    out: Block,
}

impl Tangent {
    fn params(&mut self) {
        for param in self.function.params.clone() {
            let var = self.function.var(param.var).clone();
            let (ty, passing) = match self.activity.is_active(param.var) {
                true => (var.ty.tangent(), param.passing),
                false => (Ty::Unit, Passing::Value),
            };
            let dot = self.new_dot(param.var, ty);
            self.function.params.push(Param { var: dot, passing, role: Role::Tangent(param.var) });
        }
    }

    fn results(&mut self) {
        for result in self.function.results.clone() {
            let dot = if self.activity.expr(&result) {
                self.tangent_of_atom(&result)
            } else {
                self.zero_of(&result)
            };
            self.function.results.push(dot);
        }
    }

    fn new_dot(&mut self, var: VarId, ty: Ty) -> VarId {
        let primal = self.function.var(var).clone();
        let name = format!("{}_dot", primal.name);
        let dot =
            self.function.add_var(&name, ty, primal.mutable, Origin::Tangent(var), primal.span);
        self.dots.insert(var, dot);
        dot
    }

    /// The tangent of an active variable, made at its declaration.
    fn dot(&mut self, var: VarId) -> VarId {
        match self.dots.get(&var) {
            Some(dot) => *dot,
            None => self.new_dot(var, self.function.var(var).ty.tangent()),
        }
    }

    fn place_dot(&mut self, place: &Place) -> Place {
        let dot = self.dot(place.root);
        place.on(dot)
    }

    fn stmts(&mut self, block: Block) {
        for stmt in block.stmts {
            self.stmt(stmt);
        }
    }

    fn block(&mut self, block: Block) -> Block {
        let outer = std::mem::take(&mut self.out);
        self.stmts(block);
        std::mem::replace(&mut self.out, outer)
    }

    fn stmt(&mut self, stmt: Stmt) {
        let span = stmt.span;
        match stmt.kind {
            StmtKind::If { cond, then, els } => {
                let (then, els) = (self.block(then), self.block(els));
                self.out.push(StmtKind::If { cond, then, els }, span);
            }
            StmtKind::Switch { tag, arms } => {
                let arms = arms.into_iter().map(|arm| self.block(arm)).collect();
                self.out.push(StmtKind::Switch { tag, arms }, span);
            }
            StmtKind::Loop(loop_) => {
                let body = self.block(loop_.body);
                self.out.push(StmtKind::Loop(Loop { body, ..loop_ }), span);
            }
            StmtKind::Call(call) => self.call(call, span),
            StmtKind::Push { tape, mut values } => {
                let dots = self.tape_dots(&values, Self::zero_place);
                values.extend(dots);
                self.out.push(StmtKind::Push { tape, values }, span);
            }
            StmtKind::Pop { tape, mut into, declare } => {
                let dots = match declare {
                    true => self.tape_dots(&into, Self::place_of_zero),
                    false => self.tape_dots(&into, Self::zero_place),
                };
                if !declare {
                    // The tangent of something inactive: zero, and zero again.
                    for dot in &dots {
                        self.function.vars[dot.root.0 as usize].mutable = true;
                    }
                }
                into.extend(dots);
                self.out.push(StmtKind::Pop { tape, into, declare }, span);
            }
            kind => {
                self.out.push(kind.clone(), span);
                self.beside(kind, span);
            }
        }
    }

    /// What stands beside a statement that is kept as it is.
    fn beside(&mut self, kind: StmtKind, span: Span) {
        match kind {
            StmtKind::Let { var, value } if self.activity.is_active(var) => {
                let place = self.function.place(var);
                let dot = self.dot(var);
                match value {
                    None => self.out.push(StmtKind::Let { var: dot, value: None }, span),
                    Some(value) => self.give(&place, value, span, Some(dot)),
                }
            }
            StmtKind::Assign { place, value } if self.activity.place(&place) => {
                self.give(&place, value, span, None);
            }
            StmtKind::Assign { place, .. } if self.is_reshaped(&place) => {
                self.reshape(&place, span);
            }
            StmtKind::Accumulate { place, value }
                if self.activity.place(&place) && self.activity.expr(&value) =>
            {
                let place = self.place_dot(&place);
                let value = self.tangent_of_atom(&value);
                self.out.push(StmtKind::Accumulate { place, value }, span);
            }
            StmtKind::Fill { place, value } if self.activity.place(&place) => {
                let place = self.place_dot(&place);
                let value = self.tangent_or_zero(&value);
                self.out.push(StmtKind::Fill { place, value }, span);
            }
            StmtKind::VecPush { vec, value } if self.activity.is_active(vec.root) => {
                let vec = self.place_dot(&vec);
                let value = self.tangent_or_zero(&value);
                self.out.push(StmtKind::VecPush { vec, value }, span);
            }
            StmtKind::VecPop { vec, into } if self.activity.is_active(vec.root) => {
                let (vec, into) = (self.place_dot(&vec), self.dot(into));
                self.out.push(StmtKind::VecPop { vec, into }, span);
            }
            StmtKind::VecPop { into, .. } => self.declare_zero(into, span),
            StmtKind::Swap { a, b } if self.activity.place(&a) => {
                let (a, b) = (self.place_dot(&a), self.place_dot(&b));
                self.out.push(StmtKind::Swap { a, b }, span);
            }
            // Inactive, or dealt with in `stmt`.
            StmtKind::Let { .. }
            | StmtKind::Assign { .. }
            | StmtKind::Accumulate { .. }
            | StmtKind::Fill { .. }
            | StmtKind::VecPush { .. }
            | StmtKind::Swap { .. }
            | StmtKind::Opaque { .. }
            | StmtKind::If { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Loop(_)
            | StmtKind::Call(_)
            | StmtKind::Push { .. }
            | StmtKind::Pop { .. } => {}
        }
    }

    /// Declares the tangent of a variable that holds an inactive value here, and an active one where it
    /// is declared again.
    fn declare_zero(&mut self, var: VarId, span: Span) {
        if !self.activity.is_active(var) {
            return;
        }
        let (place, dot) = (self.function.place(var), self.dot(var));
        let value = match place.ty.tangent().has_one_shape() {
            true => Rvalue::Expr(Expr::zero(place.ty.tangent(), span)),
            false => Rvalue::ZeroLike(place),
        };
        self.out.push(StmtKind::Let { var: dot, value: Some(value) }, span);
    }

    /// Gives the tangent of `place` the tangent of `value`, declaring it if `fresh`.
    fn give(&mut self, place: &Place, value: Rvalue, span: Span, fresh: Option<VarId>) {
        let dot_place = self.place_dot(place);
        let replaces = replaces_fields(&value);
        let (value, fields) = match value {
            Rvalue::Expr(expr) => (Rvalue::Expr(self.tangent_of(&expr, place)), Vec::new()),
            Rvalue::Repeat { value, len, ty } => (
                Rvalue::Repeat { value: self.tangent_or_zero(&value), len, ty: ty.tangent() },
                Vec::new(),
            ),
            Rvalue::ZeroLike(_) => (Rvalue::ZeroLike(place.clone()), Vec::new()),
            Rvalue::Aggregate { shape, fields, ty } => match shape {
                Shape::Tuple
                | Shape::Array
                | Shape::Vec
                | Shape::VecWithCapacity(_)
                | Shape::Option => {
                    let fields = fields.iter().map(|field| self.tangent_or_zero(field)).collect();
                    (Rvalue::Aggregate { shape, fields, ty: ty.tangent() }, Vec::new())
                }
                Shape::Struct { members, base, .. } => {
                    let start = match fields.last() {
                        Some(base_value) if base => Rvalue::Expr(self.tangent_or_zero(base_value)),
                        _ => Rvalue::ZeroLike(place.clone()),
                    };
                    let projs = members.into_iter().map(Proj::Field);
                    (start, projs.zip(fields).collect())
                }
                Shape::Variant { path, members } => {
                    let projs =
                        members.into_iter().map(|member| Proj::Variant(path.clone(), member));
                    (Rvalue::ZeroLike(place.clone()), projs.zip(fields).collect())
                }
            },
        };
        match fresh {
            Some(var) => {
                self.function.vars[var.0 as usize].mutable |= !fields.is_empty();
                self.out.push(StmtKind::Let { var, value: Some(value) }, span);
            }
            None => {
                self.function.vars[dot_place.root.0 as usize].mutable |= !fields.is_empty();
                self.out.push(StmtKind::Assign { place: dot_place.clone(), value }, span);
            }
        }
        for (proj, field) in fields {
            if self.activity.expr(&field) {
                self.give_field(&dot_place, proj, &field, span);
            } else if replaces {
                self.clear_field(place, (proj, &field.ty), span);
            }
        }
    }

    /// Whether the place is a part of a struct that has no derivative, but a shape, which who reads it elsewhere
    /// may expect of its tangent: an `Option` of an integer.
    fn is_reshaped(&self, place: &Place) -> bool {
        let of = &self.function.var(place.root).ty;
        self.activity.is_active(place.root)
            && has_shape(&place.ty)
            && !place.ty.can_be_active()
            && of.projected(&place.path).is_none()
    }

    /// `s_dot.member = ` the zero of `s.member`, which was given a value without a derivative.
    fn reshape(&mut self, place: &Place, span: Span) {
        let dot = Place { ty: place.ty.tangent(), ..self.place_dot(place) };
        self.out
            .push(StmtKind::Assign { place: dot, value: Rvalue::ZeroLike(place.clone()) }, span);
    }

    /// `s_dot.member = 0`, for a field that does not come from the base and has no derivative.
    fn clear_field(&mut self, aggregate: &Place, (proj, ty): (Proj, &Ty), span: Span) {
        let mut part = aggregate.clone();
        part.path.push(proj);
        part.ty = ty.clone();
        if self.is_reshaped(&part) {
            return self.reshape(&part, span);
        }
        part.ty = Ty::Unknown;
        let place = self.place_dot(&part);
        let value = Rvalue::ZeroLike(place.clone());
        self.out.push(StmtKind::Assign { place, value }, span);
    }

    /// `s_dot.member = field_dot`, for an active field of a struct or variant just built.
    fn give_field(&mut self, aggregate: &Place, proj: Proj, field: &Expr, span: Span) {
        let mut place = aggregate.clone();
        place.path.push(proj);
        place.ty = field.ty.tangent();
        let value = Rvalue::Expr(self.tangent_of_atom(field));
        self.out.push(StmtKind::Assign { place, value }, span);
    }

    fn call(&mut self, call: Call, span: Span) {
        if !call.args.iter().any(|arg| self.activity.arg(arg)) {
            let results = call.results.clone();
            self.out.push(StmtKind::Call(call), span);
            results.into_iter().for_each(|result| self.declare_zero(result, span));
            return;
        }
        let slots: Vec<Arg> = call.args.iter().map(|arg| self.slot(arg)).collect();
        let mut callee = call.callee;
        callee.stages.push(Stage::Tangent);
        let dots: Vec<VarId> = call.results.iter().map(|result| self.dot(*result)).collect();
        let args = call.args.into_iter().chain(slots).collect();
        let results = call.results.into_iter().chain(dots).collect();
        self.out.push(StmtKind::Call(Call { callee, args, results }), span);
    }

    /// The derivative slot that goes with an argument.
    fn slot(&mut self, arg: &Arg) -> Arg {
        if !self.activity.arg(arg) {
            return self.activity.empty_slot(arg);
        }
        let slot = match arg {
            Arg::Value(expr) => Arg::Value(self.tangent_of_atom(expr)),
            Arg::Ref(place) => Arg::Ref(self.place_dot(place)),
            Arg::RefMut(place) => Arg::RefMut(self.place_dot(place)),
            Arg::Active(inner) => return self.slot(inner),
            Arg::Opaque(_) | Arg::Inactive | Arg::Constant(_) => return Arg::Inactive,
        };
        Arg::Active(Box::new(slot))
    }

    /// What goes on the tape beside the places: a tangent for each that can have one. Which of them
    /// are active must not matter, since a `Push` and its `Pop` may stand in different functions.
    fn tape_dots(&mut self, places: &[Place], zero: fn(&mut Self, &Place) -> Place) -> Vec<Place> {
        let mut dots = Vec::new();
        for place in places {
            if !self.function.carries(place) {
                continue;
            }
            dots.push(match self.activity.place(place) {
                true => self.place_dot(place),
                false => zero(self, place),
            });
        }
        dots
    }

    /// The tangent of the value just given to `place`.
    fn tangent_of(&mut self, expr: &Expr, place: &Place) -> Expr {
        match &expr.kind {
            ExprKind::Prim(prim, args) if self.activity.expr(expr) => {
                let value = Expr { span: expr.span, ..Expr::read(place.clone()) };
                self.tangent_of_prim(*prim, args, &value)
            }
            _ => self.tangent_or_zero(expr),
        }
    }

    fn tangent_of_prim(&mut self, prim: Prim, args: &[Expr], value: &Expr) -> Expr {
        let mut sum: Option<Expr> = None;
        for (index, arg) in args.iter().enumerate() {
            if !self.activity.expr(arg) {
                continue;
            }
            let dot = self.tangent_of_atom(arg);
            if let Some(term) = prim.contribution(index, dot, args, value) {
                sum = Some(match sum {
                    Some(sum) => {
                        Expr::prim(Prim::Add, vec![sum, term], value.ty.clone(), value.span)
                    }
                    None => term,
                });
            }
        }
        sum.unwrap_or_else(|| Expr::zero(value.ty.clone(), value.span))
    }

    fn tangent_or_zero(&mut self, expr: &Expr) -> Expr {
        match self.activity.expr(expr) {
            true => self.tangent_of_atom(expr),
            false => self.zero_of(expr),
        }
    }

    /// The tangent of an active atom, whole aggregate, load or cast.
    fn tangent_of_atom(&mut self, expr: &Expr) -> Expr {
        match &expr.kind {
            ExprKind::Read(place) => Expr { span: expr.span, ..Expr::read(self.place_dot(place)) },
            ExprKind::Cast(inner) => {
                let inner = self.tangent_of_atom(inner);
                Expr::new(ExprKind::Cast(Box::new(inner)), expr.ty.clone(), expr.span)
            }
            // Normal form leaves no other active expression here.
            ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Prim(..)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_)
            | ExprKind::Zero => Expr::zero(expr.ty.tangent(), expr.span),
        }
    }

    /// The zero tangent of an inactive value.
    fn zero_of(&mut self, expr: &Expr) -> Expr {
        let ty = expr.ty.tangent();
        match expr.as_place() {
            Some(place) if !ty.has_one_shape() => Expr::read(self.zero_place(place)),
            _ => Expr::zero(ty, expr.span),
        }
    }

    /// A variable that holds the zero tangent of an inactive place.
    fn zero_place(&mut self, place: &Place) -> Place {
        let zero = self.place_of_zero(place);
        let value = Some(Rvalue::ZeroLike(place.clone()));
        self.out.push(StmtKind::Let { var: zero.root, value }, place.span);
        zero
    }

    /// The same variable, which is yet to be declared. It is a tangent like any other.
    fn place_of_zero(&mut self, place: &Place) -> Place {
        let name = format!("{}_zero", self.function.var(place.root).name);
        let zero = self.function.add_derivative(&name, place, false, Origin::Tangent, place.span);
        self.function.place(zero)
    }
}

/// Whether the value is a struct with other fields than those of its base: `S { x, ..base }`.
fn replaces_fields(value: &Rvalue) -> bool {
    matches!(value, Rvalue::Aggregate { shape: Shape::Struct { base: true, .. }, .. })
}

/// Whether values of the type have a length or a variant.
fn has_shape(ty: &Ty) -> bool {
    match ty {
        Ty::Option(_) | Ty::Vec(_) => true,
        Ty::Array(elem, _) => has_shape(elem),
        _ => false,
    }
}
