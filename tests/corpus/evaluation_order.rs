//! Operands that change what other operands read: evaluated in the order of Rust, each once.

// What lints warn of is what is tested.
#![allow(clippy::all)]

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Pair {
        u: f64,
        v: f64,
    }

    #[differentiable]
    impl Pair {
        fn weigh(&self, k: f64) -> f64 {
            self.u * k + self.v
        }

        fn bump(&mut self, k: f64) -> f64 {
            self.u += k;
            self.v *= self.u;
            self.v
        }
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn the_right_side_comes_first(x: &[f64]) -> f64 {
        let mut i = 0;
        let mut y = [0.0; 4];
        y[{
            i += 1;
            i
        }] = x[i] * x[0];
        y[i] += {
            i += 1;
            x[i]
        };
        y[{
            i += 1;
            i
        }] += x[i];
        y[{
            i -= 1;
            i
        }] *= x[i] + 2.0;
        y[1] * y[1] + y[2] + 3.0 * y[3]
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn counters_as_closures(x: &[f64]) -> f64 {
        let mut i = 0;
        let mut next = || {
            i += 1;
            i
        };
        let mut y = [0.0; 5];
        y[next()] = x[next()] * x[0];
        y[next() - 1] -= x[next() - 3] * x[1];
        y[1] * y[1] + 2.0 * y[2] + 3.0 * y[3]
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn indices_of_indices(x: &[f64]) -> f64 {
        let mut i = 0;
        let mut m = [[x[0], x[1]], [x[2], x[3]]];
        let a = m[i][{
            i += 1;
            i
        }];
        m[i][{
            i -= 1;
            i
        }] = a * a;
        let s: f64 = x[i..{
            i += 3;
            i
        }]
            .iter()
            .sum();
        let mut stacks = vec![vec![], vec![x[0]]];
        i = 0;
        stacks[i].push({
            i += 1;
            x[i]
        });
        stacks[i].push(x[i] * 2.0);
        a + s * m[1][0] * stacks[0][0] + stacks[1][1]
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn parts_of_parts(x: &[f64]) -> f64 {
        let mut a = x[0];
        let t = ((a, a * 2.0), {
            a += x[1];
            a
        });
        let ((p, q), r) = ((a, a * x[2]), {
            a = a * a;
            a
        });
        let o = (Some(a), {
            a -= 0.3;
            a
        });
        let pair = Pair {
            u: a,
            v: {
                a *= x[3];
                a
            },
        };
        t.0.0 + t.0.1 * t.1 + p * q + r + o.0.unwrap() * o.1 + pair.u * pair.v
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn receivers(x: &[f64]) -> f64 {
        let mut i = 0;
        let pairs = [Pair { u: x[0], v: x[1] }, Pair { u: x[2], v: x[3] }];
        let mut changed = pairs;
        let a = pairs[i].weigh({
            i += 1;
            x[i]
        });
        let b = changed[i].bump({
            i -= 1;
            x[i]
        }) + changed[i].u;
        let mut c = a;
        let d = c.max({
            c -= 0.1;
            c
        }) * c;
        a * b + changed[1].u * d
    }

    #[differentiable]
    #[at([0.7, 1.3, -0.4, 0.9])]
    fn defaults_are_always_evaluated(x: &[f64]) -> f64 {
        let mut a = x[0] * x[1];
        let o = Some(a).unwrap_or({
            a += x[2];
            a
        });
        let m = Some(a).map_or(
            {
                a *= 2.0;
                a
            },
            |z| z * a,
        );
        o * m * a
    }
}
