//! Newton's method with a generated Hessian: a decay curve fitted to its samples in a few steps.
//!
//! `cargo run --example newton`

use chainrule::differentiable;
use chainrule::ndarray::Array2;

/// Half the sum of squares of `a·exp(-k·t) + c - y`, with `p = (a, k, c)`.
#[differentiable(order = 2)]
fn misfit(p: &[f64], #[constant] times: &[f64], #[constant] samples: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..times.len() {
        let residual = p[0] * (-p[1] * times[i]).exp() + p[2] - samples[i];
        sum += 0.5 * residual * residual;
    }
    sum
}

/// The factor `L` of `LLᵀ + damping`, if the matrix is positive definite.
fn cholesky(matrix: &Array2<f64>, damping: f64) -> Option<Array2<f64>> {
    let n = matrix.nrows();
    let mut l = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let mut sum: f64 = matrix[[i, j]] + if i == j { damping } else { 0.0 };
            for k in 0..j {
                sum -= l[[i, k]] * l[[j, k]];
            }
            if i != j {
                l[[i, j]] = sum / l[[j, j]];
            } else if sum > 0.0 {
                l[[i, i]] = sum.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(l)
}

fn solve(l: &Array2<f64>, right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut x = right.to_vec();
    for i in 0..n {
        for k in 0..i {
            x[i] -= l[[i, k]] * x[k];
        }
        x[i] /= l[[i, i]];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            x[i] -= l[[k, i]] * x[k];
        }
        x[i] /= l[[i, i]];
    }
    x
}

/// Runs the page and checks its numbers.
pub fn main() {
    let truth = [2.5, 1.3, 0.5];
    let times: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.1).collect();
    let samples: Vec<f64> =
        times.iter().map(|t| truth[0] * (-truth[1] * t).exp() + truth[2]).collect();

    let (mut p, mut damping, mut steps) = (vec![1.0, 0.5, 0.0], 0.0, 0);
    loop {
        let (value, gradient) = misfit::value_and_grad(&p, &times, &samples);
        let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        println!("step {steps}: misfit {value:.3e}, gradient {norm:.1e}, damping {damping:.1e}");
        if norm < 1e-12 {
            break;
        }
        let hessian = misfit::hessian(&p, &times, &samples);
        // Far from the minimum the Hessian need not be positive definite, nor a full step go down.
        loop {
            let moved: Option<Vec<f64>> = cholesky(&hessian, damping)
                .map(|l| p.iter().zip(solve(&l, &gradient)).map(|(p, step)| p - step).collect());
            match moved {
                Some(moved) if misfit(&moved, &times, &samples) <= value => {
                    p = moved;
                    damping = if damping < 1e-3 { 0.0 } else { damping / 10.0 };
                    break;
                }
                _ => damping = if damping == 0.0 { 1e-2 } else { 4.0 * damping },
            }
        }
        steps += 1;
        assert!(steps < 50, "no convergence");
    }
    for (found, truth) in p.iter().zip(truth) {
        assert!((found - truth).abs() < 1e-9, "{p:?}");
    }
}
