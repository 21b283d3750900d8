//! Buffers that one call after the other overwrites: what callers save of them depends on what the
//! functions' reverse sweeps read.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Real, differentiable};

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], &[1.0, 2.0, 3.0], &mut [0.0, 0.5, 1.0])]
    fn rates(x: &[f64], y: &[f64], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = x[i] * y[i].sin();
        }
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.25, &[1.0, 2.0, 3.0], &mut [0.0, 0.5, 1.0])]
    fn moved(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = y[i] + h * k[i];
        }
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3)]
    #[at(&[0.5, -1.0, 2.0], 0)]
    fn midpoint_steps(x: &[f64], steps: usize) -> f64 {
        let (mut y, mut at) = (x.to_vec(), vec![0.0; x.len()]);
        let mut k = vec![0.0; x.len()];
        for _ in 0..steps {
            rates(x, &y, &mut k);
            moved(&y, 0.05, &k, &mut at);
            rates(x, &at, &mut k);
            for i in 0..y.len() {
                y[i] += 0.1 * k[i];
            }
        }
        y.iter().map(|y| y * y).sum()
    }

    /// The step is active, so that the slopes are read.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.1, 3)]
    fn midpoint_steps_of_length(x: &[f64], h: f64, steps: usize) -> f64 {
        let (mut y, mut at) = (x.to_vec(), vec![0.0; x.len()]);
        let mut k = vec![0.0; x.len()];
        for _ in 0..steps {
            rates(x, &y, &mut k);
            moved(&y, 0.5 * h, &k, &mut at);
            rates(x, &at, &mut k);
            for i in 0..y.len() {
                y[i] += h * k[i];
            }
        }
        y.iter().map(|y| y * y).sum()
    }

    /// Leaves another length each time.
    #[differentiable]
    fn refilled(x: f64, n: usize, out: &mut Vec<f64>) {
        out.clear();
        for i in 0..n {
            out.push(x * (i + 1) as f64);
        }
    }

    #[differentiable]
    fn total(values: &[f64], scale: f64) -> f64 {
        let mut sum = 0.0;
        for v in values {
            sum += scale * v;
        }
        sum
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn other_lengths(x: f64, n: usize) -> f64 {
        let mut buffer = vec![0.0; 2];
        let mut s = x;
        for i in 0..n {
            refilled(s, i, &mut buffer);
            s += total(&buffer, 0.1);
            refilled(s, n - i, &mut buffer);
            s += total(&buffer, 0.1);
        }
        s
    }

    #[differentiable]
    #[at(0.5, 4)]
    fn grown_between_calls(x: f64, n: usize) -> f64 {
        let mut buffer = vec![0.5; 1];
        let mut next = vec![0.0; 1];
        let mut s = x;
        for _ in 0..n {
            moved(&buffer, 0.5, &[s; 8][..buffer.len()], &mut next);
            s = total(&next, x);
            buffer.push(s);
            next.push(0.0);
            std::mem::swap(&mut buffer, &mut next);
            buffer.fill(s);
        }
        s
    }

    /// Takes the vector itself, so that its buffer is not private to a caller's loop.
    #[differentiable]
    fn powers_in_vec(x: f64, c: usize, out: &mut Vec<f64>) -> f64 {
        for i in 0..out.len() {
            out[i] = (x * (i + c) as f64).sin();
        }
        out.iter().map(|v| v * v).sum()
    }

    #[differentiable]
    fn powers_in_slice(x: f64, c: usize, out: &mut [f64]) -> f64 {
        for i in 0..out.len() {
            out[i] = (x * (i + c) as f64).sin();
        }
        out.iter().map(|v| v * v).sum()
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3, 2)]
    #[at(&[0.5, -1.0, 2.0], 3, 0)]
    #[at(&[0.5, -1.0, 2.0], 0, 2)]
    fn vectors_of_calls(x: &[f64], d: usize, k: usize) -> f64 {
        let mut buffer = vec![0.0; d];
        let mut s = 0.0;
        for x in x {
            let mut p = 1.0;
            for c in 0..k {
                p *= powers_in_vec(*x, c, &mut buffer);
            }
            s += p.sin();
        }
        s
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3, 2)]
    #[at(&[0.5, -1.0, 2.0], 3, 0)]
    #[at(&[0.5, -1.0, 2.0], 0, 2)]
    fn slices_of_calls(x: &[f64], d: usize, k: usize) -> f64 {
        let mut buffer = vec![0.0; d + 1];
        let mut s = 0.0;
        for x in x {
            let mut p = 1.0;
            for c in 0..k {
                p *= powers_in_slice(*x, c, &mut buffer);
            }
            s += p.sin();
        }
        s
    }

    /// Each iteration lends the buffers once.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3)]
    #[at(&[0.5, -1.0, 2.0], 0)]
    fn one_of_each_kind(x: &[f64], d: usize) -> f64 {
        let (mut slice, mut vector) = (vec![0.0; x.len()], vec![0.0; d]);
        let mut s = 0.0;
        for x in x {
            let p = powers_in_slice(*x, 1, &mut slice);
            s += p.sin() * slice[1];
        }
        for x in x {
            let p = powers_in_vec(*x, 2, &mut vector);
            s += p.cos();
        }
        s
    }

    #[differentiable]
    fn scaled_by<T: Real>(x: &[T], factor: T, out: &mut [T]) -> T {
        for i in 0..x.len() {
            out[i] = x[i] * factor;
        }
        out.iter().map(|v| *v * *v).sum()
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 1.25], &[0.25, 0.75])]
    fn buffers_of_any_float(x: &[f64], factors: &[f64]) -> f64 {
        let mut buffer = vec![0.0; x.len()];
        let mut s = 0.0;
        for factor in factors {
            let mut p = 1.0;
            for _ in 0..2 {
                p *= scaled_by(x, *factor, &mut buffer);
            }
            s += p.sin();
        }
        s
    }

    /// Elements of `x` in the order of `at`.
    #[differentiable]
    fn gathered(x: &[f64], at: &[usize], scale: f64, out: &mut [f64]) {
        for i in 0..at.len() {
            out[i] = scale * x[at[i]];
        }
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3)]
    fn lists_of_indices(x: &[f64], n: usize) -> f64 {
        let mut at = vec![0; x.len()];
        let mut out = vec![0.0; x.len()];
        let mut s = 1.0;
        for k in 0..n {
            for i in 0..at.len() {
                at[i] = (i * k + 1) % x.len();
            }
            gathered(x, &at, s, &mut out);
            s += out[0] * out[1];
        }
        s
    }

    #[differentiable]
    #[at(2, &[0.5, -1.0, 2.0], &mut [0.25, 4.0, 1.0])]
    #[at(0, &[0.5, -1.0, 2.0], &mut [0.25, 4.0, 1.0])]
    fn to_and_fro(n: usize, x: &[f64], y: &mut [f64]) -> f64 {
        let first = y[0];
        if n > 0 {
            y[0] = x[n] * y[1];
            let below = to_and_fro(n - 1, x, y);
            y[0] = first;
            return below * y[2] + first;
        }
        y[1] *= x[0];
        y[1] * y[0]
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0])]
    fn halves_in_turn(x: &[f64]) -> f64 {
        let mut both = [0.0; 6];
        let mut s = 1.0;
        for k in 0..3 {
            let (left, right) = both.split_at_mut(3);
            moved(x, s, right, left);
            rates(x, left, right);
            s *= 1.0 + right[k];
        }
        s + both[0]
    }
}
