//! Functions of third order whose gradients are constant in some argument or in all: what asks for
//! these gradients is derived twice, and the Hessian, by all four compositions, is the closed form's.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, Real, differentiable};

#[differentiable(order = 3)]
fn linear(x: f64) -> f64 {
    2.0 * x + 1.0
}

#[differentiable(order = 3)]
fn identity<T: Real>(x: T) -> T {
    x
}

#[differentiable(order = 3)]
fn constant(_x: f64) -> f64 {
    3.0
}

#[differentiable(order = 3)]
fn halved(x: f64) -> f64 {
    let mut y = x;
    while y > 1.0 {
        y *= 0.5;
    }
    y
}

#[differentiable(order = 3)]
fn by_turns(x: f64) -> f64 {
    if x > 0.0 { 2.0 * x } else { 1.0 - x }
}

#[differentiable(order = 3)]
fn in_one_argument(x: f64, y: f64) -> f64 {
    x * x + 3.0 * y
}

#[differentiable(order = 3)]
fn of_one_argument(_x: f64, y: f64) -> f64 {
    5.0 * y
}

#[differentiable(order = 3)]
fn bilinear(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiable(order = 3)]
fn of_a_slice(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += 2.0 * v;
    }
    sum + x[1]
}

#[differentiable(order = 3)]
fn of_an_array([a, b]: [f64; 2], x: Vec<f64>) -> f64 {
    2.0 * a + 3.0 * b - x[0]
}

#[differentiable(order = 3)]
fn doubled(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * 2.0).collect()
}

#[derive(Clone, Debug, Differentiable)]
struct Line {
    slope: f64,
    offsets: Vec<f64>,
}

#[differentiable(order = 3)]
fn of_a_struct(line: &Line, x: f64) -> f64 {
    line.slope + line.offsets[0] + 4.0 * x
}

#[differentiable(order = 3)]
impl Line {
    fn total(&self, x: f64) -> f64 {
        2.0 * self.slope + x
    }
}

#[differentiable(order = 3)]
fn calls(x: f64) -> f64 {
    linear(x) * linear(x) + identity(x) + of_a_slice(&[x, x])
}

/// Functions that ask for derivatives, and their first and second derivatives in closed form.
macro_rules! second {
    ($($name:ident |$x:ident| $body:block, $first:expr, $second:expr;)*) => {$(
        #[test]
        fn $name() {
            #[differentiable(order = 2)]
            fn function($x: f64) -> f64 $body

            for $x in [1.3_f64, 0.4] {
                let (first, second): (f64, f64) = ($first, $second);
                let found = function::grad($x);
                assert!((found - first).abs() <= 1e-12 * (1.0 + first.abs()), "{found}, not {first}");
                for mode in HessianMode::ALL {
                    let found = function::hessian_with(mode, $x);
                    assert!(
                        (found - second).abs() <= 1e-12 * (1.0 + second.abs()),
                        "{mode:?}: {found}, not {second}"
                    );
                }
            }
        }
    )*};
}

second! {
    of_a_value_and_gradient |x| {
        let (value, slope) = linear::value_and_grad(x * x);
        value * slope * x
    }, 12.0 * x * x + 2.0, 24.0 * x;
    of_a_tangent |x| {
        let (value, dot) = linear::jvp(x, x * x);
        value * dot
    }, 12.0 * x * x + 4.0 * x, 24.0 * x + 4.0;
    of_a_pullback |x| {
        let (value, pullback) = linear::vjp(x);
        pullback(x * value) * x
    }, 12.0 * x * x + 4.0 * x, 24.0 * x + 4.0;
    of_a_gradient |x| { identity::grad(x) * x * x }, 2.0 * x, 2.0;
    of_a_constant |x| {
        let (value, slope) = constant::value_and_grad(x);
        (value + slope) * x * x
    }, 6.0 * x, 6.0;
    of_a_loop |x| {
        let (value, slope) = halved::value_and_grad(x + 1.0);
        value * value * slope
    }, match x { x if x > 1.0 => (x + 1.0) / 32.0, x => (x + 1.0) / 4.0 },
       match x { x if x > 1.0 => 1.0 / 32.0, _ => 0.25 };
    of_branches |x| {
        let (value, slope) = by_turns::value_and_grad(x - 1.0);
        value * value * slope
    }, match x { x if x > 1.0 => 16.0 * (x - 1.0), x => -2.0 * (x - 2.0) },
       match x { x if x > 1.0 => 16.0, _ => -2.0 };
    of_some_arguments |x| {
        let (value, (by_x, by_y)) = in_one_argument::value_and_grad(x, x);
        let (_, (none, all)) = of_one_argument::value_and_grad(x, x);
        value * by_x * by_y + none + all * x
    }, 18.0 * x * x + 36.0 * x + 5.0, 36.0 * x + 36.0;
    of_a_product |x| {
        let (value, (by_x, by_y)) = bilinear::value_and_grad(x, x * x);
        value + by_x * by_y
    }, 6.0 * x * x, 12.0 * x;
    of_slices_and_arrays |x| {
        let (value, slopes) = of_a_slice::value_and_grad(&[x, x * x]);
        let (other, (of_array, of_vec)) = of_an_array::value_and_grad([x, x * x], vec![x]);
        value * slopes[0] * slopes[1] + other * of_array[0] * of_array[1] * of_vec[0]
    }, 6.0, 0.0;
    of_a_vec |x| {
        let (value, dots) = doubled::jvp(&[x, x * x], &[x, 1.0]);
        value[0] * dots[0] + value[1] * dots[1]
    }, 16.0 * x, 16.0;
    of_a_struct_and_a_method |x| {
        let line = Line { slope: x, offsets: vec![x * x] };
        let (value, (of_line, by_x)) = of_a_struct::value_and_grad(&line, x);
        let (total, (of_method, _)) = line.total_value_and_grad(x);
        value * of_line.offsets[0] * by_x + total * of_method.slope
    }, 8.0 * x + 26.0, 8.0;
    of_calls |x| { calls::grad(x) * x }, 16.0 * x + 10.0, 16.0;
}

#[test]
fn their_own_hessians_are_zero() {
    for mode in HessianMode::ALL {
        assert_eq!(linear::hessian_with(mode, 0.3), 0.0);
        assert_eq!(identity::hessian_with(mode, 0.3_f32), 0.0);
        assert_eq!(constant::hessian_with(mode, 0.3), 0.0);
        assert_eq!(halved::hessian_with(mode, 3.0), 0.0);
        assert_eq!(bilinear::hessian_with(mode, 0.3, 0.4), ((0.0, 1.0), (1.0, 0.0)));
        assert_eq!(of_one_argument::hessian_with(mode, 0.3, 0.4), ((0.0, 0.0), (0.0, 0.0)));
        assert!(of_a_slice::hessian_with(mode, &[0.3, 0.4]).iter().all(|entry| *entry == 0.0));
    }
}
