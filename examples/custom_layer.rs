//! A layer of one's own, `sin(X·W)`, and the gradient in its weights, then in its input too.
//!
//! `cargo run --example custom_layer`

use chainrule::{differentiable, differentiate};

type Matrix<const ROWS: usize, const COLUMNS: usize> = [[f64; COLUMNS]; ROWS];

/// The matrix product.
#[differentiable]
fn product<const M: usize, const K: usize, const N: usize>(
    a: &[[f64; K]; M],
    b: &[[f64; N]; K],
) -> [[f64; N]; M] {
    let mut product = [[0.0; N]; M];
    for i in 0..M {
        for j in 0..N {
            for k in 0..K {
                product[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    product
}

/// The layer: the sine of each element of `X·W`.
#[differentiable]
fn layer(x: &[[f64; 3]; 3], w: &[[f64; 2]; 3]) -> [[f64; 2]; 3] {
    let mut output = product(x, w);
    for row in output.iter_mut() {
        for value in row.iter_mut() {
            *value = value.sin();
        }
    }
    output
}

/// The sum of the squares of the layer's output.
#[differentiable]
fn loss(x: &[[f64; 3]; 3], w: &[[f64; 2]; 3]) -> f64 {
    let output: [[f64; 2]; 3] = layer(x, w);
    let mut sum = 0.0;
    for i in 0..3 {
        for j in 0..2 {
            sum += output[i][j] * output[i][j];
        }
    }
    sum
}

const X: Matrix<3, 3> = [[-1.0, 0.0, 1.0], [2.0, 3.0, 4.0], [-1.0, -5.0, 2.0]];
const W: Matrix<3, 2> = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]];

fn transposed<const ROWS: usize, const COLUMNS: usize>(
    matrix: &Matrix<ROWS, COLUMNS>,
) -> Matrix<COLUMNS, ROWS> {
    std::array::from_fn(|j| std::array::from_fn(|i| matrix[i][j]))
}

fn assert_close<const ROWS: usize, const COLUMNS: usize>(
    generated: &Matrix<ROWS, COLUMNS>,
    expected: &Matrix<ROWS, COLUMNS>,
) {
    for (a, b) in generated.as_flattened().iter().zip(expected.as_flattened()) {
        assert!((a - b).abs() < 1e-14, "{a} and {b}");
    }
}

/// Runs the page and checks its numbers.
pub fn main() {
    // By hand: with Z = X·W and G = 2·sin(Z)·cos(Z) = sin(2Z), the gradients are Xᵀ·G and G·Wᵀ.
    let g = product(&X, &W).map(|row| row.map(|z| (2.0 * z).sin()));
    let expected_x = product(&g, &transposed(&W));
    let expected_w = product(&transposed(&X), &g);

    // In the weights alone: what the closure captures is constant.
    let of_weights = differentiate!(|w: &[[f64; 2]; 3]| -> f64 { loss(&X, w) });
    let (value, w_bar) = of_weights.value_and_grad(&W);
    println!("loss {value:.6}, gradient in W {w_bar:.6?}");
    assert_eq!(value, loss(&X, &W));
    assert_close(&w_bar, &expected_w);

    // In input and weights together.
    let (x_bar, w_bar) = loss::grad(&X, &W);
    println!("gradient in X {x_bar:.6?}");
    assert_close(&x_bar, &expected_x);
    assert_close(&w_bar, &expected_w);
}
