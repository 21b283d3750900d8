//! Loops that pick the largest or smallest of elements: `fold(f64::max)`.
//!
//! Each iteration of `s = s.max(x[i])` either leaves `s` as it is, and its cotangent passes through,
//! or replaces it by an element, which then takes the whole cotangent and leaves nothing for the
//! iterations before. So only the last iteration that replaced `s` has a share in the derivative, and
//! nothing has to be kept for each. Which one it was, a search for the selected value finds after the
//! loop, which stays as it is; the reverse sweep has no loop:
//!
//! ```text
//! let before = s;
//! for i in 0..n { s = s.max(x[i]); }
//! let mut found = false;                                  if found {
//! let mut at = 0;                                             x_bar[at] += s_bar;
//! for i in 0..n {                                             s_bar = 0;
//!     if x[i] == s && before != s {                       }
//!         found = true;
//!         at = i;
//!     }
//!     if found { break; }
//! }
//! ```
//!
//! Ties go to the first operand, so that of equal elements the first was the last to replace `s`, or
//! none, if `s` was as large before. Where `s` is the second operand it is the last of them: the search
//! runs backwards. The larger of a NaN and a number is the number, so that a NaN is selected if there is
//! nothing else; then, too, the first operand wins.
//!
//! The body may do nothing else, and where the element is may depend on the loop's variable only.

use proc_macro2::Span;

use super::sweep::{Pair, Sweep};
use crate::ir::{Block, Expr, ExprKind, Loop, LoopKind, Origin, Rvalue, StmtKind, Ty, VarId};
use crate::ops::Prim;
use crate::transform::visit::rename_in;

/// What such a loop does.
struct Selection {
    /// The variable that carries the selected value.
    carried: VarId,
    /// What may replace it; where it is depends on the loop's variable `index` only.
    element: Expr,
    index: VarId,
    /// Ties go to what is carried, the first operand, rather than to the element.
    keeps_ties: bool,
}

impl Sweep {
    /// Sweeps a loop of this kind; `None` is any other.
    pub fn selection(&mut self, loop_: &Loop, span: Span) -> Option<Pair> {
        let selection = self.selected(loop_)?;
        let Selection { carried, ref element, index, .. } = selection;
        let index_ty = self.function.var(index).ty.clone();
        let mut pair = Pair::default();
        let place = self.function.place(carried);
        self.kill(&place, true, &mut pair);
        let restores = std::mem::take(&mut pair.reverse);

        let before = self.new_temp("before", place.ty.clone(), span);
        pair.forward.let_(before, self.function.read(carried));
        pair.forward.push(StmtKind::Loop(loop_.clone()), span);
        let flag = self.function.add_var("any", Ty::Bool, true, Origin::Temp, span);
        let number = self.function.add_var("place", index_ty.clone(), true, Origin::Temp, span);
        pair.forward.let_(flag, Expr::bool(false, span));
        pair.forward.let_(number, Expr::int(0, index_ty.clone(), span));
        let mut keep = Block::default();
        keep.assign(self.function.place(flag), Expr::bool(true, span));
        keep.assign(self.function.place(number), self.function.read(index));
        let cond = self.is_selected(&selection, before);
        let mut body = Block::default();
        body.push(StmtKind::If { cond, then: keep, els: Block::default() }, span);
        let mut kind = loop_.kind.clone();
        if let LoopKind::For { reverse, .. } = &mut kind {
            *reverse ^= !selection.keeps_ties;
        }
        pair.forward.push(
            StmtKind::Loop(Loop { kind, body, exit: Some(flag), checkpoint: None, sums: None }),
            span,
        );
        let found = self.new_temp("found", Ty::Bool, span);
        let at = self.new_temp("at", index_ty, span);
        pair.forward.let_(found, self.function.read(flag));
        pair.forward.let_(at, self.function.read(number));
        self.frame().declared.extend([before, flag, number, found, at]);

        self.ensure_ready(carried, &mut pair.reverse);
        let mut then = Block::default();
        if let (true, Some(from)) = (self.activity.expr(element), element.as_place()) {
            self.ensure_ready(from.root, &mut pair.reverse);
            let mut share = Expr::read(self.bar_place(from));
            rename_in(&mut share, &|var| if var == index { at } else { var });
            if let ExprKind::Read(target) = share.kind {
                let value = self.read_bar(&place);
                then.push(StmtKind::Accumulate { place: target, value }, span);
            }
        }
        let bar = self.bar_place(&place);
        then.assign(bar, Expr::zero(place.ty.tangent(), span));
        let cond = self.function.read(found);
        pair.reverse.push(StmtKind::If { cond, then, els: Block::default() }, span);
        pair.reverse.extend(restores);
        Some(pair)
    }

    /// Whether the loop selected the element of the iteration.
    fn is_selected(&self, selection: &Selection, before: VarId) -> Expr {
        let value = self.function.read(selection.carried);
        let span = value.span;
        let test = |prim, args| Expr::prim(prim, args, Ty::Bool, span);
        let same = test(Prim::Eq, vec![selection.element.clone(), value.clone()]);
        match selection.keeps_ties {
            true => {
                let new = test(Prim::Ne, vec![self.function.read(before), value]);
                test(Prim::And, vec![same, new])
            }
            false => {
                let no_number = test(Prim::IsNan, vec![value]);
                test(Prim::Or, vec![same, no_number])
            }
        }
    }

    fn selected(&self, loop_: &Loop) -> Option<Selection> {
        let LoopKind::For { var: index, ref start, ref end, ref step, .. } = loop_.kind else {
            return None;
        };
        let (last, lets) = loop_.body.stmts.split_last()?;
        let StmtKind::Assign { place, value: Rvalue::Expr(value) } = &last.kind else {
            return None;
        };
        let carried = place.is_var()?;
        if loop_.exit.is_some() || !self.activity.is_active(carried) {
            return None;
        }
        let mut declared: Vec<(VarId, &Expr)> = Vec::new();
        for stmt in lets {
            let StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } = &stmt.kind else {
                return None;
            };
            declared.push((*var, value));
        }
        let value_of = |operand: &Expr| {
            let var = operand.as_var()?;
            declared.iter().find(|(declared, _)| *declared == var).map(|(_, value)| *value)
        };
        let value = value_of(value).unwrap_or(value);
        let ExprKind::Prim(Prim::Max | Prim::Min, args) = &value.kind else {
            return None;
        };
        let is_old =
            |operand: &Expr| value_of(operand).is_some_and(|value| value.as_var() == Some(carried));
        let keeps_ties = match (is_old(&args[0]), is_old(&args[1])) {
            (true, false) => true,
            (false, true) => false,
            (true, true) | (false, false) => return None,
        };
        let element = value_of(&args[usize::from(keeps_ties)])?;
        // The search goes through the same range.
        let is_carried = |root| root == carried;
        if [start, end].into_iter().chain(step).any(|bound| reads(bound, &is_carried)) {
            return None;
        }
        // What else the body declares is used for nothing but the operands.
        let varies = |root| root == carried || declared.iter().any(|(var, _)| *var == root);
        let elsewhere = matches!(element.kind, ExprKind::Read(_)) && !reads(element, &varies);
        elsewhere.then(|| Selection { carried, element: element.clone(), index, keeps_ties })
    }
}

fn reads(expr: &Expr, wanted: &impl Fn(VarId) -> bool) -> bool {
    let mut found = false;
    expr.for_each_root(&mut |root| found |= wanted(root));
    found
}
