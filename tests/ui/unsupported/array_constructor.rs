//! Constructors of arrays that are not known.

use chainrule::differentiable;
use chainrule::ndarray::Array2;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let a: Array2<f64> = Array2::from_shape_vec((1, 2), x.to_vec()).unwrap();
    a.sum()
}

fn main() {
    let _ = f::grad(&[1.0, 2.0]);
}
