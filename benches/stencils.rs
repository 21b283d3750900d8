//! Reverse sweeps of stencils that are computed in place, over the primal, in one run.
//!
//! `cargo bench --bench stencils` prints, of each function, what its adjoint takes as a multiple of the
//! function itself, beside the same without optimisations (`no_opt`) and, for the heat equation, an adjoint by
//! hand that adds to the three neighbours in one loop. The ways take turns, and the fastest turn of each counts.
//! The gradients are compared before.

use std::cell::Cell;
use std::hint::black_box;
use std::time::Instant;

use chainrule::differentiable;

/// Elements, and steps.
const N: usize = 1000;
const STEPS: usize = 50;
/// Turns of each way.
const TURNS: usize = 60;

/// Each function twice, optimised and not.
macro_rules! twice {
    ($($name:ident $plain:ident: ($($args:tt)*) $body:block)*) => {
        $(
            #[differentiable]
            fn $name($($args)*) $body

            #[differentiable(no_opt)]
            fn $plain($($args)*) $body
        )*
    };
}

twice! {
    // The heat equation, explicit.
    heat plain_heat: (u: &mut [f64], k: &[f64], steps: usize) {
        let n = u.len();
        let mut next = vec![0.0; n];
        for _ in 0..steps {
            for i in 1..n - 1 {
                next[i] = u[i] + k[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
            }
            u[1..n - 1].copy_from_slice(&next[1..n - 1]);
        }
    }
    // Burgers' equation.
    burgers plain_burgers: (u: &mut [f64], k: &[f64], steps: usize) {
        let n = u.len();
        for _ in 0..steps {
            let old = u.to_vec();
            for i in 1..n - 1 {
                let advection = old[i] * (old[i + 1] - old[i - 1]) * 0.5;
                let diffusion = k[i] * (old[i + 1] - 2.0 * old[i] + old[i - 1]);
                u[i] = old[i] + 0.01 * (diffusion - advection);
            }
        }
    }
    // Oscillators in a row, by the symplectic Euler method.
    chain plain_chain: (u: &mut [f64], k: &[f64], steps: usize) {
        let n = u.len();
        let mut speed = vec![0.0; n];
        for _ in 0..steps {
            for i in 0..n {
                let left = if i > 0 { u[i - 1] } else { 0.0 };
                let right = if i + 1 < n { u[i + 1] } else { 0.0 };
                speed[i] += 0.01 * (k[i] * (left - 2.0 * u[i] + right) - 0.1 * u[i].powi(3));
            }
            for i in 0..n {
                u[i] += 0.01 * speed[i];
            }
        }
    }
}

/// The adjoint of `heat` as it is written down: the states are kept, and each point adds to its neighbours.
fn heat_by_hand(u: &mut [f64], k: &[f64], steps: usize, u_bar: &mut [f64], k_bar: &mut [f64]) {
    thread_local! {
        /// Memory that is used again, as the generated code's tape is.
        static STATES: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
    }
    let n = u.len();
    let mut states = STATES.take();
    states.clear();
    let mut next = u.to_vec();
    for _ in 0..steps {
        states.extend_from_slice(u);
        for i in 1..n - 1 {
            next[i] = u[i] + k[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        u.copy_from_slice(&next);
    }
    let mut next_bar = vec![0.0; n];
    for state in states.chunks_exact(n).rev() {
        next_bar[1..n - 1].copy_from_slice(&u_bar[1..n - 1]);
        u_bar[1..n - 1].fill(0.0);
        for i in 1..n - 1 {
            let bar = next_bar[i];
            u_bar[i - 1] += bar * k[i];
            u_bar[i] += bar * (1.0 - 2.0 * k[i]);
            u_bar[i + 1] += bar * k[i];
            k_bar[i] += bar * (state[i - 1] - 2.0 * state[i] + state[i + 1]);
        }
    }
    STATES.set(states);
}

type Primal = fn(&mut [f64], &[f64], usize);
type Adjoint = fn(&mut [f64], &[f64], usize, &mut [f64], &mut [f64]);

/// A point, and the seconds of one call.
struct Timer {
    start: Vec<f64>,
    k: Vec<f64>,
    u: Vec<f64>,
    bars: (Vec<f64>, Vec<f64>),
}

impl Timer {
    fn new() -> Timer {
        let start = (0..N).map(|i| (0.01 * i as f64).sin()).collect::<Vec<_>>();
        Timer { u: start.clone(), start, k: vec![0.1; N], bars: (vec![1.0; N], vec![0.0; N]) }
    }

    fn primal(&mut self, primal: Primal) -> f64 {
        let begin = Instant::now();
        self.u.copy_from_slice(&self.start);
        primal(black_box(&mut self.u), black_box(&self.k), STEPS);
        begin.elapsed().as_secs_f64()
    }

    fn adjoint(&mut self, adjoint: Adjoint) -> f64 {
        let begin = Instant::now();
        self.u.copy_from_slice(&self.start);
        let (u_bar, k_bar) = &mut self.bars;
        u_bar.fill(1.0);
        k_bar.fill(0.0);
        adjoint(black_box(&mut self.u), black_box(&self.k), STEPS, u_bar, k_bar);
        begin.elapsed().as_secs_f64()
    }
}

/// The adjoints' times as multiples of the primal's.
fn ratios(primal: Primal, adjoints: &[Adjoint]) -> Vec<f64> {
    let mut timer = Timer::new();
    let mut fastest = vec![f64::INFINITY; adjoints.len() + 1];
    let mut gradients = Vec::new();
    for _ in 0..TURNS {
        fastest[0] = timer.primal(primal).min(fastest[0]);
        for (adjoint, fastest) in adjoints.iter().zip(&mut fastest[1..]) {
            *fastest = timer.adjoint(*adjoint).min(*fastest);
            gradients.push(timer.bars.clone());
        }
        for (u_bar, k_bar) in gradients.drain(..) {
            for (a, b) in u_bar.iter().chain(&k_bar).zip(timer.bars.0.iter().chain(&timer.bars.1)) {
                assert!((a - b).abs() <= 1e-10 * (1.0 + b.abs()), "{a} and {b}");
            }
        }
    }
    fastest[1..].iter().map(|time| time / fastest[0]).collect()
}

fn main() {
    println!("adjoint over primal    generated     no_opt    by hand");
    let rows: [(&str, Primal, &[Adjoint]); 3] = [
        ("heat", heat, &[heat::adjoint, plain_heat::adjoint, heat_by_hand]),
        ("burgers", burgers, &[burgers::adjoint, plain_burgers::adjoint]),
        ("chain", chain, &[chain::adjoint, plain_chain::adjoint]),
    ];
    for (name, primal, adjoints) in rows {
        let ratios: Vec<String> =
            ratios(primal, adjoints).iter().map(|ratio| format!("{ratio:>10.2}")).collect();
        println!("{name:<21} {}", ratios.join(" "));
    }
}
