//! Places for what the iterations of a loop record.
//!
//! Where the trip count is known before the loop runs, each iteration's values have their places in arrays that are
//! declared before the loop: on the stack where it is a constant, else in memory that is used again.

use proc_macro2::Span;

use super::fuse;
use super::record::has_zero;
use super::sweep::Sweep;
use super::untold::is_open;
use crate::ir::{
    Block, Expr, ExprKind, Function, Len, Loop, LoopKind, Opaque, Origin, Place, Proj, Rvalue,
    Shape, StmtKind, Ty, VarId, VarSet,
};

/// A loop over `0 ≤ index < len` whose trip count is known before it runs.
pub(super) struct Trip {
    pub len: TripLen,
    pub index: Expr,
    /// The iterations depend on each other, so that rustc cannot do several at once: an iteration's
    /// values then lie together, in one place of memory.
    carries: bool,
}

/// The number of places that the values of a loop's iterations need.
pub(super) enum TripLen {
    /// They fit on the stack.
    Constant(Len),
    /// The end of the range.
    Run(Expr),
}

/// Longer loops keep their records on the tape rather than on the stack.
const LONGEST_ON_STACK: u128 = 1024;

impl Trip {
    /// `run` allows a trip count that is not constant.
    pub fn of(function: &Function, loop_: &Loop, run: bool) -> Option<Trip> {
        let LoopKind::For { var, start, end, .. } = &loop_.kind else { return None };
        let from_constant = matches!(start.kind, ExprKind::Int(..));
        if loop_.exit.is_some() || !from_constant {
            return None;
        }
        let index = function.read(*var);
        let is_usize = matches!(&index.ty, Ty::Int(Some(name)) if name == "usize");
        let len = match &end.kind {
            ExprKind::Int(value, _) if *value <= LONGEST_ON_STACK => {
                TripLen::Constant(Len::literal(*value as usize))
            }
            ExprKind::Len(Place { ty: Ty::Array(_, len), .. }) => TripLen::Constant(len.clone()),
            ExprKind::Opaque(code) if code.reads.is_empty() && named_constant(code).is_some() => {
                TripLen::Constant(named_constant(code)?)
            }
            _ if run && is_usize => TripLen::Run(end.clone()),
            _ => return None,
        };
        let span = index.span;
        let index = match is_usize {
            true => index,
            false => Expr::new(ExprKind::Cast(Box::new(index)), Ty::usize(), span),
        };
        Some(Trip { len, index, carries: fuse::independent(loop_, &VarSet::new()).is_none() })
    }

    /// Whether the loop's arrays can hold values of the type. One of integers whose type only rustc knows could
    /// not get to another function.
    pub fn holds(&self, ty: &Ty) -> bool {
        match self.len {
            TripLen::Constant(_) => has_zero(ty) && !is_open(ty),
            TripLen::Run(_) => matches!(ty, Ty::Float(_) | Ty::Bool | Ty::Int(Some(_))),
        }
    }
}

impl Sweep {
    /// Arrays declared before the loop, with a place for each iteration's value of each variable, or
    /// one with a place for all of them.
    pub fn slots(
        &mut self,
        trip: &Trip,
        vars: &[VarId],
        forward: &mut Block,
        reverse: &mut Block,
    ) -> Vec<VarId> {
        if matches!(trip.len, TripLen::Run(_)) && trip.carries && vars.len() > 1 {
            return vec![self.slot_of_all(trip, vars, forward, reverse)];
        }
        let mut arrays = Vec::new();
        for var in vars {
            let slotted = self.function.var(*var).clone();
            let slot = self.slot_array(trip, &slotted.name, slotted.ty, slotted.span);
            forward.assign(slot.clone(), self.function.read(*var));
            let constant = self.activity.is_independent(*var);
            self.function.vars[slot.root.0 as usize].constant = constant;
            arrays.push(slot.root);
            reverse.let_(*var, Expr::read(slot));
        }
        arrays
    }

    fn slot_of_all(
        &mut self,
        trip: &Trip,
        vars: &[VarId],
        forward: &mut Block,
        reverse: &mut Block,
    ) -> VarId {
        let types = vars.iter().map(|var| self.function.var(*var).ty.clone()).collect();
        let (ty, span) = (Ty::Tuple(types), trip.index.span);
        let slot = self.slot_array(trip, "values", ty.clone(), span);
        let fields = vars.iter().map(|var| self.function.read(*var)).collect();
        let value = Rvalue::Aggregate { shape: Shape::Tuple, fields, ty };
        forward.push(StmtKind::Assign { place: slot.clone(), value }, span);
        for (index, var) in vars.iter().enumerate() {
            let mut part = slot.clone();
            part.path.push(Proj::Field(syn::Member::from(index)));
            part.ty = self.function.var(*var).ty.clone();
            reverse.let_(*var, Expr::read(part));
        }
        slot.root
    }

    /// An array with an element of the type for each iteration; the iteration's element.
    fn slot_array(&mut self, trip: &Trip, name: &str, elem: Ty, span: Span) -> Place {
        let (ty, origin) = match &trip.len {
            TripLen::Constant(len) => (Ty::Array(Box::new(elem), len.clone()), Origin::Temp),
            TripLen::Run(_) => (Ty::Vec(Box::new(elem)), Origin::Scratch),
        };
        let array = self.function.add_var(&format!("{name}_each"), ty, true, origin, span);
        if let TripLen::Run(len) = &trip.len {
            self.slot_lengths.insert(array, len.clone());
        }
        self.function.place(array).index(trip.index.clone())
    }
}

/// A `const` or const parameter, by its name in capitals.
fn named_constant(code: &Opaque) -> Option<Len> {
    let path: syn::Path = syn::parse2(code.tokens.clone()).ok()?;
    let last = path.segments.last()?.ident.to_string();
    let capitals = last.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let expr = syn::Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path });
    capitals.then(|| Len { expr: Box::new(expr), value: None })
}
