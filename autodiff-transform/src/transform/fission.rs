//! Divides loops that add to neighbouring elements into one loop for each distance.
//!
//! The reverse of `next[i] = u[i - 1] + u[i + 1]` adds to `u_bar[i - 1]` and to `u_bar[i + 1]`. An iteration
//! that adds to an element waits for the one that has just stored there, and rustc makes no vector
//! instructions of the loop. A loop for each distance adds to an element once (`cargo bench --bench stencils`:
//! the heat equation's adjoint takes 3.0 primals, by hand in one loop 8.8).
//!
//! # Legality
//!
//! 1. What is added to is a derivative, and the loop does nothing else with it: what is added does not depend
//!    on the order, but in its last bits.
//! 2. The statements that an addition needs give the same in a loop of their own: they are pure, and what they
//!    read the loop does not write, but for elements that belong to the iteration ([`own_elements`]) and are
//!    written after they are read. The loop that writes them comes last.
//! 3. These statements are computed again in each loop, so that they must be cheap.
//! 4. The bounds are the same before each of the loops.
//!
//! A loop between two constants is left alone, since rustc writes its iterations out.

use std::collections::BTreeSet;

use super::adjoint::{declared, own_elements};
use super::visit::{is_plain, weight};
use crate::analysis::effects;
use crate::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Place, Proj, Rvalue, Stmt, StmtKind, Ty,
    VarId, VarSet,
};
use crate::ops::Prim;

/// The most loops that one is divided into.
const MOST: usize = 5;

/// How much is computed again for one of them at most, in nodes of expressions.
const CHEAP: usize = 48;

/// Divides the loops of a derived function.
pub fn divide(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    in_block(function, &mut body);
    function.body = body;
}

fn in_block(function: &Function, block: &mut Block) {
    for mut stmt in std::mem::take(&mut block.stmts) {
        stmt.kind.blocks_mut().for_each(|inner| in_block(function, inner));
        let divided = match &stmt.kind {
            StmtKind::Loop(loop_) => Body::of(function, loop_).and_then(|body| body.divided()),
            _ => None,
        };
        match divided {
            Some(bodies) => block.stmts.extend(bodies.into_iter().map(|body| {
                let mut part = stmt.clone();
                if let StmtKind::Loop(loop_) = &mut part.kind {
                    loop_.body = body;
                }
                part
            })),
            None => block.stmts.push(stmt),
        }
    }
}

/// The body of a loop that may be divided.
struct Body<'a> {
    function: &'a Function,
    stmts: &'a [Stmt],
    var: VarId,
    reverse: bool,
    declared: VarSet,
    written: VarSet,
    /// What it writes, each iteration an element of its own.
    own: VarSet,
}

impl<'a> Body<'a> {
    fn of(function: &'a Function, loop_: &'a Loop) -> Option<Body<'a>> {
        let LoopKind::For { var, start, end, step: None, reverse } = &loop_.kind else {
            return None;
        };
        let is_constant = |bound: &Expr| matches!(bound.kind, ExprKind::Int(..));
        let ends = loop_.exit.is_some() || loop_.checkpoint.is_some() || loop_.sums.is_some();
        if ends || is_constant(start) && is_constant(end) || !loop_.body.stmts.iter().all(is_simple)
        {
            return None;
        }
        let written = effects::block_writes(&loop_.body);
        let mut declared_here = VarSet::new();
        declared(&loop_.body, &mut declared_here);
        let repeats = |bound: &Expr| is_plain(bound) && !bound.reads_any(&written);
        if !repeats(start) || !repeats(end) {
            return None;
        }
        let own = own_elements(*var, &loop_.body, &loop_.body);
        Some(Body {
            function,
            stmts: &loop_.body.stmts,
            var: *var,
            reverse: *reverse,
            declared: declared_here,
            written,
            own,
        })
    }

    /// The bodies of the loops that it is divided into.
    fn divided(&self) -> Option<Vec<Block>> {
        let shares: Vec<(usize, i128)> = (0..self.stmts.len())
            .filter_map(|index| Some((index, self.share(&self.stmts[index])?)))
            .collect();
        let several = |root: VarId| {
            let of = shares.iter().filter(|(index, _)| added_to(&self.stmts[*index]) == Some(root));
            of.map(|(_, offset)| offset).collect::<BTreeSet<_>>().len() > 1
        };
        let moved: Vec<(usize, i128)> = shares
            .iter()
            .filter(|(index, _)| added_to(&self.stmts[*index]).is_some_and(&several))
            .copied()
            .collect();
        let mut offsets: Vec<i128> =
            moved.iter().map(|(_, offset)| *offset).collect::<BTreeSet<_>>().into_iter().collect();
        if !(2..=MOST).contains(&offsets.len()) {
            return None;
        }
        // An element gets its shares in the order in which it got them, as far as all can move.
        if !self.reverse {
            offsets.reverse();
        }
        let at = |offset: i128| -> BTreeSet<usize> {
            moved.iter().filter(|(_, of)| *of == offset).map(|(index, _)| *index).collect()
        };
        let mut alone: Vec<Option<BTreeSet<usize>>> =
            offsets.iter().map(|offset| self.alone(at(*offset))).collect();
        let stays = alone.iter().position(Option::is_none).unwrap_or(alone.len() - 1);
        alone.remove(stays);
        let mut bodies = alone.into_iter().collect::<Option<Vec<_>>>()?;
        // What the others compute is not lost, should it panic.
        let elsewhere: BTreeSet<usize> = bodies.iter().flatten().copied().collect();
        let rest = (0..self.stmts.len()).filter(|index| !elsewhere.contains(index)).collect();
        bodies.push(self.with_needed(rest));
        Some(bodies.iter().map(|body| self.block(body)).collect())
    }

    /// Whether the statement changes nothing but variables of the body.
    fn is_its_own(&self, stmt: &Stmt) -> bool {
        effects::writes(stmt).iter().all(|root| self.declared.contains(&root))
    }

    /// How far the element that a statement adds to is from the loop's variable, if it may move into a loop
    /// of its own.
    fn share(&self, stmt: &Stmt) -> Option<i128> {
        let Addition { place, value, .. } = Addition::of(stmt)?;
        let Proj::Index(index) = place.path.last()? else { return None };
        let var = self.function.var(place.root);
        let is_float = matches!(place.ty, Ty::Float(_) | Ty::Lane(_));
        if !var.origin.is_derivative() || !is_float || self.declared.contains(&place.root) {
            return None;
        }
        let is_fixed = place.outer_operands().all(|operand| self.is_fixed(operand));
        let alone = self.stmts.iter().all(|other| is_only_added_to(place.root, other));
        let distance = self.distance(index)?;
        (is_fixed && alone && distance.follows && is_plain(value)).then_some(distance.by)
    }

    /// Whether the expression has one value in all iterations.
    fn is_fixed(&self, expr: &Expr) -> bool {
        is_plain(expr)
            && !expr.reads(self.var)
            && !expr.reads_any(&self.written)
            && !expr.reads_any(&self.declared)
    }

    /// How far an index is from the loop's variable, integers of the body's looked through; what is the same
    /// in all iterations does not count.
    fn distance(&self, index: &Expr) -> Option<Distance> {
        let of = |expr: &Expr| self.distance(expr);
        match &index.kind {
            ExprKind::Int(value, _) => {
                Some(Distance { follows: false, by: i128::try_from(*value).ok()? })
            }
            ExprKind::Read(place) if place.is_var() == Some(self.var) => {
                Some(Distance { follows: true, by: 0 })
            }
            ExprKind::Prim(Prim::Add, args) => {
                let (a, b) = (of(&args[0])?, of(&args[1])?);
                (!(a.follows && b.follows))
                    .then_some(Distance { follows: a.follows || b.follows, by: a.by + b.by })
            }
            ExprKind::Prim(Prim::Sub, args) => {
                let (a, b) = (of(&args[0])?, of(&args[1])?);
                (!b.follows).then_some(Distance { follows: a.follows, by: a.by - b.by })
            }
            ExprKind::Read(place) if place.is_var().is_some_and(|var| self.is_named(var)) => {
                of(self.value_of(place.is_var()?)?)
            }
            _ => self.is_fixed(index).then_some(Distance { follows: false, by: 0 }),
        }
    }

    /// Whether the body declares the variable, and does not change it.
    fn is_named(&self, var: VarId) -> bool {
        self.declared.contains(&var) && !self.written.contains(&var)
    }

    fn value_of(&self, var: VarId) -> Option<&Expr> {
        self.stmts.iter().find_map(|stmt| match &stmt.kind {
            StmtKind::Let { var: own, value: Some(Rvalue::Expr(value)) } if *own == var => {
                Some(value)
            }
            _ => None,
        })
    }

    /// These statements and what they need, if that is cheap and gives the same in a loop of its own.
    fn alone(&self, shares: BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        let needed = self.with_needed(shares.clone());
        let mut size = 0;
        for index in &needed {
            let stmt = &self.stmts[*index];
            size += cost(stmt)?;
            let mut same = shares.contains(index) || self.is_its_own(stmt);
            effects::for_each_read(stmt, &mut |root| {
                same &= added_to(stmt) == Some(root)
                    || self.declared.contains(&root)
                    || !self.written.contains(&root)
                    || self.own.contains(&root) && !self.is_written_before(root, *index);
            });
            if !same {
                return None;
            }
        }
        (size <= CHEAP).then_some(needed)
    }

    fn is_written_before(&self, root: VarId, index: usize) -> bool {
        self.stmts[..index].iter().any(|stmt| effects::writes(stmt).contains(&root))
    }

    /// The statements, and those that give what they read of the body's own variables.
    fn with_needed(&self, mut needed: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut names = VarSet::new();
        for index in (0..self.stmts.len()).rev() {
            let stmt = &self.stmts[index];
            let gives = |var: VarId| self.declared.contains(&var) && names.contains(&var);
            let gives_one = match &stmt.kind {
                StmtKind::Let { var, .. } => gives(*var),
                _ => effects::writes(stmt).iter().any(gives),
            };
            if gives_one {
                needed.insert(index);
            }
            if needed.contains(&index) {
                effects::for_each_read(stmt, &mut |root| {
                    names.insert(root);
                });
            }
        }
        needed
    }

    fn block(&self, stmts: &BTreeSet<usize>) -> Block {
        Block { stmts: stmts.iter().map(|index| self.stmts[*index].clone()).collect() }
    }
}

/// An index, as far as it depends on the loop's variable.
struct Distance {
    follows: bool,
    by: i128,
}

/// `x_bar[i] += v`, or `if c { x_bar[i] += v }`.
struct Addition<'a> {
    place: &'a Place,
    value: &'a Expr,
    cond: Option<&'a Expr>,
}

impl<'a> Addition<'a> {
    fn of(stmt: &'a Stmt) -> Option<Addition<'a>> {
        match &stmt.kind {
            StmtKind::Accumulate { place, value } => Some(Addition { place, value, cond: None }),
            StmtKind::If { cond, then, els } if els.stmts.is_empty() => match &then.stmts[..] {
                [Stmt { kind: StmtKind::Accumulate { place, value }, .. }] => {
                    Some(Addition { place, value, cond: Some(cond) })
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn operands(&self) -> impl Iterator<Item = &Expr> {
        self.place.operands().chain([self.value]).chain(self.cond)
    }
}

fn is_simple(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Let { value: None, .. } => true,
        StmtKind::Let { value: Some(value), .. } | StmtKind::Assign { value, .. } => {
            matches!(value, Rvalue::Expr(_))
        }
        _ => Addition::of(stmt).is_some() || given(stmt).is_some(),
    }
}

/// The expressions of `if c { v = a } else { v = b }`.
fn given(stmt: &Stmt) -> Option<[&Expr; 3]> {
    fn value(branch: &Block) -> Option<&Expr> {
        match &branch.stmts[..] {
            [Stmt { kind: StmtKind::Assign { place, value: Rvalue::Expr(value) }, .. }] => {
                place.path.is_empty().then_some(value)
            }
            _ => None,
        }
    }
    let StmtKind::If { cond, then, els } = &stmt.kind else { return None };
    Some([cond, value(then)?, value(els)?])
}

fn added_to(stmt: &Stmt) -> Option<VarId> {
    Addition::of(stmt).map(|addition| addition.place.root)
}

/// Whether the statement does no more with the variable than to add to it.
pub(super) fn is_only_added_to(root: VarId, stmt: &Stmt) -> bool {
    match Addition::of(stmt) {
        Some(addition) => addition.operands().all(|operand| !operand.reads(root)),
        None => !effects::mentions(stmt, root),
    }
}

/// The number of nodes of what is computed, if all of it is cheap.
fn cost(stmt: &Stmt) -> Option<usize> {
    let size = |expr: &Expr| is_cheap(expr).then(|| weight(expr));
    match &stmt.kind {
        StmtKind::Let { value: None, .. } => Some(0),
        StmtKind::Let { value: Some(Rvalue::Expr(value)), .. } => size(value),
        _ => match given(stmt) {
            Some(given) => given.into_iter().map(size).sum(),
            None => Addition::of(stmt)?.operands().map(size).sum(),
        },
    }
}

fn is_cheap(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Prim(prim, args) => {
            !(prim.row().dear && expr.ty.is_float()) && args.iter().all(is_cheap)
        }
        ExprKind::Opaque(_) => false,
        ExprKind::Cast(inner) | ExprKind::Detach(inner) => is_cheap(inner),
        ExprKind::Read(place) | ExprKind::Len(place) => place.operands().all(is_cheap),
        ExprKind::Float(..) | ExprKind::Int(..) | ExprKind::Bool(_) | ExprKind::Zero => true,
    }
}
