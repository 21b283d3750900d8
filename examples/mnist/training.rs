//! Stochastic gradient descent with momentum, on mini-batches, by the generated adjoint.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::data::{Digits, PIXELS};
use crate::network::{PARAMETERS, batch_loss, classify, initial_parameters};
use crate::report::Confusion;

/// How to train.
pub struct Settings {
    pub epochs: usize,
    pub batch_size: usize,
    /// In the first epoch; it falls by the same amount each epoch, towards zero after the last.
    pub learning_rate: f32,
    pub momentum: f32,
    pub seed: u64,
}

/// What an epoch achieved.
pub struct Epoch {
    /// The mean training loss over the epoch's batches.
    pub loss: f32,
    /// The share of test digits classified correctly after the epoch.
    pub accuracy: f64,
}

/// A network in training, with the buffers that a step needs.
struct Trainer<'a> {
    settings: &'a Settings,
    parameters: Vec<f32>,
    gradient: Vec<f32>,
    velocity: Vec<f32>,
    images: Vec<f32>,
    labels: Vec<u8>,
}

impl Trainer<'_> {
    /// One step on the digits with the given indices; returns their mean loss before it.
    fn step(&mut self, digits: &Digits, batch: &[usize], learning_rate: f32) -> f32 {
        self.images.clear();
        self.labels.clear();
        for &index in batch {
            self.images.extend_from_slice(digits.image(index));
            self.labels.push(digits.labels[index]);
        }
        self.gradient.fill(0.0);
        let loss = batch_loss::adjoint(
            &self.parameters,
            &self.images,
            &self.labels,
            1.0,
            &mut self.gradient,
        );
        let momentum = self.settings.momentum;
        let update = self.parameters.iter_mut().zip(&mut self.velocity).zip(&self.gradient);
        for ((parameter, velocity), slope) in update {
            *velocity = momentum * *velocity - learning_rate * slope;
            *parameter += *velocity;
        }
        loss
    }
}

/// Trains a new network, reporting each epoch; returns its parameters and the epochs' results.
pub fn train(train: &Digits, test: &Digits, settings: &Settings) -> (Vec<f32>, Vec<Epoch>) {
    let mut random = fastrand::Rng::with_seed(settings.seed);
    let mut trainer = Trainer {
        settings,
        parameters: initial_parameters(&mut random),
        gradient: vec![0.0; PARAMETERS],
        velocity: vec![0.0; PARAMETERS],
        images: Vec::with_capacity(settings.batch_size * PIXELS),
        labels: Vec::with_capacity(settings.batch_size),
    };
    let mut order: Vec<usize> = (0..train.len()).collect();
    let mut epochs = Vec::with_capacity(settings.epochs);
    for number in 1..=settings.epochs {
        let left = (settings.epochs + 1 - number) as f32 / settings.epochs as f32;
        let learning_rate = settings.learning_rate * left;
        random.shuffle(&mut order);
        let progress = progress_bar(train.len(), number);
        let mut total = 0.0;
        for batch in order.chunks(settings.batch_size) {
            total += f64::from(trainer.step(train, batch, learning_rate)) * batch.len() as f64;
            progress.inc(batch.len() as u64);
        }
        progress.finish_and_clear();
        let loss = (total / train.len() as f64) as f32;
        let accuracy = evaluate(&trainer.parameters, test).accuracy();
        println!("epoch {number:2}: loss {loss:.4}, test accuracy {:.2} %", 100.0 * accuracy);
        epochs.push(Epoch { loss, accuracy });
    }
    (trainer.parameters, epochs)
}

/// How the network classifies each of the digits.
pub fn evaluate(parameters: &[f32], digits: &Digits) -> Confusion {
    let mut confusion = Confusion::default();
    for (index, &label) in digits.labels.iter().enumerate() {
        confusion.record(usize::from(label), classify(parameters, digits.image(index)));
    }
    confusion
}

fn progress_bar(digits: usize, epoch: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} digits, {eta} left")
        .expect("the template is well-formed");
    let bar = ProgressBar::new(digits as u64).with_style(style);
    bar.set_prefix(format!("epoch {epoch:2}"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
