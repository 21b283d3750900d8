//! A closure with variables of its own that is copied.

use chainrule::differentiable;

#[differentiable]
fn function(p: f64) -> f64 {
    let mut sum = p;
    let mut g = move |x: f64| {
        sum += x * p;
        sum
    };
    let mut h = g;
    g(1.0) + h(2.0) * 10.0
}

fn main() {}
