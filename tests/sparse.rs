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
    // The fourth checks the pattern.
    assert_eq!((calls, values.len()), (4, 3 * n - 2));
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

/// A boundary value problem: each equation reads its neighbours.
#[differentiable(order = 2)]
fn chain(u: &[f64]) -> Vec<f64> {
    let n = u.len();
    let mut out = vec![0.0; n];
    for i in 0..n {
        let left = if i == 0 { 0.0 } else { u[i - 1] };
        let right = if i + 1 == n { 0.0 } else { u[i + 1] };
        out[i] = left - 2.0 * u[i] + right + u[i].exp() * 0.1;
    }
    out
}

#[differentiable(order = 2)]
fn chain_energy(u: &[f64], scale: f64) -> f64 {
    let mut sum = scale * u[0];
    for i in 0..u.len() - 1 {
        sum += (u[i] * u[i + 1]).sin() + u[i] * u[i] * u[i];
    }
    sum
}

#[test]
#[should_panic(expected = "the pattern lacks an entry of line 1")]
fn a_pattern_without_an_entry_is_refused() {
    let u = [0.1, 0.2, 0.3, 0.4];
    let entries = Pattern::banded(4, 4, 1, 1);
    let entries = entries.entries().filter(|entry| *entry != (1, 2));
    let plan = Jacobian::by_columns(Pattern::new(4, 4, entries));
    plan.values(|v, out| out.copy_from_slice(&chain::jvp(&u, v).1), |_, _| {});
}

#[test]
#[should_panic(expected = "the pattern lacks an entry of line 2")]
fn a_pattern_by_rows_without_an_entry_is_refused() {
    let u = [0.1, 0.2, 0.3, 0.4];
    let entries = Pattern::banded(4, 4, 1, 1);
    let entries = entries.entries().filter(|entry| *entry != (1, 2));
    let plan = Jacobian::by_rows(Pattern::new(4, 4, entries));
    plan.values(
        |_, _| {},
        |seed, bar| {
            chain::adjoint(&u, seed.to_vec(), bar);
        },
    );
}

#[test]
#[should_panic(expected = "the pattern lacks an entry")]
fn a_pattern_of_a_hessian_without_an_entry_is_refused() {
    let u = [0.1, 0.2, 0.3, 0.4];
    let diagonal = Hessian::new(Pattern::banded(4, 4, 0, 0));
    diagonal.values(|v, out| out.copy_from_slice(&chain_energy::hvp(&u, 1.0, v, 0.0).0));
}

#[test]
fn patterns_are_detected() {
    let n = 10_000;
    let u: Vec<f64> = (0..n).map(|i| (i as f64 * 0.01).sin()).collect();
    let pattern = chain::jacobian_pattern(&u);
    assert_eq!(pattern, Pattern::banded(n, n, 1, 1));
    let plan = Jacobian::by_columns(pattern);
    assert_eq!(plan.sweeps(), 3);
    let values = plan.values(|v, out| out.copy_from_slice(&chain::jvp(&u, v).1), |_, _| {});
    assert_eq!(values.len(), 3 * n - 2);
    assert_eq!(values[..2], [-2.0 + u[0].exp() * 0.1, 1.0]);

    // The columns of `scale` come after those of `u`.
    let pattern = chain_energy::hessian_pattern(&u[..2000], 1.5);
    let ends = [(0, 2000), (2000, 0)];
    let inner = (0..1999).flat_map(|i| [(i, i), (i, i + 1), (i + 1, i)]);
    assert_eq!(pattern, Pattern::new(2001, 2001, inner.chain([(1999, 1999)]).chain(ends)));
    assert_eq!(chain_energy::jacobian_pattern(&[0.1, 0.2], 1.0).row(0), [0, 1, 2]);
}

/// Whether an evaluation panics because its pattern lacks something.
fn is_refused(evaluate: impl FnOnce() -> Vec<f64>) -> bool {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(evaluate)) {
        Ok(_) => false,
        Err(message) => message
            .downcast_ref::<String>()
            .is_some_and(|message| message.contains("the pattern lacks an entry")),
    }
}

/// The pattern without these entries.
fn without(pattern: &Pattern, lacking: &[(usize, usize)]) -> Pattern {
    let left = pattern.entries().filter(|entry| !lacking.contains(entry));
    Pattern::new(pattern.rows(), pattern.columns(), left)
}

#[test]
fn any_entry_that_a_pattern_lacks_is_found() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut rng = fastrand::Rng::with_seed(9);
    for case in 0..20 {
        let (rows, columns) = (rng.usize(1..10), rng.usize(1..10));
        let pattern = random(&mut rng, rows, columns, 0.4);
        let x: Vec<f64> = (0..columns).map(|_| rng.f64()).collect();
        let (offsets, indices) = (pattern.offsets(), pattern.indices());
        let forward = |v: &[f64], out: &mut [f64]| {
            out.copy_from_slice(&mixed::jvp(&x, offsets, indices, v).1);
        };
        let reverse = |seed: &[f64], bar: &mut [f64]| {
            mixed::adjoint(&x, offsets, indices, seed.to_vec(), bar);
        };
        for entry in pattern.entries() {
            let less = without(&pattern, &[entry]);
            for plan in [Jacobian::by_columns(less.clone()), Jacobian::by_rows(less)] {
                let found = is_refused(|| plan.values(forward, reverse));
                assert!(found, "case {case}: {entry:?}, by columns: {}", plan.is_by_columns());
            }
        }
        let half = random(&mut rng, rows, rows, 0.3);
        let symmetric =
            Pattern::new(rows, rows, half.entries().flat_map(|(i, j)| [(i, j), (j, i)]));
        let x: Vec<f64> = (0..rows).map(|_| rng.f64() + 0.5).collect();
        for (i, j) in symmetric.entries() {
            let plan = Hessian::new(without(&symmetric, &[(i, j), (j, i)]));
            let found = is_refused(|| plan.values(|v, out| product(&symmetric, &x, v, out)));
            assert!(found, "case {case}: {i}, {j} of a Hessian");
        }
    }
}

#[test]
fn the_sweeps_do_not_grow_with_the_size() {
    let banded = |n| Pattern::banded(n, n, 2, 2);
    let arrow = |n: usize, of_rows: bool| {
        let edge = move |i| if of_rows { (0, i) } else { (i, 0) };
        Pattern::new(n, n, (0..n).flat_map(|i| [(i, i), edge(i)]))
    };
    for n in [100, 1000, 10_000] {
        let x: Vec<f64> = (0..n).map(|i| 1.0 + (i as f64).sin()).collect();
        let plan = Hessian::new(banded(n));
        let mut calls = 0;
        let values = plan.values(|v, out| {
            calls += 1;
            product(plan.pattern(), &x, v, out);
        });
        assert_eq!((plan.sweeps(), calls, values.len()), (5, 6, 5 * n - 6));
        for (of_rows, by_columns) in [(true, false), (false, true)] {
            let plan = Jacobian::new(arrow(n, of_rows));
            assert_eq!((plan.sweeps(), plan.is_by_columns()), (2, by_columns));
        }
    }
}

/// A full row and column, one of them, or both: linear in the entries, so that it ends in no time.
#[test]
fn large_arrows_are_coloured_at_once() {
    let n = 200_000;
    let entries = |row: bool, column: bool| {
        (0..n).flat_map(move |i| {
            let (of_row, of_column) = ((0, i), (i, 0));
            [Some((i, i)), row.then_some(of_row), column.then_some(of_column)].into_iter().flatten()
        })
    };
    let by_rows = Jacobian::new(Pattern::new(n, n, entries(true, false)));
    assert_eq!((by_rows.sweeps(), by_rows.is_by_columns()), (2, false));
    let by_columns = Jacobian::new(Pattern::new(n, n, entries(false, true)));
    assert_eq!((by_columns.sweeps(), by_columns.is_by_columns()), (2, true));
    assert_eq!(colour_symmetric(&Pattern::new(n, n, entries(true, true))).count(), 2);
}

/// No path over four vertices has two colours, in whatever order they were given.
#[test]
fn symmetric_colourings_are_star_colourings() {
    let mut rng = fastrand::Rng::with_seed(7);
    for (n, density) in [(2, 0.9), (9, 0.3), (20, 0.15), (30, 0.4), (60, 0.05)] {
        for _ in 0..20 {
            let half = random(&mut rng, n, n, density);
            let both = half.entries().flat_map(|(i, j)| [(i, j), (j, i)]);
            let pattern = Pattern::new(n, n, both.collect::<Vec<_>>());
            let colouring = colour_symmetric(&pattern);
            let colours = colouring.colours();
            let around = |v: usize| pattern.row(v).iter().copied().filter(move |&w| w != v);
            for a in 0..n {
                for b in around(a) {
                    assert_ne!(colours[a], colours[b]);
                    for c in around(b).filter(|&c| c != a && colours[c] == colours[a]) {
                        let ends = around(c).any(|d| d != b && d != a && colours[d] == colours[b]);
                        assert!(!ends, "{a} {b} {c}");
                    }
                }
            }
        }
    }
}
