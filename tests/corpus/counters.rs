//! Loops whose counter has a type that only rustc knows, that of a field or of what a call gives, and which
//! can be left before their end: the reverse sweep makes the counter anew. And ranges whose ends are shifted
//! literals.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq)]
    pub struct Options {
        pub limit: u32,
        pub first: i16,
        pub step: usize,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Solver {
        pub rate: f64,
        pub steps: u32,
    }

    pub fn steps() -> u64 {
        5
    }

    #[differentiable]
    #[at(0.9, Options { limit: 6, first: -2, step: 2 })]
    #[at(0.9, Options { limit: 2, first: -2, step: 2 })]
    fn left_by_break(x: f64, #[constant] options: &Options) -> f64 {
        let mut y = x;
        for _ in 0..options.limit {
            if y < 0.5 {
                break;
            }
            y = y.sin() * x;
        }
        y
    }

    #[differentiable]
    #[at(0.9)]
    fn left_by_return(x: f64) -> f64 {
        let mut y = x;
        for i in 1..=steps() {
            if y > 20.0 {
                return y * x;
            }
            y = y * x + i as f64 * y;
        }
        y
    }

    #[differentiable]
    #[at(0.9, 0.1, Options { limit: 7, first: -3, step: 2 })]
    fn counted_in_many_ways(x: f64, z: f64, #[constant] options: &Options) -> f64 {
        let Options { limit, first, .. } = *options;
        let mut y = x;
        for i in (0..limit).rev() {
            y = y.sin() + i as f64 * z;
            if y > 3.0 {
                break;
            }
        }
        for i in (first..3).rev() {
            y = y * x + i as f64;
            if y < -1.0 {
                continue;
            }
            if y > 5.0 {
                break;
            }
        }
        for i in (1..limit).step_by(options.step) {
            y *= x + i as f64 * z;
            if y > 30.0 {
                break;
            }
        }
        for i in (1..limit).step_by(options.step).rev() {
            y += x * i as f64 * y;
            if y > 300.0 {
                break;
            }
        }
        y
    }

    #[differentiable]
    #[at(Solver { rate: 0.5, steps: 6 }, 0.8)]
    fn field_of_a_solver(solver: &Solver, x: f64) -> f64 {
        let mut y = x;
        for i in 0..solver.steps {
            for j in i..solver.steps {
                if y > 4.0 {
                    break;
                }
                y += solver.rate * y * (i + j) as f64;
            }
            if y > 8.0 {
                return y * y;
            }
        }
        y
    }

    #[differentiable]
    impl Solver {
        #[at(Solver { rate: 0.5, steps: 6 }, 0.8)]
        pub fn run(&self, x: f64) -> f64 {
            let mut y = x;
            for k in 0..self.steps {
                let next = y - self.rate * (y * y - x) / (k + 1) as f64;
                let done = (next - y).abs() < 0.01;
                y = next;
                if done {
                    break;
                }
            }
            y
        }
    }

    #[differentiable]
    #[at(Solver { rate: 0.5, steps: 6 }, 0.8)]
    fn calls_one_that_is_left(solver: &Solver, x: f64) -> f64 {
        left_by_return(x) + field_of_a_solver(solver, x) * x
    }

    #[differentiable]
    #[at(0.9)]
    #[at(0.2)]
    fn without_end(x: f64) -> Result<f64, String> {
        let mut y = x;
        for it in 0.. {
            if it == 3 {
                return Err(format!("{it}"));
            }
            y = y.sin() * x;
            if y < 0.1 {
                break;
            }
        }
        Ok(y)
    }

    #[differentiable]
    #[at(0.9, Options { limit: 6, first: -2, step: 2 })]
    fn counter_is_kept(x: f64, #[constant] options: &Options) -> f64 {
        let mut y = x;
        let mut last = options.limit;
        for i in 0..options.limit {
            y += x * y * last as f64;
            if y > 50.0 {
                break;
            }
            if y > 2.0 {
                last = i;
            }
        }
        y * last as f64
    }

    #[differentiable]
    #[at([0.9, 1.5, 2.0], 3)]
    fn subsets(x: [f64; 3], n: usize) -> f64 {
        let mut s = 0.0;
        for mask in 0..1u32 << n {
            let mut product = 1.0;
            for k in 0..n {
                if mask >> k & 1 == 1 {
                    product *= x[k];
                }
            }
            if mask.count_ones() != 1 {
                s += product;
            }
        }
        for mask in 0u8..(1 << n) {
            if mask.count_ones() == 2 {
                s *= x[mask.trailing_zeros() as usize];
            }
        }
        s
    }

    #[differentiable]
    #[at([0.9, 1.5, 2.0], 3)]
    fn shifted(x: [f64; 3], n: u32) -> f64 {
        let mut s = x[0];
        let all = 1u64 << n;
        let low = !0u8 >> 4;
        for mask in (1u8 << 1)..(1 << n) {
            if mask.leading_zeros() < 6 {
                s *= x[1] + mask.count_ones() as f64;
            }
            if mask == low {
                break;
            }
        }
        for mask in (0..1u64 << n).rev() {
            if mask.trailing_zeros() > 1 {
                continue;
            }
            s += x[2] * s * mask as f64 * 0.1;
        }
        if all.count_ones() == 1 && low.count_ones() == 4 { s * x[1] } else { s }
    }

    pub fn is_large(k: u64) -> bool {
        k > 9
    }

    /// Only the call tells the type of the counter, and a reverse sweep does not call.
    #[differentiable]
    #[at(0.9)]
    fn told_by_code(x: f64) -> f64 {
        let mut s = x;
        for it in 0..16 {
            if is_large(it) {
                s += x.sin();
            }
            s += x * x * (it << 29) as f64 * 1e-9;
        }
        for it in 0..16 {
            let shifted = it << 29;
            if is_large(it) && s > 100.0 {
                break;
            }
            s += x * s * shifted as f64 * 1e-11;
        }
        let mut count = 0;
        while s < 200.0 {
            if is_large(count) {
                s += x;
            }
            s += x * x * (count << 29) as f64 * 1e-9;
            count += 1;
        }
        s
    }
}
