//! Trains a small neural network to read handwritten digits.
//!
//! ```text
//! cargo run --release --example mnist                                  # the digits in examples/data
//! cargo run --release --example mnist -- --data DIR --epochs 20        # the full MNIST set in DIR
//! ```
//!
//! The network is ordinary Rust over slices (`network.rs`); `#[differentiable]` derives the adjoint
//! that `training.rs` descends along.

mod data;
mod network;
mod plot;
mod report;
mod training;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

/// Trains a 784–90–10 network on MNIST digits by the generated adjoint of its loss.
#[derive(Parser)]
struct Arguments {
    /// Folder with the four IDX files of MNIST, as they are or compressed by gzip
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data"))]
    data: PathBuf,
    /// Passes over the training digits
    #[arg(long, default_value_t = 6)]
    epochs: usize,
    /// Digits to a step of the descent
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    batch_size: u16,
    /// Length of a step along the mean gradient of a batch, in the first epoch
    #[arg(long, default_value_t = 0.05)]
    learning_rate: f32,
    /// Share of the previous step that is taken again
    #[arg(long, default_value_t = 0.9)]
    momentum: f32,
    /// Seed of the initial weights and of the order of the digits
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to draw the curves of loss and accuracy
    #[arg(long, value_name = "FILE", default_value = "mnist.svg")]
    out: PathBuf,
    /// Test accuracy in percent to reach: fail below
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    require: f64,
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (train, test) = data::load(&arguments.data)?;
    println!("{} training digits, {} test digits", train.len(), test.len());
    let settings = training::Settings {
        epochs: arguments.epochs,
        batch_size: usize::from(arguments.batch_size),
        learning_rate: arguments.learning_rate,
        momentum: arguments.momentum,
        seed: arguments.seed,
    };
    let start = Instant::now();
    let (parameters, epochs) = training::train(&train, &test, &settings);
    println!("trained in {:.1} s\n", start.elapsed().as_secs_f64());
    let confusion = training::evaluate(&parameters, &test);
    println!("{confusion}");
    plot::draw(&epochs, &arguments.out)?;
    println!("\ncurves of loss and accuracy: {}", arguments.out.display());
    let percent = 100.0 * confusion.accuracy();
    if percent < arguments.require {
        return Err(format!("the accuracy is {percent:.2} %, not {} %", arguments.require).into());
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
