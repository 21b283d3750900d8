//! The 784–90–10 network as plain functions over slices.
//!
//! An affine layer, ReLU, an affine layer, and the cross-entropy of the softmax. All parameters lie in
//! one slice, hidden layer first; a layer's are its weights, input by input, and then its bias. The
//! compiler derives [`batch_loss::adjoint`], which is all that training needs.

use chainrule::{detach, differentiable};

use crate::data::{CLASSES, PIXELS};

/// Neurons of the hidden layer.
pub const HIDDEN: usize = 90;
/// Parameters of the hidden layer.
pub const HIDDEN_PARAMETERS: usize = (PIXELS + 1) * HIDDEN;
/// Parameters of the network.
pub const PARAMETERS: usize = HIDDEN_PARAMETERS + (HIDDEN + 1) * CLASSES;

/// `output = bias + Wᵀ·input`, for a layer's parameters in the order given above.
#[differentiable]
pub fn affine(layer: &[f32], input: &[f32], output: &mut [f32]) {
    let weights = input.len() * output.len();
    output.copy_from_slice(&layer[weights..]);
    for (i, &x) in input.iter().enumerate() {
        let row = &layer[i * output.len()..(i + 1) * output.len()];
        for (y, &w) in output.iter_mut().zip(row) {
            *y += w * x;
        }
    }
}

/// Replaces each negative value by zero.
#[differentiable]
pub fn relu(values: &mut [f32]) {
    for value in values.iter_mut() {
        *value = value.max(0.0);
    }
}

/// The network's scores of the ten digits for one image.
#[differentiable]
pub fn scores(parameters: &[f32], #[constant] image: &[f32]) -> [f32; CLASSES] {
    let mut hidden = [0.0; HIDDEN];
    affine(&parameters[..HIDDEN_PARAMETERS], image, &mut hidden);
    relu(&mut hidden);
    let mut of_digits = [0.0; CLASSES];
    affine(&parameters[HIDDEN_PARAMETERS..], &hidden, &mut of_digits);
    of_digits
}

/// `-ln softmax(scores)[label]`. The shift by the largest score, so that nothing overflows, cancels: its
/// derivative may be cut.
#[differentiable]
pub fn cross_entropy(scores: &[f32], label: usize) -> f32 {
    let largest = detach(scores.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let sum: f32 = scores.iter().map(|&score| (score - largest).exp()).sum();
    sum.ln() + largest - scores[label]
}

/// The mean loss over a batch of images and their labels.
#[differentiable]
pub fn batch_loss(parameters: &[f32], #[constant] images: &[f32], labels: &[u8]) -> f32 {
    let mut total = 0.0;
    for (image, &label) in images.chunks_exact(PIXELS).zip(labels) {
        let of_digits: [f32; CLASSES] = scores(parameters, image);
        total += cross_entropy(&of_digits, label as usize);
    }
    total / labels.len() as f32
}

/// The parameters to start from: He's initialisation for the weights, zero for the biases.
pub fn initial_parameters(random: &mut fastrand::Rng) -> Vec<f32> {
    let mut parameters = Vec::with_capacity(PARAMETERS);
    for (inputs, outputs) in [(PIXELS, HIDDEN), (HIDDEN, CLASSES)] {
        let deviation = (2.0 / inputs as f32).sqrt();
        parameters.extend((0..inputs * outputs).map(|_| deviation * normal(random)));
        parameters.extend((0..outputs).map(|_| 0.0));
    }
    parameters
}

/// A sample of the standard normal distribution (Box and Muller, 1958).
fn normal(random: &mut fastrand::Rng) -> f32 {
    let radius = (-2.0 * (1.0 - random.f32()).ln()).sqrt();
    radius * (std::f32::consts::TAU * random.f32()).cos()
}

/// The digit with the highest score.
pub fn classify(parameters: &[f32], image: &[f32]) -> usize {
    let of_digits: [f32; CLASSES] = scores(parameters, image);
    (1..CLASSES)
        .fold(0, |best, digit| if of_digits[digit] > of_digits[best] { digit } else { best })
}
