//! Holds second derivatives against hyper-dual numbers.

use crate::check::{assert_close, directions, unit};

/// A product with the Hessian, by point and direction.
pub type Product = Box<dyn Fn(usize, &[f64]) -> Vec<f64>>;

/// A second directional derivative, by point and direction.
pub type Along = Box<dyn Fn(usize, &[f64]) -> f64>;

/// `vᵀ H w`, by point and directions.
pub type Curvature = fn(usize, &[f64], &[f64]) -> f64;

/// Second derivatives of one function, by point and direction.
pub struct Second {
    /// Forward over reverse.
    pub hvp: Product,
    /// Reverse over reverse.
    pub hvp_reverse: Product,
    /// Forward over forward: the second directional derivative.
    pub jvp2: Along,
}

/// Relative, with 1 as the smallest scale.
const TOLERANCE: f64 = 1e-10;

/// At each smooth point, along random directions and the first axes, the products with the Hessian
/// in three ways; `curvature` gives `vᵀ H w`.
pub fn check_second(
    name: &str,
    smooth: &[bool],
    inputs: fn(usize) -> usize,
    second: &Second,
    curvature: Curvature,
) {
    for point in (0..smooth.len()).filter(|&point| smooth[point]) {
        let n = inputs(point);
        let axes = (0..n.min(3)).map(|index| unit(n, index));
        for v in axes.chain((0..2).map(|round| directions(n, round))) {
            let expected: Vec<f64> = (0..n).map(|i| curvature(point, &v, &unit(n, i))).collect();
            let what = |which: &str| format!("{name}, point {point}: {which} along {v:?}");
            for _ in 0..2 {
                assert_close(&(second.hvp)(point, &v), &expected, TOLERANCE, &what("hvp"));
                let reverse = (second.hvp_reverse)(point, &v);
                assert_close(&reverse, &expected, TOLERANCE, &what("hvp_reverse"));
                let along = (second.jvp2)(point, &v);
                assert_close(&[along], &[curvature(point, &v, &v)], TOLERANCE, &what("jvp2"));
            }
        }
    }
}
