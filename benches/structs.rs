//! Gradients of loops over small structs with operators, over the primal, in one run.
//!
//! `cargo bench --bench structs` prints, of each function, what `value_and_grad` takes as a multiple of the
//! function itself, beside the same without optimisations (`no_opt`) and, for the epidemic, a gradient by hand
//! that keeps the state of each step and computes the stages again. The ways take turns, and the fastest turn
//! of each counts. The gradients are compared before.

use std::hint::black_box;
use std::ops::{Add, Mul};
use std::time::Instant;

use chainrule::{Differentiable, differentiable};

const STEPS: usize = 500;
/// Turns of each way.
const TURNS: usize = 200;

/// Three numbers: the susceptible, the infected, the removed, or coordinates.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Triple {
    a: f64,
    b: f64,
    c: f64,
}

#[differentiable]
impl Add for Triple {
    type Output = Triple;
    fn add(self, other: Triple) -> Triple {
        Triple { a: self.a + other.a, b: self.b + other.b, c: self.c + other.c }
    }
}

#[differentiable]
impl Mul<f64> for Triple {
    type Output = Triple;
    fn mul(self, factor: f64) -> Triple {
        Triple { a: self.a * factor, b: self.b * factor, c: self.c * factor }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Complex {
    re: f64,
    im: f64,
}

#[differentiable]
impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

#[differentiable]
impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[differentiable]
fn spread(y: Triple, rate: f64, recovery: f64) -> Triple {
    let infections = rate * y.a * y.b;
    Triple { a: -infections, b: infections - recovery * y.b, c: recovery * y.b }
}

#[differentiable]
fn field(at: Triple, sigma: f64, rho: f64) -> Triple {
    Triple { a: sigma * (at.b - at.a), b: at.a * (rho - at.c) - at.b, c: at.a * at.b - 2.6 * at.c }
}

/// Each function twice, optimised and not.
macro_rules! twice {
    ($($name:ident $plain:ident: ($($args:tt)*) $body:block)*) => {
        $(
            #[differentiable]
            fn $name($($args)*) -> f64 $body

            #[differentiable(no_opt)]
            fn $plain($($args)*) -> f64 $body
        )*
    };
}

twice! {
    // An epidemic, by the method of Runge and Kutta.
    epidemic plain_epidemic: (rate: f64, recovery: f64, dt: f64, steps: usize) {
        let mut y = Triple { a: 0.99, b: 0.01, c: 0.0 };
        for _ in 0..steps {
            let k1 = spread(y, rate, recovery);
            let k2 = spread(y + k1 * (0.5 * dt), rate, recovery);
            let k3 = spread(y + k2 * (0.5 * dt), rate, recovery);
            let k4 = spread(y + k3 * dt, rate, recovery);
            y = y + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (dt / 6.0);
        }
        y.b + y.c * y.c
    }
    // Lorenz' equations, by the method of Heun.
    lorenz plain_lorenz: (sigma: f64, rho: f64, dt: f64, steps: usize) {
        let mut at = Triple { a: 1.0, b: 1.0, c: 1.0 };
        for _ in 0..steps {
            let slope = field(at, sigma, rho);
            let end = field(at + slope * dt, sigma, rho);
            at = at + (slope + end) * (0.5 * dt);
        }
        at.a * at.b + at.c
    }
    // The iteration of a Julia set.
    julia plain_julia: (re: f64, im: f64, start: f64, steps: usize) {
        let c = Complex { re, im };
        let mut z = Complex { re: start, im: 0.1 };
        for _ in 0..steps {
            z = z * z + c;
        }
        z.re * z.re + z.im * z.im
    }
}

/// The value of `epidemic` and its gradient as they are written down, on the state of each step.
fn epidemic_by_hand(rate: f64, recovery: f64, dt: f64, steps: usize) -> (f64, (f64, f64, f64)) {
    let mut y = Triple { a: 0.99, b: 0.01, c: 0.0 };
    let mut states = Vec::with_capacity(steps);
    let stages = |y: Triple| {
        let k1 = spread(y, rate, recovery);
        let k2 = spread(y + k1 * (0.5 * dt), rate, recovery);
        let k3 = spread(y + k2 * (0.5 * dt), rate, recovery);
        (k1, k2, k3, spread(y + k3 * dt, rate, recovery))
    };
    for _ in 0..steps {
        states.push(y);
        let (k1, k2, k3, k4) = stages(y);
        y = y + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (dt / 6.0);
    }
    let dot = |x: Triple, y: Triple| x.a * y.a + x.b * y.b + x.c * y.c;
    let (mut rate_bar, mut recovery_bar, mut dt_bar) = (0.0, 0.0, 0.0);
    let mut y_bar = Triple { a: 0.0, b: 1.0, c: 2.0 * y.c };
    // What the slope at `at` hands on to it.
    let mut pull = |at: Triple, k_bar: Triple| {
        let infections_bar = k_bar.b - k_bar.a;
        let recovered_bar = k_bar.c - k_bar.b;
        rate_bar += infections_bar * at.a * at.b;
        recovery_bar += recovered_bar * at.b;
        Triple {
            a: infections_bar * rate * at.b,
            b: infections_bar * rate * at.a + recovered_bar * recovery,
            c: 0.0,
        }
    };
    for y in states.into_iter().rev() {
        let (k1, k2, k3, k4) = stages(y);
        dt_bar += dot(k1 + k2 * 2.0 + k3 * 2.0 + k4, y_bar) / 6.0;
        let sum_bar = y_bar * (dt / 6.0);
        let at4_bar = pull(y + k3 * dt, sum_bar);
        dt_bar += dot(at4_bar, k3);
        let at3_bar = pull(y + k2 * (0.5 * dt), sum_bar * 2.0 + at4_bar * dt);
        dt_bar += 0.5 * dot(at3_bar, k2);
        let at2_bar = pull(y + k1 * (0.5 * dt), sum_bar * 2.0 + at3_bar * (0.5 * dt));
        dt_bar += 0.5 * dot(at2_bar, k1);
        let at1_bar = pull(y, sum_bar + at2_bar * (0.5 * dt));
        y_bar = y_bar + at4_bar + at3_bar + at2_bar + at1_bar;
    }
    (y.b + y.c * y.c, (rate_bar, recovery_bar, dt_bar))
}

type Primal = fn(f64, f64, f64, usize) -> f64;
type Gradient = fn(f64, f64, f64, usize) -> (f64, (f64, f64, f64));

/// The gradients' times as multiples of the primal's.
fn ratios(point: [f64; 3], primal: Primal, gradients: &[Gradient]) -> Vec<f64> {
    let [x, y, z] = black_box(point);
    let mut fastest = vec![f64::INFINITY; gradients.len() + 1];
    let reference = gradients[0](x, y, z, STEPS);
    for _ in 0..TURNS {
        let begin = Instant::now();
        black_box(primal(x, y, z, STEPS));
        fastest[0] = begin.elapsed().as_secs_f64().min(fastest[0]);
        for (gradient, fastest) in gradients.iter().zip(&mut fastest[1..]) {
            let begin = Instant::now();
            let found = black_box(gradient(x, y, z, STEPS));
            *fastest = begin.elapsed().as_secs_f64().min(*fastest);
            let parts = |(value, (a, b, c)): (f64, (f64, f64, f64))| [value, a, b, c];
            for (found, reference) in parts(found).into_iter().zip(parts(reference)) {
                let error = (found - reference).abs();
                assert!(error <= 1e-9 * (1.0 + reference.abs()), "{found} and {reference}");
            }
        }
    }
    fastest[1..].iter().map(|time| time / fastest[0]).collect()
}

fn main() {
    println!("gradient over primal   generated     no_opt    by hand");
    let rows: [(&str, [f64; 3], Primal, &[Gradient]); 3] = [
        (
            "epidemic",
            [0.4, 0.1, 0.1],
            epidemic,
            &[epidemic::value_and_grad, plain_epidemic::value_and_grad, epidemic_by_hand],
        ),
        (
            "lorenz",
            [10.0, 14.0, 0.002],
            lorenz,
            &[lorenz::value_and_grad, plain_lorenz::value_and_grad],
        ),
        ("julia", [-0.4, 0.2, 0.1], julia, &[julia::value_and_grad, plain_julia::value_and_grad]),
    ];
    for (name, point, primal, gradients) in rows {
        let ratios: Vec<String> =
            ratios(point, primal, gradients).iter().map(|ratio| format!("{ratio:>10.2}")).collect();
        println!("{name:<21} {}", ratios.join(" "));
    }
}
