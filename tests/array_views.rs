//! Rows, columns, slices and axes of `ndarray`'s arrays against the same functions over slices, whose
//! derivatives the corpus checks.
#![allow(missing_docs)]
#![deny(warnings)]
#![allow(clippy::reversed_empty_ranges, reason = "in `s![1..-1]` the end counts from the end")]

use chainrule::ndarray::{Array1, Array2, Array3, Axis, array, s};
use chainrule::{assert_gradients, differentiable};

#[path = "common/arrays.rs"]
mod common;

use common::{assert_close, flat};

/// 11 rows, so that `ndarray` adds up in several accumulators; once more with the columns in memory one
/// after the other.
fn matrices() -> [Array2<f64>; 2] {
    let rows = Array2::from_shape_fn((11, 3), |(i, j)| ((3 * i + j) as f64 * 0.37).sin() + 0.1);
    let columns = Array2::from_shape_fn((3, 11), |(j, i)| rows[[i, j]]).reversed_axes();
    assert!(!columns.is_standard_layout() && rows == columns);
    [rows, columns]
}

#[differentiable(order = 2)]
fn rows(a: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..a.nrows() {
        s += a.row(i).dot(w) * a.row(i).sum();
    }
    for (i, row) in a.rows().into_iter().enumerate() {
        let y = row.dot(w);
        s += y * y * i as f64 + row.mapv(|v| v.sin()).sum();
    }
    s + a.outer_iter().map(|row| row[1] * row.len() as f64).product::<f64>()
}

#[differentiable(order = 2)]
fn rows_of_slices(a: &[f64], w: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut product = 1.0;
    for (i, row) in a.chunks(w.len()).enumerate() {
        let y: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
        s += y * row.iter().sum::<f64>() + y * y * i as f64;
        s += row.iter().map(|v| v.sin()).sum::<f64>();
        product *= row[1] * row.len() as f64;
    }
    s + product
}

#[test]
fn of_rows() {
    let w = array![0.3, -0.7, 0.2];
    for a in matrices() {
        let (value, (a_bar, w_bar)) = rows::value_and_grad(&a, &w);
        assert_eq!(value.to_bits(), rows(&a, &w).to_bits());
        let (flat_a, flat_w) = (flat(&a), flat(&w));
        let expected = rows_of_slices::grad(&flat_a, &flat_w);
        assert_close("a", &flat(&a_bar), &expected.0);
        assert_close("w", &flat(&w_bar), &expected.1);
        let (da, dw) = (&a * 0.3 + 0.1, &w - 0.2);
        let expected = rows_of_slices::hvp(&flat_a, &flat_w, &flat(&da), &flat(&dw));
        for found in [rows::hvp(&a, &w, &da, &dw), rows::hvp_reverse(&a, &w, &da, &dw)] {
            assert_close("second order, a", &flat(&found.0), &expected.0);
            assert_close("second order, w", &flat(&found.1), &expected.1);
        }
        assert_gradients!(rows(&a, &w));
    }
}

/// What `ndarray` makes of views without and with gaps.
#[differentiable]
fn columns(a: &Array2<f64>) -> f64 {
    let c = a.column(1);
    let d = &a.column(0) - a.row(2).to_owned()[1];
    let norms: f64 = a.axis_iter(Axis(1)).map(|c| c.dot(&c).sqrt()).sum();
    let twice = (&a.column(2) * 2.0).sum() + (-&c).mean().unwrap() + a.column(0).exp().sum();
    c.sum() * a.column(0).dot(&c)
        + d.dot(&d) * norms
        + twice
        + a.columns().into_iter().count() as f64
}

#[differentiable]
fn columns_of_slices(a: &[f64]) -> f64 {
    let mut columns = vec![vec![0.0; 11]; 3];
    for i in 0..11 {
        for j in 0..3 {
            columns[j][i] = a[3 * i + j];
        }
    }
    let (mut norms, mut twice, mut product, mut square) = (0.0, 0.0, 0.0, 0.0);
    for column in &columns {
        norms += column.iter().map(|v| v * v).sum::<f64>().sqrt();
    }
    for i in 0..11 {
        twice += 2.0 * columns[2][i] - columns[1][i] / 11.0 + columns[0][i].exp();
        product += columns[0][i] * columns[1][i];
        square += (columns[0][i] - a[7]) * (columns[0][i] - a[7]);
    }
    columns[1].iter().sum::<f64>() * product + square * norms + twice + 3.0
}

#[test]
fn of_columns() {
    for a in matrices() {
        let (value, a_bar) = columns::value_and_grad(&a);
        assert_eq!(value.to_bits(), columns(&a).to_bits());
        assert_close("a", &flat(&a_bar), &columns_of_slices::grad(&flat(&a)));
        assert_gradients!(columns(&a));
    }
}

#[differentiable]
fn axes(a: &Array2<f64>, cube: &Array3<f64>) -> Array1<f64> {
    let whitened = a.sum_axis(Axis(0)) * a.mean_axis(Axis(0)).unwrap();
    let middle = cube.index_axis(Axis(1), 1);
    let plane = cube.sum_axis(Axis(2));
    whitened * middle.dot(&middle.t()).sum() * plane.row(0).sum()
}

#[differentiable]
fn axes_of_slices(a: &[f64], cube: &[f64]) -> Vec<f64> {
    let (mut gram, mut plane) = (0.0, 0.0);
    let at = |i: usize, j: usize, k: usize| cube[6 * i + 2 * j + k];
    for i in 0..4 {
        for j in 0..4 {
            for k in 0..2 {
                gram += at(i, 1, k) * at(j, 1, k);
            }
        }
    }
    for j in 0..3 {
        for k in 0..2 {
            plane += at(0, j, k);
        }
    }
    let sum = |j: usize| (0..11).map(|i| a[3 * i + j]).sum::<f64>();
    (0..3).map(|j| sum(j) * sum(j) / 11.0 * gram * plane).collect()
}

#[test]
fn along_axes() {
    let cube = Array3::from_shape_fn((4, 3, 2), |(i, j, k)| ((6 * i + 2 * j + k) as f64).cos());
    for a in matrices() {
        let (value, pullback) = axes::vjp(&a, &cube);
        assert_eq!(value, axes(&a, &cube));
        let seed = array![0.5, -1.0, 2.0];
        let (a_bar, cube_bar) = pullback(seed.clone());
        let (flat_a, flat_cube, flat_seed) = (flat(&a), flat(&cube), flat(&seed));
        let (_, pullback) = axes_of_slices::vjp(&flat_a, &flat_cube);
        let expected = pullback(flat_seed);
        assert_close("a", &flat(&a_bar), &expected.0);
        assert_close("cube", &flat(&cube_bar), &expected.1);
        assert_gradients!(axes(&a, &cube));
    }
}

#[differentiable(order = 2)]
fn slices(u: &Array1<f64>, a: &Array2<f64>, n: usize) -> f64 {
    let d = &u.slice(s![1..]) - &u.slice(s![..-1]);
    let inner = a.slice(s![1..-1, ..=n]);
    let shifted = (&inner * &a.slice(s![..-2, 1..])).sum();
    d.dot(&d) + u.slice(s![2..n + 3]).sum() * inner.sum() + shifted * a.slice(s![.., 0]).sum()
}

#[differentiable(order = 2)]
fn slices_of_slices(u: &[f64], a: &[f64], n: usize) -> f64 {
    let d: f64 = u.windows(2).map(|w| (w[1] - w[0]) * (w[1] - w[0])).sum();
    let (mut inner, mut shifted) = (0.0, 0.0);
    for i in 1..10 {
        for j in 0..=n {
            inner += a[3 * i + j];
            shifted += a[3 * i + j] * a[3 * (i - 1) + j + 1];
        }
    }
    let column: f64 = (0..11).map(|i| a[3 * i]).sum();
    d + u[2..n + 3].iter().sum::<f64>() * inner + shifted * column
}

#[test]
fn of_slices() {
    let u = Array1::from_shape_fn(7, |i| (i as f64).sin());
    for a in matrices() {
        let (value, (u_bar, a_bar)) = slices::value_and_grad(&u, &a, 1);
        assert_eq!(value.to_bits(), slices(&u, &a, 1).to_bits());
        let (flat_u, flat_a) = (flat(&u), flat(&a));
        let expected = slices_of_slices::grad(&flat_u, &flat_a, 1);
        assert_close("u", &flat(&u_bar), &expected.0);
        assert_close("a", &flat(&a_bar), &expected.1);
        let (du, da) = (&u * 2.0 + 0.1, &a - 0.2);
        let found = slices::hvp(&u, &a, 1, &du, &da);
        let expected = slices_of_slices::hvp(&flat_u, &flat_a, 1, &flat(&du), &flat(&da));
        assert_close("second order, u", &flat(&found.0), &expected.0);
        assert_close("second order, a", &flat(&found.1), &expected.1);
        assert_gradients!(slices(&u, &a, 1));
    }
}

#[differentiable]
fn changed(u: &mut Array2<f64>, x: &Array1<f64>, k: f64) {
    u.row_mut(1).assign(x);
    u.column_mut(0).fill(k);
    u.row_mut(0).scaled_add(k, x);
    u.slice_mut(s![2.., 1..3]).mapv_inplace(|v| v * k);
    u.slice_mut(s![-1, ..]).mapv_inplace(f64::sin);
    u.index_axis_mut(Axis(0), 3).mapv_inplace(|v| v * v);
}

#[differentiable]
fn changed_by_index(u: &mut [f64], x: &[f64], k: f64) {
    u[3..6].copy_from_slice(x);
    for i in 0..11 {
        u[3 * i] = k;
    }
    for j in 0..3 {
        u[j] += k * x[j];
    }
    for i in 2..11 {
        for j in 1..3 {
            u[3 * i + j] *= k;
        }
    }
    for j in 0..3 {
        u[30 + j] = u[30 + j].sin();
        u[9 + j] *= u[9 + j];
    }
}

/// The heat equation, by slices that overlap.
#[differentiable]
fn diffused(u: &mut Array1<f64>, k: f64, n: usize) {
    for _ in 0..n {
        let ends = &u.slice(s![2..]) + &u.slice(s![..-2]);
        let inner = &u.slice(s![1..-1]) * (1.0 - 2.0 * k);
        u.slice_mut(s![1..-1]).assign(&(ends * k + inner));
    }
}

#[test]
fn in_place() {
    let x = array![0.3, -0.7, 0.2];
    for a in matrices() {
        let (mut by_view, mut by_index) = (a.clone(), flat(&a));
        let mut bars = (&a * 0.5, flat(&(&a * 0.5)));
        let (mut x_bar, mut flat_x_bar) = (Array1::zeros(3), vec![0.0; 3]);
        let (mut k_bar, mut flat_k_bar) = (0.0, 0.0);
        changed::adjoint(&mut by_view, &x, 0.7, &mut bars.0, &mut x_bar, &mut k_bar);
        let flat_x = flat(&x);
        changed_by_index::adjoint(
            &mut by_index,
            &flat_x,
            0.7,
            &mut bars.1,
            &mut flat_x_bar,
            &mut flat_k_bar,
        );
        assert_eq!(flat(&by_view), by_index);
        assert_close("u", &flat(&bars.0), &bars.1);
        assert_close("x", &flat(&x_bar), &flat_x_bar);
        assert_close("k", &[k_bar], &[flat_k_bar]);
        assert_gradients!(changed(&mut a.clone(), &x, 0.7));
    }
    let mut u = Array1::from_shape_fn(9, |i| (i as f64).cos());
    assert_gradients!(diffused(&mut u, 0.2, 4));
    let mut plain = u.clone();
    diffused(&mut plain, 0.2, 4);
    let (mut derived, mut du) = (u.clone(), Array1::ones(9));
    diffused::jvp(&mut derived, 0.2, 4, &mut du, 1.0);
    assert_eq!(plain, derived);
}
