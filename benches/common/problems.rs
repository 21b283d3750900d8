//! The functions measured: what the attribute gets to see.

use chainrule::{detach, differentiable};

/// Rosenbrock's function in `x.len()` dimensions.
#[differentiable]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let valley = x[i + 1] - x[i] * x[i];
        let slope = 1.0 - x[i];
        sum += 100.0 * valley * valley + slope * slope;
    }
    sum
}

/// The inner product.
#[differentiable]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

/// `y += a·x`.
#[differentiable]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// `ln Σ exp xᵢ`. The shift by the largest cancels, so that its derivative may be cut.
#[differentiable]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = detach(x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let mut sum = 0.0;
    for &x in x {
        sum += (x - largest).exp();
    }
    largest + sum.ln()
}

/// Turns `v` about the x, the y and the z axis, in this order.
#[differentiable]
pub fn rotate(angles: &[f64; 3], v: &[f64; 3]) -> [f64; 3] {
    let (sin_a, cos_a) = angles[0].sin_cos();
    let (sin_b, cos_b) = angles[1].sin_cos();
    let (sin_c, cos_c) = angles[2].sin_cos();
    let matrix = [
        [
            cos_b * cos_c,
            sin_a * sin_b * cos_c - cos_a * sin_c,
            cos_a * sin_b * cos_c + sin_a * sin_c,
        ],
        [
            cos_b * sin_c,
            sin_a * sin_b * sin_c + cos_a * cos_c,
            cos_a * sin_b * sin_c - sin_a * cos_c,
        ],
        [-sin_b, sin_a * cos_b, cos_a * cos_b],
    ];
    let mut turned = [0.0; 3];
    for i in 0..3 {
        for j in 0..3 {
            turned[i] += matrix[i][j] * v[j];
        }
    }
    turned
}

/// The right-hand side of van der Pol's oscillator.
#[differentiable]
pub fn van_der_pol(x: f64, v: f64, damping: f64) -> (f64, f64) {
    (v, damping * (1.0 - x * x) * v - x)
}

/// The position after `steps` steps of the classical Runge–Kutta method.
#[differentiable]
pub fn runge_kutta(
    position: f64,
    speed: f64,
    damping: f64,
    #[constant] h: f64,
    steps: usize,
) -> f64 {
    let mut x = position;
    let mut v = speed;
    for _ in 0..steps {
        let (x1, v1) = van_der_pol(x, v, damping);
        let (x2, v2) = van_der_pol(x + 0.5 * h * x1, v + 0.5 * h * v1, damping);
        let (x3, v3) = van_der_pol(x + 0.5 * h * x2, v + 0.5 * h * v2, damping);
        let (x4, v4) = van_der_pol(x + h * x3, v + h * v3, damping);
        x += h / 6.0 * (x1 + 2.0 * x2 + 2.0 * x3 + x4);
        v += h / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4);
    }
    x
}
