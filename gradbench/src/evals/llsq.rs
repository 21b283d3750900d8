//! `llsq`: how far a polynomial is from a step, in the sense of least squares.

use chainrule::differentiable;
use serde::Deserialize;

use crate::evaluation::{Function, MOST_STEPS, ensure, evaluate};

/// The step that is fitted: −1 on the left of 0, 1 on the right.
fn step(t: f64) -> f64 {
    if t > 0.0 {
        1.0
    } else if t < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// Half the sum of the squared misses of the polynomial with coefficients `x`, at `n` points evenly
/// spaced from −1 to 1.
#[differentiable]
pub fn misfit(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut miss = step(t);
        let mut power = 1.0;
        for coefficient in x {
            miss -= coefficient * power;
            power *= t;
        }
        sum += miss * miss;
    }
    0.5 * sum
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    n: usize,
}

struct Prepared {
    input: Input,
    x_bar: Vec<f64>,
}

fn prepare(input: Input) -> Result<Prepared, String> {
    ensure(input.n >= 2, || format!("`n` is {}, not at least 2", input.n))?;
    ensure(input.n as u128 * input.x.len() as u128 <= MOST_STEPS, || {
        format!("`n` is {}", input.n)
    })?;
    Ok(Prepared { x_bar: vec![0.0; input.x.len()], input })
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("primal", |input| {
        evaluate(input, prepare, |at| misfit(&at.input.x, at.input.n), |_, value| value)
    }),
    ("gradient", |input| {
        evaluate(
            input,
            prepare,
            |Prepared { input, x_bar }| {
                x_bar.fill(0.0);
                misfit::adjoint(&input.x, input.n, 1.0, x_bar);
            },
            |at, ()| at.x_bar.clone(),
        )
    }),
];
