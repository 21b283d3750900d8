//! Functions that optimise, differentiated and optimised themselves: classic tests of nested
//! differentiation, in all four combinations of modes, and k-means by Newton's method.
//!
//! `saddle` and `particle` after Siskind and Pearlmutter, Using polyvariant union-free flow analysis to
//! compile a higher-order functional-programming language with a first-class derivative operator to
//! efficient Fortran-like code, Purdue University, TR-ECE-08-01, 2008.

use chainrule::{differentiable, differentiate};

/// When steps and slopes are taken to be zero.
const SMALL: f64 = 1e-5;

#[differentiable]
fn length(v: [f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// Gradient descent whose steps double after ten good ones and halve after a bad one.
fn lowest<const N: usize>(
    start: [f64; N],
    value: impl Fn([f64; N]) -> f64,
    gradient: impl Fn([f64; N]) -> [f64; N],
) -> [f64; N] {
    let norm = |v: [f64; N]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let (mut x, mut eta, mut good) = (start, SMALL, 0);
    let (mut least, mut slope) = (value(x), gradient(x));
    while norm(slope) > SMALL {
        if good == 10 {
            (eta, good) = (2.0 * eta, 0);
            continue;
        }
        let next: [f64; N] = std::array::from_fn(|i| x[i] - eta * slope[i]);
        if norm(std::array::from_fn(|i| x[i] - next[i])) <= SMALL {
            break;
        }
        let there = value(next);
        if there < least {
            (x, least, slope, good) = (next, there, gradient(next), good + 1);
        } else {
            (eta, good) = (eta / 2.0, 0);
        }
    }
    x
}

/// A saddle: low in the middle along `p`, high along `q`.
#[differentiable(order = 2)]
fn height(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
}

/// The height at the best `q`, found by ascent along an inner gradient.
macro_rules! highest {
    ($name:ident, |$p:ident, $q:ident| $slope:expr) => {
        #[differentiable]
        fn $name($p: [f64; 2]) -> f64 {
            let mut $q = [1.0, 1.0];
            let mut most = height($p, $q);
            let mut slope = $slope;
            let mut eta = 1e-5;
            let mut good = 0;
            while length(slope) > 1e-5 {
                if good == 10 {
                    eta *= 2.0;
                    good = 0;
                    continue;
                }
                let step = [eta * slope[0], eta * slope[1]];
                if length(step) <= 1e-5 {
                    break;
                }
                let before = $q;
                $q = [before[0] + step[0], before[1] + step[1]];
                let there = height($p, $q);
                if there > most {
                    most = there;
                    slope = $slope;
                    good += 1;
                } else {
                    $q = before;
                    eta /= 2.0;
                    good = 0;
                }
            }
            most
        }
    };
}

highest!(highest_by_reverse, |p, q| {
    let (_, slope) = height::grad(p, q);
    slope
});
highest!(highest_by_forward, |p, q| {
    let (_, first) = height::jvp(p, q, [0.0, 0.0], [1.0, 0.0]);
    let (_, second) = height::jvp(p, q, [0.0, 0.0], [0.0, 1.0]);
    [first, second]
});

#[test]
fn saddle() {
    let forward = |jvp: fn([f64; 2], [f64; 2]) -> (f64, f64)| {
        move |p| [jvp(p, [1.0, 0.0]).1, jvp(p, [0.0, 1.0]).1]
    };
    let start = [1.0, 1.0];
    for found in [
        lowest(start, highest_by_reverse, highest_by_reverse::grad),
        lowest(start, highest_by_forward, highest_by_forward::grad),
        lowest(start, highest_by_reverse, forward(highest_by_reverse::jvp)),
        lowest(start, highest_by_forward, forward(highest_by_forward::jvp)),
    ] {
        assert!(found.iter().all(|x| x.abs() < 1e-4), "{found:?}");
    }
    for gradient in [highest_by_reverse::grad([0.7, -0.4]), highest_by_forward::grad([0.7, -0.4])] {
        assert!((gradient[0] - 1.4).abs() < 1e-12 && (gradient[1] + 0.8).abs() < 1e-12);
    }
}

/// The potential of two charges, one of which is moved by `w`.
#[differentiable(order = 2)]
fn potential(x: [f64; 2], w: f64) -> f64 {
    let across = (x[0] - 10.0) * (x[0] - 10.0);
    let (first, second) = (x[1] - (10.0 - w), x[1]);
    1.0 / (across + first * first).sqrt() + 1.0 / (across + second * second).sqrt()
}

/// How far from the origin a charged particle hits the ground, squared, by Euler's steps until it does.
macro_rules! miss {
    ($name:ident, |$x:ident, $w:ident| $slope:expr) => {
        #[differentiable]
        fn $name($w: f64) -> f64 {
            let step = 0.1;
            let mut $x = [0.0, 8.0];
            let mut v = [0.75, 0.0];
            loop {
                let slope = $slope;
                let next = [$x[0] + step * v[0], $x[1] + step * v[1]];
                if next[1] <= 0.0 {
                    break;
                }
                v = [v[0] - step * slope[0], v[1] - step * slope[1]];
                $x = next;
            }
            let end = $x[0] - $x[1] / v[1] * v[0];
            end * end
        }
    };
}

miss!(miss_by_reverse, |x, w| {
    let (slope, _) = potential::grad(x, w);
    slope
});
miss!(miss_by_forward, |x, w| {
    let (_, first) = potential::jvp(x, w, [1.0, 0.0], 0.0);
    let (_, second) = potential::jvp(x, w, [0.0, 1.0], 0.0);
    [first, second]
});

#[test]
fn particle() {
    let of = |f: fn(f64) -> f64| move |w: [f64; 1]| f(w[0]);
    let forward = |jvp: fn(f64, f64) -> (f64, f64)| move |w: [f64; 1]| [jvp(w[0], 1.0).1];
    let reverse = |grad: fn(f64) -> f64| move |w: [f64; 1]| [grad(w[0])];
    for [found] in [
        lowest([0.0], of(miss_by_reverse), reverse(miss_by_reverse::grad)),
        lowest([0.0], of(miss_by_forward), reverse(miss_by_forward::grad)),
        lowest([0.0], of(miss_by_reverse), forward(miss_by_reverse::jvp)),
        lowest([0.0], of(miss_by_forward), forward(miss_by_forward::jvp)),
    ] {
        // The published result.
        assert!((found - 0.20719187464861194).abs() < 1e-4, "{found}");
    }
    let by_difference = (miss_by_reverse(0.1 + 1e-6) - miss_by_reverse(0.1 - 1e-6)) / 2e-6;
    for slope in [miss_by_reverse::grad(0.1), miss_by_forward::grad(0.1)] {
        assert!((slope - by_difference).abs() < 1e-6 * slope.abs(), "{slope} {by_difference}");
    }
}

/// The sum of the squared distances of points, of `d` coordinates each, to the nearest of the centroids.
#[differentiable(order = 2)]
fn spread(#[constant] points: &[f64], centroids: &[f64], d: usize) -> f64 {
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let mut nearest = f64::INFINITY;
        for centroid in centroids.chunks_exact(d) {
            let mut squared = 0.0;
            for (a, b) in point.iter().zip(centroid) {
                squared += (a - b) * (a - b);
            }
            nearest = nearest.min(squared);
        }
        total += nearest;
    }
    total
}

#[test]
fn k_means() {
    let (d, k) = (3, 4);
    let mut random = fastrand::Rng::with_seed(3);
    let points: Vec<f64> = (0..200 * d).map(|_| random.f64()).collect();
    let mut centroids: Vec<f64> = (0..k * d).map(|_| random.f64()).collect();
    for _ in 0..20 {
        let gradient = spread::grad(&points, &centroids, d);
        let diagonal = spread::hessian_diagonal(&points, &centroids, d);
        // Newton's step goes to the mean of the points that a centroid is nearest to.
        let mut sums = vec![0.0; k * d];
        let mut counts = vec![0.0; k];
        for point in points.chunks_exact(d) {
            let squared =
                |c: &[f64]| point.iter().zip(c).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let nearest = (0..k).min_by(|a, b| {
                let of = |c: usize| squared(&centroids[c * d..(c + 1) * d]);
                of(*a).total_cmp(&of(*b))
            });
            let nearest = nearest.expect("there are centroids");
            counts[nearest] += 1.0;
            point.iter().enumerate().for_each(|(i, x)| sums[nearest * d + i] += x);
        }
        for i in 0..k * d {
            let count = counts[i / d];
            assert_eq!(diagonal[i], 2.0 * count);
            assert!((gradient[i] - 2.0 * (count * centroids[i] - sums[i])).abs() < 1e-12 * count);
            centroids[i] -= gradient[i] / diagonal[i];
            assert!((centroids[i] - sums[i] / count).abs() < 1e-12);
        }
    }
}

/// A closure that captures what changes between its derivatives.
#[differentiable]
fn changing_captures(x: f64, y: f64) -> f64 {
    let mut s = x;
    let mut k = (y, x);
    for i in 0..4 {
        let f = differentiate!(|z: f64| -> f64 { (z * s).sin() * z * k.0 + s * i as f64 });
        let slope = f.grad(k.1);
        s -= 0.1 * slope;
        k.0 += s * x;
        k.1 *= k.0;
    }
    s * k.0
}

#[test]
fn captures_that_change() {
    chainrule::assert_gradients!(changing_captures(0.3, 0.7));
    chainrule::assert_gradients!(changing_captures(-1.2, 0.4));
}

#[derive(Clone, Copy, Debug, chainrule::Differentiable)]
struct Wave {
    x: f64,
    q: f64,
}

#[differentiable(order = 2)]
impl Wave {
    fn loss(&self, z: f64) -> f64 {
        (self.x * z).sin() * self.q
    }
}

/// The descent of a struct by the gradient of its own method.
#[differentiable]
fn fitted(z: f64, start: Wave) -> f64 {
    let mut wave = start;
    let mut z = z;
    for _ in 0..3 {
        let (by_wave, by_z) = wave.loss_grad(z);
        wave.x -= 0.1 * by_wave.x;
        wave.q += by_wave.q;
        z -= 0.1 * by_z;
    }
    z * wave.x + wave.q
}

#[test]
fn a_method_in_a_loop() {
    chainrule::assert_gradients!(fitted(0.5, Wave { x: 0.3, q: 0.7 }));
    chainrule::assert_gradients!(fitted(-1.2, Wave { x: 0.9, q: -0.4 }));
}
