//! The Jacobian of a network by its input, 500 → 100 → 10: all ten rows by reverse mode, against a
//! backward pass written by hand, layer by layer, and against ten single pullbacks.
//!
//! `cargo run --release --example nn_jacobian`

use std::hint::black_box;
use std::time::Instant;

use chainrule::differentiable;
use chainrule::ndarray::Array2;

pub(crate) const INPUTS: usize = 500;
const HIDDEN: usize = 100;
pub(crate) const OUTPUTS: usize = 10;

/// The parameters, which are constant here.
pub(crate) struct Network {
    pub(crate) w1: Vec<f64>,
    pub(crate) b1: Vec<f64>,
    pub(crate) w2: Vec<f64>,
    pub(crate) b2: Vec<f64>,
}

impl Network {
    pub(crate) fn new() -> Network {
        Network {
            w1: filled(HIDDEN * INPUTS, 0.1),
            b1: filled(HIDDEN, 0.1),
            w2: filled(OUTPUTS * HIDDEN, 0.3),
            b2: filled(OUTPUTS, 0.1),
        }
    }
}

/// `w·x + b`, `w` row by row.
#[differentiable]
fn affine(#[constant] w: &[f64], x: &[f64], #[constant] b: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut out = b.to_vec();
    for i in 0..b.len() {
        let row = &w[i * n..(i + 1) * n];
        let mut sum = 0.0;
        for j in 0..n {
            sum += row[j] * x[j];
        }
        out[i] += sum;
    }
    out
}

/// Affine, ReLU, affine, softmax.
#[differentiable]
pub(crate) fn network(
    x: &[f64],
    #[constant] w1: &[f64],
    #[constant] b1: &[f64],
    #[constant] w2: &[f64],
    #[constant] b2: &[f64],
) -> Vec<f64> {
    let mut hidden = affine(w1, x, b1);
    for i in 0..hidden.len() {
        hidden[i] = hidden[i].max(0.0);
    }
    let mut out = affine(w2, &hidden, b2);
    let mut sum = 0.0;
    for i in 0..out.len() {
        out[i] = out[i].exp();
        sum += out[i];
    }
    for i in 0..out.len() {
        out[i] /= sum;
    }
    out
}

/// By hand, the layers forward: what comes before ReLU, and the probabilities.
fn forward_by_hand(net: &Network, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let product = |w: &[f64], x: &[f64], b: &[f64]| -> Vec<f64> {
        let rows = w.chunks_exact(x.len()).zip(b);
        rows.map(|(row, b)| b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()).collect()
    };
    let before = product(&net.w1, x, &net.b1);
    let hidden: Vec<f64> = before.iter().map(|h| h.max(0.0)).collect();
    let exps: Vec<f64> = product(&net.w2, &hidden, &net.b2).iter().map(|z| z.exp()).collect();
    let sum: f64 = exps.iter().sum();
    let p = exps.iter().map(|e| e / sum).collect();
    (before, p)
}

/// The Jacobian by hand, `(diag(p) - p·pᵀ)·W₂·diag(h > 0)·W₁`: layer by layer backward, all rows side by
/// side.
fn by_hand(net: &Network, x: &[f64]) -> Array2<f64> {
    let (before, p) = forward_by_hand(net, x);
    let mut hidden_bar = [[0.0; OUTPUTS]; HIDDEN];
    for i in 0..OUTPUTS {
        let out_bar: [f64; OUTPUTS] =
            std::array::from_fn(|k| p[k] * (if i == k { 1.0 } else { 0.0 } - p[i]));
        let weights = &net.w2[i * HIDDEN..(i + 1) * HIDDEN];
        for (bar, w) in hidden_bar.iter_mut().zip(weights) {
            bar.iter_mut().zip(&out_bar).for_each(|(bar, out_bar)| *bar += out_bar * w);
        }
    }
    for (bar, before) in hidden_bar.iter_mut().zip(&before) {
        if *before < 0.0 {
            *bar = [0.0; OUTPUTS];
        }
    }
    let mut x_bar = vec![[0.0; OUTPUTS]; INPUTS];
    for (bar, weights) in hidden_bar.iter().zip(net.w1.chunks_exact(INPUTS)) {
        for (x_bar, w) in x_bar.iter_mut().zip(weights) {
            x_bar.iter_mut().zip(bar).for_each(|(x_bar, bar)| *x_bar += bar * w);
        }
    }
    Array2::from_shape_fn((OUTPUTS, INPUTS), |(k, j)| x_bar[j][k])
}

/// The same by somebody who knows that half of the hidden units are at rest, and leaves them out.
fn without_resting_units(net: &Network, x: &[f64]) -> Array2<f64> {
    let (before, p) = forward_by_hand(net, x);
    let mut jacobian = Array2::zeros((OUTPUTS, INPUTS));
    for (k, mut row) in jacobian.outer_iter_mut().enumerate() {
        let mut bar = [0.0; HIDDEN];
        for i in 0..OUTPUTS {
            let seed = p[k] * (if i == k { 1.0 } else { 0.0 } - p[i]);
            let weights = &net.w2[i * HIDDEN..(i + 1) * HIDDEN];
            bar.iter_mut().zip(weights).for_each(|(bar, w)| *bar += seed * w);
        }
        let row = row.as_slice_mut().expect("rows are contiguous");
        for i in (0..HIDDEN).filter(|&i| before[i] >= 0.0) {
            let weights = &net.w1[i * INPUTS..(i + 1) * INPUTS];
            row.iter_mut().zip(weights).for_each(|(entry, w)| *entry += bar[i] * w);
        }
    }
    jacobian
}

pub(crate) fn filled(len: usize, scale: f64) -> Vec<f64> {
    (0..len).map(|i| scale * (i as f64 * 0.731).sin()).collect()
}

/// The least time of some runs, in microseconds.
fn time<R>(mut run: impl FnMut() -> R) -> f64 {
    let once = |run: &mut dyn FnMut() -> R| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..20).map(|_| once(&mut run)).fold(f64::INFINITY, f64::min)
}

/// Runs the page and checks its numbers.
pub fn main() {
    let net = Network::new();
    let x = filled(INPUTS, 1.0);
    let Network { w1, b1, w2, b2 } = &net;

    let jacobian = network::jacobian(&x, w1, b1, w2, b2);
    assert_eq!(jacobian.dim(), (OUTPUTS, INPUTS));
    for by_hand in [by_hand(&net, &x), without_resting_units(&net, &x)] {
        for (found, by_hand) in jacobian.iter().zip(&by_hand) {
            assert!((found - by_hand).abs() < 1e-14, "{found} {by_hand}");
        }
    }
    // By differences along the input's components.
    for j in (0..INPUTS).step_by(50) {
        let moved = |h: f64| {
            let mut x = x.clone();
            x[j] += h;
            network(&x, w1, b1, w2, b2)
        };
        let (above, below) = (moved(1e-5), moved(-1e-5));
        for i in 0..OUTPUTS {
            let difference = (above[i] - below[i]) / 2e-5;
            assert!((jacobian[[i, j]] - difference).abs() < 1e-9);
        }
    }

    let rows = time(|| network::jacrev(&x, w1, b1, w2, b2));
    let hand = time(|| by_hand(&net, &x));
    let pullbacks = time(|| {
        let mut rows = Vec::new();
        for i in 0..OUTPUTS {
            let mut seed = vec![0.0; OUTPUTS];
            seed[i] = 1.0;
            rows.push(network::vjp(&x, w1, b1, w2, b2).1(seed));
        }
        rows
    });
    let fewer = time(|| without_resting_units(&net, &x));
    println!("jacrev {rows:.0} µs, {:.2} × by hand {hand:.0} µs", rows / hand);
    println!("by hand without the units at rest {fewer:.0} µs, ten vjp calls {pullbacks:.0} µs");
}
