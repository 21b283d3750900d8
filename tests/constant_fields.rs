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

/// Has no derivative.
#[derive(Clone, Debug)]
struct Settings {
    step: f64,
    bounds: (f64, f64),
    weights: Vec<f64>,
    last: usize,
    mode: Mode,
    inner: Inner,
}

#[derive(Clone, Debug)]
struct Inner {
    corners: [f64; 2],
}

#[derive(Clone, Debug)]
enum Mode {
    Scaled(f64),
    Shifted { by: f64 },
    Off,
}

#[derive(Clone, Debug, Differentiable)]
enum Gain {
    Fixed(f64),
    Curve { slope: f64, offset: f64 },
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    left: f64,
    right: f64,
    tail: (f64, usize),
    gain: Gain,
}

#[derive(Clone, Debug, Differentiable)]
struct Control {
    state: f64,
    path: [f64; 2],
    #[constant]
    settings: Settings,
    #[constant]
    limits: (f64, f64),
    pair: Pair,
    boxed: Box<Pair>,
}

fn control(mode: Mode, gain: Gain) -> Control {
    let pair = Pair { left: 1.1, right: 1.2, tail: (1.3, 4), gain };
    Control {
        state: 0.7,
        path: [0.3, 0.4],
        settings: Settings {
            step: 0.5,
            bounds: (0.1, 0.9),
            weights: vec![1.0, 2.0],
            last: 1,
            mode,
            inner: Inner { corners: [3.0, 4.0] },
        },
        limits: (-0.5, 0.8),
        boxed: Box::new(pair.clone()),
        pair,
    }
}

#[differentiable]
fn exchange(a: &mut f64, b: &mut f64, z: f64) {
    *a *= z;
    *b += *a;
}

#[differentiable(order = 2)]
impl Control {
    fn stepped(&self) -> f64 {
        let settings = &self.settings;
        let Settings { weights, step, .. } = &self.settings;
        (settings.step * self.state + step * weights[1]) * self.state
    }

    fn bounded(&self) -> f64 {
        let (low, high) = self.settings.bounds;
        let (left, right) = self.limits;
        (low * self.state + high * self.path[0]) * (left + right * self.pair.tail.0)
    }

    fn weighted(&self, z: f64) -> f64 {
        let mut sum = 0.0;
        for weight in &self.settings.weights {
            sum += weight * self.state * z;
        }
        let last = self.settings.weights[self.settings.last] * self.settings.weights.len() as f64;
        sum + self.settings.weights.iter().map(|weight| weight * z).sum::<f64>() + z * z * last
    }

    fn cornered(&self) -> f64 {
        self.settings.inner.corners[1] * self.state + self.settings.bounds.1 * self.boxed.right
    }

    fn by_mode(&self) -> f64 {
        let mode = match &self.settings.mode {
            Mode::Scaled(factor) => factor * self.state,
            Mode::Shifted { by } => by + self.path[0] * self.path[1],
            Mode::Off => self.state,
        };
        let gain = match &self.pair.gain {
            Gain::Fixed(gain) => *gain,
            Gain::Curve { slope, offset } => slope * self.pair.left + offset,
        };
        mode * gain
    }

    fn kept(&mut self, z: f64) -> f64 {
        self.settings.weights[0] += 1.0;
        self.settings.step += 0.5;
        self.settings.step * z * self.settings.weights[0]
    }
}

#[differentiable]
impl Control {
    fn changed(&mut self, z: f64) -> f64 {
        self.pair.left += self.pair.right * z;
        self.boxed.tail.0 *= self.pair.left;
        std::mem::swap(&mut self.pair.left, &mut self.boxed.right);
        if let Gain::Curve { slope, .. } = &mut self.pair.gain {
            *slope += z * self.settings.step;
        }
        self.pair.left * self.settings.step + self.boxed.tail.0
    }

    fn exchanged(&mut self, z: f64) -> f64 {
        exchange(&mut self.pair.left, &mut self.pair.right, z * self.pair.tail.0);
        exchange(&mut self.pair.tail.0, &mut self.path[1], z);
        self.pair.left * self.pair.right + self.path[1]
    }
}

#[test]
fn fields_of_what_is_constant_have_no_derivative() {
    let modes = [Mode::Scaled(0.2), Mode::Shifted { by: 0.3 }, Mode::Off];
    let gains = [Gain::Fixed(1.5), Gain::Curve { slope: 0.4, offset: -0.2 }];
    for mode in modes {
        for gain in &gains {
            let mut control = control(mode.clone(), gain.clone());
            let reports = [
                control.stepped_check_gradients(),
                control.bounded_check_gradients(),
                control.weighted_check_gradients(0.3),
                control.cornered_check_gradients(),
                control.by_mode_check_gradients(),
                control.kept_check_gradients(0.3),
                control.changed_check_gradients(0.3),
                control.exchanged_check_gradients(0.3),
            ];
            for report in reports {
                assert!(report.is_ok(), "{report}");
            }
        }
    }
}

#[test]
fn fields_of_fields_have_their_derivatives() {
    let control = control(Mode::Scaled(0.2), Gain::Curve { slope: 0.4, offset: -0.2 });
    let gradient = control.by_mode_grad();
    let gain = 0.4 * 1.1 - 0.2;
    assert!((gradient.state - 0.2 * gain).abs() < 1e-15);
    assert!((gradient.pair.left - 0.2 * 0.7 * 0.4).abs() < 1e-15);
    let GainTangent::Curve { slope, offset } = gradient.pair.gain else {
        panic!("another variant")
    };
    assert!((slope - 0.2 * 0.7 * 1.1).abs() < 1e-15 && (offset - 0.2 * 0.7).abs() < 1e-15);
    assert_eq!((), gradient.settings);
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
