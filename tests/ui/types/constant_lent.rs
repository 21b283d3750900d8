//! What is constant may not be lent to what leaves a derivative in it.
use chainrule::{Differentiable, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn stiffen(&mut self, x: f64) -> f64 {
        self.stiffness *= x;
        self.stiffness
    }
}

#[differentiable]
fn stiffened(x: f64, #[constant] spring: &mut Spring) -> f64 {
    spring.stiffen(x) * x
}

#[differentiable]
fn scaled(x: f64, k: &mut f64) {
    *k *= x;
}

#[differentiable]
fn by_call(x: f64, #[constant] k: &mut f64) -> f64 {
    scaled(x, k);
    *k * x
}

#[differentiable]
fn assigned(x: f64, #[constant] k: &mut f64) -> f64 {
    *k = x;
    *k * x
}

fn main() {}
