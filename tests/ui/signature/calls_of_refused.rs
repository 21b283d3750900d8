//! The derivatives of functions whose signatures are refused, called: no second wave of errors.
use std::collections::{HashMap, VecDeque};

use chainrule::differentiable;

#[differentiable]
fn queued(x: f64) -> VecDeque<f64> {
    let mut queue = VecDeque::new();
    queue.push_back(chainrule::detach(x));
    queue
}

#[differentiable]
fn looked_up(x: f64, table: &HashMap<u32, f64>) -> f64 {
    x * table[&0]
}

#[differentiable]
fn part(x: &mut [f64]) -> &mut [f64] {
    &mut x[1..]
}

fn call_queued() {
    let _ = queued::jvp(1.0, 1.0);
}

fn call_looked_up() {
    let table = HashMap::new();
    let _ = looked_up::grad(1.0, &table);
}

fn main() {
    call_queued();
    call_looked_up();
    part::jvp(&mut [1.0, 2.0], &mut [1.0, 0.0]);
}
