//! Methods of one's own on floats that are called like those of the standard library's traits, and methods of
//! what is not known.

use chainrule::{Differentiable, differentiable};

trait Own: Sized {
    fn add(self, other: f64) -> f64;
    fn neg(self) -> f64;
    fn borrow(self) -> f64;
    fn cloned(self) -> f64;
}

impl Own for f64 {
    fn add(self, other: f64) -> f64 {
        self * other
    }

    fn neg(self) -> f64 {
        1.0 / self
    }

    fn borrow(self) -> f64 {
        2.0 * self
    }

    fn cloned(self) -> f64 {
        3.0 * self
    }
}

#[differentiable]
fn added(x: f64) -> f64 {
    x.add(2.0)
}

#[differentiable]
fn negated(x: f64) -> f64 {
    x.neg()
}

#[differentiable]
fn borrowed(x: f64) -> f64 {
    x.borrow()
}

#[differentiable]
fn cloned(x: f64) -> f64 {
    x.cloned()
}

#[derive(Clone, Debug, Differentiable)]
struct Frame {
    x: f64,
}

#[differentiable]
impl Frame {
    fn as_ref(&self) -> Frame {
        Frame { x: self.x * 2.0 }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Holder {
    frame: Frame,
}

#[differentiable]
fn of_a_field(holder: &Holder) -> f64 {
    holder.frame.as_ref().x
}

fn main() {}
