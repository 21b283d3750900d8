//! A function in the body that has the name of the function itself.

use chainrule::differentiable;

#[differentiable]
fn power(x: f64) -> f64 {
    fn power(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { power(x * x, n - 1) }
    }
    power(x, 2)
}

fn main() {
    let _ = power::grad(2.0);
}
