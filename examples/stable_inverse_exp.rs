//! Declaring a derivative where the mechanical one fails.
//!
//! Differentiating step by step is right wherever each step has a finite derivative. Here a step
//! overflows, and there a step has no derivative, though the function as a whole is harmless. A rule
//! stated in closed form replaces the steps; it holds in both modes.
//!
//! `cargo run --example stable_inverse_exp`

use chainrule::differentiable;

/// `exp(-x)`, written so that `exp(x)` overflows in `f32` from x = 89 on.
#[differentiable]
fn inverse_exp(x: f32) -> f32 {
    1.0 / x.exp()
}

/// The same function, its derivative declared.
#[differentiable(partials(x = -(-x).exp()))]
fn stable_inverse_exp(x: f32) -> f32 {
    1.0 / x.exp()
}

/// A length, whose square root has a pole where the length is zero.
#[differentiable]
fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// The same function. At the origin it has no derivative: zero, the shortest subgradient, is declared.
#[differentiable(partials(
    x = if x == 0.0 && y == 0.0 { 0.0 } else { x / x.hypot(y) },
    y = if x == 0.0 && y == 0.0 { 0.0 } else { y / x.hypot(y) },
))]
fn safe_length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// Runs the page and checks its numbers.
pub fn main() {
    // Where nothing overflows the two agree.
    let (mechanical, declared) = (inverse_exp::grad(1.0), stable_inverse_exp::grad(1.0));
    assert!((mechanical - declared).abs() < 1e-7);

    // At x = 100 the exact derivative is -exp(-100) = -3.78e-44, which f32 can represent. The
    // mechanical one is the product of an infinite factor, exp(x), and a zero one, -1/exp(x)².
    let (mechanical, declared) = (inverse_exp::grad(100.0), stable_inverse_exp::grad(100.0));
    println!("d/dx 1/exp(x) at 100: mechanical {mechanical:e}, declared {declared:e}");
    assert!(mechanical.is_nan() && inverse_exp::jvp(100.0, 1.0).1.is_nan());
    assert_eq!(declared, -(-100.0f32).exp());
    assert_eq!(declared, -3.8e-44);
    assert_eq!(stable_inverse_exp::jvp(100.0, 1.0), (inverse_exp(100.0), declared));

    // Away from the origin the two lengths agree.
    for (dx, dy) in [length::grad(3.0, 4.0), safe_length::grad(3.0, 4.0)] {
        assert!((dx - 0.6).abs() < 1e-15 && (dy - 0.8).abs() < 1e-15);
    }

    // At the origin the root's slope is infinite and the squares' is zero.
    let (mechanical, _) = length::grad(0.0, 0.0);
    let declared = safe_length::grad(0.0, 0.0);
    println!("gradient of the length at (0, 0): mechanical {mechanical}, declared {declared:?}");
    assert!(mechanical.is_nan());
    assert_eq!(declared, (0.0, 0.0));
}
