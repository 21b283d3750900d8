//! Expressions whose values stay tame.

use autodiff_transform::ir::{Expr, ExprKind, Ty};
use autodiff_transform::ops::Prim;

use super::{Generator, has_floats, number, span};

fn float(prim: Prim, args: Vec<Expr>) -> Expr {
    Expr::prim(prim, args, Ty::F64, span())
}

fn literal(value: f64) -> Expr {
    if value < 0.0 {
        return float(Prim::Neg, vec![literal(-value)]);
    }
    Expr::float(value, Ty::F64, span())
}

fn bool(prim: Prim, args: Vec<Expr>) -> Expr {
    Expr::prim(prim, args, Ty::Bool, span())
}

impl Generator<'_> {
    /// A float, at most about as large as the variables in it.
    pub fn float(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.atom();
        }
        match self.rng.u8(..22) {
            0..3 => self.atom(),
            3..7 => self.bounded(depth - 1),
            7..9 => {
                let (a, b) = (self.float(depth - 1), self.bounded(depth - 1));
                float(Prim::Mul, if self.rng.bool() { vec![a, b] } else { vec![b, a] })
            }
            9..13 => self.mean(depth - 1),
            13 => {
                let (a, b) = (self.float(depth - 1), self.float(depth - 1));
                let prim = self.rng.choice([Prim::Min, Prim::Max]).unwrap_or(Prim::Min);
                float(prim, vec![a, b])
            }
            14 => {
                let a = self.float(depth - 1);
                let prim = self.rng.choice([Prim::Abs, Prim::Neg, Prim::Asinh, Prim::Neg]);
                float(prim.unwrap_or(Prim::Abs), vec![a])
            }
            15 => {
                let (cond, a, b) = (self.bool(1), self.float(depth - 1), self.float(depth - 1));
                float(Prim::Select, vec![cond, a, b])
            }
            16..18 => {
                let (a, b) = (self.float(depth - 1), self.positive(depth - 1));
                float(Prim::Div, vec![float(Prim::Mul, vec![literal(0.5), a]), b])
            }
            18 => {
                let (a, b) = (self.bounded(depth - 1), self.float(depth - 1));
                let c = float(Prim::Mul, vec![literal(0.25), self.float(depth - 1)]);
                let a = float(Prim::Mul, vec![literal(0.5), a]);
                float(Prim::MulAdd, vec![a, b, c])
            }
            19 => {
                let a = self.float(depth - 1);
                let (kind, ty) = if self.rng.bool() {
                    (ExprKind::Detach(Box::new(a)), Ty::F64)
                } else {
                    (ExprKind::Cast(Box::new(a)), Ty::F64)
                };
                Expr::new(kind, ty, span())
            }
            20 => {
                let tenth = Expr::new(ExprKind::Cast(Box::new(self.int(1))), Ty::F64, span());
                float(Prim::Mul, vec![literal(0.1), tenth])
            }
            _ => self.rounded(depth - 1),
        }
    }

    /// A float between −3 and 3 whatever its operands are.
    fn bounded(&mut self, depth: usize) -> Expr {
        let a = self.float(depth);
        match self.rng.u8(..16) {
            0..3 => float(Prim::Sin, vec![a]),
            3 => float(Prim::Cos, vec![a]),
            4..6 => float(Prim::Tanh, vec![a]),
            6 => float(Prim::Atan, vec![a]),
            7 => {
                // Reads its operand twice.
                let square = float(Prim::Mul, vec![a.clone(), a.clone()]);
                float(Prim::Div, vec![a, float(Prim::Add, vec![literal(1.0), square])])
            }
            8 => self.of_unit(a),
            9 => self.of_small(a),
            10 => {
                let b = self.positive(depth);
                float(Prim::Atan2, vec![a, b])
            }
            11 => float(Prim::Exp, vec![float(Prim::Tanh, vec![a])]),
            12 => {
                let exponent = self.rng.u128(..4);
                let exponent = Expr::int(exponent, Ty::Int(Some("i32".into())), span());
                float(Prim::Powi, vec![float(Prim::Sin, vec![a]), exponent])
            }
            13 => {
                let (base, exponent) = (self.positive(depth), float(Prim::Sin, vec![a]));
                float(Prim::Powf, vec![base, exponent])
            }
            14 => float(Prim::Clamp, vec![a, literal(-1.25), literal(1.25)]),
            _ => {
                let base = self.positive(depth);
                let log = self.rng.choice([Prim::Ln, Prim::Log2, Prim::Log10, Prim::Ln1p]);
                float(log.unwrap_or(Prim::Ln), vec![base])
            }
        }
    }

    /// A function of something between −0.9 and 0.9.
    fn of_unit(&mut self, a: Expr) -> Expr {
        let inner = float(Prim::Mul, vec![literal(0.9), float(Prim::Sin, vec![a])]);
        let prim = self.rng.choice([
            Prim::Asin,
            Prim::Acos,
            Prim::Atanh,
            Prim::Sinh,
            Prim::Cosh,
            Prim::ExpM1,
            Prim::Exp2,
            Prim::Tan,
            Prim::ToRadians,
        ]);
        float(prim.unwrap_or(Prim::Asin), vec![inner])
    }

    /// A function of something between 1.3 and 2.7.
    fn of_small(&mut self, a: Expr) -> Expr {
        let shifted = float(
            Prim::Sub,
            vec![literal(2.0), { float(Prim::Mul, vec![literal(0.7), float(Prim::Cos, vec![a])]) }],
        );
        let prim = self.rng.choice([Prim::Sqrt, Prim::Cbrt, Prim::Acosh, Prim::Recip, Prim::Log]);
        match prim.unwrap_or(Prim::Sqrt) {
            Prim::Log => float(Prim::Log, vec![literal(1.7), shifted]),
            prim => float(prim, vec![shifted]),
        }
    }

    /// A float between 0.5 and 4 or so, away from zero.
    fn positive(&mut self, depth: usize) -> Expr {
        let a = self.float(depth);
        match self.rng.u8(..3) {
            0 => float(Prim::Add, vec![literal(1.5), float(Prim::Sin, vec![a])]),
            1 => float(Prim::Hypot, vec![float(Prim::Tanh, vec![a]), literal(1.0)]),
            _ => float(Prim::Exp, vec![float(Prim::Sin, vec![a])]),
        }
    }

    /// `c·a ± (1 − c)·b`.
    fn mean(&mut self, depth: usize) -> Expr {
        let weight = f64::from(self.rng.u8(1..10)) / 10.0;
        let (a, b) = (self.float(depth), self.float(depth));
        let a = float(Prim::Mul, vec![literal(weight), a]);
        let b = float(Prim::Mul, vec![b, literal((10.0 - 10.0 * weight).round() / 10.0)]);
        float(if self.rng.bool() { Prim::Add } else { Prim::Sub }, vec![a, b])
    }

    /// Piecewise functions.
    fn rounded(&mut self, depth: usize) -> Expr {
        let a = self.float(depth);
        let two = [Prim::Rem, Prim::RemEuclid, Prim::DivEuclid, Prim::Copysign];
        let one = [Prim::Floor, Prim::Ceil, Prim::Round, Prim::Trunc, Prim::Fract, Prim::Signum];
        let bounded = float(Prim::Tanh, vec![a]);
        if self.rng.bool() {
            let prim = self.rng.choice(one).unwrap_or(Prim::Floor);
            return float(prim, vec![bounded]);
        }
        let prim = self.rng.choice(two).unwrap_or(Prim::Rem);
        float(prim, vec![bounded, literal(0.7)])
    }

    /// A float variable, an element, or a literal.
    pub fn atom(&mut self) -> Expr {
        let vars = self.vars(|this, var| has_floats(this.ty(var)));
        match self.pick(&vars) {
            Some(var) if self.chance(88) => Expr::read(self.leaf(var)),
            _ => literal(number(self.rng)),
        }
    }

    /// A `usize` below 100.
    pub fn int(&mut self, depth: usize) -> Expr {
        let usize = |kind| Expr::new(kind, Ty::usize(), span());
        let vars = self.vars(|this, var| matches!(this.ty(var), Ty::Int(_)));
        let leaf = |this: &mut Self| match this.pick(&vars) {
            Some(var) if this.chance(80) => this.function.read(var),
            _ => Expr::int(this.rng.u128(..4), Ty::usize(), span()),
        };
        if depth == 0 || self.chance(50) {
            return leaf(self);
        }
        if self.chance(15)
            && let Some(place) = self.array_like(false)
        {
            return usize(ExprKind::Len(place));
        }
        let (a, b) = (leaf(self), leaf(self));
        Expr::prim(Prim::Add, vec![a, b], Ty::usize(), span())
    }

    /// An integer below `end`, from one of any size.
    pub fn int_below(&mut self, end: u128) -> Expr {
        let end = Expr::int(end, Ty::usize(), span());
        let value = self.int(1);
        Expr::prim(Prim::Rem, vec![value, end], Ty::usize(), span())
    }

    pub fn bool(&mut self, depth: usize) -> Expr {
        let flags = self.vars(|this, var| matches!(this.ty(var), Ty::Bool));
        match self.rng.u8(..10) {
            0..5 => {
                let (a, b) = (self.float(1), self.float(1));
                let prim = self.rng.choice([Prim::Lt, Prim::Le, Prim::Gt, Prim::Ge]);
                bool(prim.unwrap_or(Prim::Lt), vec![a, b])
            }
            5 if !flags.is_empty() => {
                let flag = flags[self.rng.usize(..flags.len())];
                self.function.read(flag)
            }
            6 if depth > 0 => {
                let (a, b) = (self.bool(depth - 1), self.bool(depth - 1));
                let prim = self.rng.choice([Prim::And, Prim::Or, Prim::BitXor]);
                bool(prim.unwrap_or(Prim::And), vec![a, b])
            }
            7 if depth > 0 => {
                let a = self.bool(depth - 1);
                bool(Prim::Not, vec![a])
            }
            _ => {
                let (a, b) = (self.int_below(3), self.int(0));
                let prim = self.rng.choice([Prim::Lt, Prim::Eq, Prim::Ne, Prim::Ge]);
                bool(prim.unwrap_or(Prim::Lt), vec![a, b])
            }
        }
    }
}
