//! What is measured: for each problem and mode the generated and the hand-written derivative, on the
//! same data.

use std::fmt;
use std::hint::black_box;

use crate::data::PIXELS;
use crate::network::{self, PARAMETERS};
use crate::{by_hand, mnist_by_hand, problems};

/// Elements of the slices.
const LENGTH: usize = 1000;
/// Position, speed, damping and step of the Runge–Kutta method, and how many steps it takes.
const OSCILLATION: ([f64; 4], usize) = ([1.0, 0.2, 0.8, 0.01], 1000);
/// Digits in a batch.
const BATCH: usize = 32;

/// The same numbers in a place with room for `gap` more.
fn with_gap(numbers: Vec<f64>, gap: usize) -> Vec<f64> {
    let mut moved = Vec::with_capacity(numbers.len() + gap);
    moved.extend(numbers);
    moved
}

/// The arguments of all problems, and the buffers that the derivatives need.
pub struct Data {
    x: Vec<f64>,
    y: Vec<f64>,
    x_dot: Vec<f64>,
    y_dot: Vec<f64>,
    x_bar: Vec<f64>,
    y_bar: Vec<f64>,
    bars: [f64; 3],
    exponentials: Vec<f64>,
    states: Vec<[f64; 2]>,
    parameters: Vec<f32>,
    parameters_dot: Vec<f32>,
    parameters_bar: Vec<f32>,
    images: Vec<f32>,
    labels: Vec<u8>,
}

impl Data {
    /// The same numbers in every run. Where the slices lie, in relation to each other, depends on
    /// `gap`: processors are up to twice as slow where a load and an earlier store look alike in the
    /// last bits of their addresses.
    pub fn new(gap: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(1);
        let mut numbers = || {
            let mut numbers = Vec::with_capacity(LENGTH + gap);
            numbers.extend((0..LENGTH).map(|_| 2.0 * random.f64() - 1.0));
            numbers
        };
        let [x, y, x_dot, y_dot] = std::array::from_fn(|_| numbers());
        let parameters = network::initial_parameters(&mut random);
        Data {
            x_bar: with_gap(vec![0.0; LENGTH], 2 * gap),
            y_bar: with_gap(y_dot.clone(), 3 * gap),
            bars: [0.0; 3],
            exponentials: Vec::new(),
            states: Vec::new(),
            parameters_dot: parameters.iter().map(|parameter| parameter * parameter).collect(),
            parameters,
            parameters_bar: vec![0.0; PARAMETERS],
            images: (0..BATCH * PIXELS).map(|_| random.f32()).collect(),
            labels: (0..BATCH).map(|_| random.u8(0..10)).collect(),
            x,
            y,
            x_dot,
            y_dot,
        }
    }
}

/// A derivative in two versions. What they return is used, so that it has to be computed.
pub struct Case {
    pub name: &'static str,
    pub generated: fn(&mut Data) -> f64,
    pub by_hand: fn(&mut Data) -> f64,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The reverse mode of each problem.
pub const ADJOINTS: &[Case] = &[
    Case {
        name: "rosenbrock",
        generated: |d| problems::rosenbrock::adjoint(&d.x, 0.7, &mut d.x_bar),
        by_hand: |d| by_hand::rosenbrock_adjoint(&d.x, 0.7, &mut d.x_bar),
    },
    Case {
        name: "dot",
        generated: |d| problems::dot::adjoint(&d.x, &d.y, 0.7, &mut d.x_bar, &mut d.y_bar),
        by_hand: |d| by_hand::dot_adjoint(&d.x, &d.y, 0.7, &mut d.x_bar, &mut d.y_bar),
    },
    Case {
        name: "axpy",
        generated: |d| {
            let [a_bar, ..] = &mut d.bars;
            problems::axpy::adjoint(0.3, &d.x, &mut d.y, a_bar, &mut d.x_bar, &mut d.y_bar);
            d.bars[0]
        },
        by_hand: |d| {
            let [a_bar, ..] = &mut d.bars;
            by_hand::axpy_adjoint(0.3, &d.x, &mut d.y, a_bar, &mut d.x_bar, &mut d.y_bar);
            d.bars[0]
        },
    },
    Case {
        name: "log_sum_exp",
        generated: |d| problems::log_sum_exp::adjoint(&d.x, 0.7, &mut d.x_bar),
        by_hand: |d| by_hand::log_sum_exp_adjoint(&d.x, 0.7, &mut d.x_bar, &mut d.exponentials),
    },
    Case {
        name: "rotate",
        generated: |d| {
            let (angles, v, seed) = black_box(ROTATION);
            let mut v_bar = [0.0; 3];
            let turned = problems::rotate::adjoint(&angles, &v, seed, &mut d.bars, &mut v_bar);
            sum(turned) + sum(v_bar)
        },
        by_hand: |d| {
            let (angles, v, seed) = black_box(ROTATION);
            let mut v_bar = [0.0; 3];
            let turned = by_hand::rotate_adjoint(&angles, &v, seed, &mut d.bars, &mut v_bar);
            sum(turned) + sum(v_bar)
        },
    },
    Case {
        name: "runge_kutta",
        generated: |d| {
            let [x, v, damping] = &mut d.bars;
            let ([a, b, c, h], steps) = black_box(OSCILLATION);
            problems::runge_kutta::adjoint(a, b, c, h, steps, 0.7, x, v, damping)
        },
        by_hand: |d| {
            let [x, v, damping] = &mut d.bars;
            let states = &mut d.states;
            let ([a, b, c, h], steps) = black_box(OSCILLATION);
            by_hand::runge_kutta_adjoint(a, b, c, h, steps, 0.7, x, v, damping, states)
        },
    },
    Case {
        name: "mnist_loss",
        generated: |d| {
            let bar = &mut d.parameters_bar;
            network::batch_loss::adjoint(&d.parameters, &d.images, &d.labels, 0.7, bar).into()
        },
        by_hand: |d| {
            let bar = &mut d.parameters_bar;
            mnist_by_hand::batch_loss_adjoint(&d.parameters, &d.images, &d.labels, 0.7, bar).into()
        },
    },
];

/// The forward mode of each problem.
pub const TANGENTS: &[Case] = &[
    Case {
        name: "rosenbrock",
        generated: |d| problems::rosenbrock::jvp(&d.x, &d.x_dot).1,
        by_hand: |d| by_hand::rosenbrock_jvp(&d.x, &d.x_dot).1,
    },
    Case {
        name: "dot",
        generated: |d| problems::dot::jvp(&d.x, &d.y, &d.x_dot, &d.y_dot).1,
        by_hand: |d| by_hand::dot_jvp(&d.x, &d.y, &d.x_dot, &d.y_dot).1,
    },
    Case {
        name: "axpy",
        generated: |d| {
            problems::axpy::jvp(0.3, &d.x, &mut d.y, 0.9, &d.x_dot, &mut d.y_dot);
            d.y_dot[0]
        },
        by_hand: |d| {
            by_hand::axpy_jvp(0.3, &d.x, &mut d.y, 0.9, &d.x_dot, &mut d.y_dot);
            d.y_dot[0]
        },
    },
    Case {
        name: "log_sum_exp",
        generated: |d| problems::log_sum_exp::jvp(&d.x, &d.x_dot).1,
        by_hand: |d| by_hand::log_sum_exp_jvp(&d.x, &d.x_dot).1,
    },
    Case {
        name: "rotate",
        generated: |_| {
            let (angles, v, dot) = black_box(ROTATION);
            let (turned, turned_dot) = problems::rotate::jvp(&angles, &v, &dot, &angles);
            sum(turned) + sum(turned_dot)
        },
        by_hand: |_| {
            let (angles, v, dot) = black_box(ROTATION);
            let (turned, turned_dot) = by_hand::rotate_jvp(&angles, &v, &dot, &angles);
            sum(turned) + sum(turned_dot)
        },
    },
    Case {
        name: "runge_kutta",
        generated: |_| {
            let ([a, b, c, h], steps) = black_box(OSCILLATION);
            problems::runge_kutta::jvp(a, b, c, h, steps, 0.3, -0.4, 1.1).1
        },
        by_hand: |_| {
            let ([a, b, c, h], steps) = black_box(OSCILLATION);
            by_hand::runge_kutta_jvp(a, b, c, h, steps, 0.3, -0.4, 1.1).1
        },
    },
    Case {
        name: "mnist_loss",
        generated: |d| {
            let dot = &d.parameters_dot;
            network::batch_loss::jvp(&d.parameters, &d.images, &d.labels, dot).1.into()
        },
        by_hand: |d| {
            let dot = &d.parameters_dot;
            mnist_by_hand::batch_loss_jvp(&d.parameters, &d.images, &d.labels, dot).1.into()
        },
    },
];

/// Angles, a vector, and the seed or a tangent.
const ROTATION: ([f64; 3], [f64; 3], [f64; 3]) =
    ([0.3, -0.8, 1.9], [1.0, -2.0, 0.5], [0.4, 1.1, -0.6]);

fn sum([x, y, z]: [f64; 3]) -> f64 {
    x + y + z
}
