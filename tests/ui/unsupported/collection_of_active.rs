use std::collections::VecDeque;

use chainrule::differentiable;

#[differentiable]
fn moving(x: &[f64], k: usize) -> f64 {
    let mut window: VecDeque<f64> = VecDeque::new();
    let mut sum = 0.0;
    for v in x {
        window.push_back(*v);
        if window.len() > k {
            sum -= window.pop_front().unwrap();
        }
    }
    sum
}

#[differentiable]
fn untyped(x: f64) -> f64 {
    let mut window = VecDeque::new();
    window.push_back(x);
    window[0]
}

/// Positions without derivative may be in one.
#[differentiable]
fn positions(x: &[f64]) -> f64 {
    let mut queue = VecDeque::new();
    queue.push_back(0);
    let mut sum = 0.0;
    while let Some(i) = queue.pop_front() {
        sum += x[i];
        if i + 1 < x.len() {
            queue.push_back(i + 1);
        }
    }
    sum
}

fn main() {
    let _ = positions::grad(&[1.0, 2.0]);
}
