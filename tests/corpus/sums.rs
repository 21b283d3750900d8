//! Cotangents that are sums over a loop's iterations: where the loop has made the sum itself, where it
//! has made one that is only alike, and where each iteration waits for the one before.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::differentiable;

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
}
