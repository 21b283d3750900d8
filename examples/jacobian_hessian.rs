//! Jacobians and Hessians of a layer `tanh(W·x + b)`: by any of its arguments, by every composition of
//! the modes, over a batch, as products.
//!
//! `cargo run --example jacobian_hessian`

use chainrule::batch::vmap;
use chainrule::ndarray::{Array, Array2, Array3, Axis, Dimension};
use chainrule::{HessianMode, differentiable, differentiate};

/// One output of the layer.
#[differentiable(order = 2)]
fn neuron(w: &[f64], x: &[f64], b: f64) -> f64 {
    let mut sum = b;
    for j in 0..x.len() {
        sum += w[j] * x[j];
    }
    sum.tanh()
}

/// The layer; `w` row by row.
#[differentiable(order = 2)]
fn layer(w: &[f64], x: &[f64], b: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut out = vec![0.0; b.len()];
    for i in 0..b.len() {
        out[i] = neuron(&w[i * n..(i + 1) * n], x, b[i]);
    }
    out
}

/// The same as a function of its input alone.
#[differentiable(order = 2)]
fn of_input(#[constant] w: &[f64], x: &[f64], #[constant] b: &[f64]) -> Vec<f64> {
    layer(w, x, b)
}

fn filled(rows: usize, columns: usize, phase: f64) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * columns + j) as f64 + phase).sin() / 4.0)
}

fn are_close<D: Dimension>(a: &Array<f64, D>, b: &Array<f64, D>) -> bool {
    a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14)
}

/// `jacobian` by the arguments that a closure has: what it captures is constant.
fn check_selections(w: &[f64], x: &[f64], b: &[f64]) {
    let (by_w, by_x, by_b) = layer::jacobian(w, x, b);
    let of_w = differentiate!(|w: &[f64]| -> Vec<f64> { layer(w, x, b) });
    let of_x = differentiate!(|x: &[f64]| -> Vec<f64> { layer(w, x, b) });
    let of_b = differentiate!(|b: &[f64]| -> Vec<f64> { layer(w, x, b) });
    assert!(are_close(&of_w.jacobian(w), &by_w));
    assert!(are_close(&of_x.jacobian(x), &by_x));
    assert!(are_close(&of_b.jacobian(b), &by_b));
    // Several, in any order.
    let of_b_and_x = differentiate!(|b: &[f64], x: &[f64]| -> Vec<f64> { layer(w, x, b) });
    let (first, second) = of_b_and_x.jacfwd(b, x);
    assert!(are_close(&first, &by_b) && are_close(&second, &by_x));
    let of_w_and_x = differentiate!(|w: &[f64], x: &[f64]| -> Vec<f64> { layer(w, x, b) });
    let (first, second) = of_w_and_x.jacrev(w, x);
    assert!(are_close(&first, &by_w) && are_close(&second, &by_x));
    let of_w_and_b = differentiate!(|w: &[f64], b: &[f64]| -> Vec<f64> { layer(w, x, b) });
    let (first, second) = of_w_and_b.jacobian(w, b);
    assert!(are_close(&first, &by_w) && are_close(&second, &by_b));
}

/// The Hessians of all outputs, by the composition that takes least, by each of the four, of a closure,
/// and of each output by itself.
fn check_hessians(w: &Array2<f64>, x: &[f64], b: &[f64]) -> Array3<f64> {
    let weights = w.as_slice().unwrap();
    let hessians: Array3<f64> = of_input::hessian(weights, x, b);
    for mode in HessianMode::ALL {
        assert!(are_close(&of_input::hessian_with(mode, weights, x, b), &hessians));
    }
    let closure = differentiate!(|x: &[f64]| -> Vec<f64> { layer(weights, x, b) });
    assert!(are_close(&closure.hessian(x), &hessians));
    let one_by_one = vmap((w, b), |(w, b)| neuron::hessian(w, x, *b).1.1);
    assert!(are_close(&one_by_one, &hessians));
    // By hand: -2·y·(1 - y²)·w·wᵀ.
    let y = layer(weights, x, b);
    for ((k, i, j), found) in hessians.indexed_iter() {
        let by_hand = -2.0 * y[k] * (1.0 - y[k] * y[k]) * w[[k, i]] * w[[k, j]];
        assert!((found - by_hand).abs() < 1e-14);
        assert_eq!(*found, hessians[[k, j, i]]);
    }
    hessians
}

/// Runs the page and checks its numbers.
pub fn main() {
    let (outputs, inputs, samples) = (33, 31, 64);
    let (w, b) = (filled(outputs, inputs, 0.1), filled(1, outputs, 0.2));
    let batch = filled(samples, inputs, 0.3);
    let (weights, b) = (w.as_slice().unwrap(), b.as_slice().unwrap());
    let x = batch.row(0).to_vec();

    // The Jacobian: a block for each argument.
    let (by_w, by_x, by_b) = layer::jacobian(weights, &x, b);
    assert_eq!(by_w.dim(), (33, 33 * 31));
    assert_eq!(by_x.dim(), (33, 31));
    assert_eq!(by_b.dim(), (33, 33));

    // By any selection of the arguments.
    check_selections(weights, &x, b);

    // By hand: diag(1 - y²)·W.
    let y = layer(weights, &x, b);
    for ((i, j), found) in by_x.indexed_iter() {
        let by_hand = (1.0 - y[i] * y[i]) * w[[i, j]];
        assert!((found - by_hand).abs() < 1e-15);
    }

    // Both modes are the same matrix.
    let (forward, reverse) = (layer::jacfwd(weights, &x, b).1, layer::jacrev(weights, &x, b).1);
    assert!(are_close(&forward, &reverse));

    // The Hessians of all outputs.
    let hessian = check_hessians(&w, &x, b);
    assert_eq!(hessian.dim(), (33, 31, 31));

    // The same for each sample of a batch; and with the biases batched, the input not.
    let jacobians = vmap(&batch, |x| of_input::jacobian(weights, x, b));
    assert_eq!(jacobians.dim(), (64, 33, 31));
    let hessians = vmap(&batch, |x| of_input::hessian(weights, x, b));
    assert_eq!(hessians.dim(), (64, 33, 31, 31));
    assert_eq!(hessians.index_axis(Axis(0), 0), hessian);
    let biases = filled(samples, outputs, 0.4);
    let by_bias = vmap(&biases, |b| of_input::jacobian(weights, &x, b));
    assert_eq!(by_bias.dim(), (64, 33, 31));

    // A product with the Hessian does not form it: forward over reverse, and reverse over reverse.
    let v: Vec<f64> = (0..inputs).map(|j| (j as f64).cos()).collect();
    let zero = vec![0.0; inputs];
    let first = &weights[..inputs];
    let (_, product, _) = neuron::hvp(first, &x, b[0], &zero, &v, 0.0);
    let (_, by_reverse, _) = neuron::hvp_reverse(first, &x, b[0], &zero, &v, 0.0);
    for i in 0..inputs {
        let by_matrix: f64 = (0..inputs).map(|j| hessian[[0, i, j]] * v[j]).sum();
        assert!((product[i] - by_matrix).abs() < 1e-14);
        assert!((product[i] - by_reverse[i]).abs() < 1e-15);
    }
    println!("jacobians {:?}, hessians {:?}", jacobians.dim(), hessians.dim());
}
