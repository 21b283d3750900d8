//! Sparse Jacobians and Hessians against dense ones, on random patterns and on those that matter.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::differentiable;
use chainrule::sparse::{
    Colouring, Hessian, Jacobian, Pattern, colour_columns, colour_rows, colour_symmetric,
};

/// Each row mixes the components that the pattern gives it.
#[differentiable]
fn mixed(x: &[f64], offsets: &[usize], indices: &[usize]) -> Vec<f64> {
    let rows = offsets.len() - 1;
    let mut out = vec![0.0; rows];
    for row in 0..rows {
        let mut product = 1.0 + row as f64;
        for k in offsets[row]..offsets[row + 1] {
            product *= 1.5 + x[indices[k]].sin();
        }
        out[row] = product;
    }
    out
}

fn random(rng: &mut fastrand::Rng, rows: usize, columns: usize, density: f64) -> Pattern {
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    Pattern::new(rows, columns, all.filter(|_| rng.f64() < density))
}

#[test]
fn random_jacobians_are_the_dense_ones() {
    let mut rng = fastrand::Rng::with_seed(7);
    for case in 0..60 {
        let (rows, columns) = (rng.usize(1..25), rng.usize(1..25));
        let density = rng.f64() * 0.4;
        let pattern = random(&mut rng, rows, columns, density);
        let x: Vec<f64> = (0..columns).map(|_| rng.f64()).collect();
        let (offsets, indices) = (pattern.offsets(), pattern.indices());
        let dense = mixed::jacfwd(&x, offsets, indices);
        let by_rows = mixed::jacrev(&x, offsets, indices);
        let plans = [
            Jacobian::by_columns(pattern.clone()),
            Jacobian::by_rows(pattern.clone()),
            Jacobian::new(pattern.clone()),
        ];
        for plan in plans {
            let matrix = plan.matrix(
                |v, out| out.copy_from_slice(&mixed::jvp(&x, offsets, indices, v).1),
                |seed, bar| {
                    mixed::adjoint(&x, offsets, indices, seed.to_vec(), bar);
                },
            );
            assert_eq!(
                (matrix.rows(), matrix.cols(), matrix.nnz()),
                (rows, columns, pattern.len())
            );
            let want = if plan.is_by_columns() { &dense } else { &by_rows };
            for row in 0..rows {
                for column in 0..columns {
                    let found = matrix.get(row, column).copied().unwrap_or(0.0);
                    let error = (found - want[[row, column]]).abs();
                    assert!(error <= 1e-14 * found.abs(), "case {case}: {row}, {column}");
                }
            }
        }
    }
}

/// Σ aᵢⱼ·xᵢ²·xⱼ² has the pattern of `a` and full diagonals.
fn product(pattern: &Pattern, x: &[f64], v: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for (i, j) in pattern.entries() {
        let weight = 1.0 + (i.min(j) * 31 + i.max(j)) as f64;
        if i != j {
            out[i] += weight * 4.0 * x[i] * x[j] * v[j];
        } else {
            out[i] += weight * v[i];
        }
    }
}

#[test]
fn random_hessians_are_the_dense_ones() {
    let mut rng = fastrand::Rng::with_seed(8);
    for case in 0..80 {
        let size = rng.usize(1..30);
        let density = rng.f64() * 0.3;
        let half = random(&mut rng, size, size, density);
        let both = half.entries().flat_map(|(i, j)| [(i, j), (j, i)]);
        let pattern = Pattern::new(size, size, both);
        let x: Vec<f64> = (0..size).map(|_| rng.f64() + 0.5).collect();
        let plan = Hessian::new(pattern.clone());
        assert!(plan.sweeps() <= colour_columns(&pattern).count().max(1) + 1);
        let matrix = plan.matrix(|v, out| product(&pattern, &x, v, out));
        let mut column = vec![0.0; size];
        for j in 0..size {
            let mut direction = vec![0.0; size];
            direction[j] = 1.0;
            product(&pattern, &x, &direction, &mut column);
            for i in 0..size {
                let found = matrix.get(i, j).copied().unwrap_or(0.0);
                assert_eq!(found, matrix.get(j, i).copied().unwrap_or(0.0));
                assert!((found - column[i]).abs() <= 1e-14 * found.abs(), "case {case}: {i}, {j}");
            }
        }
    }
}

fn separates_columns(pattern: &Pattern, colouring: &Colouring) -> bool {
    (0..pattern.rows()).all(|row| {
        let mut seen = vec![false; colouring.count()];
        pattern
            .row(row)
            .iter()
            .all(|&column| !std::mem::replace(&mut seen[colouring.colours()[column]], true))
    })
}

#[test]
fn colours_of_the_patterns_that_matter() {
    let tridiagonal = Pattern::banded(10_000, 10_000, 1, 1);
    let columns = colour_columns(&tridiagonal);
    assert_eq!(columns.count(), 3);
    assert!(separates_columns(&tridiagonal, &columns));
    assert_eq!(colour_rows(&tridiagonal).count(), 3);
    assert_eq!(colour_symmetric(&tridiagonal).count(), 3);
    let five = Pattern::banded(10_000, 10_000, 2, 2);
    assert_eq!(colour_columns(&five).count(), 5);
    assert!(colour_symmetric(&five).count() <= 5);

    let full_row = Pattern::new(500, 500, (0..500).flat_map(|i| [(0, i), (i, i)]));
    assert_eq!(Jacobian::new(full_row.clone()).sweeps(), 2);
    assert!(!Jacobian::new(full_row.clone()).is_by_columns());
    let full_column = full_row.transposed();
    assert_eq!(Jacobian::new(full_column.clone()).sweeps(), 2);
    assert!(Jacobian::new(full_column).is_by_columns());
    let arrow = Pattern::new(500, 500, (0..500).flat_map(|i| [(0, i), (i, 0), (i, i)]));
    assert_eq!(Hessian::new(arrow).sweeps(), 2);
    let empty = Pattern::new(3, 4, []);
    assert_eq!(Jacobian::new(empty.clone()).values(|_, _| {}, |_, _| {}), []);
    assert!(empty.is_empty());
}

#[test]
fn a_tridiagonal_jacobian_takes_three_sweeps_at_any_size() {
    let n = 10_000;
    let x: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
    let plan = Jacobian::new(Pattern::banded(n, n, 1, 1));
    let (offsets, indices) = (plan.pattern().offsets(), plan.pattern().indices());
    let mut calls = 0;
    let values = plan.values(
        |v, out| {
            calls += 1;
            out.copy_from_slice(&mixed::jvp(&x, offsets, indices, v).1);
        },
        |_, _| unreachable!("forward mode takes no more sweeps"),
    );
    assert_eq!((calls, values.len()), (3, 3 * n - 2));
    let row = 5000;
    let want = |k: usize| {
        let others = (row - 1..=row + 1).filter(|&j| j != k);
        (1.0 + row as f64) * x[k].cos() * others.map(|j| 1.5 + x[j].sin()).product::<f64>()
    };
    for (k, column) in (offsets[row]..).zip(row - 1..=row + 1) {
        assert!((values[k] - want(column)).abs() < 1e-10);
    }
}

#[test]
#[should_panic(expected = "symmetric")]
fn a_hessian_of_an_unsymmetric_pattern_is_refused() {
    Hessian::new(Pattern::banded(3, 3, 1, 0));
}

#[test]
#[should_panic(expected = "outside of a 2 × 3 matrix")]
fn an_entry_outside_is_refused() {
    Pattern::new(2, 3, [(2, 0)]);
}
