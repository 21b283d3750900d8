//! The adjoint of the MNIST loss as an expert writes it: one pass over the batch, the cotangents of a
//! digit in two small arrays, no tape.

use crate::data::{CLASSES, PIXELS};
use crate::network::{HIDDEN, HIDDEN_PARAMETERS};

/// `output = bias + Wᵀ·input`.
fn affine(layer: &[f32], input: &[f32], output: &mut [f32]) {
    let (weights, bias) = layer.split_at(input.len() * output.len());
    output.copy_from_slice(bias);
    for (&x, row) in input.iter().zip(weights.chunks_exact(output.len())) {
        for (y, &w) in output.iter_mut().zip(row) {
            *y += w * x;
        }
    }
}

/// Adds to the cotangent of the layer's parameters.
fn affine_layer_bar(input: &[f32], output_bar: &[f32], layer_bar: &mut [f32]) {
    let (weights_bar, bias_bar) = layer_bar.split_at_mut(input.len() * output_bar.len());
    for (b, &y_bar) in bias_bar.iter_mut().zip(output_bar) {
        *b += y_bar;
    }
    for (&x, row) in input.iter().zip(weights_bar.chunks_exact_mut(output_bar.len())) {
        for (w_bar, &y_bar) in row.iter_mut().zip(output_bar) {
            *w_bar += x * y_bar;
        }
    }
}

/// Returns the mean loss and adds its gradient times `seed` to `parameters_bar`.
pub fn batch_loss_adjoint(
    parameters: &[f32],
    images: &[f32],
    labels: &[u8],
    seed: f32,
    parameters_bar: &mut [f32],
) -> f32 {
    let (first, second) = parameters.split_at(HIDDEN_PARAMETERS);
    let (first_bar, second_bar) = parameters_bar.split_at_mut(HIDDEN_PARAMETERS);
    let loss_bar = seed / labels.len() as f32;
    let mut total = 0.0;
    for (image, &label) in images.chunks_exact(PIXELS).zip(labels) {
        let label = usize::from(label);
        let mut hidden = [0.0; HIDDEN];
        affine(first, image, &mut hidden);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        let mut scores = [0.0; CLASSES];
        affine(second, &hidden, &mut scores);

        let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponentials = scores.map(|score| (score - largest).exp());
        let sum: f32 = exponentials.iter().sum();
        total += sum.ln() + largest - scores[label];

        let mut scores_bar = exponentials.map(|e| loss_bar * e / sum);
        scores_bar[label] -= loss_bar;
        affine_layer_bar(&hidden, &scores_bar, second_bar);
        let mut hidden_bar = [0.0; HIDDEN];
        for (i, row) in second[..HIDDEN * CLASSES].chunks_exact(CLASSES).enumerate() {
            if hidden[i] > 0.0 {
                hidden_bar[i] = row.iter().zip(&scores_bar).map(|(w, s)| w * s).sum();
            }
        }
        affine_layer_bar(image, &hidden_bar, first_bar);
    }
    total / labels.len() as f32
}

/// The forward mode of the mean loss, in the parameters.
pub fn batch_loss_jvp(
    parameters: &[f32],
    images: &[f32],
    labels: &[u8],
    parameters_dot: &[f32],
) -> (f32, f32) {
    let (first, second) = parameters.split_at(HIDDEN_PARAMETERS);
    let (first_dot, second_dot) = parameters_dot.split_at(HIDDEN_PARAMETERS);
    let (mut total, mut total_dot) = (0.0, 0.0);
    for (image, &label) in images.chunks_exact(PIXELS).zip(labels) {
        let label = usize::from(label);
        let (mut hidden, mut hidden_dot) = ([0.0; HIDDEN], [0.0; HIDDEN]);
        affine(first, image, &mut hidden);
        affine(first_dot, image, &mut hidden_dot);
        for (value, value_dot) in hidden.iter_mut().zip(&mut hidden_dot) {
            if *value < 0.0 {
                (*value, *value_dot) = (0.0, 0.0);
            }
        }
        let (mut scores, mut scores_dot) = ([0.0; CLASSES], [0.0; CLASSES]);
        affine(second, &hidden, &mut scores);
        affine(second_dot, &hidden, &mut scores_dot);
        let rows = second[..HIDDEN * CLASSES].chunks_exact(CLASSES);
        for (value_dot, row) in hidden_dot.iter().zip(rows) {
            for (score_dot, w) in scores_dot.iter_mut().zip(row) {
                *score_dot += w * value_dot;
            }
        }

        let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponentials = scores.map(|score| (score - largest).exp());
        let sum: f32 = exponentials.iter().sum();
        let sum_dot: f32 = exponentials.iter().zip(&scores_dot).map(|(e, dot)| e * dot).sum();
        total += sum.ln() + largest - scores[label];
        total_dot += sum_dot / sum - scores_dot[label];
    }
    let count = labels.len() as f32;
    (total / count, total_dot / count)
}
