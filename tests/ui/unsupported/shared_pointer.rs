//! Values that are shared by counted pointers.

use std::rc::Rc;

use chainrule::differentiable;

#[differentiable]
fn f(x: f64) -> f64 {
    let weights: Rc<Vec<f64>> = Rc::new(vec![1.0, 2.0]);
    x * weights[1]
}

fn main() {
    let _ = f::grad(1.0);
}
