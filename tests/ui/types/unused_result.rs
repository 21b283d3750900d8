//! What a call gives, and nobody uses, has no derivative where that takes the value's shape.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Stack {
    items: Vec<f64>,
}

#[differentiable]
impl Stack {
    fn pop(&mut self) -> Option<f64> {
        self.items.pop()
    }

    fn doubled(&mut self) -> Vec<f64> {
        self.items.iter().map(|item| 2.0 * item).collect()
    }
}

#[differentiable]
fn changed(stack: &mut Stack, k: f64) -> Stack {
    stack.items[0] *= k;
    stack.clone()
}

#[differentiable]
fn unused(x: f64, y: f64) -> f64 {
    let mut stack = Stack { items: vec![x, y, x * y] };
    stack.pop();
    stack.doubled();
    changed(&mut stack, x);
    let _ = stack.pop();
    stack.items[0]
}

fn main() {}
