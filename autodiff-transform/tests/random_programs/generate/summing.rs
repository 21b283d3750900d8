//! Programs that add up functions of the elements of slices, and little else.

use autodiff_transform::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Passing, Role, StmtKind, Ty, VarId,
};
use autodiff_transform::ops::Prim;

use super::{Generator, slice, span};

impl Generator<'_> {
    /// `fn f0(xs: &[f64], ys: &[f64], x: f64, ..) -> f64`.
    pub fn summing(mut self) -> Function {
        let slices = [(); 2].map(|()| self.param(slice(), Passing::Ref, Role::Active));
        self.param(Ty::F64, Passing::Value, Role::Active);
        self.any_param();
        let mut body = Block::default();
        let mut result = self.float(1);
        for _ in 0..self.rng.usize(1..4) {
            self.budget = self.rng.usize(0..2);
            if self.chance(20) {
                self.statements(&mut body);
            }
            let of = slices[self.rng.usize(..2)];
            let sum = self.sum_over(of, &mut body);
            let prim = self.rng.choice([Prim::Asinh, Prim::Sin]).unwrap_or(Prim::Sin);
            let value = Expr::prim(prim, vec![self.function.read(sum)], Ty::F64, span());
            let factor = self.let_value("factor", value, false, &mut body);
            let factors = vec![result, self.function.read(factor)];
            result = Expr::prim(Prim::Mul, factors, Ty::F64, span());
        }
        self.function.results = vec![result];
        self.function.body = body;
        self.function
    }

    /// `let mut sum = 0.0; for i in 0..xs.len() { let x = xs[i]; let y = exp(x); ..; sum += y; }`
    fn sum_over(&mut self, of: VarId, block: &mut Block) -> VarId {
        let zero = Expr::float(0.0, Ty::F64, span());
        let sum = self.let_value("sum", zero, true, block);
        self.scope.pop();
        let outer = self.scope.len();
        let var = self.declare("i", Ty::usize(), false);
        self.bounded.push((var, of));
        let mut body = Block::default();
        let index = self.function.read(var);
        let element = self.function.place(of).index(index);
        let element = Expr::new(ExprKind::Read(element), Ty::F64, span());
        let element = self.let_value("element", element, false, &mut body);
        let prim = self.rng.choice([Prim::Exp, Prim::Exp, Prim::Sin]).unwrap_or(Prim::Exp);
        let value = Expr::prim(prim, vec![self.function.read(element)], Ty::F64, span());
        let value = self.let_value("y", value, false, &mut body);
        if self.chance(25) {
            self.statement(&mut body);
        }
        let term = if self.chance(25) { self.float(1) } else { self.function.read(value) };
        self.bounded.pop();
        self.scope.truncate(outer);
        let place = self.function.place(sum);
        body.push(StmtKind::Accumulate { place, value: term }, span());
        let zero = Expr::int(0, Ty::usize(), span());
        let end = Expr::new(ExprKind::Len(self.function.place(of)), Ty::usize(), span());
        let reverse = self.chance(20);
        let kind = LoopKind::For { var, start: zero, end, step: None, reverse };
        let loop_ = Loop { kind, body, exit: None, checkpoint: None, sums: None };
        block.push(StmtKind::Loop(loop_), span());
        self.scope.push(sum);
        self.protected.push(sum);
        sum
    }
}
