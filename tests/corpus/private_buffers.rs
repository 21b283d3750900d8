//! Loops whose iterations have a buffer in common that each of them overwrites, or nearly does.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

    /// Overwrites `out` if it is as long as `x`.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.75, &mut [1.0, 0.5, 1.0])]
    fn turned(x: &[f64], by: f64, out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] = (x[i] * by).sin();
        }
        out[0] *= by;
    }

    /// Overwrites both, and returns what it makes of them.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], &[1.5, 1.0, -0.5], &mut [1.0, 0.5, 1.0], &mut [0.0, 1.0, 2.0])]
    fn spread(x: &[f64], scale: &[f64], centred: &mut [f64], squares: &mut [f64]) -> f64 {
        let n = x.len();
        let mean = x.iter().sum::<f64>() / n as f64;
        for i in 0..n {
            centred[i] = x[i] - mean;
            squares[i] = scale[i] * centred[i] * centred[i];
        }
        for i in 1..n {
            squares[i] += squares[i - 1] * centred[i];
        }
        squares.iter().map(|s| s * s).sum()
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25, 1.0, -0.75], &[1.5, 1.0, -0.5])]
    #[at(&[], &[1.5, 1.0, -0.5])]
    fn rows(x: &[f64], scale: &[f64]) -> f64 {
        let d = scale.len();
        let (mut centred, mut squares) = (vec![0.0; d], vec![0.0; d]);
        let mut last = [0.0; 2];
        let mut sum = 0.0;
        for row in x.chunks_exact(d) {
            last.fill(row[0]);
            for k in 0..2 {
                last[k] += spread(row, scale, &mut centred, &mut squares);
            }
            sum += (last[0] * 0.1).sin() * last[1];
        }
        let mut weights = 0.0;
        for s in scale {
            weights += s * s;
        }
        sum - weights + (scale[0] * scale[1]).cos()
    }

    /// The buffer is longer than what is written of it, so that the callee does not overwrite it.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25], 0.5)]
    fn longer(x: &[f64], by: f64) -> f64 {
        let mut out = vec![by; 3];
        let mut sum = 0.0;
        for k in 0..3 {
            turned(&x[k..k + 2], by, &mut out);
            sum += out[0] * out[2] + out[1];
            out[2] *= x[k];
        }
        sum
    }

    /// As long as what is written of it, as rustc finds out but not the macro.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0, 0.25], 2)]
    fn as_long(x: &[f64], d: usize) -> f64 {
        let mut out = x[..d].to_vec();
        let mut sum = 0.0;
        for k in 0..3 {
            turned(&x[k..k + 2], x[k], &mut out);
            sum += out[0] * out[1];
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5, 0.25, 2.0, [1.0, 3.0])]
    fn several_results(
        x: &[f64],
        mut by: f64,
        w: f64,
        total: &mut f64,
        both: &mut [f64; 2],
    ) -> (f64, f64) {
        by *= w;
        both[0] *= both[1];
        let d = x.len();
        let mut out = vec![0.0; d];
        let (mut s, mut t) = (0.0, w);
        for k in 0..d {
            turned(x, by, &mut out);
            for i in 0..d {
                out[i] *= x[k];
            }
            s += out[0] * out[1];
            t += out[2].exp();
        }
        *total += s * t;
        both[1] = s;
        (s, t * by)
    }

    /// The last iteration's values are of use after the loop.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5)]
    fn of_the_last(x: &[f64], by: f64) -> f64 {
        let mut out = vec![0.0; x.len()];
        let mut sum = 0.0;
        for k in 0..x.len() {
            turned(x, by * x[k], &mut out);
            sum += out[0] * out[1];
        }
        sum * out[2]
    }

    /// Each iteration reads what the one before it left.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5)]
    fn of_the_one_before(x: &[f64], by: f64) -> f64 {
        let mut out = vec![by; x.len()];
        let mut sum = 0.0;
        for k in 0..x.len() {
            sum += out[k] * out[0];
            turned(x, by * x[k], &mut out);
        }
        sum
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 3)]
    #[at(&[0.5, -1.0, 2.0], 0)]
    fn sometimes(x: &[f64], n: usize) -> f64 {
        let mut y = vec![0.0; x.len()];
        let mut sum = x[0];
        for k in 0..n {
            if x[k] > 0.0 {
                turned(x, x[k], &mut y);
                y[1] *= y[0] * y[2];
                sum += y[1] * x[1];
            } else {
                for i in 0..y.len() {
                    y[i] = x[i] * x[i];
                }
                sum += y[0] * y[2];
            }
        }
        sum.sin()
    }

    /// The earlier sums' cotangents go past the later loops.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5)]
    fn three_sums(x: &[f64], by: f64) -> f64 {
        let (mut a, mut b, mut c) = (0.0, 0.0, 0.0);
        let mut y = [0.0; 2];
        for v in x {
            for i in 0..2 {
                y[i] = v * by + i as f64;
            }
            a += y[0] * y[1];
        }
        for v in x {
            b += (v * by).sin();
        }
        for v in x {
            c += (v - by).exp() * v;
        }
        let scale = 1.0 / x.len() as f64;
        a * scale - 2.0 * b * scale + (by * by) * 3.0 + c
    }

    /// The earlier sum is of use in the later loop.
    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5)]
    fn sum_of_sums(x: &[f64], by: f64) -> f64 {
        let (mut a, mut b) = (0.0, 0.0);
        for v in x {
            a += (v * by).sin();
        }
        for v in x {
            b += (v - a).exp();
        }
        b + a
    }

    #[differentiable]
    #[at(&[0.5, -1.0, 2.0], 0.5)]
    fn buffers_in_buffers(x: &[f64], by: f64) -> f64 {
        let d = x.len();
        let (mut outer, mut inner) = (vec![0.0; d], vec![0.0; d]);
        let mut sum = 0.0;
        for k in 0..d {
            turned(x, by + x[k], &mut outer);
            let mut part = 0.0;
            for j in 0..d {
                turned(&outer, x[j], &mut inner);
                part += inner[0] * inner[1] + inner[2];
            }
            sum += part * outer[k];
        }
        sum
    }
}
