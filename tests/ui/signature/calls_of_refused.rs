//! The derivatives of functions whose signatures are refused, called: no second wave of errors.
use std::collections::HashMap;

use chainrule::differentiable;

#[differentiable]
fn checked(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x) } else { Err("negative".into()) }
}

#[differentiable]
fn looked_up(x: f64, table: &HashMap<u32, f64>) -> f64 {
    x * table[&0]
}

#[differentiable]
fn part(x: &mut [f64]) -> &mut [f64] {
    &mut x[1..]
}

fn call_checked() {
    let _ = checked::jvp(1.0, 1.0);
}

fn call_looked_up() {
    let table = HashMap::new();
    let _ = looked_up::grad(1.0, &table);
}

fn main() {
    call_checked();
    call_looked_up();
    part::jvp(&mut [1.0, 2.0], &mut [1.0, 0.0]);
}
