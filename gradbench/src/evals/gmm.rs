//! `gmm`: the log-likelihood of a mixture of Gaussians, with a Wishart prior on the inverse covariances.

use std::f64::consts::PI;

use chainrule::differentiable;
use serde::{Deserialize, Serialize};

use crate::evaluation::{Function, ensure, evaluate};

/// `ln Σ exp xᵢ`, shifted by the largest so that nothing overflows.
#[differentiable]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
    largest + sum.ln()
}

/// The squared length of `Q·(x − mean)`, where the lower triangular `Q` has the given diagonal, and
/// `below` it, column after column. `centred` and `turned` are for intermediate results.
#[differentiable]
pub fn distance(
    #[constant] x: &[f64],
    mean: &[f64],
    diagonal: &[f64],
    below: &[f64],
    centred: &mut [f64],
    turned: &mut [f64],
) -> f64 {
    let d = x.len();
    for i in 0..d {
        centred[i] = x[i] - mean[i];
        turned[i] = diagonal[i] * centred[i];
    }
    let mut start = 0;
    for j in 0..d {
        let column = &below[start..start + d - j - 1];
        for (turned, entry) in turned[j + 1..].iter_mut().zip(column) {
            *turned += entry * centred[j];
        }
        start += d - j - 1;
    }
    turned.iter().map(|t| t * t).sum()
}

/// The prior of the inverse covariances.
#[derive(Clone, Copy, Debug)]
pub struct Wishart {
    /// The scale.
    pub gamma: f64,
    /// The degrees of freedom beyond as few as there can be.
    pub m: usize,
}

/// The logarithm of the prior's density, negated and but for its constant.
#[differentiable]
pub fn penalty(q: &[f64], below: &[f64], #[constant] prior: &Wishart) -> f64 {
    let mut squares = 0.0;
    let mut logs = 0.0;
    for q in q {
        squares += q.exp().powi(2);
        logs += q;
    }
    for entry in below {
        squares += entry * entry;
    }
    0.5 * prior.gamma.powi(2) * squares - prior.m as f64 * logs
}

/// The logarithm of the likelihood of the points `x`, of `d` coordinates each: for each of the
/// Gaussians the logarithm of its weight, its mean, and its inverse covariance's square root, the
/// diagonal as logarithms in `q` and the rest in `l`.
#[differentiable]
pub fn log_likelihood(
    alpha: &[f64],
    means: &[f64],
    q: &[f64],
    l: &[f64],
    #[constant] x: &[f64],
    d: usize,
    #[constant] prior: &Wishart,
) -> f64 {
    let k = alpha.len();
    let n = x.len() / d;
    let below = d * (d - 1) / 2;
    let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let traces: Vec<f64> = q.chunks_exact(d).map(|q| q.iter().sum()).collect();
    let mut centred = vec![0.0; d];
    let mut turned = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut sum = 0.0;
    for x in x.chunks_exact(d) {
        for c in 0..k {
            let own = c * d..(c + 1) * d;
            let squared = distance(
                x,
                &means[own.clone()],
                &diagonals[own],
                &l[c * below..(c + 1) * below],
                &mut centred,
                &mut turned,
            );
            terms[c] = alpha[c] + traces[c] - 0.5 * squared;
        }
        sum += log_sum_exp(&terms);
    }
    let mut penalties = 0.0;
    for c in 0..k {
        let (q, l) = (&q[c * d..(c + 1) * d], &l[c * below..(c + 1) * below]);
        penalties += penalty(q, l, prior);
    }
    sum - n as f64 * (0.5 * d as f64 * (2.0 * PI).ln() + log_sum_exp(alpha)) - penalties
        + k as f64 * prior.constant(d)
}

impl Wishart {
    /// The logarithm of the factor that makes the prior a density, in `d` dimensions.
    pub fn constant(&self, d: usize) -> f64 {
        let p = (d + self.m + 1) as f64;
        p * d as f64 * (self.gamma.ln() - 0.5 * 2f64.ln()) - ln_multigamma(0.5 * p, d)
    }
}

/// The logarithm of the gamma function of `d` variables.
fn ln_multigamma(a: f64, d: usize) -> f64 {
    let pairs = (d * (d - 1)) as f64;
    0.25 * pairs * PI.ln() + (0..d).map(|j| ln_gamma(a - 0.5 * j as f64)).sum::<f64>()
}

/// `ln Γ(x)` for x > 0: moved up to where Stirling's series is exact to rounding.
fn ln_gamma(x: f64) -> f64 {
    let mut x = x;
    let mut shift = 1.0;
    let mut shifts = 0.0;
    while x < 16.0 {
        shift *= x;
        if shift > 1e200 {
            shifts += f64::ln(shift);
            shift = 1.0;
        }
        x += 1.0;
    }
    shifts += f64::ln(shift);
    let y = 1.0 / (x * x);
    let series =
        1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series / x - shifts
}

#[derive(Deserialize)]
struct Input {
    d: usize,
    k: usize,
    n: usize,
    x: Vec<Vec<f64>>,
    alpha: Vec<f64>,
    mu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    l: Vec<Vec<f64>>,
    m: usize,
    gamma: f64,
}

/// Everything that belongs to the mixture, each list of rows as one slice.
struct Mixture {
    alpha: Vec<f64>,
    mu: Vec<f64>,
    q: Vec<f64>,
    l: Vec<f64>,
}

struct Prepared {
    mixture: Mixture,
    bars: Mixture,
    x: Vec<f64>,
    d: usize,
    prior: Wishart,
}

/// The rows one after another, if there are `rows` of `columns` numbers each.
fn flat(name: &str, rows: usize, columns: usize, matrix: &[Vec<f64>]) -> Result<Vec<f64>, String> {
    let fits = matrix.len() == rows && matrix.iter().all(|row| row.len() == columns);
    ensure(fits, || format!("`{name}` is not {rows} × {columns}"))?;
    Ok(matrix.concat())
}

fn prepare(input: Input) -> Result<Prepared, String> {
    let Input { d, k, n, m, gamma, .. } = input;
    ensure(d >= 1 && k >= 1 && n >= 1, || "`d`, `k` and `n` are not all positive".to_owned())?;
    ensure(m <= u32::MAX as usize && gamma > 0.0, || "`m` or `gamma` is out of range".to_owned())?;
    ensure(input.alpha.len() == k, || format!("`alpha` has not {k} numbers"))?;
    let x = flat("x", n, d, &input.x)?;
    let (mu, q) = (flat("mu", k, d, &input.mu)?, flat("q", k, d, &input.q)?);
    let l = flat("l", k, d * (d - 1) / 2, &input.l)?;
    let bars = Mixture {
        alpha: vec![0.0; k],
        mu: vec![0.0; mu.len()],
        q: vec![0.0; q.len()],
        l: vec![0.0; l.len()],
    };
    Ok(Prepared {
        mixture: Mixture { alpha: input.alpha, mu, q, l },
        bars,
        x,
        d,
        prior: Wishart { gamma, m },
    })
}

fn objective(at: &mut Prepared) -> f64 {
    let Mixture { alpha, mu, q, l } = &at.mixture;
    log_likelihood(alpha, mu, q, l, &at.x, at.d, &at.prior)
}

fn gradient(at: &mut Prepared) {
    let Mixture { alpha, mu, q, l } = &at.mixture;
    let Mixture { alpha: alpha_bar, mu: mu_bar, q: q_bar, l: l_bar } = &mut at.bars;
    for bar in [&mut *alpha_bar, mu_bar, q_bar, l_bar] {
        bar.fill(0.0);
    }
    log_likelihood::adjoint(
        alpha, mu, q, l, &at.x, at.d, &at.prior, 1.0, alpha_bar, mu_bar, q_bar, l_bar,
    );
}

/// The gradient in the shapes of the input.
#[derive(Serialize)]
struct Gradient {
    alpha: Vec<f64>,
    mu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    l: Vec<Vec<f64>>,
}

impl Gradient {
    fn of(at: &Prepared) -> Gradient {
        let k = at.bars.alpha.len();
        let rows = |flat: &[f64]| {
            let columns = flat.len() / k;
            (0..k).map(|c| flat[c * columns..(c + 1) * columns].to_vec()).collect()
        };
        let Mixture { alpha, mu, q, l } = &at.bars;
        Gradient { alpha: alpha.clone(), mu: rows(mu), q: rows(q), l: rows(l) }
    }
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("objective", |input| evaluate(input, prepare, objective, |_, value| value)),
    ("jacobian", |input| evaluate(input, prepare, gradient, |at, ()| Gradient::of(at))),
];
