//! From a plain function to its derivatives.
//!
//! `cargo run --example quickstart`

use chainrule::differentiable;

/// The logistic function.
#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Rosenbrock's valley, with its minimum at (1, 1).
#[differentiable]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

/// Runs the page and checks its numbers.
pub fn main() {
    // The attribute leaves the function as it is, and adds its derivatives under the same name.
    let (value, slope) = sigmoid::value_and_grad(2.0);
    println!("sigmoid(2) = {value:.4}, sigmoid'(2) = {slope:.5}");
    assert_eq!(value, sigmoid(2.0));
    assert!((value - 0.8808).abs() < 5e-5);
    assert!((slope - 0.10499).abs() < 5e-6);

    // Two arguments: a gradient of two numbers, in the order of the arguments.
    let (dx, dy) = rosenbrock::grad(1.2, 1.0);
    println!("rosenbrock's gradient at (1.2, 1) = ({dx:.1}, {dy:.1})");
    assert!((dx - 211.6).abs() < 1e-10);
    assert!((dy - -88.0).abs() < 1e-10);

    // Forward mode: the value, and its change along the direction (1, 0.5).
    let (value, change) = rosenbrock::jvp(1.2, 1.0, 1.0, 0.5);
    assert_eq!(value, rosenbrock(1.2, 1.0));
    assert!((change - (dx + 0.5 * dy)).abs() < 1e-10);

    // Reverse mode in two parts: the value first, its pullback when the cotangent is known.
    let (_, pullback) = rosenbrock::vjp(1.2, 1.0);
    let (dx_scaled, dy_scaled) = pullback(0.1);
    assert!((dx_scaled - 0.1 * dx).abs() < 1e-10);
    assert!((dy_scaled - 0.1 * dy).abs() < 1e-10);

    // Reverse mode for hot loops: it adds to what the caller's variables hold already.
    let (mut x, mut y) = (-1.2, 1.0);
    for _ in 0..20_000 {
        let (mut x_bar, mut y_bar) = (0.0, 0.0);
        rosenbrock::adjoint(x, y, 1.0, &mut x_bar, &mut y_bar);
        x -= 0.001 * x_bar;
        y -= 0.001 * y_bar;
    }
    println!("steepest descent from (-1.2, 1) arrives at ({x:.3}, {y:.3})");
    assert!((x - 1.0).abs() < 1e-3 && (y - 1.0).abs() < 1e-3);
}
