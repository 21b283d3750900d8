//! Hessians of functions whose results are left behind `&mut`: one matrix for each component, against
//! those of functions that return the same, by all four compositions.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::ndarray::{Array2, Array3};
use chainrule::{Differentiable, HessianMode, Real, differentiable};

fn near<'a>(
    found: impl IntoIterator<Item = &'a f64>,
    right: impl IntoIterator<Item = &'a f64>,
    what: &str,
) {
    let (found, right): (Vec<&f64>, Vec<&f64>) =
        (found.into_iter().collect(), right.into_iter().collect());
    assert_eq!(found.len(), right.len(), "{what}");
    for (found, right) in found.iter().zip(&right) {
        assert!((*found - *right).abs() <= 1e-13 * right.abs().max(1.0), "{what}: {found} {right}");
    }
}

/// The default, and each mode, twice in a row.
fn each_way<B>(mut default: impl FnMut() -> B, by: impl Fn(HessianMode) -> B) -> Vec<(B, String)> {
    let mut found = vec![(default(), "default".to_owned()), (default(), "again".to_owned())];
    for mode in HessianMode::ALL {
        found.extend((0..2).map(|run| (by(mode), format!("{mode:?}, run {run}"))));
    }
    found
}

/// Nothing is returned; what is in `out` before does not matter.
#[differentiable(order = 2)]
fn written(x: &[f64], k: f64, out: &mut [f64]) {
    let n = x.len();
    for i in 0..out.len() {
        out[i] = (x[i % n] * k).sin() * x[(i + 1) % n];
    }
}

#[differentiable(order = 2)]
fn returned(x: &[f64], k: f64, len: usize) -> Vec<f64> {
    let mut out = vec![0.0; len];
    for i in 0..len {
        out[i] = (x[i % x.len()] * k).sin() * x[(i + 1) % x.len()];
    }
    out
}

#[test]
fn a_buffer_that_is_overwritten() {
    let (x, k) = ([0.4, -1.1, 0.7], 1.3);
    for len in [1, 2, 9, 20] {
        let right = returned::hessian(&x, k, len);
        let mut out = vec![7.0; len];
        let before = out.clone();
        let found = written::hessian(&x, k, &mut out);
        near(&found.0.0, &right.0.0, "x, x");
        near(&found.0.1, &right.0.1, "x, k");
        near(&found.1.1, &right.1.1, "k, k");
        assert_eq!(found.2.2.dim(), (len, len, len));
        assert!(found.2.2.iter().chain(&found.2.0).all(|entry| *entry == 0.0));
        assert_eq!(out, before, "the arguments stay as they are");
        for mode in HessianMode::ALL {
            let found = written::hessian_with(mode, &x, k, &mut out);
            near(&found.0.0, &right.0.0, "x, x");
            near(&found.1.0, &right.1.0, "k, x");
            near(&found.1.1, &right.1.1, "k, k");
            assert!(found.2.2.iter().all(|entry| *entry == 0.0));
            assert_eq!(out, before);
        }
    }
}

/// A state that is stepped in place by nonlinear updates that read what they overwrite, beside a value;
/// the counter has no derivative.
#[differentiable(order = 2)]
fn stepped(v: &mut [f64], k: f64, counter: &mut usize) -> (f64, f64) {
    let mut sum = 0.0;
    for i in 1..v.len() {
        v[i] = v[i - 1].sin() * v[i] * k + v[i] * v[i];
        sum += v[i];
        *counter += 1;
    }
    v[0] *= k * sum;
    (sum * v[0], k * k)
}

#[differentiable(order = 2)]
fn stepped_by_value(v: &[f64], k: f64) -> Vec<f64> {
    let mut v = v.to_vec();
    let mut sum = 0.0;
    for i in 1..v.len() {
        v[i] = v[i - 1].sin() * v[i] * k + v[i] * v[i];
        sum += v[i];
    }
    v[0] *= k * sum;
    let mut all = vec![sum * v[0], k * k];
    all.extend(v);
    all
}

#[test]
fn a_state_that_is_changed_beside_a_value() {
    for n in [2, 3, 11] {
        let v: Vec<f64> = (0..n).map(|i| (i as f64 * 0.9).cos()).collect();
        let k = 0.8;
        let right = stepped_by_value::hessian(&v, k);
        let (state, counter) = (v.clone(), 0);
        let default = || stepped::hessian(&mut state.clone(), k, &mut counter.clone());
        let by = |mode| stepped::hessian_with(mode, &mut state.clone(), k, &mut counter.clone());
        for (found, what) in each_way(default, by) {
            assert_eq!(found.0.0.dim(), (n + 2, n, n));
            near(&found.0.0, &right.0.0, &what);
            near(&found.0.1, &right.0.1, &what);
            near(&found.1.0, &right.1.0, &what);
            near(&found.1.1, &right.1.1, &what);
        }
        let (mut changed, mut counted) = (v.clone(), 3);
        stepped::hessian(&mut changed, k, &mut counted);
        assert_eq!((changed, counted), (v, 3));
    }
}

/// All sizes are known: arrays.
#[differentiable(order = 2)]
fn turned(p: &mut [f64; 2], by: f64) {
    let (r, a) = (p[0], p[1]);
    p[0] = r * (a + by).cos();
    p[1] = r * (a + by).sin();
}

#[test]
fn arrays_where_all_sizes_are_known() {
    let (r, a, turn) = (1.5, 0.4_f64, 0.3);
    let (s, c) = (a + turn).sin_cos();
    let right: [[[f64; 2]; 2]; 2] = [[[0.0, -s], [-s, -r * c]], [[0.0, c], [c, -r * s]]];
    let default = || turned::hessian(&mut [r, a], turn);
    for (found, what) in each_way(default, |mode| turned::hessian_with(mode, &mut [r, a], turn)) {
        let ((pp, pt), (tp, tt)) = found;
        near(pp.as_flattened().as_flattened(), right.as_flattened().as_flattened(), &what);
        for result in 0..2 {
            near(&pt[result], &tp[result], &what);
            near(&pt[result], &right[result][1], &what);
            near([&tt[result]], [&right[result][1][1]], &what);
        }
    }
}

/// The argument leaves with another length.
#[differentiable(order = 2)]
fn grown(v: &mut Vec<f64>, k: f64) {
    let last = v.pop().unwrap();
    for _ in 0..2 {
        let next = v[v.len() - 1] * k * last;
        v.push(next);
    }
    v[0] = v[0] * v[0] * last;
}

#[differentiable(order = 2)]
fn grown_by_value(v: &[f64], k: f64) -> Vec<f64> {
    let mut v = v.to_vec();
    grown(&mut v, k);
    v
}

#[test]
fn what_is_pushed_and_popped() {
    let (v, k) = (vec![0.7, -1.2, 0.9], 1.1);
    let right = grown_by_value::hessian(&v, k);
    let default = || grown::hessian(&mut v.clone(), k);
    for (found, what) in each_way(default, |mode| grown::hessian_with(mode, &mut v.clone(), k)) {
        assert_eq!(found.0.0.dim(), (4, 3, 3), "{what}");
        near(&found.0.0, &right.0.0, &what);
        near(&found.1.0, &right.1.0, &what);
        near(&found.1.1, &right.1.1, &what);
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Body {
    position: [f64; 2],
    velocity: [f64; 2],
    name: String,
}

#[differentiable(order = 2)]
impl Body {
    /// A step around a centre of attraction.
    fn step(&mut self, dt: f64) {
        let [x, y] = self.position;
        let cube = (x * x + y * y).powf(1.5);
        for (v, p) in self.velocity.iter_mut().zip(&self.position) {
            *v -= dt * p / cube;
        }
        for i in 0..2 {
            self.position[i] += dt * self.velocity[i];
        }
    }
}

#[differentiable(order = 2)]
fn stepped_body(p: [f64; 2], v: [f64; 2], dt: f64) -> Vec<f64> {
    let mut body = Body { position: p, velocity: v, name: String::new() };
    body.step(dt);
    let mut all = body.position.to_vec();
    all.extend(body.velocity);
    all
}

#[test]
fn methods_that_change_their_object() {
    let body = Body { position: [0.8, 0.5], velocity: [-0.1, 1.2], name: "moon".into() };
    let right = stepped_body::hessian(body.position, body.velocity, 0.1);
    let default = || body.clone().step_hessian(0.1);
    let by = |mode| body.clone().step_hessian_with(mode, 0.1);
    for (found, what) in each_way(default, by) {
        let all: &Array3<f64> = &found.0.0;
        assert_eq!(all.dim(), (4, 4, 4));
        for result in 0..4 {
            for i in 0..2 {
                for j in 0..2 {
                    near([&all[[result, i, j]]], [&right.0.0[[result, i, j]]], &what);
                    near([&all[[result, i, j + 2]]], [&right.0.1[[result, i, j]]], &what);
                }
            }
        }
        near(&found.1.1, &right.2.2, &what);
    }
    let mut left = body.clone();
    left.step_hessian(0.1);
    assert_eq!(left, body);
}

#[differentiable(order = 2)]
fn generic<T: Real, const N: usize>(x: &[T; N], out: &mut [T; N]) {
    for i in 0..N {
        out[i] = x[i] * x[0] + out[i] * out[i];
    }
}

#[test]
fn generic_functions_and_buffers_of_the_caller() {
    let (x, mut out) = ([2.0_f32, 3.0], [0.5, 0.25]);
    let (of_x, of_out) = generic::hessian(&x, &mut out);
    assert_eq!(of_x.0[0], [[2.0, 0.0], [0.0, 0.0]]);
    assert_eq!(of_x.0[1], [[0.0, 1.0], [1.0, 0.0]]);
    assert_eq!(of_out.1, [[[2.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 2.0]]]);
    assert_eq!(out, [0.5, 0.25]);

    let mut state = vec![0.3, -0.4];
    let right = stepped::hessian(&mut state, 0.7, &mut 0);
    let (mut vv, mut vk) = (Array3::zeros((4, 2, 2)), Array3::zeros((4, 2, 1)));
    let (mut kv, mut kk) = (Array3::zeros((4, 1, 2)), Array3::zeros((4, 1, 1)));
    let blocks = ((&mut vv, &mut vk), (&mut kv, &mut kk));
    stepped::hessian_into(&mut state, 0.7, &mut 0, blocks.0, blocks.1);
    assert_eq!((vv, vk, kv, kk), (right.0.0, right.0.1, right.1.0, right.1.1));
    let rows: Array2<f64> = stepped::jacobian(&mut state, 0.7, &mut 0).0;
    assert_eq!(rows.dim(), (4, 2), "the same results as those of a Jacobian");
}

/// `JᵀJ·v` of what is left behind `&mut`, and of a float beside it, against the Jacobian.
#[test]
fn gauss_newton_products() {
    let (x, k) = ([0.4, -1.1, 0.7], 1.3);
    let (v, by_k, by_out) = ([0.3, -0.2, 1.0], 0.5, [1.0, 2.0, 3.0, 4.0]);
    let mut out = [7.0; 4];
    let found = written::gauss_newton(&x, k, &mut out, &v, by_k, &mut by_out.clone());
    let (of_x, of_k, _) = written::jacobian(&x, k, &mut out);
    let along = of_x.dot(&chainrule::ndarray::arr1(&v)) + of_k.column(0).to_owned() * by_k;
    near(&found.0, &of_x.t().dot(&along), "x");
    near([&found.1], &of_k.t().dot(&along), "k");
    assert_eq!((found.2, out), (vec![0.0; 4], [7.0; 4]));

    let mut state = vec![0.3, -0.4, 0.9];
    let found = halved::gauss_newton(&mut state, &mut [1.0, 0.5, -2.0]);
    let jacobian: Array2<f64> = halved::jacobian(&mut state);
    assert_eq!(jacobian.dim(), (4, 3));
    let along = jacobian.dot(&chainrule::ndarray::arr1(&[1.0, 0.5, -2.0]));
    near(&found, &jacobian.t().dot(&along), "v");
}

#[differentiable]
fn halved(v: &mut [f64]) -> f64 {
    let before = v[0] * v[1];
    for x in v.iter_mut() {
        *x = x.sin() * 0.5;
    }
    before
}
