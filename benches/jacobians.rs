//! Matrices by lanes against single sweeps of the same function, in the same run.
//!
//! `cargo bench --bench jacobians` measures each and then prints the ratios. For these the two ways
//! take turns, and the fastest turn of each counts: what else the machine does in the meantime then
//! does not favour either.

#[path = "../examples/nn_jacobian.rs"]
#[allow(dead_code)] // the page also checks and prints
mod nn_jacobian;

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chainrule::differentiable;
use chainrule::ndarray::Array2;
use divan::Bencher;
use nn_jacobian::{INPUTS, Network, OUTPUTS, network};

/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(2);
/// Turns of each way.
const TURNS: usize = 100;
/// Inputs and outputs of the ring.
const RING: usize = 64;

/// A ring of coupled oscillators: 64 inputs, 64 outputs.
#[differentiable]
fn ring(x: &[f64], y: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let left = if i == 0 { x[n - 1] } else { x[i - 1] };
        let right = if i + 1 == n { x[0] } else { x[i + 1] };
        y[i] = (right - x[i]).sin() - (x[i] - left).sin() + 0.1 * x[i] * left * right;
    }
}

/// As `ring`, with the result returned.
#[differentiable]
fn ring_owned(x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    ring(x, &mut y);
    y
}

/// Σ of products of neighbours' functions, of 32 arguments.
#[differentiable(order = 2)]
fn energy(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let next = if i + 1 == x.len() { x[0] } else { x[i + 1] };
        sum += (x[i] * next).sin() + x[i] * x[i] * next;
    }
    sum
}

struct Points {
    ring: Vec<f64>,
    energy: Vec<f64>,
    net: Network,
    input: Vec<f64>,
}

impl Points {
    fn new() -> Points {
        let filled = nn_jacobian::filled;
        Points {
            ring: filled(RING, 1.0),
            energy: filled(32, 1.0),
            net: Network::new(),
            input: filled(INPUTS, 1.0),
        }
    }
}

/// Two ways to a matrix.
struct Case {
    name: &'static str,
    by_lanes: fn(&Points) -> Array2<f64>,
    single: fn(&Points) -> Array2<f64>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const CASES: [&Case; 3] = [
    &Case { name: "jacfwd_64x64", by_lanes: ring_lanes, single: ring_single },
    &Case { name: "jacrev_10x500", by_lanes: network_lanes, single: network_single },
    &Case { name: "hessian_32x32", by_lanes: energy_lanes, single: energy_single },
];

fn ring_lanes(points: &Points) -> Array2<f64> {
    ring_owned::jacfwd(&points.ring)
}

/// A `jvp` for each column.
fn ring_single(points: &Points) -> Array2<f64> {
    let mut jacobian = Array2::zeros((RING, RING));
    let mut direction = vec![0.0; RING];
    for column in 0..RING {
        direction[column] = 1.0;
        let (_, dots) = ring_owned::jvp(&points.ring, &direction);
        direction[column] = 0.0;
        for (row, dot) in dots.into_iter().enumerate() {
            jacobian[[row, column]] = dot;
        }
    }
    jacobian
}

fn network_lanes(points: &Points) -> Array2<f64> {
    let Network { w1, b1, w2, b2 } = &points.net;
    network::jacrev(&points.input, w1, b1, w2, b2)
}

/// A `vjp` for each row.
fn network_single(points: &Points) -> Array2<f64> {
    let Network { w1, b1, w2, b2 } = &points.net;
    let mut jacobian = Array2::zeros((OUTPUTS, INPUTS));
    for row in 0..OUTPUTS {
        let mut seed = vec![0.0; OUTPUTS];
        seed[row] = 1.0;
        let bar = network::vjp(&points.input, w1, b1, w2, b2).1(seed);
        for (column, bar) in bar.into_iter().enumerate() {
            jacobian[[row, column]] = bar;
        }
    }
    jacobian
}

fn energy_lanes(points: &Points) -> Array2<f64> {
    energy::hessian(&points.energy)
}

/// A Hessian-vector product for each column.
fn energy_single(points: &Points) -> Array2<f64> {
    let n = points.energy.len();
    let mut hessian = Array2::zeros((n, n));
    let mut direction = vec![0.0; n];
    for column in 0..n {
        direction[column] = 1.0;
        let products = energy::hvp(&points.energy, &direction);
        direction[column] = 0.0;
        // Exactly symmetric, as `hessian` is: what is below the diagonal counts.
        for (row, product) in products.into_iter().enumerate().skip(column) {
            hessian[[row, column]] = product;
            hessian[[column, row]] = product;
        }
    }
    hessian
}

/// The direction of the products.
fn direction(points: &Points) -> Vec<f64> {
    points.energy.iter().map(|x| 1.0 - x).collect()
}

/// As a matrix, so that all ways return the same.
fn as_row(values: Vec<f64>) -> Array2<f64> {
    Array2::from_shape_vec((1, values.len()), values).expect("a row")
}

fn gradient(points: &Points) -> Array2<f64> {
    as_row(energy::grad(&points.energy))
}

fn product(points: &Points) -> Array2<f64> {
    as_row(energy::hvp(&points.energy, &direction(points)))
}

fn product_by_hand(points: &Points) -> Array2<f64> {
    as_row(energy_hvp_by_hand(&points.energy, &direction(points)))
}

/// Of each sum of `sin(a·b) + a²·b` its four second derivatives, times the direction.
fn energy_hvp_by_hand(x: &[f64], v: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; x.len()];
    for i in 0..x.len() {
        let next = if i + 1 == x.len() { 0 } else { i + 1 };
        let (a, b) = (x[i], x[next]);
        let (sin, cos) = (a * b).sin_cos();
        let mixed = cos - a * b * sin + 2.0 * a;
        product[i] += (2.0 * b - b * b * sin) * v[i] + mixed * v[next];
        product[next] += mixed * v[i] - a * a * sin * v[next];
    }
    product
}

/// A product by hand for each column.
fn energy_by_hand(points: &Points) -> Array2<f64> {
    let n = points.energy.len();
    let mut hessian = Array2::zeros((n, n));
    let mut direction = vec![0.0; n];
    for column in 0..n {
        direction[column] = 1.0;
        let product = energy_hvp_by_hand(&points.energy, &direction);
        direction[column] = 0.0;
        product.into_iter().enumerate().for_each(|(row, value)| hessian[[row, column]] = value);
    }
    hessian
}

#[divan::bench(args = CASES)]
fn by_lanes(bencher: Bencher, case: &Case) {
    let points = Points::new();
    bencher.bench_local(|| (case.by_lanes)(&points));
}

#[divan::bench(args = CASES)]
fn single(bencher: Bencher, case: &Case) {
    let points = Points::new();
    bencher.bench_local(|| (case.single)(&points));
}

/// Seconds per call over `calls` calls.
fn turn(way: fn(&Points) -> Array2<f64>, points: &Points, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(way(black_box(points)));
    }
    start.elapsed().as_secs_f64() / f64::from(calls)
}

fn ratios() {
    let points = Points::new();
    println!("\n{:<16} {:>10} {:>10} {:>7}", "", "lanes", "single", "ratio");
    for case in CASES {
        assert_eq!((case.by_lanes)(&points), (case.single)(&points), "{case}");
        let once = turn(case.single, &points, 3);
        let calls = (TURN.as_secs_f64() / once).ceil() as u32;
        let (mut lanes, mut single) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..TURNS {
            lanes = turn(case.by_lanes, &points, calls).min(lanes);
            single = turn(case.single, &points, calls).min(single);
        }
        let ratio = single / lanes;
        println!("{case:<16} {:>7.1} µs {:>7.1} µs {ratio:>7.2}", lanes * 1e6, single * 1e6);
    }
    second_order(&points);
}

/// What second order costs over a gradient, and beside what is written by hand.
fn second_order(points: &Points) {
    type Way = fn(&Points) -> Array2<f64>;
    let close = |found: Way, want: Way| {
        let (found, want) = (found(points), want(points));
        assert!(found.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-12));
    };
    close(product, product_by_hand);
    close(energy_lanes, energy_by_hand);
    let ways: [(&str, Way); 5] = [
        ("gradient", gradient),
        ("hvp", product),
        ("hvp by hand", product_by_hand),
        ("hessian", energy_lanes),
        ("products by hand", energy_by_hand),
    ];
    let mut times = [f64::INFINITY; 5];
    for _ in 0..TURNS {
        for (time, (_, way)) in times.iter_mut().zip(&ways) {
            *time = turn(*way, points, 1000).min(*time);
        }
    }
    println!("\n{:<16} {:>10} {:>12}", "energy, n = 32", "", "of gradient");
    for (time, (name, _)) in times.iter().zip(&ways) {
        println!("{name:<16} {:>7.2} µs {:>12.2}", time * 1e6, time / times[0]);
    }
}

fn main() {
    divan::main();
    ratios();
}
