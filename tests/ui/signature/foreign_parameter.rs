use chainrule::differentiable;

use std::collections::HashMap;

#[differentiable]
fn weighted(weights: HashMap<String, f64>, x: f64) -> f64 {
    x * weights.len() as f64
}

fn main() {}
