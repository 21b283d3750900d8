//! `lse`: the logarithm of a sum of exponentials.

use chainrule::differentiable;
use serde::Deserialize;

use crate::evaluation::{Function, ensure, evaluate};

/// `ln Σ exp xᵢ`, shifted by the largest so that nothing overflows.
#[differentiable]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
    largest + sum.ln()
}

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
}

impl Input {
    fn checked(self) -> Result<Vec<f64>, String> {
        ensure(!self.x.is_empty(), || "`x` is empty".to_owned())?;
        Ok(self.x)
    }
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("primal", |input| evaluate(input, Input::checked, |x| log_sum_exp(x), |_, y| y)),
    ("gradient", |input| {
        evaluate(
            input,
            |input: Input| input.checked().map(|x| (vec![0.0; x.len()], x)),
            |(x_bar, x)| {
                log_sum_exp::grad_into(x, x_bar);
            },
            |(x_bar, _), ()| x_bar.clone(),
        )
    }),
];
