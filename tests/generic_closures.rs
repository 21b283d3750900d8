//! `differentiate!` over the type and constant parameters of the function around it.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use std::fmt::Debug;

use chainrule::ndarray::Array2;
use chainrule::{Differentiable, Real, differentiable, differentiate};

#[differentiable]
fn inner_slope<T: Real>(x: T, k: T) -> T {
    let f = differentiate!(|y: T| -> T { y * y * k });
    f.grad(x) * x
}

#[test]
fn the_attribute_tells_the_macro() {
    // 2·k·x²
    assert_eq!(inner_slope(2.0, 3.0), 24.0);
    assert_eq!(inner_slope::grad(2.0, 3.0), (24.0, 8.0));
    assert_eq!(inner_slope::grad(2.0_f32, 3.0), (24.0_f32, 8.0));
    assert_eq!(inner_slope::jvp(2.0, 3.0, 1.0, 0.0), (24.0, 24.0));
    // d/dx [x · d/dy (x + y)] = 1.
    assert_eq!(classic::grad(7.0, 0.5), (1.0, 0.0));
    assert_eq!(classic::grad(7.0_f32, 0.5), (1.0, 0.0));
}

#[differentiable]
fn classic<T: Real>(x: T, y: T) -> T {
    let sum = differentiate!(|y: T| -> T { x + y });
    x * sum.grad(y)
}

/// Bounds in a clause, a constant parameter, and a type parameter that the closure does not mention.
#[differentiable]
fn fitted<L, T, const N: usize>(
    start: [T; N],
    data: &[T],
    rate: T,
    steps: usize,
    #[constant] label: &L,
) -> T
where
    T: Real + Debug,
    L: Debug + ?Sized,
{
    let loss = differentiate!(|p: [T; N]| -> T {
        let mut sum = T::zero();
        for i in 0..N {
            sum += (p[i] - data[i]).powi(2) * data[0];
        }
        sum
    });
    let mut p = start;
    for _ in 0..steps {
        let slopes = loss.grad(p);
        for i in 0..N {
            p[i] -= rate * slopes[i];
        }
    }
    assert!(!format!("{label:?}").is_empty());
    loss.value(p)
}

/// The same over `f64`, its gradient written out.
#[differentiable]
fn fitted_by_hand(start: [f64; 2], data: &[f64], rate: f64, steps: usize) -> f64 {
    let mut p = start;
    for _ in 0..steps {
        for i in 0..2 {
            p[i] -= rate * (2.0 * (p[i] - data[i]) * data[0]);
        }
    }
    ((p[0] - data[0]).powi(2) + (p[1] - data[1]).powi(2)) * data[0]
}

#[test]
fn optimisers_over_arrays_of_any_length() {
    let data = [0.5, 0.7];
    let right = fitted_by_hand::grad([1.0, 2.0], &data, 0.1, 5);
    let found = fitted::grad([1.0, 2.0], &data, 0.1, 5, "label");
    let near = |found: f64, right: f64, within: f64| {
        assert!((found - right).abs() <= within * right.abs().max(1.0), "{found} {right}");
    };
    for i in 0..2 {
        near(found.0[i], right.0[i], 1e-14);
        near(found.1[i], right.1[i], 1e-14);
    }
    near(found.2, right.2, 1e-14);
    let single = fitted::grad([1.0_f32, 2.0], &[0.5, 0.7], 0.1, 5, &3);
    near(single.2.into(), right.2, 1e-5);
}

#[derive(Clone, Copy, Differentiable)]
struct Spring<T> {
    stiffness: T,
    rest: T,
}

#[differentiable]
impl<T: Real> Spring<T> {
    fn force(&self, x: T) -> T {
        let energy = differentiate!(|x: T| -> T {
            let d = x - self.rest;
            self.stiffness * d * d * d
        });
        energy.grad(x)
    }
}

#[test]
fn methods_of_generic_types() {
    let spring = Spring { stiffness: 2.0, rest: 0.5 };
    let (of_spring, of_x) = spring.force_grad(2.0);
    // 3·k·d², d = 1.5
    assert_eq!(spring.force(2.0), 13.5);
    assert_eq!((of_spring.stiffness, of_spring.rest, of_x), (6.75, -18.0, 18.0));
}

/// A closure in the closure, both over `T`.
#[differentiable]
fn twice<T: Real>(x: T, k: T) -> T {
    let outer = differentiate!(|y: T| -> T {
        let inner = differentiate!(|z: T| -> T { z * z * z * k + y * z });
        inner.grad(y) * y
    });
    outer.grad(x)
}

#[test]
fn closures_in_closures() {
    // inner' = 3·k·y² + y; y times that, by y: 9·k·y² + 2·y.
    assert_eq!(twice(2.0, 0.5), 22.0);
    assert_eq!(twice::grad(2.0, 0.5), (20.0, 36.0));
}

/// In functions that are not differentiated the parameters are written.
fn newton<T: Real>(k: T, mut x: T) -> T {
    let f = differentiate!(for<T: Real> |x: T| -> T { (x * k).sin() + x * x });
    for _ in 0..30 {
        x -= f.grad(x) / f.hessian(x);
    }
    f.grad(x)
}

fn all_of<T: Real, const N: usize>(scale: T, x: [T; N], seed: T) -> ([T; N], [T; N], Array2<T>) {
    let f = differentiate!(for<T: Real, const N: usize> |x: [T; N]| -> T {
        let mut product = scale;
        for v in x {
            product *= v;
        }
        product
    });
    let g = differentiate!(order = 2, for<T: Real> |v: &[T]| -> T { v[0] * v[0] * v[1] * scale });
    let (_, pullback) = f.vjp(x);
    (f.grad(x), pullback(seed), g.hessian(&[x[0], x[1]]))
}

#[test]
fn functions_without_the_attribute() {
    assert!(newton(1.0, 0.3).abs() < 1e-15);
    assert!(newton(1.0_f32, 0.3).abs() < 1e-6);
    let (gradient, pulled, hessian) = all_of(2.0, [3.0, 5.0], 10.0);
    assert_eq!((gradient, pulled), ([10.0, 6.0], [100.0, 60.0]));
    assert_eq!(hessian, chainrule::ndarray::arr2(&[[20.0, 12.0], [12.0, 0.0]]));
}

#[differentiable(order = 2)]
fn bowl<T: Real>(x: T, v: &[T], a: [T; 2]) -> T {
    x * x * v[0] + a[1] * a[0] * v[1] * v[1]
}

/// Matrices of a function over whatever float a function around it is over.
fn of_matrices<T: Real>(x: T, v: &[T], a: [T; 2]) -> [T; 6] {
    let (hessian, jacobian) = (bowl::hessian(x, v, a), bowl::jacobian(x, v, a));
    [
        hessian.0.0,
        hessian.1.1[[1, 1]],
        hessian.2.2[0][1],
        jacobian.0,
        jacobian.1[[0, 0]],
        jacobian.2[1],
    ]
}

#[test]
fn matrices_in_generic_functions() {
    assert_eq!(of_matrices(1.0, &[2.0, 3.0], [0.5, 0.25]), [4.0, 0.25, 9.0, 4.0, 1.0, 4.5]);
    let of_f32 = of_matrices(1.0_f32, &[2.0, 3.0], [0.5, 0.25]);
    assert_eq!(of_f32, [4.0, 0.25, 9.0, 4.0, 1.0, 4.5]);
}
