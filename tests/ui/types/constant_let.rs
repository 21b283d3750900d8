//! What is marked `#[constant]` at its `let` stays without derivative.
use chainrule::differentiable;

#[differentiable]
fn scaled(x: f64, k: &mut Vec<f64>) {
    k[0] *= x;
}

#[differentiable]
fn lent(x: f64) -> f64 {
    #[constant]
    let mut k = vec![2.0];
    scaled(x, &mut k);
    x
}

#[differentiable]
fn made_of_active(x: f64) -> f64 {
    #[constant]
    let k = vec![x];
    x * k.len() as f64
}

#[differentiable]
fn pushed(x: f64) -> f64 {
    #[constant]
    let mut k = vec![2.0];
    k.push(x);
    x
}

#[differentiable]
fn number(x: f64) -> f64 {
    #[constant]
    let k: f64 = 2.0;
    x * k
}

#[differentiable]
fn later(x: f64) -> f64 {
    #[constant]
    let k;
    k = 2;
    x * k as f64
}

fn main() {}
