//! Second derivatives of `differentiate!` closures, against those of functions with the same body.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::ndarray::{Array2, Array3};
use chainrule::{Differentiable, differentiable, differentiate};

#[differentiable(order = 2)]
fn loss(w: &[f64], x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += (w[i] * x[i] * x[0]).sin().exp() / (1.0 + x[n - 1 - i].powi(2));
    }
    sum
}

/// Of first order only.
#[differentiable]
fn product(x: &[f64], by: f64) -> f64 {
    x[0] * x[1] * by
}

#[differentiable(order = 3)]
fn cubic(x: &[f64], by: f64) -> f64 {
    x[0] * x[1] * by
}

#[differentiable(order = 2)]
fn layer(w: &[f64], x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut out = vec![0.0; w.len() / n];
    for i in 0..out.len() {
        for j in 0..n {
            out[i] += w[i * n + j] * x[j];
        }
        out[i] = out[i].tanh();
    }
    out
}

#[differentiable(order = 2)]
fn mixed(x: [f64; 2], y: f64, z: &[f64]) -> f64 {
    let mut state = [x[0] * y, x[1]];
    for (i, v) in z.iter().enumerate() {
        if *v > 0.0 {
            state[i % 2] = (state[1 - i % 2] * v).atan() + state[i % 2] * y;
        } else {
            state[0] *= v * v;
        }
    }
    state[0] * state[1]
}

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, length: f64) -> f64 {
        0.5 * self.stiffness * (length - self.rest) * (length - self.rest)
    }
}

impl Spring {
    fn curvature(&self, length: f64) -> f64 {
        differentiate!(order = 2, |length: f64| -> f64 { self.energy(length) }).hessian(length)
    }
}

fn close(found: f64, want: f64) {
    assert!((found - want).abs() <= 1e-13 * want.abs().max(1.0), "{found} {want}");
}

fn all_close(found: &[f64], want: &[f64]) {
    assert_eq!(found.len(), want.len());
    found.iter().zip(want).for_each(|(found, want)| close(*found, *want));
}

fn matrices_close(found: &Array2<f64>, want: &Array2<f64>) {
    assert_eq!(found.dim(), want.dim());
    all_close(found.as_slice().unwrap(), want.as_slice().unwrap());
}

#[test]
fn selects_arguments_of_a_function() {
    let (w, x, n) = (vec![0.5, -2.0, 1.5], [1.0, 0.3, -0.7], 3);
    let of_x = differentiate!(|x: &[f64]| -> f64 { loss(&w, x, n) });
    let of_both = differentiate!(|x: &[f64], w: &[f64]| -> f64 { loss(w, x, n) });
    let want = loss::hessian(&w, &x, n);
    for _ in 0..2 {
        let found: Array2<f64> = of_x.hessian(&x);
        matrices_close(&found, &want.1.1);
        assert_eq!(found, found.t());
    }
    let ((xx, xw), (wx, ww)) = of_both.hessian(&x, &w);
    matrices_close(&xx, &want.1.1);
    matrices_close(&xw, &want.1.0);
    matrices_close(&wx, &want.0.1);
    matrices_close(&ww, &want.0.0);
    all_close(&of_x.hessian_diagonal(&x), &want.1.1.diag().to_vec());
    let v = [0.2, -1.0, 0.4];
    let (_, along) = loss::hvp(&w, &x, n, &[0.0; 3], &v);
    all_close(&of_x.hvp(&x, &v), &along);
    let (value, first, second) = of_x.jvp2(&x, &v);
    assert_eq!(value, loss(&w, &x, n));
    close(first, of_x.grad(&x).iter().zip(&v).map(|(g, v)| g * v).sum());
    close(second, along.iter().zip(&v).map(|(h, v)| h * v).sum());
}

#[test]
fn bodies_of_their_own() {
    let scale = 1.5;
    let f = differentiate!(|x: [f64; 2], y: f64, z: &[f64]| -> f64 {
        let mut state = [x[0] * y, x[1]];
        for (i, v) in z.iter().enumerate() {
            if *v > 0.0 {
                state[i % 2] = (state[1 - i % 2] * v).atan() + state[i % 2] * y;
            } else {
                state[0] *= v * v;
            }
        }
        scale * state[0] * state[1]
    });
    let (x, y, z) = ([0.4, -1.2], 0.8, [0.5, 1.1, -0.3, 0.9]);
    let (found, want) = (f.hessian(x, y, &z), mixed::hessian(x, y, &z));
    let scaled = |found: f64, want: f64| close(found, scale * want);
    for i in 0..2 {
        for j in 0..2 {
            scaled(found.0.0[i][j], want.0.0[i][j]);
        }
        scaled(found.0.1[i], want.0.1[i]);
        scaled(found.1.0[i], want.1.0[i]);
    }
    scaled(found.1.1, want.1.1);
    matrices_close(&found.2.2, &(scale * want.2.2));
    matrices_close(&found.0.2, &(scale * want.0.2));
    matrices_close(&found.2.1, &(scale * want.2.1));
    let single = differentiate!(|x: f32| -> f32 { x * x * x });
    assert_eq!((single.hessian(2.0_f32), single.hvp(2.0, 3.0)), (12.0, 36.0));
    assert_eq!(single.jvp2(2.0, 3.0), (8.0, 36.0, 108.0));
}

/// Many results of few arguments, and few of many: by pairs and by forward over reverse mode.
#[test]
fn several_results() {
    for (results, columns) in [(1, 9), (7, 2), (3, 3)] {
        let filled = |len: usize| (0..len).map(|i| (i as f64 * 0.7).cos()).collect::<Vec<_>>();
        let (w, x) = (filled(results * columns), filled(columns));
        let f = differentiate!(|x: &[f64]| -> Vec<f64> { layer(&w, x) });
        let found: Array3<f64> = f.hessian(&x);
        let want = layer::hessian(&w, &x).1.1;
        assert_eq!(found.dim(), (results, columns, columns));
        all_close(found.as_slice().unwrap(), want.as_slice().unwrap());
    }
    let pair = differentiate!(|x: [f64; 2]| -> [f64; 2] { [x[0] * x[1], x[0].powi(3)] });
    assert_eq!(pair.hessian([2.0, 5.0]), [[[0.0, 1.0], [1.0, 0.0]], [[12.0, 0.0], [0.0, 0.0]]]);
    let tuple = differentiate!(|x: f64, y: f64| -> (f64, f64) { (x * y, x * x * y) });
    let ((xx, xy), (yx, yy)) = tuple.hessian(2.0, 3.0);
    let flat = |block: &Array3<f64>| block.iter().copied().collect::<Vec<_>>();
    assert_eq!((flat(&xx), flat(&xy)), (vec![0.0, 6.0], vec![1.0, 4.0]));
    assert_eq!((flat(&yx), flat(&yy)), (vec![1.0, 4.0], vec![0.0, 0.0]));
    assert_eq!(tuple.jvp2(2.0, 3.0, 1.0, 0.0), ((6.0, 12.0), (3.0, 12.0), (0.0, 6.0)));
}

#[test]
fn first_order_needs_no_more_of_what_is_called() {
    let by = 4.0;
    let f = differentiate!(|x: &[f64]| -> f64 {
        let mut sum = 0.0;
        for _ in 0..2 {
            sum += product(x, by) * sum;
            sum += product(x, 1.0);
        }
        sum
    });
    let x = [0.5, 3.0];
    // p = x₀·x₁, and the sum is p, then p·(4p + 1) + p.
    let p = x[0] * x[1];
    all_close(&f.grad(&x), &[(8.0 * p + 2.0) * x[1], (8.0 * p + 2.0) * x[0]]);
    let spring = Spring { stiffness: 2.0, rest: 1.0 };
    let g = differentiate!(|length: f64| -> f64 { spring.energy(length) });
    assert_eq!(g.grad(4.0), 6.0);
}

#[test]
fn asked_for() {
    let spring = Spring { stiffness: 2.0, rest: 1.0 };
    assert_eq!(spring.curvature(3.0), 2.0);
    let of_spring =
        differentiate!(order = 2, |spring: &Spring, length: f64| -> f64 { spring.energy(length) });
    let (by_spring, by_length) = of_spring.hessian(&spring, 4.0);
    let want = spring.energy_hessian(4.0);
    assert_eq!((by_spring.0, by_spring.1, by_length.1), (want.0.0, want.0.1, want.1.1));
    let curved = differentiate!(order = 2, |x: f64| -> f64 {
        let (slope, other) = cubic::grad(&[x, x * x], x);
        slope[0] + other
    });
    // x₀·x₁·by has the slopes x₁·by and x₀·x₁: x³ and x³.
    assert_eq!((curved.grad(2.0), curved.hessian(2.0)), (24.0, 24.0));
    let first = differentiate!(order = 1, |x: f64| -> f64 { x * x });
    assert_eq!(first.grad(3.0), 6.0);
}
