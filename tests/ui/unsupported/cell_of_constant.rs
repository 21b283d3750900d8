use chainrule::differentiable;

use std::cell::Cell;

#[differentiable]
fn logged(x: f64) -> f64 {
    let last = Cell::new(0.0);
    last.set(x);
    last.get() * x
}

fn main() {}
