//! A name by `ref mut` beside names of what it may change.

use chainrule::differentiable;

#[differentiable]
fn beside(x: f64, k: f64) -> f64 {
    let (k, ref mut y @ z) = (k, x);
    *y *= k;
    *y * z
}

fn main() {}
