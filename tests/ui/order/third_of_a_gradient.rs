//! A derivative has no third derivatives.

use chainrule::differentiable;

#[differentiable(order = 3)]
fn cubed(x: f64) -> f64 {
    x * x * x
}

#[differentiable(order = 3)]
fn slope(x: f64) -> f64 {
    cubed::grad(x) * x
}

#[differentiable(order = 2)]
fn of_second_order(x: f64) -> f64 {
    cubed::grad(x) * x
}

fn main() {
    let _ = slope::hessian(1.0);
    let _ = of_second_order::hessian(1.0);
}
