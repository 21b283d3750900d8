//! Lanes: from one direction to as many as the caller likes.
//!
//! A derived function is linear in the (co)tangents that its outermost transform introduced. This
//! pass gives these variables the types of lanes ([`Ty::Lane`], [`Ty::Dot`]) and orders each product
//! so that the lane stands first, which is all that the printed code has to say about them: what is
//! added, negated, selected, and multiplied by a float may as well be several floats. Values of the
//! primal, and of inner derivatives, stay floats.
//!
//! That every expression in the place of a (co)tangent is linear is checked on the way.

use crate::ir::{
    Arg, Block, Call, Expr, ExprKind, Function, Origin, Place, Role, Rvalue, Stage, StmtKind,
    VarId, VarSet,
};
use crate::ops::Prim;

/// Gives a function lanes that was derived, `stage` being the outermost transform, from one with
/// `inner` variables. A forward sweep has no directions.
pub fn lanes(function: &mut Function, stage: Stage, inner: usize) -> Result<(), String> {
    if stage == Stage::Forward {
        return Ok(());
    }
    let mut pass = Lanes { lanes: introduced(function, inner) };
    for lane in pass.lanes.iter() {
        let var = &mut function.vars[lane.0 as usize];
        var.ty = var.ty.lanes();
    }
    pass.block(&mut function.body)?;
    if stage == Stage::Tangent {
        let primal = function.results.len() / 2;
        function.results[primal..].iter_mut().try_for_each(|dot| pass.linear(dot))?;
    }
    Ok(())
}

/// The variables that hold what the outermost transform is linear in.
fn introduced(function: &Function, inner: usize) -> VarSet {
    let is_new = |var: VarId| var.0 as usize >= inner;
    let mut lanes = VarSet::new();
    for index in inner..function.vars.len() {
        if matches!(
            function.vars[index].origin,
            Origin::Tangent(_) | Origin::Cotangent(_) | Origin::Share(_)
        ) {
            lanes.insert(VarId(index as u32));
        }
    }
    for param in function.params.iter().filter(|param| is_new(param.var)) {
        match param.role {
            Role::Tangent(_) | Role::Cotangent(_) | Role::Seed(_) => {
                lanes.insert(param.var);
            }
            Role::Active | Role::Inactive | Role::Record | Role::Tape => {}
        }
    }
    zeros(&function.body, &mut |var| {
        let is_other = |origin| matches!(origin, Origin::Again(_) | Origin::Popped(_));
        if is_new(var) && !is_other(function.var(var).origin) {
            lanes.insert(var);
        }
    });
    lanes
}

/// The variables declared as the zero tangents of others.
fn zeros(block: &Block, found: &mut impl FnMut(VarId)) {
    for stmt in &block.stmts {
        if let StmtKind::Let { var, value: Some(Rvalue::ZeroLike(_)) } = &stmt.kind {
            found(*var);
        }
        stmt.kind.blocks().for_each(|inner| zeros(inner, found));
    }
}

struct Lanes {
    lanes: VarSet,
}

impl Lanes {
    fn block(&mut self, block: &mut Block) -> Result<(), String> {
        block.stmts.iter_mut().try_for_each(|stmt| self.stmt(&mut stmt.kind))
    }

    fn stmt(&mut self, kind: &mut StmtKind) -> Result<(), String> {
        match kind {
            StmtKind::Let { var, value: Some(value) } if self.is_lane(*var) => self.rvalue(value),
            StmtKind::Assign { place, value } if self.is_lane(place.root) => {
                self.place(place);
                self.rvalue(value)
            }
            StmtKind::Accumulate { place, value }
            | StmtKind::Fill { place, value }
            | StmtKind::VecPush { vec: place, value }
                if self.is_lane(place.root) =>
            {
                self.place(place);
                self.linear(value)
            }
            StmtKind::VecPop { vec, .. } => {
                self.place(vec);
                Ok(())
            }
            StmtKind::Swap { a, b } => {
                self.place(a);
                self.place(b);
                Ok(())
            }
            StmtKind::Push { values: places, .. } | StmtKind::Pop { into: places, .. } => {
                for place in places {
                    self.place(place);
                }
                Ok(())
            }
            StmtKind::If { then, els, .. } => {
                self.block(then)?;
                self.block(els)
            }
            StmtKind::Switch { arms, .. } => arms.iter_mut().try_for_each(|arm| self.block(arm)),
            StmtKind::Loop(loop_) => self.block(&mut loop_.body),
            StmtKind::Call(call) => self.call(call),
            StmtKind::Let { .. }
            | StmtKind::Assign { .. }
            | StmtKind::Accumulate { .. }
            | StmtKind::Fill { .. }
            | StmtKind::VecPush { .. }
            | StmtKind::Opaque { .. } => Ok(()),
        }
    }

    fn is_lane(&self, var: VarId) -> bool {
        self.lanes.contains(&var)
    }

    /// A part of a lane has a lane's type.
    fn place(&self, place: &mut Place) {
        if self.is_lane(place.root) {
            place.ty = place.ty.lanes();
        }
    }

    fn call(&self, call: &mut Call) -> Result<(), String> {
        for arg in &mut call.args {
            let Arg::Active(slot) = arg else { continue };
            match &mut **slot {
                Arg::Value(value) if self.mentions(value) => self.linear(value)?,
                Arg::Ref(place) | Arg::RefMut(place) => {
                    self.place(place);
                }
                Arg::Value(_)
                | Arg::Opaque(_)
                | Arg::Active(_)
                | Arg::Inactive
                | Arg::Constant(_) => {}
            }
        }
        Ok(())
    }

    fn rvalue(&self, value: &mut Rvalue) -> Result<(), String> {
        match value {
            Rvalue::Expr(expr) => self.linear(expr),
            Rvalue::Aggregate { fields, ty, .. } => {
                *ty = ty.lanes();
                fields.iter_mut().try_for_each(|field| self.linear(field))
            }
            Rvalue::Repeat { value, ty, .. } => {
                *ty = ty.lanes();
                self.linear(value)
            }
            // Of the shape of a primal value, or of another lane.
            Rvalue::ZeroLike(place) => {
                self.place(place);
                Ok(())
            }
        }
    }

    /// An expression that stands for a (co)tangent.
    fn linear(&self, expr: &mut Expr) -> Result<(), String> {
        let ty = expr.ty.lanes();
        match &mut expr.kind {
            ExprKind::Read(place) if self.is_lane(place.root) => self.place(place),
            ExprKind::Zero => {}
            ExprKind::Float(value, _) if *value == 0.0 => expr.kind = ExprKind::Zero,
            ExprKind::Cast(inner) => self.linear(inner)?,
            ExprKind::Prim(prim, args) => self.linear_prim(*prim, args)?,
            _ if !expr.ty.can_be_active() => {}
            ExprKind::Read(_)
            | ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Len(_)
            | ExprKind::Detach(_)
            | ExprKind::Opaque(_) => {
                return Err(format!("`{:?}` stands for a derivative", expr.kind));
            }
        }
        expr.ty = ty;
        Ok(())
    }

    fn linear_prim(&self, prim: Prim, args: &mut [Expr]) -> Result<(), String> {
        match prim {
            Prim::Add | Prim::Sub => {
                self.linear(&mut args[0])?;
                self.linear(&mut args[1])
            }
            Prim::Select => {
                self.linear(&mut args[1])?;
                self.linear(&mut args[2])
            }
            Prim::Mul => {
                if !self.is_linear(&args[0]) {
                    args.swap(0, 1);
                }
                self.linear(&mut args[0])
            }
            Prim::Neg | Prim::Div | Prim::Scale | Prim::ToDegrees | Prim::ToRadians => {
                self.linear(&mut args[0])
            }
            other => Err(format!("{other:?} of a derivative is not linear")),
        }
    }

    /// Whether this is the derivative of the two factors.
    fn is_linear(&self, factor: &Expr) -> bool {
        matches!(factor.kind, ExprKind::Zero) || self.mentions(factor)
    }

    fn mentions(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.for_each_root(&mut |root| found |= self.is_lane(root));
        found
    }
}
