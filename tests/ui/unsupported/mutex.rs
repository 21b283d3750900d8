use chainrule::differentiable;

use std::sync::Mutex;

#[differentiable]
fn accumulated(x: f64) -> f64 {
    let sum: Mutex<f64> = Mutex::new(0.0);
    *sum.lock().unwrap() += x;
    x
}

fn main() {}
