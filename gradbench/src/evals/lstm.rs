//! `lstm`: the loss of a long short-term memory network that predicts a sequence.

use chainrule::differentiable;
use serde::Deserialize;

use crate::evaluation::{Function, ensure, evaluate};

/// The logistic function.
#[differentiable]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One layer's step: `hidden` and `cell` are its state; `signal` comes in from the layer before and
/// goes out to the next. Weights and biases are those of the forget, in, out and change gates.
#[differentiable]
pub fn layer(
    weights: &[f64],
    biases: &[f64],
    signal: &mut [f64],
    hidden: &mut [f64],
    cell: &mut [f64],
) {
    let b = signal.len();
    let (hidden, cell) = (&mut hidden[..b], &mut cell[..b]);
    let (w_forget, b_forget) = (&weights[..b], &biases[..b]);
    let (w_in, b_in) = (&weights[b..2 * b], &biases[b..2 * b]);
    let (w_out, b_out) = (&weights[2 * b..3 * b], &biases[2 * b..3 * b]);
    let (w_change, b_change) = (&weights[3 * b..4 * b], &biases[3 * b..4 * b]);
    for i in 0..b {
        let forget = sigmoid(signal[i] * w_forget[i] + b_forget[i]);
        let ingate = sigmoid(hidden[i] * w_in[i] + b_in[i]);
        let outgate = sigmoid(signal[i] * w_out[i] + b_out[i]);
        let change = (hidden[i] * w_change[i] + b_change[i]).tanh();
        cell[i] = cell[i] * forget + ingate * change;
        hidden[i] = outgate * cell[i].tanh();
        signal[i] = hidden[i];
    }
}

/// What the network predicts after `input`; its `state` moves on.
#[differentiable]
pub fn predict(
    main: &[f64],
    extra: &[f64],
    #[constant] input: &[f64],
    state: &mut [f64],
    prediction: &mut [f64],
) {
    let b = input.len();
    let (w_in, rest) = extra.split_at(b);
    let (w_out, b_out) = rest.split_at(b);
    for i in 0..b {
        prediction[i] = input[i] * w_in[i];
    }
    for (own, memory) in main.chunks_exact(8 * b).zip(state.chunks_exact_mut(2 * b)) {
        let (weights, biases) = own.split_at(4 * b);
        let (hidden, cell) = memory.split_at_mut(b);
        layer(weights, biases, prediction, hidden, cell);
    }
    for i in 0..b {
        prediction[i] = prediction[i] * w_out[i] + b_out[i];
    }
}

/// The mean loss of predicting each row of `sequence`, of `b` numbers, from those before it.
#[differentiable]
pub fn loss(
    main: &[f64],
    extra: &[f64],
    #[constant] state: &[f64],
    #[constant] sequence: &[f64],
    b: usize,
) -> f64 {
    let mut state = state.to_vec();
    let mut prediction = vec![0.0; b];
    let mut total = 0.0;
    let mut count = 0;
    for (input, expected) in sequence.chunks_exact(b).zip(sequence[b..].chunks_exact(b)) {
        predict(main, extra, input, &mut state, &mut prediction);
        let sum: f64 = prediction.iter().map(|y| y.exp()).sum();
        let normalizer = (2.0 + sum).ln();
        for (expected, y) in expected.iter().zip(&prediction) {
            total += expected * (y - normalizer);
        }
        count += b;
    }
    -total / count as f64
}

#[derive(Deserialize)]
struct Input {
    main_params: Vec<Vec<f64>>,
    extra_params: Vec<Vec<f64>>,
    state: Vec<Vec<f64>>,
    sequence: Vec<Vec<f64>>,
}

/// The parts of the input, each list of rows as one slice.
struct Prepared {
    main: Vec<f64>,
    extra: Vec<f64>,
    state: Vec<f64>,
    sequence: Vec<f64>,
    b: usize,
    main_bar: Vec<f64>,
    extra_bar: Vec<f64>,
}

fn prepare(input: Input) -> Result<Prepared, String> {
    let Input { main_params: main, extra_params: extra, state, sequence } = input;
    let b = sequence.first().map_or(0, Vec::len);
    ensure(b >= 1 && sequence.len() >= 2, || "`sequence` is too short".to_owned())?;
    let of_length = |rows: &[Vec<f64>], length| rows.iter().all(|row| row.len() == length);
    ensure(of_length(&sequence, b), || format!("`sequence` has not {b} numbers in each row"))?;
    ensure(main.len() % 2 == 0 && of_length(&main, 4 * b), || {
        format!("`main_params` is not two rows of {} numbers for each layer", 4 * b)
    })?;
    ensure(extra.len() == 3 && of_length(&extra, b), || {
        format!("`extra_params` is not three rows of {b} numbers")
    })?;
    ensure(state.len() == main.len() && of_length(&state, b), || {
        format!("`state` is not {} rows of {b} numbers", main.len())
    })?;
    let (main, extra) = (main.concat(), extra.concat());
    Ok(Prepared {
        main_bar: vec![0.0; main.len()],
        extra_bar: vec![0.0; extra.len()],
        main,
        extra,
        state: state.concat(),
        sequence: sequence.concat(),
        b,
    })
}

fn objective(at: &mut Prepared) -> f64 {
    loss(&at.main, &at.extra, &at.state, &at.sequence, at.b)
}

fn gradient(at: &mut Prepared) {
    let Prepared { main, extra, state, sequence, b, main_bar, extra_bar } = at;
    main_bar.fill(0.0);
    extra_bar.fill(0.0);
    loss::adjoint(main, extra, state, sequence, *b, 1.0, main_bar, extra_bar);
}

/// What can be asked for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("objective", |input| evaluate(input, prepare, objective, |_, value| value)),
    ("jacobian", |input| {
        evaluate(input, prepare, gradient, |at, ()| {
            at.main_bar.iter().chain(&at.extra_bar).copied().collect::<Vec<f64>>()
        })
    }),
];
