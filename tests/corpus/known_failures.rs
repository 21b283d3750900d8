//! What other systems are known to get wrong, each a case here.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[differentiable]
    #[at(0.5)]
    #[at(-0.5)]
    fn early_return_of_zero(x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        x * x
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    #[at([0.5, -2.0, -1.0])]
    fn early_return_of_zero_from_a_loop(x: &[f64]) -> f64 {
        let mut p = 1.0;
        for v in x {
            if *v < -1.5 {
                return 0.0;
            }
            p *= v;
        }
        p
    }

    #[differentiable]
    #[at(2.0, 5)]
    fn division_in_a_loop(x: f64, n: usize) -> f64 {
        let mut s = x;
        for _ in 0..n {
            s = x / s + s / (x + 1.0);
        }
        s
    }

    #[differentiable]
    #[at(4.5)]
    #[at(2.5)]
    fn active_loop_bounds(x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..(x as usize) {
            s += x * (i as f64 + 1.0);
        }
        s
    }

    #[differentiable]
    #[at(0.5)]
    fn loop_initialiser_of_active_value(x: f64) -> f64 {
        let mut t = x * 3.0;
        while t < 10.0 {
            t = t * t + x;
        }
        t
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn log_sum_exp_by_a_loop(x: &[f64]) -> f64 {
        let mut largest = x[0];
        for i in 1..x.len() {
            if x[i] > largest {
                largest = x[i];
            }
        }
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += (x[i] - largest).exp();
        }
        sum.ln() + largest
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn map_sum_by_iterators(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v.sin()).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn map_sum_by_index(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * x[i].sin();
        }
        s
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn windows(x: &[f64]) -> f64 {
        x.windows(2).map(|w| (w[1] - w[0] * w[0]).powi(2)).sum()
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0, 0.25])]
    fn windows_by_index(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() - 1 {
            s += (x[i + 1] - x[i] * x[i]).powi(2);
        }
        s
    }

    #[differentiable]
    #[at(0.5, 3)]
    #[at(0.5, -2)]
    #[at(0.0, 1)]
    fn powi(x: f64, n: i32) -> f64 {
        x.powi(2) + x.powi(n) + 2.0_f64.powi(n) * x
    }

    #[differentiable]
    #[at(2.0)]
    #[at(1.0)]
    fn unused_acos(x: f64) -> f64 {
        let _angle = x.acos();
        x * x
    }

    #[differentiable]
    #[at(2.0)]
    #[at(0.5)]
    fn acos_of_the_other_branch(x: f64) -> f64 {
        let angle = x.acos();
        if x < 1.0 { angle } else { x * x }
    }

    #[differentiable]
    #[at(0.5)]
    #[allow(unreachable_code)]
    fn statements_after_a_return(x: f64) -> f64 {
        let mut y = x * x;
        if x > 0.0 {
            return y + x;
            y = 7.0;
        }
        y *= 3.0;
        return y;
        y + 1.0
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn wrapper(x: f64, y: f64) -> f64 {
        wrapped(x, y)
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn wrapped(x: f64, y: f64) -> f64 {
        x * x * y + y.exp() * x
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn call_through_a_closure(x: f64, y: f64) -> f64 {
        let f = |a: f64| wrapped(a, y);
        f(x) + f(y)
    }

    #[differentiable]
    #[at(0.5)]
    fn nested_function(x: f64) -> f64 {
        fn square(v: f64) -> f64 {
            v * v
        }
        fn quad(v: f64) -> f64 {
            square(square(v))
        }
        quad(x) + square(x)
    }

    #[differentiable]
    #[at(0.5)]
    fn println_in_the_body(x: f64) -> f64 {
        let y = x * x;
        println!("y = {y} and x = {}", x);
        y * x
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct State {
        pub value: f64,
        pub count: usize,
    }

    #[differentiable]
    #[at(State { value: 0.1, count: 3 }, 0.1)]
    fn primal_values_keep_their_bits(state: State, x: f64) -> State {
        let mut s = state;
        for i in 0..s.count {
            s.value = s.value / 3.0 + x * (i as f64 + 0.7).sqrt() - (s.value * x).sin() / 7.0;
        }
        s
    }

    #[differentiable]
    #[at([0.1, 0.2, 0.3, 0.7])]
    fn sums_keep_their_order(x: &[f64]) -> (f64, f64, f64) {
        let by_sum = x.iter().sum::<f64>();
        let by_fold = x.iter().rev().fold(0.0, |s, v| s + v);
        let by_product = x.iter().product::<f64>() / 3.0;
        (by_sum, by_fold, by_product)
    }

    #[differentiable]
    #[at([0.5, 2.0, -1.0])]
    fn seed_survives_in_place(y: &mut [f64]) -> f64 {
        let s = y[0] * y[1];
        y[0] = 0.0;
        y[1] = s;
        s
    }

    #[differentiable]
    #[kink(0.0)]
    #[at(1.0)]
    fn zero_through_poles(x: f64) -> f64 {
        let mut root = x.sqrt();
        let log = x.ln();
        if x < 0.5 {
            root = x;
        }
        let b = if x > 0.5 { log } else { 1.0 };
        root + b * x
    }

    #[differentiable]
    #[kink([0.0, 0.0])]
    #[at([3.0, 4.0])]
    fn norm_at_the_origin(x: &[f64]) -> f64 {
        let squares = x.iter().map(|v| v * v).sum::<f64>();
        if squares == 0.0 { 0.0 } else { squares.sqrt() }
    }
}
