//! Sums of derivatives whose order is left open.
//!
//! `for i in 0..n { column_bar[i] += t_bar[i] * x; sum += t_bar[i] * column[i]; }` adds up one element after
//! the other, since floats in another order would round otherwise, and rustc makes no vector instructions of
//! such a loop. Of a derivative the order is nobody's business. So the loop is marked ([`Loop::sums`]), and
//! printed as a call of the runtime that goes through the elements of the slices in several accumulators
//! (`emit::sums`).
//!
//! # Legality
//!
//! 1. What is added up is a derivative: the function's own sums keep their order.
//! 2. The loop runs from 0 to a bound that is not constant, and does no more than to add to the sum and to
//!    the element of each iteration of at most one array, which nothing in it reads.
//! 3. What else changes from iteration to iteration are elements at the loop's variable of arrays that the
//!    loop does not write.
//!
//! The derivative may change in its last bits.

use super::adjoint::declared;
use super::visit::is_plain;
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Place, Proj, Rvalue, Stmt, StmtKind, Ty,
    VarId, VarSet,
};

/// The most arrays whose elements the runtime takes.
const MOST: usize = 3;

/// Marks the loops of a derived function that add up derivatives.
pub fn leave_order_open(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    in_block(function, &mut body);
    function.body = body;
}

fn in_block(function: &Function, block: &mut Block) {
    for stmt in &mut block.stmts {
        stmt.kind.blocks_mut().for_each(|inner| in_block(function, inner));
        if let StmtKind::Loop(loop_) = &mut stmt.kind
            && let Some(sum) = sum_of(function, loop_)
        {
            loop_.sums = Some(sum);
            if Terms::of(function, loop_).is_none() {
                loop_.sums = None;
            }
        }
    }
}

/// The derivative that the loop's body adds to, if it is one.
fn sum_of(function: &Function, loop_: &Loop) -> Option<VarId> {
    let mut sums = loop_.body.stmts.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Accumulate { place, .. } => place.is_var(),
        _ => None,
    });
    let (Some(sum), None) = (sums.next(), sums.next()) else { return None };
    let is_derivative = function.var(sum).origin.is_derivative();
    (is_derivative && function.param(sum).is_none()).then_some(sum)
}

/// What a marked loop does.
pub struct Terms<'a> {
    pub end: &'a Expr,
    /// The elements that it reads, each once, with their names if they have any.
    pub elements: Vec<(Option<VarId>, &'a Place)>,
    /// What it computes of them.
    pub values: Vec<&'a Stmt>,
    /// The element that it adds something to.
    pub own: Option<(&'a Place, &'a Expr)>,
    /// What it adds to the sum.
    pub term: &'a Expr,
}

impl<'a> Terms<'a> {
    /// Nothing if the loop is not of that kind.
    pub fn of(function: &'a Function, loop_: &'a Loop) -> Option<Terms<'a>> {
        let LoopKind::For { var, start, end, step: None, .. } = &loop_.kind else { return None };
        let from_zero = matches!(start.kind, ExprKind::Int(0, _));
        let to_constant = matches!(end.kind, ExprKind::Int(..));
        let counts = matches!(&end.ty, Ty::Int(Some(name)) if name == "usize");
        let mut body = Body::new(function, *var, &loop_.body);
        let sum_is_outside = loop_.sums.is_some_and(|sum| !body.declared.contains(&sum));
        if loop_.exit.is_some() || !from_zero || to_constant || !counts || !sum_is_outside {
            return None;
        }
        let (mut values, mut own, mut term) = (Vec::new(), None, None);
        for stmt in &loop_.body.stmts {
            match &stmt.kind {
                StmtKind::Let { var: name, value: Some(Rvalue::Expr(value)) } => {
                    if !is_number(&value.ty) || !body.computes(value, Some(*name)) {
                        return None;
                    }
                    let element = value.as_place().filter(|place| body.is_element(place));
                    if element.is_none() || !body.names(*name) {
                        values.push(stmt);
                    }
                    body.known.insert(*name);
                }
                StmtKind::Accumulate { place, value } if body.computes(value, None) => {
                    if place.is_var().is_some() && place.is_var() == loop_.sums {
                        is_first(&mut term, value)?;
                    } else if body.is_element(place) && body.is_fixed_outside(place) {
                        is_first(&mut own, (place, value))?;
                    } else {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        let few = (1..=MOST).contains(&body.elements.len()) && body.is_fixed(end);
        few.then_some(Terms { end, elements: body.elements, values, own, term: term? })
    }
}

/// A loop's body, as it is gone through.
struct Body<'a> {
    function: &'a Function,
    var: VarId,
    written: VarSet,
    declared: VarSet,
    /// Of what it declares, what has been.
    known: VarSet,
    elements: Vec<(Option<VarId>, &'a Place)>,
}

impl<'a> Body<'a> {
    fn new(function: &'a Function, var: VarId, block: &Block) -> Body<'a> {
        let (written, mut declared_here) = (effects::block_writes(block), VarSet::new());
        declared(block, &mut declared_here);
        let (known, elements) = (VarSet::new(), Vec::new());
        Body { function, var, written, declared: declared_here, known, elements }
    }

    /// `x[i]`, `x[a..b][i]`, where that is part of a slice of numbers.
    fn is_element(&self, place: &Place) -> bool {
        let Some((Proj::Index(index), outer)) = place.path.split_last() else { return false };
        let root = &self.function.var(place.root).ty;
        let of_numbers = match root.part(outer) {
            Some(Ty::Slice(elem) | Ty::Vec(elem) | Ty::Array(elem, _)) => is_number(elem),
            _ => false,
        };
        index.as_var() == Some(self.var) && of_numbers && is_number(&place.ty)
    }

    /// Whether the expression is made of elements, of what has been computed of them, and of what has one
    /// value in all iterations. Its elements are noted, with the name if it is one.
    fn computes(&mut self, expr: &'a Expr, name: Option<VarId>) -> bool {
        match &expr.kind {
            ExprKind::Read(place) if self.is_element(place) => {
                let found_again = place.is_same_part(place);
                if self.written.contains(&place.root)
                    || !self.is_fixed_outside(place)
                    || !found_again
                {
                    return false;
                }
                if !self.elements.iter().any(|(_, known)| known.is_same_part(place)) {
                    self.elements.push((name, place));
                }
                true
            }
            ExprKind::Read(place)
                if place.is_var().is_some_and(|var| self.known.contains(&var)) =>
            {
                true
            }
            ExprKind::Prim(_, args) => args.iter().all(|arg| self.computes(arg, None)),
            ExprKind::Cast(inner) | ExprKind::Detach(inner) => self.computes(inner, None),
            ExprKind::Read(_)
            | ExprKind::Len(_)
            | ExprKind::Opaque(_)
            | ExprKind::Float(..)
            | ExprKind::Int(..)
            | ExprKind::Bool(_)
            | ExprKind::Zero => self.is_fixed(expr),
        }
    }

    /// Whether this is the name by which an element is noted.
    fn names(&self, name: VarId) -> bool {
        self.elements.iter().any(|(noted, _)| *noted == Some(name))
    }

    /// Whether the expression has one value in all iterations.
    fn is_fixed(&self, expr: &Expr) -> bool {
        let mut fixed = is_plain(expr);
        expr.for_each_root(&mut |root| {
            fixed &= root != self.var;
            fixed &= !self.written.contains(&root) && !self.declared.contains(&root);
        });
        fixed
    }

    /// Whether the element is of the same array in all iterations.
    fn is_fixed_outside(&self, element: &Place) -> bool {
        element.outer_operands().all(|operand| self.is_fixed(operand))
            && !self.declared.contains(&element.root)
    }
}

fn is_first<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}

fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Lane(_))
}
