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

/// `y += Wᵀ·x`, row by row: the inner loop multiplies by a variable.
#[differentiable]
fn add_rows(w: &[f64], x: &[f64], y: &mut [f64]) {
    for (i, &x) in x.iter().enumerate() {
        for (y, &w) in y.iter_mut().zip(&w[2 * i..2 * i + 2]) {
            *y += w * x;
        }
    }
}

/// `Σ (aᵢ - 2·bᵢ)·cᵢ²`, where the difference is a variable that may be given in part.
#[differentiable]
fn add_differences(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        let difference = a[i] - b[i] * 2.0;
        for _ in 0..2 {
            sum += 0.5 * difference * c[i] * c[i];
        }
    }
    sum
}

#[differentiable]
fn rows_of_data(w: &[f64], #[constant] x: &[f64]) -> [f64; 2] {
    let mut y = [0.0; 2];
    add_rows(w, x, &mut y);
    y
}

#[differentiable]
fn of_one(#[constant] a: &[f64], b: &[f64], #[constant] c: &[f64]) -> f64 {
    add_differences(a, b, c)
}

#[differentiable]
fn of_none(#[constant] a: &[f64], #[constant] b: &[f64], c: &[f64]) -> f64 {
    add_differences(a, b, c)
}

#[test]
fn variables_made_of_what_is_not_given() {
    let w = [1.0, f64::INFINITY, f64::NAN, 2.0];
    let (_, derivative) = rows_of_data::jvp(&w, &[3.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(derivative, [15.0, 22.0]);
    let (a, b, c) = ([1.0, 3.0], [2.0, 0.5], [5.0, 7.0]);
    let (value, derivative) = of_one::jvp(&a, &b, &c, &[1.0, 10.0]);
    assert_eq!((value, derivative), (-3.0 * 25.0 + 2.0 * 49.0, -2.0 * 25.0 - 20.0 * 49.0));
    let (_, derivative) = of_none::jvp(&a, &b, &c, &[1.0, 10.0]);
    assert_eq!(derivative, -3.0 * 2.0 * 5.0 + 2.0 * 2.0 * 7.0 * 10.0);
    let (_, derivative) = add_differences::jvp(&a, &b, &c, &[1.0; 2], &[0.5; 2], &[1.0; 2]);
    assert_eq!(derivative, -30.0 + 28.0);
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
