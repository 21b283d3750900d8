//! The generated functions: names, signatures, shapes, and that calling twice gives the same answer.
#![allow(clippy::needless_return, clippy::useless_vec, reason = "what users write")]
#![deny(warnings, missing_docs, unsafe_code)]
use chainrule::{Differentiable, Real, differentiable};

/// Rosenbrock.
#[differentiable]
pub fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x) * (1.0 - x) + 100.0 * ((y - x * x) * (y - x * x))
}

#[test]
fn all_modes() {
    let (x, y) = (1.2, 1.0);
    let want = (-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x));
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.abs(), "{a} {b}");
    let (dx, dy) = rosenbrock::grad(x, y);
    close(dx, want.0);
    close(dy, want.1);
    let (v, (dx, dy)) = rosenbrock::value_and_grad(x, y);
    assert_eq!(v, rosenbrock(x, y));
    close(dx, want.0);
    close(dy, want.1);
    let (v, dv) = rosenbrock::jvp(x, y, 1.0, 0.5);
    assert_eq!(v, rosenbrock(x, y));
    close(dv, want.0 + 0.5 * want.1);
    let (v, pullback) = rosenbrock::vjp(x, y);
    assert_eq!(v, rosenbrock(x, y));
    for _ in 0..2 {
        let (dx, dy) = pullback(2.0);
        close(dx, 2.0 * want.0);
        close(dy, 2.0 * want.1);
    }
    let (mut x_bar, mut y_bar) = (10.0, 20.0);
    rosenbrock::adjoint(x, y, 1.0, &mut x_bar, &mut y_bar);
    close(x_bar, 10.0 + want.0);
    close(y_bar, 20.0 + want.1);
}

/// d
#[differentiable]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        s += x[i] * y[i];
    }
    s
}

/// d
#[differentiable]
pub fn carried(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s = s / 2.0 + (x[i] * s) * (x[i] * s);
    }
    s
}

/// d
#[differentiable]
pub fn step(x: &mut [f64], dt: f64) {
    for i in 0..2 {
        x[i] = x[i] * x[i] + dt;
    }
}

/// d
#[differentiable]
pub fn poly(x: f32, y: &f32) -> f32 {
    let mut s = 0.0;
    s += x * *y;
    if s > 0.5 {
        s * 2.0
    } else {
        return x;
    }
}

/// d
#[differentiable]
pub fn gen_poly<T: Real>(x: T, y: &[T]) -> T {
    let mut s = x;
    for i in 0..2 {
        s = s * y[i] + x;
    }
    s
}

/// d
#[differentiable]
pub fn arr<const N: usize>(x: [f64; N], m: &[[f64; N]; 2]) -> [f64; 2] {
    let mut out = [0.0; 2];
    for i in 0..2 {
        for j in 0..N {
            out[i] += m[i][j] * x[j];
        }
    }
    out
}

/// d
#[differentiable]
pub fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x + y)
}

/// d
#[differentiable]
pub fn newton(x: f64, n: usize) -> f64 {
    let mut y = 1.0;
    let mut i = 0;
    while i < n {
        y = 0.5 * (y + x / y);
        if y * y - x < 1e-3 {
            break;
        }
        i += 1;
    }
    y
}

/// d
#[derive(Clone, Differentiable)]
pub struct Body {
    /// d
    pub mass: f64,
    /// d
    pub pos: [f64; 2],
    /// d
    pub id: usize,
}

#[differentiable]
impl Body {
    /// d
    pub fn energy(&self, g: f64) -> f64 {
        self.mass * g * self.pos[1]
    }
}

/// d
#[differentiable(partials(x = -result))]
pub fn inv_exp(x: f64) -> f64 {
    1.0 / x.exp()
}

fn my_jvp(x: f64, y: f64, dx: f64, dy: f64) -> (f64, f64) {
    (x * y, dx * y + x * dy)
}
fn my_vjp(x: f64, y: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
    (x * y, move |s| (s * y, s * x))
}

/// d
#[differentiable(jvp = my_jvp)]
pub fn m1(x: f64, y: f64) -> f64 {
    x * y
}
/// d
#[differentiable(vjp = my_vjp)]
pub fn m2(x: f64, y: f64) -> f64 {
    x * y
}
/// d
#[differentiable(jvp = my_jvp, vjp = my_vjp)]
pub fn m3(x: f64, y: f64) -> f64 {
    x * y
}

#[test]
fn rules() {
    assert_eq!(m1::grad(2.0, 3.0), (3.0, 2.0));
    assert_eq!(m2::grad(2.0, 3.0), (3.0, 2.0));
    assert_eq!(m3::grad(2.0, 3.0), (3.0, 2.0));
    for f in [m1::jvp, m2::jvp, m3::jvp] {
        assert_eq!(f(2.0, 3.0, 1.0, 0.5), (6.0, 4.0));
    }
    assert_eq!(m1::vjp(2.0, 3.0).1(2.0), (6.0, 4.0));
    assert_eq!(m2::vjp(2.0, 3.0).1(2.0), (6.0, 4.0));
    assert_eq!(m3::vjp(2.0, 3.0).1(2.0), (6.0, 4.0));
    assert_eq!(inv_exp::grad(1.0), -inv_exp(1.0));
    assert_eq!(inv_exp::jvp(1.0, 2.0).1, -2.0 * inv_exp(1.0));
    assert_eq!(inv_exp::vjp(1.0).1(2.0), -2.0 * inv_exp(1.0));
}

#[test]
fn wide() {
    assert_eq!(dot::grad(&[1.0, 2.0], &[3.0, 4.0]), (vec![3.0, 4.0], vec![1.0, 2.0]));
    let xs = [1.0, 2.0];
    let (v, pb) = dot::vjp(&xs, &[3.0, 4.0]);
    assert_eq!(v, 11.0);
    assert_eq!(pb(2.0), (vec![6.0, 8.0], vec![2.0, 4.0]));
    assert_eq!(pb(2.0), (vec![6.0, 8.0], vec![2.0, 4.0]));
    let g = carried::grad(&[0.5, 0.25], 2);
    let (_, d) = carried::jvp(&[0.5, 0.25], 2, &[1.0, 0.0]);
    assert!((g[0] - d).abs() < 1e-12);
    let mut x = [2.0, 3.0];
    let mut b = [1.0, 1.0];
    let mut dt = 0.0;
    step::adjoint(&mut x, 0.1, &mut b, &mut dt);
    assert_eq!((x, b, dt), ([4.1, 9.1], [4.0, 6.0], 2.0));
    assert_eq!(poly::grad(1.0, &2.0), (4.0, 2.0));
    assert_eq!(poly::grad(1.0, &0.2), (1.0, 0.0));
    assert_eq!(gen_poly::grad(2.0, &[3.0f64, 0.0]), (1.0, vec![0.0, 8.0]));
    assert_eq!(
        arr::jvp([1.0, 2.0], &[[1.0, 2.0], [3.0, 4.0]], [1.0, 0.0], &[[0.0; 2]; 2]).1,
        [1.0, 3.0]
    );
    let (_, pb) = pair::vjp(2.0, 3.0);
    assert_eq!(pb((1.0, 0.0)), (3.0, 2.0));
    assert_eq!(pair::jvp(2.0, 3.0, 1.0, 0.0).1, (3.0, 1.0));
    let g = newton::grad(2.0, 10);
    let d = newton::jvp(2.0, 10, 1.0).1;
    assert!((g - d).abs() < 1e-13, "{g} {d}");
    let body = Body { mass: 2.0, pos: [1.0, 3.0], id: 7 };
    let (db, dg) = body.energy_grad(10.0);
    assert_eq!((db.mass, db.pos, dg), (30.0, [0.0, 20.0], 6.0));
    assert_eq!(body.energy_grad(10.0).1, 6.0);
}

#[test]
fn closures() {
    let y = vec![3.0, 4.0];
    let f = chainrule::differentiate!(|x: &[f64]| -> f64 {
        let mut s = 0.0;
        for i in 0..2 {
            s += x[i] * x[i] * y[i];
        }
        s
    });
    let x = vec![1.0, 2.0];
    assert_eq!(f.grad(&x), vec![6.0, 16.0]);
    assert_eq!(f.jvp(&x, &[1.0, 0.0]), (19.0, 6.0));
    let (v, pb) = f.vjp(&x);
    assert_eq!((v, pb(2.0)), (19.0, vec![12.0, 32.0]));
    assert_eq!(f.value(&x), 19.0);
}

/// Of a type that cannot be copied.
pub struct Gain {
    factor: f64,
}

/// A constant by value.
#[differentiable]
pub fn amplified(x: f64, #[constant] gain: Gain) -> f64 {
    gain.factor * x * x
}

/// A constant that is called.
#[differentiable]
pub fn weighted<F: Fn(f64) -> f64>(x: f64, #[constant] weight: F) -> f64 {
    weight(1.5) * x
}

/// A constant that owns a closure.
#[differentiable]
pub fn boxed(x: f64, #[constant] weight: Box<dyn Fn(f64) -> f64>) -> f64 {
    weight(1.5) * x
}

#[test]
fn constants_that_cannot_be_copied() {
    assert_eq!(amplified::grad(3.0, Gain { factor: 2.0 }), 12.0);
    assert_eq!(amplified::jvp(3.0, Gain { factor: 2.0 }, 0.5), (18.0, 6.0));
    let mut bar = 1.0;
    assert_eq!(amplified::adjoint(3.0, Gain { factor: 2.0 }, 1.0, &mut bar), 18.0);
    assert_eq!(bar, 13.0);
    let offset = vec![0.5];
    let weight = |w: f64| w + offset[0];
    assert_eq!(weighted::grad(3.0, weight), 2.0);
    // Where it can be copied, so that the pullback may be called again.
    let (value, pullback) = weighted::vjp(3.0, weight);
    assert_eq!((value, pullback(1.0), pullback(2.0)), (6.0, 2.0, 4.0));
    assert_eq!(weighted::jacobian(3.0, weight), 2.0);
    assert_eq!(boxed::grad(3.0, Box::new(|w| 2.0 * w)), 3.0);
}

/// Its length and its elements count.
#[differentiable]
pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

#[test]
#[should_panic(expected = "the derivative of an argument of length 2 has length 3")]
fn a_cotangent_is_as_long_as_its_argument() {
    mean::adjoint(&[1.0, 2.0], 1.0, &mut [0.0; 3]);
}

#[test]
#[should_panic(expected = "the derivative of an argument of length 2 has length 1")]
fn a_tangent_is_as_long_as_its_argument() {
    mean::jvp(&[1.0, 2.0], &[0.0]);
}
