//! Patterns through an `Option` of a reference, or of a value that is an enum or a struct.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Op {
        Push(f64),
        Scale { by: f64, times: usize },
        Mul,
    }

    /// Has no derivative.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Token {
        Number(i32),
        Sign(char),
    }

    #[differentiable]
    fn ops(x: f64, y: f64) -> Vec<Op> {
        vec![Op::Push(x * y), Op::Push(y), Op::Scale { by: x, times: 2 }, Op::Mul]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn first_of_a_list(x: f64, y: f64) -> f64 {
        let ops = ops(x, y);
        let mut sum = x;
        if let Some(Op::Push(v)) = ops.first() {
            sum *= v;
        }
        if let Some(Op::Push(v)) = ops.last() {
            sum *= v * v;
        }
        if let Some(Op::Scale { by, times: 2 }) = ops.get(2) {
            sum += by * by * sum;
        }
        if let Some(Op::Scale { by, times: 3 }) = ops.get(2) {
            sum += 10.0 * by;
        }
        sum
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn one_by_one(x: f64, y: f64) -> f64 {
        let ops = ops(x, y);
        let mut product = y;
        let mut rest = ops.iter();
        while let Some(Op::Push(v)) = rest.next() {
            product *= v;
        }
        while let Some(op) = rest.next() {
            if let Op::Scale { by, .. } = op {
                product += by * by;
            }
        }
        product
    }

    #[differentiable]
    #[at(0.7, 1.3, 0)]
    #[at(0.7, 1.3, 1)]
    #[at(0.7, 1.3, 2)]
    #[at(0.7, 1.3, 3)]
    #[at(0.7, 1.3, 7)]
    fn two_at_once(x: f64, y: f64, i: usize) -> f64 {
        let ops = ops(x, y);
        match (ops.get(i), ops.get(i + 1)) {
            (Some(Op::Push(a)), Some(Op::Push(b))) => a * b,
            (Some(Op::Push(a)), Some(_)) => a * a,
            (Some(Op::Scale { by, times }), Some(Op::Mul)) if *by > 0.0 => by * *times as f64,
            (Some(_), None) => x,
            _ => y * y,
        }
    }

    #[differentiable]
    #[at(0.7, 1.3, 0)]
    #[at(0.7, 1.3, 2)]
    #[at(0.7, 1.3, 3)]
    #[at(0.7, 1.3, 9)]
    fn with_guards(x: f64, y: f64, i: usize) -> f64 {
        let ops = ops(x, y);
        match ops.get(i) {
            Some(Op::Push(v)) if *v > 0.5 => v * v,
            Some(Op::Scale { by, times: n @ 1..=2 }) => by.powi(*n as i32) * y,
            Some(Op::Mul) => x * y,
            Some(_) | None => y,
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn taken_off(x: f64, y: f64) -> f64 {
        let mut stack = ops(x, y);
        let mut sum = 0.0;
        while let Some(op) = stack.pop() {
            match (op, stack.last()) {
                (Op::Push(a), Some(Op::Push(b))) => sum += a * b,
                (Op::Scale { by, .. }, _) => sum += by * by,
                (Op::Mul, Some(Op::Scale { by, .. })) => sum += by * y,
                _ => sum *= x,
            }
        }
        sum
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn popped(x: f64, y: f64) -> f64 {
        let mut stack = ops(x, y);
        stack.truncate(2);
        let mut product = x;
        while let Some(Op::Push(v)) = stack.pop() {
            product *= v + 1.0;
        }
        let Some(Op::Push(v)) = stack.first() else {
            return product;
        };
        product * v
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn without_derivatives(x: f64, y: f64) -> f64 {
        let tokens = [Token::Number(3), Token::Sign('*'), Token::Number(-2)];
        calculated(&tokens, x, y)
    }

    #[differentiable]
    fn calculated(#[constant] tokens: &[Token], x: f64, y: f64) -> f64 {
        let mut value = x;
        let mut at = 0;
        if let Some(Token::Number(n)) = tokens.first() {
            value *= *n as f64;
        }
        while let Some(token) = tokens.get(at) {
            if let (Token::Sign('*'), Some(Token::Number(n))) = (token, tokens.get(at + 1)) {
                value *= y * *n as f64;
            }
            at += 1;
        }
        match (tokens.get(0), tokens.get(1)) {
            (Some(Token::Number(3)), Some(Token::Sign('*'))) => value * x,
            _ => value,
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_pairs(x: f64, y: f64) -> f64 {
        let pairs = [(x, 'a'), (y, 'a'), (x * y, 'b')];
        let mut product = 1.0;
        let mut i = 0;
        while let Some((v, 'a')) = pairs.get(i) {
            i += 1;
            product *= v * v;
        }
        product
    }
}
