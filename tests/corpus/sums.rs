//! Cotangents that are sums over a loop's iterations: where the loop has made the sum itself, where it
//! has made one that is only alike, and where each iteration waits for the one before.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Real, differentiable};

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25)]
    #[at(&[], 0.25)]
    fn exponentials(x: &[f64], shift: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += (v - shift).exp();
        }
        2.0 * (1.0 + sum).ln() + shift
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], &[0.25, 0.5, 0.125])]
    #[at(&[2.0, 2.0, 2.0], &[1.0, 0.5, 0.25])]
    fn cross_entropy(x: &[f64], p: &[f64]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
        let total = largest + sum.ln();
        x.iter().zip(p).map(|(x, p)| p * (total - x)).sum()
    }

    /// The sum is overwritten after the loop.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25, 1.5)]
    fn overwritten(x: &[f64], shift: f64, scale: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            let t = (3.0 * scale * shift - v).exp();
            sum += t;
        }
        sum = sum * sum * shift;
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25)]
    fn from_one(x: &[f64], shift: f64) -> f64 {
        let mut sum = 1.0;
        for v in x {
            sum += (v - shift).exp();
        }
        sum.sqrt()
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25, 3)]
    #[at(&[0.5, -1.0, 2.0], 0.25, 0)]
    fn again_and_again(x: &[f64], shift: f64, n: usize) -> f64 {
        let mut at = shift;
        let mut over_all = 0.0;
        for _ in 0..n {
            let mut sum = 0.0;
            for v in x {
                sum += (v - at).exp();
            }
            for v in x {
                over_all += (v + shift).tanh();
            }
            at = 0.25 * sum.ln() + over_all * 0.125;
        }
        at * over_all
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25)]
    fn some_of_them(x: &[f64], shift: f64) -> f64 {
        let (mut sum, mut other) = (0.0, 0.0);
        for v in x {
            let t = (v - shift).exp();
            if *v > 0.0 {
                sum += t;
            }
            other += t;
            if t > 100.0 {
                break;
            }
        }
        sum * other.sqrt()
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25)]
    fn several_uses(x: &[f64], shift: f64) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        let twice = shift + shift;
        for v in x {
            let t = (v - twice).exp();
            let u = (t * shift).sin();
            sum += t;
            squares += u * t;
        }
        sum.ln() * squares
    }

    #[differentiable]
    #[at(0.5, -0.25, 0.75)]
    fn turned(x: f64, v: f64, by: f64) -> (f64, f64) {
        (v * by, by * (1.0 - x * x) * v - x)
    }

    /// Each step begins with copies of what the one before left.
    #[differentiable]
    #[at(0.5, -0.25, 0.75, 3)]
    #[at(0.5, -0.25, 0.75, 0)]
    fn steps(x: f64, v: f64, by: f64, n: usize) -> f64 {
        let (mut x, mut v) = (x, v);
        for _ in 0..n {
            let (x1, v1) = turned(x, v, by);
            let (x2, v2) = turned(x + 0.5 * x1, v + 0.5 * v1, by);
            x += 0.25 * (x1 + x2);
            v += 0.25 * (v1 + v2) * x;
        }
        x * v
    }

    #[differentiable]
    fn replaced(x: &mut f64, by: f64) {
        *x = *x * by + by.sin();
    }

    /// What is copied is changed by a call, in between and after.
    #[differentiable]
    #[at(0.5, 0.75, 3)]
    fn copies_that_change(x: f64, by: f64, n: usize) -> f64 {
        let mut x = x;
        let mut sum = 0.0;
        for _ in 0..n {
            let mut now = x;
            replaced(&mut now, by);
            sum += x * now;
            replaced(&mut x, now);
            x = 0.5 * (x + now * by);
        }
        x + sum
    }

    /// A share of each element, in more elements than the runtime takes at once.
    #[differentiable]
    #[at(0.5, &[0.25, -0.5, 1.0, 0.125, 0.75, -1.5, 0.375, 0.5, -0.25, 1.25, 0.625])]
    #[at(0.5, &[0.25, -0.5, 1.0, 0.125])]
    #[at(0.5, &[0.25])]
    #[at(0.5, &[])]
    fn shifted_and_scaled(v: f64, x: &[f64]) -> f64 {
        let n = x.len();
        let mut y = vec![0.0; n];
        for i in 0..n {
            y[i] = x[i].sin();
        }
        for i in 0..n {
            y[i] += x[i] * v;
        }
        for i in 0..n {
            y[i] -= v;
        }
        y.iter().map(|y| y * y * y).sum()
    }

    /// The columns of a matrix; the last have no elements, and start behind its end.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5, -0.5, 0.75, 1.0, -0.25, 0.5], &[1.0, 0.5, -0.25, 2.0, 0.125])]
    #[at(&[], &[1.0])]
    fn triangle(below: &[f64], x: &[f64]) -> f64 {
        let d = x.len();
        let mut y = x.to_vec();
        let mut start = 0;
        for j in 0..d {
            let length = d - 1 - j;
            let column = &below[start..start + length];
            for i in 0..length {
                y[j + 1..][i] += column[i] * x[j];
            }
            start += length;
        }
        y.iter().map(|y| y.sin()).sum()
    }

    #[differentiable]
    #[at([[0.5, -1.0, 2.0, 0.25, 1.5], [-0.5, 0.75, 1.0, -0.25, 0.5]], &[0.75, 0.25], 5)]
    #[at([[0.5, -1.0, 2.0, 0.25, 1.5], [-0.5, 0.75, 1.0, -0.25, 0.5]], &[0.75, 0.25], 3)]
    #[at([[0.5, -1.0, 2.0, 0.25, 1.5], [-0.5, 0.75, 1.0, -0.25, 0.5]], &[0.75, 0.25], 0)]
    fn rows_of_arrays(rows: [[f64; 5]; 2], x: &[f64], n: usize) -> [f64; 5] {
        let mut y = [0.0; 5];
        for j in 0..2 {
            for i in 0..n {
                y[i] += rows[j][i] * x[j];
            }
        }
        y
    }

    /// No iteration runs, and the slice is out of reach.
    #[differentiable]
    #[at(&[0.5, -1.0], 0.25, 0)]
    fn out_of_reach(x: &[f64], v: f64, n: usize) -> f64 {
        let mut y = x.to_vec();
        for i in 0..n {
            y[3..][i] += x[5..9][i] * v;
        }
        y[0] * y[1] * v
    }

    #[differentiable]
    fn scaled_columns<T: Real>(matrix: &[T], x: &[T], y: &mut [T]) {
        let n = y.len();
        for (j, &x) in x.iter().enumerate() {
            let column = &matrix[j * n..(j + 1) * n];
            for i in 0..n {
                y[i] += column[i] * x;
            }
        }
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.5, -0.5, 0.75, 1.0, -0.25, 0.5], &[0.75, 0.25])]
    fn columns_of_any_float(matrix: &[f64], x: &[f64]) -> f64 {
        let mut y = vec![0.0; 5];
        scaled_columns(matrix, x, &mut y);
        y.iter().map(|y| y * y * y).sum()
    }

    /// The matrix is constant for the caller, so that no cotangents of it are wanted.
    #[differentiable]
    #[at(&[0.75, 0.25])]
    fn constant_columns(x: &[f64]) -> f64 {
        let matrix = [0.5, -1.0, 2.0, 0.25, 1.5, -0.5, 0.75, 1.0, -0.25, 0.5];
        let mut y = vec![0.0; 5];
        scaled_columns(&matrix, x, &mut y);
        y.iter().map(|y| y * y * y).sum()
    }
}
