//! Closures that change variables where how often, or in what order, they are called is not told by the code.

use chainrule::differentiable;
use chainrule::ndarray::Array2;

#[differentiable]
fn endless_on_the_left(x: &[f64]) -> f64 {
    let mut scale = x[0];
    let sum: f64 = std::iter::repeat_with(|| {
        scale *= 0.5;
        scale
    })
    .zip(x)
    .map(|(a, b)| a * b)
    .sum();
    sum * scale
}

#[differentiable]
fn as_it_lies(x: &[f64]) -> f64 {
    let matrix = Array2::from_shape_fn((2, 2), |(i, j)| x[i + j]);
    let mut last = 0.0;
    let sums: Array2<f64> = matrix.t().mapv(|v| {
        last = 0.5 * last + v;
        last
    });
    sums[[0, 1]]
}

#[differentiable]
fn as_it_lies_in_place(x: &[f64]) -> f64 {
    let mut matrix = Array2::from_shape_fn((2, 2), |(i, j)| x[i + j]);
    let mut last = 0.0;
    matrix.mapv_inplace(|v| {
        last = 0.5 * last + v;
        last
    });
    matrix[[0, 1]] * last
}

fn main() {}
