use chainrule::differentiable;
use chainrule::ndarray::{Array, Array1, Array2, ArrayView1, ArrayViewMut2, Dimension};

#[differentiable]
fn of_a_view(x: ArrayView1<'_, f64>) -> f64 {
    x[0]
}

#[differentiable]
fn of_a_view_in_place(x: ArrayViewMut2<'_, f64>, k: f64) -> f64 {
    x[[0, 0]] * k
}

#[differentiable]
fn unknown_method(x: &Array1<f64>) -> f64 {
    x.summ()
}

#[differentiable]
fn different_dimensions(a: &Array2<f64>, x: &Array1<f64>) -> f64 {
    (a * x).sum()
}

#[differentiable]
fn unknown_dimensions<D: Dimension>(a: &Array<f64, D>) -> f64 {
    a.sum()
}

fn main() {}
