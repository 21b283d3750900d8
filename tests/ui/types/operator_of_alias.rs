//! Another name of a float looks like a struct.

use chainrule::differentiable;

type Velocity = f64;

#[differentiable]
fn product(a: Velocity, b: f64) -> f64 {
    a * b
}

fn main() {}
