//! Numerical methods as people write them.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at(1.25, 1.0)]
    fn rosenbrock(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }

    #[differentiable]
    #[at([0.5, 1.5, -0.5, 1.0])]
    fn rosenbrock_chain(x: &[f64]) -> f64 {
        x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum()
    }

    #[differentiable]
    #[at(2.0, 1.5)]
    fn newton_square_root(a: f64, start: f64) -> f64 {
        let mut x = start;
        let mut n = 0;
        while (x * x - a).abs() > 1e-3 && n < 20 {
            x = x - (x * x - a) / (2.0 * x);
            n += 1;
        }
        x
    }

    #[differentiable]
    #[at(0.75)]
    fn newton_for_kepler(eccentricity: f64) -> f64 {
        let mean_anomaly = 1.25;
        let mut e: f64 = mean_anomaly;
        for _ in 0..6 {
            let f = e - eccentricity * e.sin() - mean_anomaly;
            let df = 1.0 - eccentricity * e.cos();
            e -= f / df;
        }
        e
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn bisection(a: f64, b: f64) -> f64 {
        let (mut low, mut high) = (a, b);
        for _ in 0..5 {
            let middle = 0.5 * (low + high);
            if middle.cos() > middle * 0.9 {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    #[differentiable]
    #[at(1.0, 0.5, 0.125, 6)]
    fn runge_kutta(y0: f64, k: f64, h: f64, steps: usize) -> f64 {
        let f = |t: f64, y: f64| -k * y + (t * k).sin();
        let (mut t, mut y) = (0.0, y0);
        for _ in 0..steps {
            let k1 = f(t, y);
            let k2 = f(t + 0.5 * h, y + 0.5 * h * k1);
            let k3 = f(t + 0.5 * h, y + 0.5 * h * k2);
            let k4 = f(t + h, y + h * k3);
            y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
            t += h;
        }
        y
    }

    #[differentiable]
    #[at([1.0, 0.5], [1.0, 0.125, 0.25, 0.5])]
    fn lotka_volterra(state: [f64; 2], p: [f64; 4]) -> [f64; 2] {
        let [mut prey, mut predators] = state;
        let h = 0.0625;
        for _ in 0..5 {
            let d_prey = p[0] * prey - p[1] * prey * predators;
            let d_predators = p[2] * prey * predators - p[3] * predators;
            prey += h * d_prey;
            predators += h * d_predators;
        }
        [prey, predators]
    }

    #[differentiable]
    #[at(0.5, 2.0, 6)]
    fn simpson(a: f64, b: f64, n: usize) -> f64 {
        let h = (b - a) / n as f64;
        let f = |x: f64| (x * x).sin() / x;
        let mut s = f(a) + f(b);
        for i in 1..n {
            let x = a + i as f64 * h;
            s += if i % 2 == 0 { 2.0 * f(x) } else { 4.0 * f(x) };
        }
        s * h / 3.0
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn trapezoid_by_iterators(a: f64, b: f64) -> f64 {
        let n = 8;
        let h = (b - a) / n as f64;
        (0..n).map(|i| a + h * i as f64).map(|x| 0.5 * h * (x.exp() + (x + h).exp())).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[kink([0.5, 0.5, 0.5])]
    fn log_sum_exp(x: &[f64]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
        largest + sum.ln()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0], 1)]
    fn cross_entropy(logits: &[f64], label: usize) -> f64 {
        let mut largest = logits[0];
        for &v in logits {
            if v > largest {
                largest = v;
            }
        }
        let mut total = 0.0;
        for &v in logits {
            total += (v - largest).exp();
        }
        total.ln() + largest - logits[label]
    }

    #[differentiable]
    #[at([4.0, 1.0, 0.5, 1.0, 3.0, 0.25, 0.5, 0.25, 2.0], 3)]
    fn cholesky(a: &mut [f64], n: usize) -> f64 {
        let mut log_determinant = 0.0;
        for j in 0..n {
            for k in 0..j {
                for i in j..n {
                    a[i * n + j] -= a[i * n + k] * a[j * n + k];
                }
            }
            let pivot = a[j * n + j].sqrt();
            log_determinant += 2.0 * pivot.ln();
            for i in j..n {
                a[i * n + j] /= pivot;
            }
        }
        log_determinant
    }

    #[differentiable]
    #[at([[2.0, 1.0, 0.5], [0.25, -3.0, 1.0], [1.0, 0.5, 1.5]])]
    fn determinant_by_elimination(a: [[f64; 3]; 3]) -> f64 {
        let mut m = a;
        let mut det = 1.0;
        for k in 0..3 {
            let mut pivot = k;
            for i in k + 1..3 {
                if m[i][k].abs() > m[pivot][k].abs() {
                    pivot = i;
                }
            }
            if pivot != k {
                m.swap(pivot, k);
                det = -det;
            }
            det *= m[k][k];
            for i in k + 1..3 {
                let factor = m[i][k] / m[k][k];
                for j in k..3 {
                    m[i][j] -= factor * m[k][j];
                }
            }
        }
        det
    }

    #[differentiable]
    #[at([2.0, 1.0, 0.5, 3.0], [1.0, -1.0])]
    fn solve_two_by_two(a: &[f64], b: &[f64]) -> Vec<f64> {
        let det = a[0] * a[3] - a[1] * a[2];
        vec![(b[0] * a[3] - b[1] * a[1]) / det, (a[0] * b[1] - a[2] * b[0]) / det]
    }

    #[differentiable]
    #[at([1.0, 2.0, 0.5, -1.0, 3.0, 1.5], [0.5, 1.0, 2.0, -0.5, 0.25, 3.0], [0.0; 4])]
    fn matrix_product(a: &[f64], b: &[f64], c: &mut [f64]) {
        let (m, k, n) = (2, 3, 2);
        for i in 0..m {
            for j in 0..n {
                let mut s = 0.0;
                for l in 0..k {
                    s += a[i * k + l] * b[l * n + j];
                }
                c[i * n + j] = s;
            }
        }
    }

    #[differentiable]
    #[at([1.0, 0.5, -2.0, 0.25], [0.0, 1.0, 0.5, -1.0])]
    fn butterflies(re: &mut [f64], im: &mut [f64]) {
        let n = re.len();
        let mut span = n / 2;
        while span > 0 {
            for start in (0..n).step_by(2 * span) {
                for k in 0..span {
                    let (i, j) = (start + k, start + k + span);
                    let angle = -std::f64::consts::PI * k as f64 / span as f64;
                    let (s, c) = (angle.sin(), angle.cos());
                    let (tr, ti) = (re[i] - re[j], im[i] - im[j]);
                    re[i] += re[j];
                    im[i] += im[j];
                    re[j] = tr * c - ti * s;
                    im[j] = tr * s + ti * c;
                }
            }
            span /= 2;
        }
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25], 0.75)]
    fn horner(c: &[f64], x: f64) -> f64 {
        c.iter().rev().fold(0.0, |p, &c| p.mul_add(x, c))
    }

    #[differentiable]
    #[at(0.75, 5)]
    fn chebyshev(x: f64, n: usize) -> f64 {
        let (mut a, mut b) = (1.0, x);
        for _ in 1..n {
            let c = 2.0 * x * b - a;
            a = b;
            b = c;
        }
        b
    }

    #[differentiable]
    #[at([0.0, 1.0, 2.5, 4.0], [0.5, 2.0, -1.0, 0.25], 1.75)]
    #[at([0.0, 1.0, 2.5, 4.0], [0.5, 2.0, -1.0, 0.25], 3.0)]
    fn linear_spline(knots: &[f64], values: &[f64], x: f64) -> f64 {
        let mut i = 0;
        while i + 2 < knots.len() && x > knots[i + 1] {
            i += 1;
        }
        let t = (x - knots[i]) / (knots[i + 1] - knots[i]);
        (1.0 - t) * values[i] + t * values[i + 1]
    }

    #[differentiable]
    #[at([[0.0, 0.5], [1.0, 2.0], [3.0, -1.0], [4.0, 0.25]], 0.375)]
    fn de_casteljau(points: [[f64; 2]; 4], t: f64) -> [f64; 2] {
        let mut p = points;
        for round in 1..4 {
            for i in 0..4 - round {
                for d in 0..2 {
                    p[i][d] = (1.0 - t) * p[i][d] + t * p[i + 1][d];
                }
            }
        }
        p[0]
    }

    #[differentiable]
    #[at([[0.5, 2.0], [-1.0, 0.25], [3.0, 1.0]], [[0.25, 1.5], [2.0, 0.5]])]
    fn k_means(points: &[[f64; 2]], centres: &[[f64; 2]]) -> f64 {
        let mut loss = 0.0;
        for p in points {
            let mut nearest = f64::INFINITY;
            for c in centres {
                let d = (p[0] - c[0]).powi(2) + (p[1] - c[1]).powi(2);
                nearest = nearest.min(d);
            }
            loss += nearest;
        }
        loss / points.len() as f64
    }

    #[differentiable]
    #[at([0.5, -1.0, 0.25, 2.0, 0.75, -0.5], [0.125, -0.25], [1.0, 0.5, -1.0], 1)]
    fn dense_layer_loss(weights: &[f64], bias: &[f64], x: &[f64], label: usize) -> f64 {
        let mut logits = vec![0.0; bias.len()];
        for (i, logit) in logits.iter_mut().enumerate() {
            let row = &weights[i * x.len()..(i + 1) * x.len()];
            *logit = bias[i] + row.iter().zip(x).map(|(w, v)| w * v).sum::<f64>();
            *logit = logit.max(0.0) + 0.1 * *logit;
        }
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logits.iter().map(|l| (l - largest).exp()).sum();
        total.ln() + largest - logits[label]
    }

    #[differentiable]
    #[at([0.5, 2.0, 1.0, -0.5, 0.25], [0.25, 0.5, 0.125])]
    fn convolution(signal: &[f64], kernel: &[f64]) -> Vec<f64> {
        let n = signal.len() + 1 - kernel.len();
        let mut out = Vec::with_capacity(n);
        for i in 0..n {
            out.push(signal[i..i + kernel.len()].iter().zip(kernel).map(|(s, k)| s * k).sum());
        }
        out
    }

    #[differentiable]
    #[at([1.0, 0.25, -0.5, 0.75, 0.5, 2.0])]
    fn quaternion_rotation(v: [f64; 6]) -> [f64; 2] {
        let norm = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3]).sqrt();
        let [w, x, y, z] = [v[0] / norm, v[1] / norm, v[2] / norm, v[3] / norm];
        [
            (1.0 - 2.0 * (y * y + z * z)) * v[4] + 2.0 * (x * y - w * z) * v[5],
            2.0 * (x * y + w * z) * v[4] + (1.0 - 2.0 * (x * x + z * z)) * v[5],
        ]
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Particle {
        pub x: [f64; 2],
        pub v: [f64; 2],
        pub mass: f64,
    }

    #[differentiable]
    #[at([
        Particle { x: [0.0, 0.5], v: [0.5, 0.0], mass: 1.0 },
        Particle { x: [1.0, -0.5], v: [0.0, -0.25], mass: 2.0 },
        Particle { x: [-1.5, 0.25], v: [0.25, 0.5], mass: 0.5 },
    ], 0.0625, 2)]
    fn n_bodies(bodies: &mut [Particle], h: f64, steps: usize) -> f64 {
        for _ in 0..steps {
            for i in 0..bodies.len() {
                let mut pull = [0.0; 2];
                for j in 0..bodies.len() {
                    if i == j {
                        continue;
                    }
                    let d = [bodies[j].x[0] - bodies[i].x[0], bodies[j].x[1] - bodies[i].x[1]];
                    let r2 = d[0] * d[0] + d[1] * d[1] + 0.01;
                    let w = bodies[j].mass / (r2 * r2.sqrt());
                    pull[0] += w * d[0];
                    pull[1] += w * d[1];
                }
                bodies[i].v[0] += h * pull[0];
                bodies[i].v[1] += h * pull[1];
            }
            for b in bodies.iter_mut() {
                b.x[0] += h * b.v[0];
                b.x[1] += h * b.v[1];
            }
        }
        bodies.iter().map(|b| 0.5 * b.mass * (b.v[0] * b.v[0] + b.v[1] * b.v[1])).sum()
    }

    #[differentiable]
    #[at(100.0, 95.0, 0.05, 0.25, 1.5)]
    fn black_scholes(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
        let cdf = |x: f64| 0.5 * (1.0 + (0.7978845608 * (x + 0.044715 * x * x * x)).tanh());
        let root = time.sqrt();
        let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time)
            / (volatility * root);
        let d2 = d1 - volatility * root;
        spot * cdf(d1) - strike * (-rate * time).exp() * cdf(d2)
    }

    #[differentiable]
    #[at(100.0, 95.0, 0.25, 4)]
    fn binomial_option(spot: f64, strike: f64, volatility: f64, n: usize) -> f64 {
        let up = (volatility * (1.0 / n as f64).sqrt()).exp();
        let down = 1.0 / up;
        let p = (1.0 - down) / (up - down);
        let mut values: Vec<f64> =
            (0..=n).map(|i| (spot * up.powi(2 * i as i32 - n as i32) - strike).max(0.0)).collect();
        for step in (0..n).rev() {
            for i in 0..=step {
                values[i] = p * values[i + 1] + (1.0 - p) * values[i];
            }
        }
        values[0]
    }

    #[differentiable]
    #[at([2.0, 1.0, 1.0, 3.0], 5)]
    fn power_iteration(a: [f64; 4], rounds: usize) -> f64 {
        let mut v = [1.0, 0.5];
        let mut eigenvalue = 0.0;
        for _ in 0..rounds {
            let w = [a[0] * v[0] + a[1] * v[1], a[2] * v[0] + a[3] * v[1]];
            eigenvalue = w[0].hypot(w[1]);
            v = [w[0] / eigenvalue, w[1] / eigenvalue];
        }
        eigenvalue
    }

    #[differentiable]
    #[at([1.0, 4.0, -1.0, 0.5], [2.0, 1.0, 0.5, 3.0])]
    fn dynamic_time_warping(a: &[f64], b: &[f64]) -> f64 {
        let (n, m) = (a.len(), b.len());
        let mut cost = vec![vec![f64::INFINITY; m + 1]; n + 1];
        cost[0][0] = 0.0;
        for i in 1..=n {
            for j in 1..=m {
                let d = (a[i - 1] - b[j - 1]).powi(2);
                let best = cost[i - 1][j].min(cost[i][j - 1]).min(cost[i - 1][j - 1]);
                cost[i][j] = d + best;
            }
        }
        cost[n][m]
    }

    #[differentiable]
    #[at([0.5, 0.25, 0.125], 8)]
    fn tridiagonal(d: &[f64], n: usize) -> f64 {
        let mut c = vec![0.0; n];
        let mut y = vec![0.0; n];
        c[0] = d[0] / 2.0;
        y[0] = 1.0 / 2.0;
        for i in 1..n {
            let m = 1.0 / (2.0 + d[2] - d[1] * c[i - 1]);
            c[i] = d[0] * m;
            y[i] = (i as f64 - d[1] * y[i - 1]) * m;
        }
        for i in (0..n - 1).rev() {
            y[i] -= c[i] * y[i + 1];
        }
        y.iter().map(|v| v * v).sum()
    }

    #[differentiable]
    #[at([0.5, 1.0, 2.0, 4.0], [0.25, 0.75, 1.5, 2.5], [1.0, 0.5])]
    fn least_squares_by_descent(x: &[f64], y: &[f64], start: [f64; 2]) -> [f64; 2] {
        let [mut a, mut b] = start;
        let rate = 0.03125;
        for _ in 0..4 {
            let (mut da, mut db) = (0.0, 0.0);
            for (x, y) in x.iter().zip(y) {
                let residual = a * x + b - y;
                da += residual * x;
                db += residual;
            }
            a -= rate * da;
            b -= rate * db;
        }
        [a, b]
    }

    #[differentiable]
    #[at([0.5, 2.0, 1.0], 1.25)]
    fn gaussian_mixture(means: &[f64], x: f64) -> f64 {
        let k = means.len() as f64;
        let density = |m: f64| (-(x - m) * (x - m) / 2.0).exp() / std::f64::consts::TAU.sqrt();
        (means.iter().map(|&m| density(m)).sum::<f64>() / k).ln()
    }

    #[differentiable]
    #[at([0.5, 0.25, 0.75, 1.0], 0.5)]
    fn logistic_map_orbit(x: &[f64], r: f64) -> f64 {
        let mut total = 0.0;
        for &start in x {
            let mut v = start;
            for _ in 0..3 {
                v = (2.0 + r) * v * (1.0 - v);
            }
            total += v;
        }
        total
    }

    #[differentiable]
    #[at(1.5, 2.5)]
    fn arithmetic_geometric_mean(x: f64, y: f64) -> f64 {
        let (mut a, mut g) = (x, y);
        while (a - g).abs() > 1e-6 {
            (a, g) = (0.5 * (a + g), (a * g).sqrt());
        }
        a
    }

    #[differentiable]
    #[at(0.75)]
    fn continued_fraction(x: f64) -> f64 {
        let mut f = 0.0;
        for k in (1..=6).rev() {
            let k = k as f64;
            f = k * x / (1.0 + f);
        }
        1.0 / (1.0 + f)
    }
}
