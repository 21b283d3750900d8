//! Another name of a float looks like a struct.

use chainrule::differentiable;

type Real = f64;

#[differentiable]
fn product(a: Real, b: f64) -> f64 {
    a * b
}

fn main() {}
