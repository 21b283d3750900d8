//! Batches: the shapes of a tanh layer, bit for bit what a loop gives, and no matter how many threads.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::batch::{par_sum, par_vmap, sum, vmap};
use chainrule::differentiable;
use chainrule::ndarray::{Array2, Axis, s};

#[differentiable]
fn layer(w: &[f64], x: &[f64], b: &[f64]) -> Vec<f64> {
    let mut out = b.to_vec();
    for i in 0..b.len() {
        for j in 0..x.len() {
            out[i] += w[i * x.len() + j] * x[j];
        }
        out[i] = out[i].tanh();
    }
    out
}

#[differentiable]
fn loss(w: &[f64], x: &[f64], target: f64) -> f64 {
    let mut sum = 0.0;
    for j in 0..x.len() {
        sum += w[j] * x[j];
    }
    (sum.tanh() - target).powi(2)
}

fn filled(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * columns + j) as f64 * 0.37).sin())
}

#[test]
fn jacobians_of_a_batch() {
    let (w, x, b) = (filled(33, 31), filled(64, 31), filled(1, 33));
    let (w, b) = (w.as_slice().unwrap(), b.as_slice().unwrap());
    let jacobians = vmap(&x, |x| layer::jacobian(w, x, b).1);
    assert_eq!(jacobians.dim(), (64, 33, 31));
    for (at, x) in x.outer_iter().enumerate() {
        let alone = layer::jacobian(w, x.as_slice().unwrap(), b).1;
        assert_eq!(jacobians.index_axis(Axis(0), at), alone);
    }
    assert_eq!(par_vmap(&x, |x| layer::jacobian(w, x, b).1), jacobians);
    // A batch of batches: what comes out can go in again.
    let traces = vmap(&jacobians, |j| j.iter().sum::<f64>());
    assert_eq!(traces[63], jacobians.slice(s![63, .., ..]).iter().sum::<f64>());
}

#[test]
fn each_argument_is_batched_or_not() {
    let (w, x) = (filled(1, 5), filled(20, 5));
    let (w, targets) = (w.as_slice().unwrap(), [0.25; 20]);
    let (by_w, by_x, by_target) = vmap((&x, &targets), |(x, target)| loss::grad(w, x, *target));
    assert_eq!((by_w.dim(), by_x.dim(), by_target.dim()), ((20, 5), (20, 5), 20));
    let row = x.row(7).to_vec();
    let alone = loss::grad(w, &row, 0.25);
    assert_eq!((by_w.row(7).to_vec(), by_x.row(7).to_vec(), by_target[7]), alone);
    // The weights batched, the sample not.
    let values = vmap(&x, |w| loss(w, &row, 0.25));
    assert_eq!(values[3], loss(x.row(3).as_slice().unwrap(), &row, 0.25));
}

#[test]
fn sums_do_not_depend_on_the_number_of_threads() {
    let (w, x) = (filled(1, 9), filled(1001, 9));
    let w = w.as_slice().unwrap();
    let add = |x: &[f64], bar: &mut Vec<f64>| {
        loss::adjoint(w, x, 0.5, 1.0, bar, &mut [0.0; 9], &mut 0.0);
    };
    let zero = vec![0.0; 9];
    let want = sum(&x, &zero, add);
    for threads in [1, 2, 3, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| par_sum(&x, &zero, add)), want, "{threads} threads");
        let jacobians = pool.install(|| par_vmap(&x, |x| loss::grad(w, x, 0.5).0));
        assert_eq!(jacobians, vmap(&x, |x| loss::grad(w, x, 0.5).0), "{threads} threads");
    }
    let total: f64 = x.outer_iter().map(|x| loss::grad(w, x.as_slice().unwrap(), 0.5).0[2]).sum();
    assert!((total - want[2]).abs() < 1e-12 * total.abs());
}

#[test]
fn an_empty_batch_has_no_sample() {
    let x = Array2::<f64>::zeros((0, 3));
    assert_eq!(vmap(&x, |x| x[0]).len(), 0);
    assert_eq!(vmap(&x, |x| x.to_vec()).dim(), (0, 0));
    assert_eq!(sum(&x, &0.0, |x, sum: &mut f64| *sum += x[0]), 0.0);
}

#[test]
#[should_panic(expected = "different lengths")]
fn batches_of_different_lengths_are_refused() {
    vmap((&filled(3, 2), &filled(4, 2)), |(x, _)| x[0]);
}

#[test]
#[should_panic(expected = "different shapes")]
fn results_of_different_shapes_are_refused() {
    vmap(&[1usize, 2], |&n| vec![0.0; n]);
}
