//! Active closures of what is in a map, in chains that are not written to their ends or leave items out.

use std::collections::BTreeMap;

use chainrule::differentiable;

#[differentiable]
fn named(#[constant] m: &BTreeMap<u32, f64>, x: f64) -> f64 {
    let terms = m.values().map(|w| w * x);
    terms.sum()
}

#[differentiable]
fn some(#[constant] m: &BTreeMap<u32, f64>, x: f64) -> f64 {
    m.values().map(|w| w * x).take(2).sum()
}

fn main() {}
