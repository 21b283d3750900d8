//! Branches, loops, and early exits as lowering leaves them.

use autodiff_transform::ir::{Block, Expr, ExprKind, Loop, LoopKind, Rvalue, StmtKind, Ty, VarId};
use autodiff_transform::ops::Prim;

use super::{Generator, span};

/// Loops deeper than this would run for too long.
const DEEPEST: usize = 3;

fn usize(value: u128) -> Expr {
    Expr::int(value, Ty::usize(), span())
}

impl Generator<'_> {
    fn few(&mut self) -> usize {
        self.rng.usize(1..4)
    }

    pub fn branch(&mut self, block: &mut Block) {
        match self.rng.u8(..10) {
            0..5 => {
                let cond = self.bool(1);
                let (then, els) = (self.few(), self.rng.usize(..3));
                let (then, els) = (self.nested(then), self.nested(els));
                block.push(StmtKind::If { cond, then, els }, span());
            }
            5..7 => {
                let tag = self.int_below(4);
                let arms = self.rng.usize(1..4);
                let arms = (0..arms).map(|_| self.rng.usize(..3)).collect::<Vec<_>>();
                let arms = arms.into_iter().map(|statements| self.nested(statements)).collect();
                block.push(StmtKind::Switch { tag, arms }, span());
            }
            _ => self.branch_value(block),
        }
    }

    /// `let y; if c { y = a } else { y = b }`: a branch as a value.
    fn branch_value(&mut self, block: &mut Block) {
        let mutable = self.chance(20);
        let var = self.new_var("y", Ty::F64, mutable);
        block.push(StmtKind::Let { var, value: None }, span());
        let cond = self.bool(1);
        let arm = |this: &mut Self| {
            let visible = this.scope.len();
            let mut arm = Block::default();
            for _ in 0..this.rng.usize(..3) {
                this.statement(&mut arm);
            }
            let value = this.float(2);
            this.scope.truncate(visible);
            arm.assign(this.function.place(var), value);
            arm
        };
        let (then, els) = (arm(self), arm(self));
        block.push(StmtKind::If { cond, then, els }, span());
        self.scope.push(var);
    }

    pub fn any_loop(&mut self, block: &mut Block) {
        if self.loops == DEEPEST {
            return self.assign_float(block);
        }
        self.loops += 1;
        let kind = self.rng.u8(..10);
        match if self.over_elements { kind / 2 + 3 } else { kind } {
            0..4 => self.counted(block),
            4..7 => self.over_elements(block),
            7..9 => self.while_(block),
            _ => self.forever(block),
        }
        self.loops -= 1;
    }

    /// `for i in a..b`, forwards or backwards, in steps.
    fn counted(&mut self, block: &mut Block) {
        let start = if self.chance(60) { usize(0) } else { usize(self.rng.u128(..3)) };
        let end = match self.rng.u8(..3) {
            0 => usize(self.rng.u128(1..5)),
            1 => self.int_below(5),
            _ => {
                // Depends on a float, but has no derivative.
                let (cond, a, b) = (self.bool(0), usize(4), self.int_below(3));
                Expr::prim(Prim::Select, vec![cond, a, b], Ty::usize(), span())
            }
        };
        let step = self.chance(25).then(|| usize(self.rng.u128(1..4)));
        let reverse = self.chance(30);
        let var = self.new_var("i", Ty::usize(), false);
        self.finish(LoopKind::For { var, start, end, step, reverse }, Some(var), block);
    }

    /// `for i in 0..a.len()`.
    fn over_elements(&mut self, block: &mut Block) {
        let fixed = |this: &Self, var: VarId| matches!(this.ty(var), Ty::Slice(_) | Ty::Array(..));
        let vars = self.vars(fixed);
        let Some(of) = self.pick(&vars) else { return self.counted(block) };
        let end = Expr::new(ExprKind::Len(self.function.place(of)), Ty::usize(), span());
        let var = self.new_var("i", Ty::usize(), false);
        self.bounded.push((var, of));
        let reverse = self.chance(20);
        let kind = LoopKind::For { var, start: usize(0), end, step: None, reverse };
        self.finish(kind, Some(var), block);
        self.bounded.pop();
    }

    /// The body of a loop, with an early exit now and then.
    fn finish(&mut self, kind: LoopKind, head: Option<VarId>, block: &mut Block) {
        let visible = self.scope.len();
        let exit = self.chance(25).then(|| self.exit_flag(block));
        let count = self.counting && head.is_some() && self.chance(60);
        let count = count.then(|| self.counter(block));
        let outer = self.scope.len();
        self.scope.extend(head);
        let statements = self.few();
        let mut body = self.nested(statements);
        if let Some(exit) = exit {
            self.leave(exit, &mut body);
        }
        if let (Some(count), Some(head)) = (count, head) {
            body.push(self.count_on(count, head), span());
        }
        self.scope.truncate(outer);
        block.push(StmtKind::Loop(Loop { kind, body, exit, checkpoint: None, sums: None }), span());
        if exit.is_some() && self.chance(50) {
            self.scope.truncate(visible);
        }
    }

    fn exit_flag(&mut self, block: &mut Block) -> VarId {
        let exit = self.let_value("done", Expr::bool(false, span()), true, block);
        self.protected.push(exit);
        exit
    }

    /// `if c { …; break } rest`.
    fn leave(&mut self, exit: VarId, body: &mut Block) {
        let cond = self.bool(1);
        let statements = self.rng.usize(..3);
        let mut then = self.nested(statements);
        then.assign(self.function.place(exit), Expr::bool(true, span()));
        body.push(StmtKind::If { cond, then, els: Block::default() }, span());
        let still = Expr::prim(Prim::Not, vec![self.function.read(exit)], Ty::Bool, span());
        let statements = self.few();
        let rest = self.nested(statements);
        body.push(StmtKind::If { cond: still, then: rest, els: Block::default() }, span());
    }

    fn counter(&mut self, block: &mut Block) -> VarId {
        let counter = self.let_value("count", usize(0), true, block);
        self.protected.push(counter);
        counter
    }

    fn increment(&self, counter: VarId) -> StmtKind {
        let next = vec![self.function.read(counter), usize(1)];
        let next = Expr::prim(Prim::Add, next, Ty::usize(), span());
        StmtKind::Assign { place: self.function.place(counter), value: Rvalue::Expr(next) }
    }

    /// `count += i`, `count = 3 * count + x.len()`, or the like; what it counts stays small.
    fn count_on(&mut self, counter: VarId, head: VarId) -> StmtKind {
        let int = |prim, args| Expr::prim(prim, args, Ty::usize(), span());
        let old = self.function.read(counter);
        let old = if self.chance(25) { int(Prim::Mul, vec![usize(3), old]) } else { old };
        let added = if self.chance(60) { self.function.read(head) } else { self.int(0) };
        let next = int(Prim::Rem, vec![int(Prim::Add, vec![old, added]), usize(50)]);
        StmtKind::Assign { place: self.function.place(counter), value: Rvalue::Expr(next) }
    }

    fn while_(&mut self, block: &mut Block) {
        let counter = self.counter(block);
        let mut cond = self.below(counter);
        if self.chance(50) {
            cond = Expr::prim(Prim::And, vec![cond, self.bool(1)], Ty::Bool, span());
        }
        let statements = self.few();
        let mut body = self.nested(statements);
        body.push(self.increment(counter), span());
        let kind = LoopKind::While { cond };
        block.push(
            StmtKind::Loop(Loop { kind, body, exit: None, checkpoint: None, sums: None }),
            span(),
        );
    }

    fn below(&mut self, counter: VarId) -> Expr {
        let bound = usize(self.rng.u128(1..5));
        Expr::prim(Prim::Lt, vec![self.function.read(counter), bound], Ty::Bool, span())
    }

    /// `loop { …; if count >= k || c { break } }`.
    fn forever(&mut self, block: &mut Block) {
        let counter = self.counter(block);
        let exit = self.exit_flag(block);
        let statements = self.few();
        let mut body = self.nested(statements);
        body.push(self.increment(counter), span());
        let below = self.below(counter);
        let mut over = Expr::prim(Prim::Not, vec![below], Ty::Bool, span());
        if self.chance(50) {
            over = Expr::prim(Prim::Or, vec![over, self.bool(1)], Ty::Bool, span());
        }
        body.assign(self.function.place(exit), over);
        block.push(
            StmtKind::Loop(Loop {
                kind: LoopKind::Forever,
                body,
                exit: Some(exit),
                checkpoint: None,
                sums: None,
            }),
            span(),
        );
    }
}
