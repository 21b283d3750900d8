//! Methods of a type parameter: the derivatives of an `impl` belong to its type, and the trait has none.

use chainrule::{Differentiable, differentiable};

pub trait Potential {
    fn energy(&self, r: f64) -> f64;
    fn parameters(&self) -> usize;
}

#[derive(Clone, Debug, Differentiable)]
pub struct Spring {
    k: f64,
}

#[differentiable]
impl Potential for Spring {
    fn energy(&self, r: f64) -> f64 {
        self.k * r * r
    }

    fn parameters(&self) -> usize {
        1
    }
}

#[differentiable]
fn total<P: Potential>(p: &P, r: f64) -> f64 {
    p.energy(r) * 2.0
}

#[differentiable]
fn by_path<P: Potential>(p: &P, r: f64) -> f64 {
    r * P::energy(p, r)
}

#[differentiable]
fn without_derivative<P: Potential>(#[constant] p: &P, r: f64) -> f64 {
    r * p.parameters() as f64 * chainrule::detach(p.energy(chainrule::detach(r)))
}

fn main() {
    let spring = Spring { k: 2.0 };
    let _ = total::grad(&spring, 1.0);
    let _ = by_path::grad(&spring, 1.0);
    let _ = without_derivative::grad(&spring, 1.0);
}
