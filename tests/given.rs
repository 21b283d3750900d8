//! Tangents that are not given: nothing is multiplied by a zero that stands for one, or by poles
//! where the zero would be NaN, however the tangent is handed on.

use chainrule::{Differentiable, differentiable};

/// `Σ wᵢ·xᵢ`, halved until one is left.
#[differentiable]
fn dot(w: &[f64], x: &[f64]) -> f64 {
    match w.len() {
        0 => 0.0,
        1 => w[0] * x[0],
        n => dot(&w[..n / 2], &x[..n / 2]) + dot(&w[n / 2..], &x[n / 2..]),
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Plane {
    normal: [f64; 3],
    offset: f64,
}

#[differentiable]
impl Plane {
    fn distance(&self, point: &[f64; 3]) -> f64 {
        let mut distance = -self.offset;
        for i in 0..3 {
            distance += -(self.normal[i] - 1.0 * point[i]) * point[i] - point[i] * self.normal[i];
        }
        distance
    }

    fn moved(self, by: f64) -> f64 {
        self.offset + by
    }

    fn both(&self, point: &[f64; 3]) -> f64 {
        self.distance(point) + self.moved(point[0])
    }
}

#[differentiable]
fn weighted(w: &[f64], #[constant] x: &[f64]) -> f64 {
    dot(w, x)
}

#[differentiable]
fn of_data(#[constant] w: &[f64], x: &[f64]) -> f64 {
    dot(w, x)
}

#[differentiable]
fn of_point(#[constant] plane: &Plane, point: &[f64; 3]) -> f64 {
    plane.both(point)
}

#[differentiable]
fn of_plane(plane: &Plane, #[constant] point: &[f64; 3]) -> f64 {
    plane.both(point)
}

#[test]
fn only_what_is_given_is_multiplied() {
    let (x, w) = ([1.0, 2.0, 3.0, 4.0, 5.0], [0.5, f64::INFINITY, 2.0, f64::NAN, 1.0]);
    // The tangent of `x` would be multiplied by the weights.
    let (_, derivative) = weighted::jvp(&w, &x, &[1.0, 0.5, 0.25, 2.0, -1.0]);
    assert_eq!(derivative, 1.0 + 1.0 + 0.75 + 8.0 - 5.0);
    let (_, derivative) = of_data::jvp(&x, &w, &[1.0, 0.5, 0.25, 2.0, -1.0]);
    assert_eq!(derivative, 1.0 + 1.0 + 0.75 + 8.0 - 5.0);
    // Both, where both are.
    let (value, derivative) = dot::jvp(&x, &x, &x, &[1.0; 5]);
    assert_eq!((value, derivative), (55.0, 55.0 + 15.0));
}

#[test]
fn through_methods_and_their_receivers() {
    let (plane, point) = (Plane { normal: [1.0, -2.0, 0.5], offset: 3.0 }, [0.5, 1.5, -2.0]);
    let by_point = [2.0, -1.0, 4.0];
    let (_, derivative) = of_point::jvp(&plane, &point, &by_point);
    let expected: f64 =
        (0..3).map(|i| (2.0 * point[i] - 2.0 * plane.normal[i]) * by_point[i]).sum::<f64>() + 2.0;
    assert!((derivative - expected).abs() < 1e-14, "{derivative} {expected}");
    let by_plane = of_plane::grad(&plane, &point);
    let (_, derivative) = of_plane::jvp(&plane, &point, &by_plane);
    let expected = by_plane.normal.iter().map(|d| d * d).sum::<f64>() + by_plane.offset.powi(2);
    assert!((derivative - expected).abs() < 1e-14, "{derivative} {expected}");
}
