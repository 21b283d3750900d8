use chainrule::differentiable;

use std::rc::Rc;

#[differentiable]
fn shared(x: f64) -> f64 {
    let shared = Rc::new(x * x);
    *shared * x
}

fn main() {}
