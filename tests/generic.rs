//! Functions that are generic over `num_traits::Float`: bounds of the user's stay the user's, whatever
//! the derivatives need besides.

use chainrule::{Differentiable, Real, differentiable};
use num_traits::{Float, FloatConst, FromPrimitive};

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found}, not {expected}");
}

#[differentiable]
fn branches<T: Float>(x: T, y: T) -> T {
    let two = T::from(2.0).unwrap();
    let near = T::epsilon() * T::max_value().log2();
    if (x - y).abs() < near { x * two } else { x.powi(3) / two + y.max(T::zero()).sqrt() }
}

#[test]
fn constants_of_the_trait() {
    let (by_x, by_y) = branches::grad(1.0, 2.0);
    close(by_x, 1.5);
    close(by_y, 0.5 / 2f64.sqrt());
    assert_eq!(branches::grad(1.0f32, 1.0), (2.0, 0.0));
    assert_eq!(branches::jvp(1.0f32, 4.0, 1.0, 2.0), (2.5, 2.0));
}

#[differentiable]
fn log_mean_exp<T>(x: &[T]) -> T
where
    T: Float + FloatConst + FromPrimitive,
{
    let n = T::from_usize(x.len()).unwrap();
    let mut largest = T::neg_infinity();
    for &value in x.iter() {
        largest = largest.max(value);
    }
    let mut sum = T::zero();
    for &value in x {
        sum = sum + (value - largest).exp();
    }
    (sum / n).ln() + largest * T::PI()
}

#[test]
fn several_traits_with_the_same_names() {
    let gradient = log_mean_exp::grad(&[1.0, 2.0]);
    let first = 1.0 / (1.0 + 1f64.exp());
    close(gradient[0], first);
    close(gradient[1], 1.0 - first - 1.0 + std::f64::consts::PI);
}

#[differentiable]
fn deviation<T: Float + std::iter::Sum>(x: &[T]) -> T {
    let mean = x.iter().copied().sum::<T>() / T::from(x.len()).unwrap();
    x.iter().map(|&value| (value - mean).powi(2)).sum::<T>().sqrt()
}

#[test]
fn sums_of_a_type_parameter() {
    let gradient = deviation::grad(&[1.0, 2.0, 6.0]);
    let deviation = 14f64.sqrt();
    for (found, from_mean) in gradient.iter().zip([-2.0, -1.0, 3.0]) {
        close(*found, from_mean / deviation);
    }
}

#[derive(Clone, Differentiable)]
struct Line<T: Real> {
    slope: T,
    offset: T,
}

#[differentiable]
impl<T: Real> Line<T> {
    fn at(&self, x: T) -> T {
        self.slope * x + self.offset
    }
}

#[differentiable]
fn square_sum<T: Real>(line: &Line<T>, x: &[T]) -> T {
    let mut sum = T::zero();
    for &x in x {
        let value = line.at(x);
        sum += value * value;
    }
    sum
}

#[test]
fn generic_structs_and_methods() {
    let line = Line { slope: 2.0, offset: 1.0 };
    let (by_line, by_x) = square_sum::grad(&line, &[1.0, 2.0]);
    assert_eq!((by_line.slope, by_line.offset), (2.0 * 3.0 + 4.0 * 5.0, 16.0));
    assert_eq!(by_x, [12.0, 20.0]);
    assert_eq!(line.at_grad(3.0).1, 2.0);
}

#[differentiable(order = 2)]
fn tabulated(x: f64, r#fn: impl Fn(usize) -> f64, θ_names: &[impl AsRef<str>]) -> f64 {
    let mut sum = 0.0;
    for (i, name) in θ_names.iter().enumerate() {
        sum += x * x * r#fn(i) * name.as_ref().len() as f64;
    }
    sum
}

#[test]
fn anonymous_type_parameters() {
    let offset = 1.0;
    let table = |i: usize| i as f64 + offset;
    assert_eq!(tabulated::grad(2.0, table, &["a", "bc"]), 4.0 * (1.0 + 4.0));
    assert_eq!(tabulated::hessian(2.0, table, &["a", "bc"]), 10.0);
    let names = ["abc".to_owned()];
    let (value, pullback) = tabulated::vjp(3.0, &table, &names);
    assert_eq!((value, pullback(1.0)), (27.0, 18.0));
}

/// A type parameter of the user's with a name that looks generated is differentiated as any other.
#[differentiable]
fn unchanged<__Value: Clone + chainrule::Differentiable>(x: __Value) -> __Value {
    x
}

#[test]
fn named_type_parameters() {
    assert_eq!(unchanged::jvp(2.0, 3.0), (2.0, 3.0));
}

#[derive(Clone, Copy, Differentiable)]
struct Open<T> {
    a: T,
    b: T,
}

/// A literal's field of a constant has the parameter's type; `to_f64` of `Real` gives a number.
#[differentiable]
fn with_a_constant<T: Real>(p: T) -> T {
    let g = Open { a: p, b: T::zero() };
    let k = p.to_f64();
    let small = k as f32;
    if k.floor() > 1.0 && small > 1.0 { g.a + g.b } else { g.a * g.a + g.b }
}

#[test]
fn constants_in_generic_literals() {
    assert_eq!(with_a_constant::value_and_grad(0.5), (0.25, 1.0));
    assert_eq!(with_a_constant::value_and_grad(2.5f32), (2.5, 1.0));
}
