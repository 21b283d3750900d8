use chainrule::differentiable;

use std::collections::BTreeMap;

#[differentiable]
fn table(x: &[f64]) -> f64 {
    let map: BTreeMap<usize, f64> = x.iter().copied().enumerate().collect();
    map[&0]
}

fn main() {}
