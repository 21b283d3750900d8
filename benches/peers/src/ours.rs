//! The functions by chainrule: plain Rust. Those of the evals are theirs.

use chainrule::differentiable;
use chainrule_gradbench::evals::ba::{Camera, reprojection_error};
use chainrule_gradbench::evals::lstm::layer;

/// Rosenbrock's function as a chain.
#[differentiable]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for pair in x.windows(2) {
        let (a, b) = (1.0 - pair[0], pair[1] - pair[0] * pair[0]);
        sum += a * a + 100.0 * b * b;
    }
    sum
}

/// Half the squared reprojection error of an observation.
#[differentiable]
pub fn residual(x: &[f64], #[constant] feature: &[f64; 2]) -> f64 {
    let camera = Camera {
        rotation: [x[0], x[1], x[2]],
        centre: [x[3], x[4], x[5]],
        focal: x[6],
        principal: [x[7], x[8]],
        radial: [x[9], x[10]],
    };
    let [u, v] = reprojection_error(&camera, &[x[11], x[12], x[13]], x[14], feature);
    0.5 * (u * u + v * v)
}

/// The sum of what an LSTM cell puts out.
#[differentiable]
pub fn cell(x: &[f64], b: usize) -> f64 {
    let (weights, rest) = x.split_at(4 * b);
    let (biases, rest) = rest.split_at(4 * b);
    let (signal, rest) = rest.split_at(b);
    let (hidden, cell) = rest.split_at(b);
    let (mut signal, mut hidden, mut cell) = (signal.to_vec(), hidden.to_vec(), cell.to_vec());
    layer(weights, biases, &mut signal, &mut hidden, &mut cell);
    hidden.iter().sum()
}
