//! One error for each function, whatever it returns.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
pub struct Pair {
    pub first: f64,
    pub rest: Vec<f64>,
}

#[differentiable]
fn vector(x: &[f64]) -> Vec<f64> {
    unsafe { vec![*x.get_unchecked(0)] }
}

#[differentiable]
fn nested(x: &[f64]) -> (Vec<Vec<f64>>, Option<f64>) {
    unsafe { (vec![x.to_vec()], x.first().copied()) }
}

#[differentiable]
fn pair(x: f64) -> Pair {
    unsafe { Pair { first: x, rest: vec![x] } }
}

#[differentiable]
impl Pair {
    fn again(self) -> Self {
        unsafe { self }
    }
}

fn main() {
    let _: Vec<f64> = vector::vjp(&[1.0]).1(vec![1.0]);
    let _ = nested::jvp(&[1.0], &[1.0]);
    let _ = pair::jvp(1.0, 1.0);
}
