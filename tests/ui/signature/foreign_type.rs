//! Methods of types that can have no derivatives of their own.

use chainrule::differentiable;

pub trait Squared {
    fn squared(self) -> f64;
}

#[differentiable]
impl Squared for f64 {
    fn squared(self) -> f64 {
        self * self
    }
}

#[differentiable]
impl Squared for [f64; 2] {
    fn squared(self) -> f64 {
        self[0] * self[0] + self[1] * self[1]
    }
}

fn main() {
    let _ = 2.0.squared() + [1.0, 2.0].squared();
}
