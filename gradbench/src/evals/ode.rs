//! `ode`: a system of ordinary differential equations by the classical Runge–Kutta method.

use chainrule::differentiable;
use serde::Deserialize;

use crate::evaluation::{Function, MOST_STEPS, ensure, evaluate};

/// The right-hand side: `y₀' = x₀`, `yᵢ' = xᵢ·yᵢ₋₁`.
#[differentiable]
pub fn slope(x: &[f64], y: &[f64], dy: &mut [f64]) {
    dy[0] = x[0];
    for ((dy, x), y) in dy[1..].iter_mut().zip(&x[1..]).zip(y) {
        *dy = x * y;
    }
}

/// `y + h·k`, into `moved`.
#[differentiable]
pub fn advance(y: &[f64], h: f64, k: &[f64], moved: &mut [f64]) {
    for ((moved, y), k) in moved.iter_mut().zip(y).zip(k) {
        *moved = y + h * k;
    }
}

/// The state at t = 2 after `steps` steps from y(0) = 0.
#[differentiable]
pub fn integrate(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let mut at = vec![0.0; n];
    let (mut k1, mut k2) = (vec![0.0; n], vec![0.0; n]);
    let (mut k3, mut k4) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        slope(x, &y, &mut k1);
        advance(&y, h / 2.0, &k1, &mut at);
        slope(x, &at, &mut k2);
        advance(&y, h / 2.0, &k2, &mut at);
        slope(x, &at, &mut k3);
        advance(&y, h, &k3, &mut at);
        slope(x, &at, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    s: usize,
}

struct Prepared {
    input: Input,
    /// The cotangent of the result: what is differentiated is its last component.
    seed: Vec<f64>,
    x_bar: Vec<f64>,
}

fn prepare(input: Input) -> Result<Prepared, String> {
    ensure(!input.x.is_empty(), || "`x` is empty".to_owned())?;
    ensure(input.s >= 1, || "`s` is 0".to_owned())?;
    ensure(input.s as u128 * input.x.len() as u128 <= MOST_STEPS, || {
        format!("`s` is {}", input.s)
    })?;
    let mut seed = vec![0.0; input.x.len()];
    seed[input.x.len() - 1] = 1.0;
    Ok(Prepared { x_bar: vec![0.0; input.x.len()], seed, input })
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("primal", |input| evaluate(input, prepare, |at| integrate(&at.input.x, at.input.s), |_, y| y)),
    ("gradient", |input| {
        evaluate(
            input,
            prepare,
            |Prepared { input, seed, x_bar }| {
                x_bar.fill(0.0);
                integrate::adjoint(&input.x, input.s, seed.clone(), x_bar);
            },
            |at, ()| at.x_bar.clone(),
        )
    }),
];
