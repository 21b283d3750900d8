//! A boundary value problem with 10,000 unknowns, `u'' + λ·exp(u) = 0` (Bratu): Newton's method with
//! the tridiagonal Jacobian in three forward sweeps.
//!
//! `cargo run --release --example sparse_pde`

use chainrule::differentiable;
use chainrule::sparse::{Jacobian, Pattern};

/// The equation at each inner point, times the step squared; zero at both ends.
#[differentiable]
fn residual(u: &[f64], #[constant] lambda: f64) -> Vec<f64> {
    let n = u.len();
    let h = 1.0 / (n as f64 + 1.0);
    let mut out = vec![0.0; n];
    for i in 0..n {
        let left = if i == 0 { 0.0 } else { u[i - 1] };
        let right = if i + 1 == n { 0.0 } else { u[i + 1] };
        out[i] = left - 2.0 * u[i] + right + h * h * lambda * u[i].exp();
    }
    out
}

/// Solves with a tridiagonal matrix, whose entries stand in the order of rows.
fn solve(entries: &[f64], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    // Row i has its diagonal at 3·i.
    let (mut diagonal, mut x) = (entries[0], right.to_vec());
    let mut upper = vec![0.0; n];
    for i in 0..n {
        if i > 0 {
            let lower = entries[3 * i - 1];
            diagonal = entries[3 * i] - lower * upper[i - 1];
            x[i] -= lower * x[i - 1];
        }
        x[i] /= diagonal;
        if i + 1 < n {
            upper[i] = entries[3 * i + 1] / diagonal;
        }
    }
    for i in (0..n - 1).rev() {
        x[i] -= upper[i] * x[i + 1];
    }
    x
}

/// Runs the page and checks its numbers.
pub fn main() {
    let (n, lambda) = (10_000, 1.0);
    let plan = Jacobian::new(Pattern::banded(n, n, 1, 1));
    assert_eq!(plan.sweeps(), 3);

    let mut u = vec![0.0; n];
    for step in 0.. {
        let values = residual(&u, lambda);
        let size = values.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
        println!("step {step}: residual {size:.1e}");
        let entries = plan.values(
            |v, out| out.copy_from_slice(&residual::jvp(&u, lambda, v).1),
            |seed, bar| {
                residual::adjoint(&u, lambda, seed.to_vec(), bar);
            },
        );
        let change = solve(&entries, &values);
        u.iter_mut().zip(&change).for_each(|(u, change)| *u -= change);
        let moved = change.iter().fold(0.0, |size: f64, change| size.max(change.abs()));
        if moved < 1e-9 {
            break;
        }
        assert!(step < 20, "no convergence");
    }
    // u(x) = -2·ln(cosh((x - ½)·θ/2) / cosh(θ/4)), where θ = √(2λ)·cosh(θ/4).
    let theta = (0..100).fold(1.0_f64, |theta, _| (2.0 * lambda).sqrt() * (theta / 4.0).cosh());
    let middle = 2.0 * (theta / 4.0).cosh().ln();
    println!("in the middle {:.8}, exactly {middle:.8}", u[n / 2]);
    assert!((u[n / 2] - middle).abs() < 1e-7);
}
