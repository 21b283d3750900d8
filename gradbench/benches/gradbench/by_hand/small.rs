//! `lse`, `llsq`, `det` and `ode`.

/// `ln Σ exp xᵢ`, whose gradient is the exponentials' share in the sum.
pub fn log_sum_exp(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (x, x_bar) in x.iter().zip(&mut *x_bar) {
        *x_bar = (x - largest).exp();
        sum += *x_bar;
    }
    let scale = 1.0 / sum;
    x_bar.iter_mut().for_each(|x_bar| *x_bar *= scale);
    largest + sum.ln()
}

/// Half the squared misses of a polynomial; `powers` is scratch as long as `x`.
pub fn misfit(x: &[f64], n: usize, powers: &mut [f64], x_bar: &mut [f64]) -> f64 {
    x_bar.fill(0.0);
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut miss = f64::from(i8::from(t > 0.0) - i8::from(t < 0.0));
        let mut power = 1.0;
        for (x, kept) in x.iter().zip(&mut *powers) {
            *kept = power;
            miss -= x * power;
            power *= t;
        }
        sum += miss * miss;
        for (x_bar, power) in x_bar.iter_mut().zip(&*powers) {
            *x_bar -= miss * power;
        }
    }
    0.5 * sum
}

/// The minor, and `seed` times its gradient added to `a_bar`: a minor is linear in each of its
/// entries, so that what a smaller one is multiplied with is known before it is expanded.
fn minor(
    a: &[f64],
    ell: usize,
    size: usize,
    rows: &mut [usize],
    columns: &mut [usize],
    seed: f64,
    a_bar: &mut [f64],
) -> f64 {
    let row = rows[ell];
    let mut column = columns[ell];
    if size == 1 {
        a_bar[row * ell + column] += seed;
        return a[row * ell + column];
    }
    rows[ell] = rows[row];
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = ell;
    for _ in 0..size {
        columns[before] = columns[column];
        let at = row * ell + column;
        let factor = sign * a[at];
        let smaller = minor(a, ell, size - 1, rows, columns, seed * factor, a_bar);
        sum += factor * smaller;
        a_bar[at] += seed * sign * smaller;
        columns[before] = column;
        before = column;
        column = columns[column];
        sign = -sign;
    }
    rows[ell] = row;
    sum
}

/// The determinant by minors.
pub fn determinant(a: &[f64], ell: usize, a_bar: &mut [f64]) -> f64 {
    a_bar.fill(0.0);
    let mut rows: Vec<usize> = (1..=ell).chain([0]).collect();
    let mut columns = rows.clone();
    minor(a, ell, ell, &mut rows, &mut columns, 1.0, a_bar)
}

fn slope(x: &[f64], y: &[f64], dy: &mut [f64]) {
    dy[0] = x[0];
    for ((dy, x), y) in dy[1..].iter_mut().zip(&x[1..]).zip(y) {
        *dy = x * y;
    }
}

/// Adds to the cotangents of what [`slope`] reads.
fn slope_back(x: &[f64], y: &[f64], k_bar: &[f64], x_bar: &mut [f64], y_bar: &mut [f64]) {
    x_bar[0] += k_bar[0];
    for i in 1..x.len() {
        x_bar[i] += y[i - 1] * k_bar[i];
        y_bar[i - 1] += x[i] * k_bar[i];
    }
}

fn advance(y: &[f64], h: f64, k: &[f64], moved: &mut [f64]) {
    for ((moved, y), k) in moved.iter_mut().zip(y).zip(k) {
        *moved = y + h * k;
    }
}

/// The last component at t = 2 and its gradient. Each step keeps the four states where it takes the
/// slope, `states`; the slopes themselves are not needed again.
pub fn integrate(x: &[f64], steps: usize, states: &mut Vec<f64>, x_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let mut k: [Vec<f64>; 4] = std::array::from_fn(|_| vec![0.0; n]);
    states.resize(4 * n * steps, 0.0);
    for step in states.chunks_exact_mut(4 * n) {
        step[..n].copy_from_slice(&y);
        slope(x, &y, &mut k[0]);
        for (stage, part) in [(1, 0.5 * h), (2, 0.5 * h), (3, h)] {
            let at = &mut step[stage * n..(stage + 1) * n];
            advance(&y, part, &k[stage - 1], at);
            slope(x, at, &mut k[stage]);
        }
        for i in 0..n {
            y[i] += h / 6.0 * (k[0][i] + 2.0 * k[1][i] + 2.0 * k[2][i] + k[3][i]);
        }
    }
    x_bar.fill(0.0);
    let mut y_bar = vec![0.0; n];
    y_bar[n - 1] = 1.0;
    let (mut k_bar, mut at_bar) = (vec![0.0; n], vec![0.0; n]);
    for step in states.chunks_exact(4 * n).rev() {
        let mut later = vec![0.0; n];
        at_bar.fill(0.0);
        for (stage, share, part) in
            [(3, 1.0, 0.0), (2, 2.0, h), (1, 2.0, 0.5 * h), (0, 1.0, 0.5 * h)]
        {
            for i in 0..n {
                k_bar[i] = h / 6.0 * share * y_bar[i] + part * at_bar[i];
                later[i] += at_bar[i];
                at_bar[i] = 0.0;
            }
            slope_back(x, &step[stage * n..(stage + 1) * n], &k_bar, x_bar, &mut at_bar);
        }
        for i in 0..n {
            y_bar[i] += later[i] + at_bar[i];
        }
    }
    y[n - 1]
}
