//! Vectors that grow and shrink: the reverse of a push takes an element off, that of a pop puts it back.

use proc_macro2::Span;

use super::sweep::{Pair, Sweep};
use crate::ir::{
    Block, Expr, ExprKind, Loop, LoopKind, Origin, Place, Proj, Stmt, StmtKind, Ty, VarId,
};
use crate::ops::Prim;

impl Sweep {
    pub fn vec_push(&mut self, vec: &Place, value: &Expr, span: Span, pair: &mut Pair) {
        let (ty, origin) = (Ty::Option(Box::new(value.ty.clone())), Origin::Popped(vec.root));
        let popped = self.function.add_var("popped", ty, false, origin, span);
        if vec.is_var().is_none() {
            self.function.vars[popped.0 as usize].part = Some(Box::new(vec.clone()));
        }
        let restore = StmtKind::VecPop { vec: vec.clone(), into: popped };
        let undo = (Vec::new(), vec![Stmt { kind: restore, span }]);
        self.kill_by(vec![vec.root], undo, false, span, pair);
        if !self.activity.is_active(vec.root) || !self.is_ready(vec.root) {
            return;
        }
        let bar = self.bar_place(vec);
        let ty = Ty::usize();
        let len = Expr::new(ExprKind::Len(bar.clone()), ty.clone(), span);
        let last = Expr::prim(Prim::Sub, vec![len, Expr::int(1, ty.clone(), span)], ty, span);
        let element = Place { ty: value.ty.tangent(), ..bar.clone().index(last) };
        self.give(value, Expr::read(element), &mut pair.reverse);
        let (ty, of) = (Ty::Option(Box::new(value.ty.tangent())), Origin::Cotangent(popped));
        let into = self.function.add_var("popped_bar", ty, false, of, span);
        pair.reverse.push(StmtKind::VecPop { vec: bar, into }, span);
    }

    pub fn vec_pop(&mut self, vec: &Place, into: VarId, span: Span, pair: &mut Pair) {
        let was = self.new_temp("had_element", Ty::Bool, span);
        let len = Expr::new(ExprKind::Len(vec.clone()), Ty::usize(), span);
        let zero = Expr::int(0, Ty::usize(), span);
        pair.forward.let_(was, Expr::prim(Prim::Gt, vec![len, zero], Ty::Bool, span));
        self.frame().declared.insert(was);
        let payload = |place: Place, ty: Ty| {
            let path = syn::parse_quote!(Some);
            let mut part = place;
            part.path.push(Proj::Variant(path, syn::Member::from(0)));
            part.ty = ty;
            Expr::read(part)
        };
        let elem = vec.ty.element().unwrap_or(Ty::Unknown);
        let put_back = |vec: Place, value: Expr, cond: Expr| {
            let mut then = Block::default();
            then.push(StmtKind::VecPush { vec, value }, span);
            Stmt { kind: StmtKind::If { cond, then, els: Block::default() }, span }
        };
        let cond = self.function.read(was);
        let value = payload(self.function.place(into), elem.clone());
        let restore = vec![put_back(vec.clone(), value, cond.clone())];
        self.kill_by(vec![vec.root], (Vec::new(), restore), false, span, pair);
        if !self.activity.is_active(vec.root) || !self.is_ready(vec.root) {
            return;
        }
        self.ensure_ready(into, &mut pair.reverse);
        let bar = self.bar_place(vec);
        let into = self.function.place(into);
        let value = payload(self.bar_place(&into), elem.tangent());
        pair.reverse.stmts.push(put_back(bar, value, cond));
    }

    /// Adds the sum over the elements of `bar` to the operand's.
    pub fn give_sum(&mut self, operand: &Expr, bar: &Place, reverse: &mut Block) {
        let (true, Some(place)) = (self.activity.expr(operand), operand.as_place()) else { return };
        self.ensure_ready(place.root, reverse);
        let span = bar.span;
        let index = self.new_temp("k", Ty::usize(), span);
        let element = bar.clone().index(self.function.read(index));
        let target = self.bar_place(place);
        let mut body = Block::default();
        body.push(StmtKind::Accumulate { place: target, value: Expr::read(element) }, span);
        let end = Expr::new(ExprKind::Len(bar.clone()), Ty::usize(), span);
        let start = Expr::int(0, Ty::usize(), span);
        let kind = LoopKind::For { var: index, start, end, step: None, reverse: false };
        reverse.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span,
        );
    }

    pub fn fill(&mut self, place: &Place, value: &Expr, span: Span, reverse: &mut Block) {
        if !self.activity.place(place) || !self.is_ready(place.root) {
            return;
        }
        let bar = self.bar_place(place);
        self.give_sum(value, &bar, reverse);
        let zero = Expr::zero(value.ty.tangent(), span);
        reverse.push(StmtKind::Fill { place: bar, value: zero }, span);
    }
}
