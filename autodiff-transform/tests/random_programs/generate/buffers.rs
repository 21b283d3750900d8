//! Programs whose loops have buffers in common that each iteration overwrites, or nearly so.

use autodiff_transform::ir::{
    Block, Expr, ExprKind, Function, Loop, LoopKind, Passing, Role, Rvalue, StmtKind, Ty, VarId,
};
use autodiff_transform::ops::Prim;

use super::{Generator, SHORTEST, array, slice, span, vec};

impl Generator<'_> {
    /// `fn f0(xs: &[f64], x: f64, ys: &mut [f64]) -> f64`, which seldom reads `ys` first.
    pub fn overwriting(mut self) -> Function {
        self.budget = self.rng.usize(0..4);
        let from = self.param(slice(), Passing::Ref, Role::Active);
        self.param(Ty::F64, Passing::Value, Role::Active);
        let to = self.param(slice(), Passing::RefMut, Role::Active);
        let mut body = Block::default();
        let end = match self.rng.u8(..4) {
            0 => self.length(to),
            1 => self.length(from),
            _ => {
                let lengths = vec![self.length(from), self.length(to)];
                Expr::prim(Prim::Min, lengths, Ty::usize(), span())
            }
        };
        if self.chance(10) {
            self.statement(&mut body);
        }
        self.overwrite(to, end, &mut body);
        self.statements(&mut body);
        self.function.results = vec![self.float(2)];
        self.function.body = body;
        self.function
    }

    pub fn looping(mut self) -> Function {
        let xs = self.param(slice(), Passing::Ref, Role::Active);
        self.param(Ty::F64, Passing::Value, Role::Active);
        self.any_param();
        let mut body = Block::default();
        self.some(2, &mut body);
        for _ in 0..self.rng.usize(1..3) {
            self.loop_with_buffers(xs, &mut body);
            self.some(2, &mut body);
        }
        self.function.results = vec![self.float(3)];
        self.function.body = body;
        self.function
    }

    fn some(&mut self, most: usize, block: &mut Block) {
        self.budget = self.rng.usize(0..=most);
        self.statements(block);
    }

    fn length(&self, var: VarId) -> Expr {
        Expr::new(ExprKind::Len(self.function.place(var)), Ty::usize(), span())
    }

    /// `let mut buffer = ..; let mut sum = 0.0; for i in 0..n { overwrite(buffer); ..; sum += .. }`
    fn loop_with_buffers(&mut self, xs: VarId, block: &mut Block) {
        let mut sum = Vec::new();
        for _ in 0..self.rng.usize(1..3) {
            let value = Expr::float(0.5, Ty::F64, span());
            sum.push(self.let_value("sum", value, true, block));
        }
        self.scope.truncate(self.scope.len() - sum.len());
        let outer = self.scope.len();
        let buffers: Vec<VarId> =
            (0..self.rng.usize(1..3)).map(|_| self.buffer(xs, block)).collect();
        if self.chance(15) {
            self.some(1, block);
        }
        let protected = self.protected.len();
        let others = self.vars(|_, var| !buffers.contains(&var));
        self.protected.extend(others);
        let visible = self.scope.len();
        let var = self.declare("i", Ty::usize(), false);
        let mut body = Block::default();
        self.loops += 1;
        let hidden = self.scope.clone();
        self.scope.retain(|var| !buffers.contains(var));
        for buffer in &buffers {
            if self.chance(20) {
                self.handed_over_often(*buffer, xs, &mut body);
                continue;
            }
            self.make(*buffer, xs, &mut body);
            self.scope.push(*buffer);
        }
        self.some(3, &mut body);
        for sum in &sum {
            let tenth = Expr::float(0.1, Ty::F64, span());
            let value = Expr::prim(Prim::Mul, vec![tenth, self.float(2)], Ty::F64, span());
            body.push(StmtKind::Accumulate { place: self.function.place(*sum), value }, span());
        }
        self.scope = hidden;
        self.loops -= 1;
        self.protected.truncate(protected);
        self.scope.truncate(visible);
        let end = Expr::int(self.rng.u128(0..4), Ty::usize(), span());
        let start = Expr::int(0, Ty::usize(), span());
        let kind = LoopKind::For { var, start, end, step: None, reverse: self.chance(10) };
        block.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span(),
        );
        if self.chance(85) {
            self.scope.truncate(outer);
        }
        self.scope.extend(sum);
    }

    /// `let mut carried = 0.75; for j in 0..n { let r = f0(&xs, .., &mut buffer); carried *= r.sin(); }`
    fn handed_over_often(&mut self, buffer: VarId, xs: VarId, block: &mut Block) {
        let float = |prim, args| Expr::prim(prim, args, Ty::F64, span());
        let value = Expr::float(0.75, Ty::F64, span());
        let carried = self.let_value("carried", value, true, block);
        let visible = self.scope.len();
        let var = self.new_var("j", Ty::usize(), false);
        self.scope.push(var);
        let mut body = Block::default();
        self.handed_over(buffer, xs, &mut body);
        let result = self.scope[self.scope.len() - 1];
        let factor = float(Prim::Sin, vec![self.function.read(result)]);
        let next = float(Prim::Mul, vec![self.function.read(carried), factor]);
        body.assign(self.function.place(carried), next);
        self.scope.truncate(visible);
        let end = match self.chance(50) {
            true => self.length(xs),
            false => Expr::int(self.rng.u128(0..4), Ty::usize(), span()),
        };
        let start = Expr::int(0, Ty::usize(), span());
        let kind = LoopKind::For { var, start, end, step: None, reverse: self.chance(20) };
        block.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span(),
        );
    }

    fn buffer(&mut self, xs: VarId, block: &mut Block) -> VarId {
        let (ty, len) = match self.rng.u8(..3) {
            0 => (vec(), self.length(xs)),
            1 => (vec(), Expr::int(SHORTEST as u128 + 1, Ty::usize(), span())),
            _ => (array(3), Expr::int(3, Ty::usize(), span())),
        };
        let var = self.declare("buffer", ty.clone(), true);
        let value = Rvalue::Repeat { value: Expr::float(0.25, Ty::F64, span()), len, ty };
        block.push(StmtKind::Let { var, value: Some(value) }, span());
        var
    }

    /// Overwrites a buffer at the beginning of an iteration, mostly.
    fn make(&mut self, buffer: VarId, xs: VarId, block: &mut Block) {
        match self.rng.u8(..20) {
            0..8 => {
                let end = match self.rng.u8(..10) {
                    0 => self.length(xs),
                    1 => Expr::int(SHORTEST as u128, Ty::usize(), span()),
                    _ => self.length(buffer),
                };
                self.overwrite(buffer, end, block);
            }
            8..10 => {
                let (place, value) = (self.function.place(buffer), self.float(1));
                block.push(StmtKind::Fill { place, value }, span());
            }
            10..18 => self.handed_over(buffer, xs, block),
            18 => {
                let mut inner = Block::default();
                let end = self.length(buffer);
                self.overwrite(buffer, end, &mut inner);
                if self.rng.bool() {
                    let cond = self.bool(1);
                    let kind = StmtKind::If { cond, then: inner, els: Block::default() };
                    return block.push(kind, span());
                }
                let (start, end) = (Expr::int(0, Ty::usize(), span()), self.int_below(2));
                let var = self.new_var("j", Ty::usize(), false);
                let kind = LoopKind::For { var, start, end, step: None, reverse: false };
                let loop_ = Loop { kind, body: inner, exit: None, checkpoint: None, sums: None };
                block.push(StmtKind::Loop(loop_), span());
            }
            _ => self.assign_float(block),
        }
    }

    /// `for i in 0..end { to[i % to.len()] = .. }`, without the remainder where `end` is a length of `to`.
    fn overwrite(&mut self, to: VarId, end: Expr, block: &mut Block) {
        let index = self.new_var("i", Ty::usize(), false);
        let visible = self.scope.clone();
        if self.chance(92) {
            self.scope.retain(|var| *var != to);
        }
        self.scope.push(index);
        let mut body = Block::default();
        let value = self.float(2);
        let read = self.function.read(index);
        let in_bounds = stays_within(&end, to);
        let at = match in_bounds {
            true => read,
            false => Expr::prim(Prim::Rem, vec![read, self.length(to)], Ty::usize(), span()),
        };
        body.assign(self.function.place(to).index(at), value);
        self.scope.push(to);
        if self.chance(10) {
            self.some(1, &mut body);
        }
        self.scope = visible;
        let start = Expr::int(0, Ty::usize(), span());
        let reverse = self.chance(20);
        let kind = LoopKind::For { var: index, start, end, step: None, reverse };
        block.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span(),
        );
    }
}

/// Whether a loop that ends there stays within the buffer for certain.
fn stays_within(end: &Expr, buffer: VarId) -> bool {
    match &end.kind {
        ExprKind::Len(place) => place.root == buffer,
        ExprKind::Int(end, _) => *end <= SHORTEST as u128,
        ExprKind::Prim(Prim::Min, args) => args.iter().any(|arg| stays_within(arg, buffer)),
        _ => false,
    }
}
