//! Jacobians and Hessians of a layer `tanh(W·x + b)`: by each argument, over a batch, as products.
//!
//! `cargo run --example jacobian_hessian`

use chainrule::batch::vmap;
use chainrule::ndarray::Array2;
use chainrule::{differentiable, differentiate};

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
#[differentiable]
fn layer(w: &[f64], x: &[f64], b: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut out = vec![0.0; b.len()];
    for i in 0..b.len() {
        out[i] = neuron(&w[i * n..(i + 1) * n], x, b[i]);
    }
    out
}

fn filled(rows: usize, columns: usize, phase: f64) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * columns + j) as f64 + phase).sin() / 4.0)
}

fn are_close(a: &Array2<f64>, b: &Array2<f64>) -> bool {
    a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14)
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

    // By some of the arguments, in any order: what a closure captures is constant.
    let by_input = differentiate!(|x: &[f64]| -> Vec<f64> { layer(weights, x, b) });
    assert!(are_close(&by_input.jacobian(&x), &by_x));
    let selected = differentiate!(|b: &[f64], x: &[f64]| -> Vec<f64> { layer(weights, x, b) });
    let (first, second) = selected.jacfwd(b, &x);
    assert!(are_close(&first, &by_b) && are_close(&second, &by_x));

    // By hand: diag(1 - y²)·W.
    let y = layer(weights, &x, b);
    for ((i, j), found) in by_x.indexed_iter() {
        let by_hand = (1.0 - y[i] * y[i]) * w[[i, j]];
        assert!((found - by_hand).abs() < 1e-15);
    }

    // Both modes are the same matrix.
    let (forward, reverse) = (layer::jacfwd(weights, &x, b).1, layer::jacrev(weights, &x, b).1);
    assert!(are_close(&forward, &reverse));

    // The Hessian of each output, and for each sample of a batch.
    let of_sample = |x: &[f64]| vmap((&w, b), |(w, b)| neuron::hessian(w, x, *b).1.1);
    let hessian = of_sample(&x);
    assert_eq!(hessian.dim(), (33, 31, 31));
    let jacobians = vmap(&batch, |x| layer::jacobian(weights, x, b).1);
    assert_eq!(jacobians.dim(), (64, 33, 31));
    let hessians = vmap(&batch, of_sample);
    assert_eq!(hessians.dim(), (64, 33, 31, 31));

    // A product with the Hessian does not form it.
    let v: Vec<f64> = (0..inputs).map(|j| (j as f64).cos()).collect();
    let zero = vec![0.0; inputs];
    let (_, product, _) = neuron::hvp(&weights[..inputs], &x, b[0], &zero, &v, 0.0);
    for (i, product) in product.iter().enumerate() {
        let by_matrix: f64 = (0..inputs).map(|j| hessian[[0, i, j]] * v[j]).sum();
        assert!((product - by_matrix).abs() < 1e-14);
    }
    println!("jacobians {:?}, hessians {:?}", jacobians.dim(), hessians.dim());
}
