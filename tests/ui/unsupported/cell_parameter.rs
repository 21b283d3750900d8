use chainrule::differentiable;

use std::cell::RefCell;

#[differentiable]
fn total(weights: &RefCell<Vec<f64>>, x: f64) -> f64 {
    weights.borrow()[0] * x
}

fn main() {}
