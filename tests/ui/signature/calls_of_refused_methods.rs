//! The derivatives of a method whose signature is refused, called: no second wave of errors.
use std::collections::HashMap;

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Scale {
    factor: f64,
}

#[differentiable]
impl Scale {
    fn looked_up(&self, table: &HashMap<u32, f64>, x: f64) -> f64 {
        self.factor * x + table[&0]
    }
}

fn call_grad(scale: &Scale) {
    let _ = scale.looked_up_grad(&HashMap::new(), 1.0);
}

fn call_vjp(scale: &Scale) {
    let _ = scale.looked_up_vjp(&HashMap::new(), 1.0);
}

fn main() {
    let scale = Scale { factor: 2.0 };
    call_grad(&scale);
    call_vjp(&scale);
}
