use chainrule::differentiable;

use std::collections::HashMap;

#[differentiable]
fn total(#[constant] weights: &HashMap<String, f64>, x: f64) -> f64 {
    weights.values().map(|weight| weight * x).sum()
}

fn main() {}
