//! Second derivatives of functions that change their arguments, against those of the same functions
//! over values: by all four compositions, and the arguments stay as they are.
#![deny(warnings, unsafe_code)]
#![allow(missing_docs)]

use chainrule::{Differentiable, HessianMode, assert_gradients, differentiable};

fn assert_near<'a>(
    found: impl IntoIterator<Item = &'a f64>,
    right: impl IntoIterator<Item = &'a f64>,
) {
    let (found, right): (Vec<&f64>, Vec<&f64>) =
        (found.into_iter().collect(), right.into_iter().collect());
    assert_eq!(found.len(), right.len());
    for (found, right) in found.iter().zip(&right) {
        assert!((*found - *right).abs() <= 1e-13 * right.abs().max(1.0), "{found} {right}");
    }
}

#[differentiable(order = 2)]
fn mixed(v: &mut [f64], k: f64) -> f64 {
    v[0] *= k;
    v[1] = v[0].sin() * v[1] * k;
    v[0] * v[1]
}

#[differentiable(order = 2)]
fn mixed_by_value(v: &[f64], k: f64) -> f64 {
    let first = v[0] * k;
    first * (first.sin() * v[1] * k)
}

#[test]
fn slices() {
    for (v, k) in [([0.3, 0.4], 0.7), ([-1.2, 0.9], 1.3)] {
        let right = mixed_by_value::hessian(&v, k);
        let mut changed = v;
        for mode in HessianMode::ALL {
            for _ in 0..2 {
                let found = mixed::hessian_with(mode, &mut changed, k);
                assert_near(&found.0.0, &right.0.0);
                assert_near(&found.0.1, &right.0.1);
                assert_near(&found.1.0, &right.1.0);
                assert_near([&found.1.1], [&right.1.1]);
                assert_eq!(changed, v);
            }
        }
        let (by_v, by_k) = mixed::hessian_diagonal(&mut changed, k);
        let diagonal = mixed_by_value::hessian_diagonal(&v, k);
        assert_near(by_v.iter().chain([&by_k]), diagonal.0.iter().chain([&diagonal.1]));
        assert_eq!(changed, v);

        let direction = [1.0, -0.5];
        let right = mixed_by_value::hvp(&v, k, &direction, 0.2);
        let right = right.0.iter().chain([&right.1]);
        let mut left = v;
        mixed(&mut left, k);
        // Both leave the argument as the function does; `hvp` leaves its tangent beside it.
        let (mut state, mut dot) = (v, direction);
        let (by_v, by_k) = mixed::hvp(&mut state, k, &mut dot, 0.2);
        assert_near(by_v.iter().chain([&by_k]), right.clone());
        assert_eq!(state, left);
        let (mut state, mut by_jvp) = (v, direction);
        mixed::jvp(&mut state, k, &mut by_jvp, 0.2);
        assert_near(&dot, &by_jvp);
        let (mut state, mut dot) = (v, direction);
        let (by_v, by_k) = mixed::hvp_reverse(&mut state, k, &mut dot, 0.2);
        assert_near(by_v.iter().chain([&by_k]), right);
        assert_eq!((state, dot), (left, direction));

        let right = mixed_by_value::jvp2(&v, k, &direction, 0.2);
        let (mut state, mut dot) = (v, direction);
        let found = mixed::jvp2(&mut state, k, &mut dot, 0.2);
        assert_near([&found.0, &found.1, &found.2], [&right.0, &right.1, &right.2]);
        assert_eq!(state, left);
        assert_near(&dot, &by_jvp);
        assert_gradients!(mixed(&mut v.clone(), k));
    }
}

/// Scratch space whose length changes, and a counter.
#[differentiable(order = 2)]
fn with_space(x: &[f64], space: &mut Vec<f64>, calls: &mut usize) -> f64 {
    space.push(x[0] * space[0]);
    *calls += 1;
    space[space.len() - 1] * x[1] * *calls as f64
}

#[test]
fn buffers_that_grow() {
    let (x, mut space, mut calls) = ([0.3, 0.2], vec![0.4], 1);
    for mode in HessianMode::ALL {
        // x₀ s₀ x₁ · 2
        let found = with_space::hessian_with(mode, &x, &mut space, &mut calls);
        assert_near(&found.0.0, &[0.0, 0.8, 0.8, 0.0]);
        assert_near(&found.0.1, &[0.4, 0.6]);
        assert_near(&found.1.1, &[0.0]);
        assert_eq!((space.as_slice(), calls), (&[0.4][..], 1));
    }
    assert_gradients!(with_space(&x, &mut space, &mut calls));
}

#[derive(Clone, Debug, Differentiable)]
struct Walk {
    at: f64,
    visited: Vec<f64>,
}

#[differentiable(order = 2)]
impl Walk {
    fn step(&mut self, x: f64) -> f64 {
        let next = self.at * x;
        self.visited.push(next);
        self.at *= x;
        self.at * next * self.visited[0]
    }
}

#[test]
fn methods() {
    let mut walk = Walk { at: 0.3, visited: vec![0.2] };
    for mode in HessianMode::ALL {
        // a² x² v₀
        let (by_walk, by_x) = walk.step_hessian_with(mode, 0.7);
        let (a, v, x) = (0.3, 0.2, 0.7);
        assert_near(&by_walk.0, &[2.0 * x * x * v, 2.0 * a * x * x, 2.0 * a * x * x, 0.0]);
        assert_near(&by_walk.1, &[4.0 * a * x * v, 2.0 * a * a * x]);
        assert_near([&by_x.1], [&(2.0 * a * a * v)]);
        assert_eq!((walk.at, walk.visited.as_slice()), (0.3, &[0.2][..]));
    }
    assert_gradients!(walk.clone().step_check_gradients(0.7));
}

#[differentiable(order = 2)]
fn scaled<T: chainrule::Real>(a: &mut T, b: T) -> T {
    let product = *a * b;
    *a = product;
    product * product
}

#[test]
fn generic_floats() {
    for mode in HessianMode::ALL {
        assert_eq!(scaled::hessian_with::<f32>(mode, &mut 0.5, 2.0), ((8.0, 4.0), (4.0, 0.5)),);
        assert_eq!(scaled::hessian_with::<f64>(mode, &mut 0.5, 2.0), ((8.0, 4.0), (4.0, 0.5)),);
    }
}
