//! The functions, over any number: those of the GradBench evals in `gradbench/src/evals/`, line by line,
//! and two more.

use std::f64::consts::PI;

use crate::number::Number;

/// Rosenbrock's function as a chain.
pub fn rosenbrock<T: Number>(x: &[T]) -> T {
    let mut sum = T::of(0.0);
    for pair in x.windows(2) {
        let (a, b) = (T::of(1.0) - pair[0], pair[1] - pair[0] * pair[0]);
        sum += a * a + T::of(100.0) * b * b;
    }
    sum
}

/// `ln Σ exp xᵢ`.
pub fn log_sum_exp<T: Number>(x: &[T]) -> T {
    let mut largest = x[0];
    for &v in x {
        if v.value() > largest.value() {
            largest = v;
        }
    }
    let mut sum = T::of(0.0);
    for &v in x {
        sum += (v - largest).exp();
    }
    largest + sum.ln()
}

/// The misfit of a polynomial and a step.
pub fn misfit<T: Number>(x: &[T], n: usize) -> T {
    let mut sum = T::of(0.0);
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let step = if t > 0.0 { 1.0 } else { f64::from(t < 0.0) * -1.0 };
        let mut miss = T::of(step);
        let mut power = 1.0;
        for &coefficient in x {
            miss -= coefficient * T::of(power);
            power *= t;
        }
        sum += miss * miss;
    }
    T::of(0.5) * sum
}

fn slope<T: Number>(x: &[T], y: &[T], dy: &mut [T]) {
    dy[0] = x[0];
    for i in 1..x.len() {
        dy[i] = x[i] * y[i - 1];
    }
}

fn advance<T: Number>(y: &[T], h: f64, k: &[T], moved: &mut [T]) {
    for i in 0..y.len() {
        moved[i] = y[i] + T::of(h) * k[i];
    }
}

/// The last component of a system of equations at t = 2, by Runge and Kutta's method.
pub fn integrate<T: Number>(x: &[T], steps: usize) -> T {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let zeros = || vec![T::of(0.0); n];
    let (mut y, mut at) = (zeros(), zeros());
    let (mut k1, mut k2, mut k3, mut k4) = (zeros(), zeros(), zeros(), zeros());
    for _ in 0..steps {
        slope(x, &y, &mut k1);
        advance(&y, h / 2.0, &k1, &mut at);
        slope(x, &at, &mut k2);
        advance(&y, h / 2.0, &k2, &mut at);
        slope(x, &at, &mut k3);
        advance(&y, h, &k3, &mut at);
        slope(x, &at, &mut k4);
        for i in 0..n {
            let two = T::of(2.0);
            y[i] += T::of(h / 6.0) * (k1[i] + two * k2[i] + two * k3[i] + k4[i]);
        }
    }
    y[n - 1]
}

fn minor<T: Number>(
    a: &[T],
    ell: usize,
    size: usize,
    rows: &mut [usize],
    columns: &mut [usize],
) -> T {
    let row = rows[ell];
    let mut column = columns[ell];
    if size == 1 {
        return a[row * ell + column];
    }
    rows[ell] = rows[row];
    let mut sum = T::of(0.0);
    let mut sign = 1.0;
    let mut before = ell;
    for _ in 0..size {
        columns[before] = columns[column];
        let inner = minor(a, ell, size - 1, rows, columns);
        sum += T::of(sign) * a[row * ell + column] * inner;
        columns[before] = column;
        before = column;
        column = columns[column];
        sign = -sign;
    }
    rows[ell] = row;
    sum
}

/// A determinant by its minors.
pub fn determinant<T: Number>(a: &[T], ell: usize) -> T {
    let mut rows: Vec<usize> = (1..=ell).chain([0]).collect();
    let mut columns = rows.clone();
    minor(a, ell, ell, &mut rows, &mut columns)
}

/// The points of a mixture of Gaussians, and its shape; the prior's scale is 1, its degrees of freedom 0.
pub struct Mixture {
    pub d: usize,
    pub k: usize,
    pub points: Vec<f64>,
    /// The part of the logarithm that depends on nothing.
    pub constant: f64,
}

impl Mixture {
    /// The number of parameters: weights, means, diagonals, and what is below them.
    pub fn parameters(&self) -> usize {
        self.k * (1 + 2 * self.d + self.d * (self.d - 1) / 2)
    }
}

/// The logarithm of the likelihood of a mixture of Gaussians.
pub fn log_likelihood<T: Number>(parameters: &[T], of: &Mixture) -> T {
    let (d, k) = (of.d, of.k);
    let below = d * (d - 1) / 2;
    let (alpha, rest) = parameters.split_at(k);
    let (means, rest) = rest.split_at(k * d);
    let (q, l) = rest.split_at(k * d);
    let diagonals: Vec<T> = q.iter().map(|q| q.exp()).collect();
    let sum_of = |x: &[T]| x.iter().fold(T::of(0.0), |sum, x| sum + *x);
    let traces: Vec<T> = q.chunks_exact(d).map(sum_of).collect();
    let mut centred = vec![T::of(0.0); d];
    let mut turned = vec![T::of(0.0); d];
    let mut terms = vec![T::of(0.0); k];
    let mut sum = T::of(0.0);
    for x in of.points.chunks_exact(d) {
        for c in 0..k {
            for i in 0..d {
                centred[i] = T::of(x[i]) - means[c * d + i];
                turned[i] = diagonals[c * d + i] * centred[i];
            }
            let mut entry = c * below;
            for j in 0..d {
                for i in j + 1..d {
                    turned[i] += l[entry] * centred[j];
                    entry += 1;
                }
            }
            let squared = turned.iter().fold(T::of(0.0), |sum, t| sum + *t * *t);
            terms[c] = alpha[c] + traces[c] - T::of(0.5) * squared;
        }
        sum += log_sum_exp(&terms);
    }
    let mut squares = T::of(0.0);
    for diagonal in &diagonals {
        squares += *diagonal * *diagonal;
    }
    for entry in l {
        squares += *entry * *entry;
    }
    let n = (of.points.len() / d) as f64;
    let scale = T::of(0.5 * d as f64 * (2.0 * PI).ln()) + log_sum_exp(alpha);
    sum - T::of(n) * scale - T::of(0.5) * squares + T::of(of.constant)
}

fn cross<T: Number>(a: &[T], b: &[T]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Half the squared reprojection error of an observation: eleven numbers of the camera, three of the point,
/// the weight.
pub fn residual<T: Number>(x: &[T], feature: [f64; 2]) -> T {
    let (axis, centre) = (&x[..3], &x[3..6]);
    let v = [x[11] - centre[0], x[12] - centre[1], x[13] - centre[2]];
    let angle = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]).sqrt();
    let (sin, cos) = (angle.sin(), angle.cos());
    let unit = [axis[0] / angle, axis[1] / angle, axis[2] / angle];
    let turn = cross(&unit, &v);
    let along = (unit[0] * v[0] + unit[1] * v[1] + unit[2] * v[2]) * (T::of(1.0) - cos);
    let p = [0, 1, 2].map(|i| v[i] * cos + turn[i] * sin + unit[i] * along);
    let (px, py) = (p[0] / p[2], p[1] / p[2]);
    let squared = px * px + py * py;
    let scale = T::of(1.0) + x[9] * squared + x[10] * squared * squared;
    let u = x[14] * (px * scale * x[6] + x[7] - T::of(feature[0]));
    let v = x[14] * (py * scale * x[6] + x[8] - T::of(feature[1]));
    T::of(0.5) * (u * u + v * v)
}

fn sigmoid<T: Number>(x: T) -> T {
    T::of(1.0) / (T::of(1.0) + (-x).exp())
}

/// The sum of what an LSTM cell of `b` units puts out, from four gates' weights and biases and from its
/// state and input.
pub fn cell<T: Number>(x: &[T], b: usize) -> T {
    let (weights, rest) = x.split_at(4 * b);
    let (biases, rest) = rest.split_at(4 * b);
    let (signal, rest) = rest.split_at(b);
    let (hidden, cell) = rest.split_at(b);
    let mut sum = T::of(0.0);
    for i in 0..b {
        let gate = |g: usize, from: T| from * weights[g * b + i] + biases[g * b + i];
        let forget = sigmoid(gate(0, signal[i]));
        let ingate = sigmoid(gate(1, hidden[i]));
        let outgate = sigmoid(gate(2, signal[i]));
        let change = gate(3, hidden[i]).tanh();
        let next = cell[i] * forget + ingate * change;
        sum += outgate * next.tanh();
    }
    sum
}
