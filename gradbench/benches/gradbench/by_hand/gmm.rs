//! `gmm`: each point's share in the gradient is known as soon as its terms are.

use chainrule_gradbench::evals::gmm::Wishart;

/// The gradient of the log-likelihood in `alpha`, `means`, `q` and `l`.
pub fn log_likelihood(
    [alpha, means, q, l]: [&[f64]; 4],
    x: &[f64],
    d: usize,
    prior: &Wishart,
    [alpha_bar, means_bar, q_bar, l_bar]: [&mut [f64]; 4],
) -> f64 {
    let (k, n, below) = (alpha.len(), x.len() / d, d * (d - 1) / 2);
    let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let traces: Vec<f64> = q.chunks_exact(d).map(|q| q.iter().sum()).collect();
    let (mut centred, mut turned) = (vec![0.0; k * d], vec![0.0; k * d]);
    let mut terms = vec![0.0; k];
    let mut back = vec![0.0; d];
    for bar in [&mut *alpha_bar, means_bar, q_bar, l_bar] {
        bar.fill(0.0);
    }
    let mut sum = 0.0;
    for x in x.chunks_exact(d) {
        for c in 0..k {
            let own = c * d..(c + 1) * d;
            let (centred, turned) = (&mut centred[own.clone()], &mut turned[own.clone()]);
            let (mean, diagonal) = (&means[own.clone()], &diagonals[own]);
            for i in 0..d {
                centred[i] = x[i] - mean[i];
                turned[i] = diagonal[i] * centred[i];
            }
            let mut rest = &l[c * below..(c + 1) * below];
            for j in 0..d {
                let (column, next) = rest.split_at(d - j - 1);
                for (turned, entry) in turned[j + 1..].iter_mut().zip(column) {
                    *turned += entry * centred[j];
                }
                rest = next;
            }
            let squared: f64 = turned.iter().map(|t| t * t).sum();
            terms[c] = alpha[c] + traces[c] - 0.5 * squared;
        }
        let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for term in &mut terms {
            *term = (*term - largest).exp();
            total += *term;
        }
        sum += largest + total.ln();
        for c in 0..k {
            let own = c * d..(c + 1) * d;
            let share = terms[c] / total;
            let (centred, turned) = (&centred[own.clone()], &turned[own.clone()]);
            let (diagonal, mean_bar) = (&diagonals[own.clone()], &mut means_bar[own.clone()]);
            let q_bar = &mut q_bar[own];
            alpha_bar[c] += share;
            for i in 0..d {
                let turned_bar = -share * turned[i];
                back[i] = turned_bar;
                q_bar[i] += share + turned_bar * centred[i] * diagonal[i];
            }
            let mut rest = &l[c * below..(c + 1) * below];
            let mut rest_bar = &mut l_bar[c * below..(c + 1) * below];
            for j in 0..d {
                let (column, next) = rest.split_at(d - j - 1);
                let (column_bar, next_bar) = rest_bar.split_at_mut(d - j - 1);
                let mut centred_bar = diagonal[j] * back[j];
                for ((entry, entry_bar), back) in column.iter().zip(column_bar).zip(&back[j + 1..])
                {
                    *entry_bar += back * centred[j];
                    centred_bar += entry * back;
                }
                mean_bar[j] -= centred_bar;
                (rest, rest_bar) = (next, next_bar);
            }
        }
    }
    let (squares, logs) = penalty(q, l, &diagonals, prior, q_bar, l_bar);
    let largest = alpha.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = alpha.iter().map(|alpha| (alpha - largest).exp()).sum();
    for (alpha_bar, alpha) in alpha_bar.iter_mut().zip(alpha) {
        *alpha_bar -= n as f64 * (alpha - largest).exp() / total;
    }
    let normal = 0.5 * d as f64 * (2.0 * std::f64::consts::PI).ln();
    sum - n as f64 * (normal + largest + total.ln()) - 0.5 * prior.gamma.powi(2) * squares
        + prior.m as f64 * logs
        + k as f64 * prior.constant(d)
}

/// The squares and the logarithms that the prior penalises, taken off the gradient.
fn penalty(
    q: &[f64],
    l: &[f64],
    diagonals: &[f64],
    prior: &Wishart,
    q_bar: &mut [f64],
    l_bar: &mut [f64],
) -> (f64, f64) {
    let gamma = prior.gamma.powi(2);
    let (mut squares, mut logs) = (0.0, 0.0);
    for ((q, diagonal), q_bar) in q.iter().zip(diagonals).zip(q_bar) {
        squares += diagonal * diagonal;
        logs += q;
        *q_bar -= gamma * diagonal * diagonal - prior.m as f64;
    }
    for (l, l_bar) in l.iter().zip(l_bar) {
        squares += l * l;
        *l_bar -= gamma * l;
    }
    (squares, logs)
}
