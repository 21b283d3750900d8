//! Methods of structs that are called like those which give the same value, and operators called as methods.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    pub struct Frame {
        x: f64,
        y: f64,
        held: Option<f64>,
    }

    #[differentiable]
    impl Frame {
        fn as_ref(&self) -> Frame {
            Frame { x: self.x * 2.0, y: self.y * 3.0, held: None }
        }

        fn borrow(&self) -> Frame {
            Frame { x: self.y, y: self.x * self.x, held: None }
        }

        fn copied(&self) -> Frame {
            Frame { x: self.x.sin(), y: self.y, held: None }
        }

        fn deref(&self) -> f64 {
            self.x * self.y
        }

        fn as_mut(&mut self) -> f64 {
            self.x *= 2.0;
            self.x
        }

        fn all(&self) -> f64 {
            self.as_ref().y + self.borrow().y * self.copied().x + self.deref()
        }
    }

    #[differentiable]
    #[at(0.7)]
    fn of_a_local(a: f64) -> f64 {
        let mut p = Frame { x: a, y: a * a, held: Some(a) };
        let first = p.as_ref().y + p.borrow().y * p.copied().x + p.deref() + p.all();
        first * p.as_mut() + p.x
    }

    #[differentiable]
    #[at(Frame { x: 0.7, y: 0.3, held: Some(1.5) })]
    fn of_an_argument(p: &Frame) -> f64 {
        let twice: Frame = p.as_ref();
        twice.borrow().y + p.held.as_ref().map_or(1.0, |v| *v * *v)
    }

    #[differentiable]
    #[at(0.7, 0.3)]
    fn operators(a: f64, b: f64) -> f64 {
        use std::ops::{Add, Div, Mul, Neg, Sub};
        a.add(b).mul(a).sub(b.neg()).div(b)
    }
}
