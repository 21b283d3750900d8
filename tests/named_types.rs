//! Types under other names, which the macro does not see through: derivatives as of the types themselves.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]
#![allow(clippy::ptr_arg, reason = "a type under another name may be a `Vec`")]

use chainrule::{Differentiable, assert_gradients, differentiable};

macro_rules! functions {
    ($module:ident: $vec3:ty, $mat3:ty, $mat:ty, $points:ty, $scalar:ty, $float:ty, $single:ty) => {
        mod $module {
            use super::*;

            #[differentiable(order = 2)]
            pub fn cross(a: $vec3, b: $vec3) -> $vec3 {
                [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
            }

            #[differentiable(order = 2)]
            pub fn triple(a: &$vec3, b: &$vec3, c: &$vec3) -> f64 {
                let ab = cross(*a, *b);
                ab.iter().zip(c).map(|(x, y)| x * y).sum()
            }

            #[differentiable(order = 2)]
            pub fn det(m: &$mat3) -> f64 {
                let c = cross(m[1], m[2]);
                m[0][0] * c[0] + m[0][1] * c[1] + m[0][2] * c[2]
            }

            #[differentiable(order = 2)]
            pub fn frobenius(a: &$mat) -> $scalar {
                let mut s = 0.0;
                for i in 0..a.len() {
                    for j in 0..a[i].len() {
                        s += a[i][j] * a[i][j];
                    }
                }
                s.sqrt()
            }

            #[differentiable(order = 2)]
            pub fn times(a: &$mat, x: &[$float]) -> Vec<$float> {
                let mut out: Vec<$float> = Vec::with_capacity(a.len());
                for row in a {
                    let mut s: $float = 0.0;
                    for (r, v) in row.iter().zip(x) {
                        s += r * v;
                    }
                    out.push(s);
                }
                out
            }

            #[differentiable(order = 2)]
            pub fn through(a: &$mat, x: &[$float]) -> $float {
                times(a, x).iter().map(|v| v.tanh()).sum()
            }

            #[differentiable(order = 2)]
            pub fn energy(p: &$points) -> f64 {
                let mut e = 0.0;
                for i in 0..p.len() {
                    for j in 0..i {
                        let mut d = 0.0;
                        for k in 0..3 {
                            d += (p[i][k] - p[j][k]).powi(2);
                        }
                        e += 1.0 / d.sqrt();
                    }
                }
                e
            }

            #[differentiable(order = 2)]
            pub fn norm(a: $vec3) -> $scalar {
                let [x, y, z] = a;
                (x * x + y * y + z * z).sqrt() + a.iter().map(|v| v * v).sum::<$scalar>()
            }

            #[differentiable(order = 2)]
            pub fn scaled(a: &mut $vec3, k: $float) {
                for v in a.iter_mut() {
                    *v *= k;
                }
                a[0] += k.sin();
            }

            #[differentiable(order = 2)]
            pub fn density(x: $float, mean: $float, deviation: $float) -> $float {
                let z = (x - mean) / deviation;
                (-0.5 * z * z).exp() / deviation
            }

            #[differentiable(order = 2)]
            pub fn product(x: $float, y: $float) -> $float {
                let z = x * y + x;
                if z > 1.0 { z - y } else { y }
            }

            /// A float in its place and a cast to it tell of the name.
            #[differentiable(order = 2)]
            pub fn powers(x: $scalar, y: $scalar) -> $scalar {
                let mut z: $scalar = 0.0;
                for i in 0..3 {
                    z += x * y * i as $scalar;
                }
                z.exp()
            }

            #[differentiable(order = 2)]
            pub fn single(x: $single, v: &[$single]) -> $single {
                let mut s: $single = 0.0;
                for e in v {
                    s += e * x;
                }
                s * 0.5
            }

            #[derive(Clone, Differentiable)]
            pub struct Body {
                pub position: $vec3,
                pub velocity: $vec3,
                pub mass: $float,
            }

            #[differentiable(order = 2)]
            impl Body {
                pub fn kinetic(&self) -> $float {
                    0.5 * self.mass * self.velocity.iter().map(|v| v * v).sum::<$float>()
                }

                pub fn moved(&self, dt: $float) -> Body {
                    let mut position: $vec3 = self.position;
                    for i in 0..3 {
                        position[i] += dt * self.velocity[i];
                    }
                    Body { position, velocity: self.velocity, mass: self.mass }
                }

                pub fn kick(&mut self, force: &$vec3, dt: $float) {
                    for i in 0..3 {
                        self.velocity[i] += force[i] * dt / self.mass;
                    }
                }
            }

            #[differentiable(order = 2)]
            pub fn stepped(body: &Body, force: &$vec3, dt: $float) -> $float {
                let mut next = body.moved(dt);
                next.kick(force, dt);
                next.kinetic() + next.position[0].sin()
            }
        }
    };
}

type Vector = [f64; 3];
type Matrix3 = [[f64; 3]; 3];
type Matrix = Vec<Vec<f64>>;
type Points = Vec<Vector>;
type Coordinate = f64;
type Float = f64;
type Single = f32;

functions!(named: Vector, Matrix3, Matrix, Points, Coordinate, Float, Single);
functions!(plain: [f64; 3], [[f64; 3]; 3], Vec<Vec<f64>>, Vec<[f64; 3]>, f64, f64, f32);

const A: Vector = [1.0, 2.0, 3.0];
const B: Vector = [0.5, -1.0, 2.0];
const C: Vector = [2.0, 0.3, 1.0];

#[test]
fn arrays() {
    assert_eq!(named::triple::grad(&A, &B, &C), plain::triple::grad(&A, &B, &C));
    assert_gradients!(named::triple(&A, &B, &C));
    assert_eq!(named::det::grad(&[A, B, C]), plain::det::grad(&[A, B, C]));
    assert_eq!(named::norm::grad(A), plain::norm::grad(A));
    let (mut state, mut dot) = (A, B);
    named::scaled::jvp(&mut state, 0.3, &mut dot, 1.0);
    let (mut right, mut right_dot) = (A, B);
    plain::scaled::jvp(&mut right, 0.3, &mut right_dot, 1.0);
    assert_eq!((state, dot), (right, right_dot));
    assert_gradients!(named::scaled(&mut A.clone(), 0.3));
}

#[test]
fn vectors() {
    let matrix = vec![vec![1.0, 2.0], vec![3.0, 4.0]];
    assert_eq!(named::frobenius::grad(&matrix), plain::frobenius::grad(&matrix));
    let x = [0.1, -0.2];
    assert_eq!(named::through::grad(&matrix, &x), plain::through::grad(&matrix, &x));
    let points = vec![A, B, C];
    assert_eq!(named::energy::grad(&points), plain::energy::grad(&points));
}

#[test]
fn floats() {
    assert_eq!(named::density::grad(1.0, 0.5, 2.0), plain::density::grad(1.0, 0.5, 2.0));
    assert_eq!(named::product::grad(1.0, 2.0), plain::product::grad(1.0, 2.0));
    assert_eq!(named::product::grad(0.1, 2.0), plain::product::grad(0.1, 2.0));
    assert_eq!(named::powers::grad(0.3, 0.2), plain::powers::grad(0.3, 0.2));
    assert_eq!(named::single::grad(0.5, &[1.0, 2.0]), plain::single::grad(0.5, &[1.0, 2.0]));
}

#[test]
fn structs() {
    let body = named::Body { position: A, velocity: B, mass: 2.0 };
    let right = plain::Body { position: A, velocity: B, mass: 2.0 };
    let (of_body, of_force, of_dt) = named::stepped::grad(&body, &C, 0.1);
    let (right, right_force, right_dt) = plain::stepped::grad(&right, &C, 0.1);
    assert_eq!(
        (of_body.position, of_body.velocity, of_body.mass, of_force, of_dt),
        (right.position, right.velocity, right.mass, right_force, right_dt)
    );
}

#[test]
fn second_derivatives() {
    let found = named::triple::hessian(&A, &B, &C);
    let right = plain::triple::hessian(&A, &B, &C);
    // Matrices, where the macro does not see that the sizes are constant.
    for i in 0..3 {
        for j in 0..3 {
            assert_eq!(found.0.1[[i, j]], right.0.1[i][j]);
            assert_eq!(found.2.1[[i, j]], right.2.1[i][j]);
        }
    }
    assert_eq!(named::density::hessian(1.0, 0.5, 2.0), plain::density::hessian(1.0, 0.5, 2.0));
    assert_gradients!(named::norm(A));
    assert_gradients!(named::energy(&vec![A, B, C]));
    assert_gradients!(named::through(&vec![vec![1.0, 2.0], vec![3.0, 4.0]], &[0.1, -0.2]));
    let body = named::Body { position: A, velocity: B, mass: 2.0 };
    assert_gradients!(named::stepped(&body, &C, 0.1));
}

/// A module of constants by the name of the standard library's.
mod consts {
    pub const TABLE: [f64; 2] = [1.5, 2.0];
    pub const STEPS: usize = 3;
    pub const RATE: f64 = 0.5;
}

#[differentiable(order = 2)]
fn by_constants(x: f64) -> f64 {
    let mut s = x;
    for i in 0..consts::STEPS {
        s *= x + consts::TABLE[i % 2];
    }
    let mut n = consts::STEPS;
    n += 1;
    let [first, _] = consts::TABLE;
    s * first * consts::RATE * n as f64 * std::f64::consts::PI * f64::DIGITS as f64
}

/// A path from this module in a signature makes no method of it.
#[differentiable]
fn by_path(x: [f64; self::consts::STEPS]) -> f64 {
    x[0] * x[1] + x[2]
}

#[test]
fn paths_from_self_in_a_signature() {
    assert_eq!(by_path::grad([2.0, 3.0, 4.0]), [3.0, 2.0, 1.0]);
}

#[test]
fn a_module_called_consts_is_not_that_of_the_floats() {
    let scale = 1.5 * 0.5 * 4.0 * std::f64::consts::PI * 15.0;
    // x (x + 1.5)² (x + 2)
    let (x, y, z) = (0.7, 0.7 + 1.5, 0.7 + 2.0);
    let first = y * y * z + 2.0 * x * y * z + x * y * y;
    let second = 2.0 * (2.0 * y * z + y * y + x * z + 2.0 * x * y);
    for (found, expected) in
        [(by_constants::grad(x), scale * first), (by_constants::hessian(x), scale * second)]
    {
        assert!((found - expected).abs() < 1e-12 * expected, "{found}, not {expected}");
    }
}
