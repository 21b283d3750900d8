//! Custom derivatives, and what is cut: `partials`, `jvp`/`vjp`, `rules`, `#[constant]`, `wrt`,
//! `detach`. Where a rule says something else than the body, so does the reference.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{detach, differentiable};

    #[only(plain)]
    #[differentiable(partials(x = -(-x).exp()))]
    fn inverse_exponential(x: f64) -> f64 {
        1.0 / x.exp()
    }

    #[only(dual)]
    fn inverse_exponential(x: f64) -> f64 {
        1.0 / x.exp()
    }

    #[differentiable]
    #[at(0.5)]
    fn calls_a_rule(x: f64) -> f64 {
        inverse_exponential(x * x) * x
    }

    #[only(plain)]
    #[differentiable(partials(x = 3.0 * y, y = x * 5.0))]
    fn declared_otherwise(x: f64, y: f64) -> f64 {
        x * y
    }

    #[only(dual)]
    fn declared_otherwise(x: f64, y: f64) -> f64 {
        chainrule_oracle::lift(x * y, &[(x, 3.0 * y), (y, x * 5.0)])
    }

    #[differentiable]
    #[kink(0.5, 2.0)]
    fn the_declared_partials_count(x: f64, y: f64) -> f64 {
        let a = declared_otherwise(x * y, y);
        a * a + declared_otherwise(1.5, x)
    }

    #[differentiable]
    #[kink(0.5, 3)]
    fn declared_partials_in_a_loop(x: f64, n: usize) -> f64 {
        let mut s = x;
        for _ in 0..n {
            s = declared_otherwise(s, x) + 1.0;
        }
        s
    }

    #[only(plain)]
    #[differentiable(partials(x = if x > 0.0 { 1.0 } else { 0.01 }))]
    fn leaky(x: f64) -> f64 {
        if x > 0.0 { x } else { 0.01 * x }
    }

    #[only(dual)]
    fn leaky(x: f64) -> f64 {
        if x > 0.0 { x } else { 0.01 * x }
    }

    #[differentiable]
    #[at([0.5, -2.0, 1.0])]
    fn rule_in_a_chain(x: &[f64]) -> f64 {
        x.iter().map(|v| leaky(*v)).sum()
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    fn constant_argument(x: f64, #[constant] k: f64) -> f64 {
        x * x * k + k.sin()
    }

    #[differentiable]
    #[at([0.5, 2.0], [3.0, 4.0])]
    fn constant_slice(x: &[f64], #[constant] weights: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * x[i] * weights[i];
        }
        s * weights[0]
    }

    #[differentiable]
    #[at([0.5, 2.0], [3.0, 4.0])]
    fn constant_buffer(x: &[f64], #[constant] log: &mut [f64]) -> f64 {
        let y = x[0] * x[1];
        log[0] += 1.0;
        log[1] = 2.0;
        y * log[0]
    }

    #[differentiable(wrt(y))]
    #[at(0.5, 2.0, 3.0)]
    fn with_respect_to_one(x: f64, y: f64, z: f64) -> f64 {
        x * y * y + z * y
    }

    #[differentiable(wrt(x, z))]
    #[at(0.5, 2.0, [3.0, 1.0])]
    fn with_respect_to_two(x: f64, y: f64, z: &[f64]) -> f64 {
        x * y + z[0] * x * z[1]
    }

    #[differentiable]
    #[kink(0.5)]
    fn detached(x: f64) -> f64 {
        x * detach(x * x) + detach(2.0 * x)
    }

    #[differentiable]
    #[kink([0.5, 2.0, -1.0])]
    fn detached_maximum(x: &[f64]) -> f64 {
        let largest = detach(x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        x.iter().map(|v| (v - largest).exp()).sum::<f64>().ln() + largest
    }

    #[differentiable]
    #[kink(0.5, 2.0)]
    fn detached_for_a_constant(x: f64, y: f64) -> f64 {
        constant_argument(x * y, chainrule::detach(y)) * y
    }

    #[differentiable]
    #[at(0.5)]
    fn literal_for_a_constant(x: f64) -> f64 {
        constant_argument(x, 3.0) * x
    }

    #[differentiable]
    #[kink(3.75)]
    fn through_an_integer(x: f64) -> f64 {
        let whole = detach(x) as i64;
        x * whole as f64
    }
}
