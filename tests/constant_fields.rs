//! Fields without a derivative that are more than a number: their elements and payloads have none.
#![allow(missing_docs)]
#![deny(warnings)]

use chainrule::{Differentiable, assert_gradients, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Model {
    #[constant]
    table: Vec<f64>,
    #[constant]
    grid: Vec<[f64; 2]>,
    #[constant]
    cap: Option<f64>,
    #[constant]
    boxed: Box<[f64; 2]>,
    order: Vec<usize>,
    weights: Vec<[f64; 2]>,
    scale: f64,
}

fn model() -> Model {
    Model {
        table: vec![1.0, -2.0, 0.5],
        grid: vec![[0.1, 0.2], [0.3, -0.4]],
        cap: Some(0.7),
        boxed: Box::new([2.0, 3.0]),
        order: vec![2, 0, 1],
        weights: vec![[0.5, 1.5], [-1.0, 2.0]],
        scale: 1.25,
    }
}

#[differentiable(order = 2)]
fn polynomial(model: &Model, x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..model.table.len() {
        sum += model.table[i] * x.powi(i as i32);
    }
    for (i, &at) in model.order.iter().enumerate() {
        sum += model.table[at] * x * i as f64 + model.boxed[i % 2];
    }
    sum * model.scale
}

#[differentiable(order = 2)]
fn iterated(model: &Model, x: &[f64]) -> f64 {
    let dots = model.table.iter().zip(x).map(|(t, x)| t * x * x).sum::<f64>();
    let grid = model.grid.iter().zip(&model.weights).map(|(g, w)| g[0] * w[0] + g[1] * w[1] * w[0]);
    let capped = match model.cap {
        Some(cap) if x[0] > cap => cap * x[1],
        Some(cap) => cap * x[0] * x[0],
        None => x[2],
    };
    dots + grid.sum::<f64>() * model.scale + capped
}

#[differentiable]
impl Model {
    fn advance(&mut self, x: f64) -> f64 {
        for i in 0..self.grid.len() {
            self.grid[i][0] = chainrule::detach(self.grid[i][1]);
            self.table[i] += 1.0;
            self.weights[i][1] += self.grid[i][0] * x * self.table[i];
        }
        self.weights[0][1] * self.weights[1][1]
    }
}

#[derive(Clone, Differentiable)]
struct Stencil<T, const N: usize> {
    #[constant]
    coefficients: [T; N],
    values: [T; N],
}

#[differentiable]
impl<T: num_traits::Float, const N: usize> Stencil<T, N> {
    fn apply(&self, x: T) -> T {
        let mut sum = T::zero();
        for k in 0..N {
            sum = sum + self.coefficients[k] * self.values[k] * x;
        }
        sum
    }
}

#[test]
fn what_is_constant_has_no_derivative() {
    assert_gradients!(polynomial(&model(), 0.4));
    for first in [0.4, 0.9] {
        assert_gradients!(iterated(&model(), &[first, 0.6, -0.2]));
    }
    assert_gradients!(iterated(&Model { cap: None, ..model() }, &[0.9, 0.6, -0.2]));
    let report = model().advance_check_gradients(0.4);
    assert!(report.is_ok(), "{report}");
    let stencil = Stencil { coefficients: [1.0, -2.0, 1.0], values: [0.3, 0.5, 0.9] };
    let report = stencil.apply_check_gradients(2.0);
    assert!(report.is_ok(), "{report}");
    let stencil = Stencil { coefficients: [1.0f32, -2.0], values: [0.5, 0.25] };
    assert_eq!(
        stencil.apply_grad(2.0),
        (StencilTangent { coefficients: (), values: [2.0, -4.0] }, 0.0)
    );
}

#[test]
fn all_derivatives_count_the_other_fields_only() {
    let (by_model, _) = polynomial::jacobian(&model(), 0.4);
    assert_eq!(by_model.dim(), (1, 5));
    let ((by_model, _), _) = polynomial::hessian(&model(), 0.4);
    assert_eq!(by_model.dim(), (5, 5));
}
