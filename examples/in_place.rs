//! A simulation that updates its state in place, differentiated through `&mut [f64]`.
//!
//! Masses on a line, each tied to its neighbours by springs, the first and the last to walls. The
//! gradient of the energy in a middle mass says which part of the start it comes from, and how it
//! answers to the stiffness of the springs.
//!
//! `cargo run --example in_place`

use chainrule::differentiable;

const MASSES: usize = 9;

/// One step of the symplectic Euler method: speeds first, then positions by the new speeds.
#[differentiable]
fn step(positions: &mut [f64], speeds: &mut [f64], stiffness: f64, #[constant] dt: f64) {
    let n = positions.len();
    for i in 0..n {
        let left = if i == 0 { 0.0 } else { positions[i - 1] };
        let right = if i + 1 == n { 0.0 } else { positions[i + 1] };
        speeds[i] += dt * stiffness * (left - 2.0 * positions[i] + right);
    }
    for (position, speed) in positions.iter_mut().zip(speeds.iter()) {
        *position += dt * *speed;
    }
}

/// Runs the simulation on the caller's state; returns the energy in the middle mass at the end.
#[differentiable]
fn middle_energy(
    positions: &mut [f64],
    speeds: &mut [f64],
    stiffness: f64,
    #[constant] dt: f64,
    steps: usize,
) -> f64 {
    for _ in 0..steps {
        step(positions, speeds, stiffness, dt);
    }
    let middle = positions.len() / 2;
    0.5 * speeds[middle] * speeds[middle] + stiffness * positions[middle] * positions[middle]
}

/// The energy after a run from rest, the first mass pulled aside by `pull`.
fn energy(pull: f64, stiffness: f64) -> f64 {
    let (mut positions, mut speeds) = ([0.0; MASSES], [0.0; MASSES]);
    positions[0] = pull;
    middle_energy(&mut positions, &mut speeds, stiffness, 0.01, 700)
}

/// Runs the page and checks its numbers.
pub fn main() {
    let (mut positions, mut speeds) = ([0.0; MASSES], [0.0; MASSES]);
    positions[0] = 1.0;

    // What goes in is the cotangent of the final state, here none beside the energy's own; what comes
    // out is the cotangent of the initial state.
    let (mut positions_bar, mut speeds_bar) = ([0.0; MASSES], [0.0; MASSES]);
    let mut stiffness_bar = 0.0;
    let value = middle_energy::adjoint(
        &mut positions,
        &mut speeds,
        1.0,
        0.01,
        700,
        1.0,
        &mut positions_bar,
        &mut speeds_bar,
        &mut stiffness_bar,
    );
    println!("energy in the middle {value:.6}, its gradient");
    println!("  in the initial positions {positions_bar:.4?}");
    println!("  in the initial speeds    {speeds_bar:.4?}");
    println!("  in the stiffness         {stiffness_bar:.4}");

    // The state was advanced as the function itself would have.
    assert_eq!(value, energy(1.0, 1.0));
    assert_ne!(positions[0], 1.0);

    // Central differences agree.
    let h = 1e-5;
    let by_pull = (energy(1.0 + h, 1.0) - energy(1.0 - h, 1.0)) / (2.0 * h);
    let by_stiffness = (energy(1.0, 1.0 + h) - energy(1.0, 1.0 - h)) / (2.0 * h);
    assert!((positions_bar[0] - by_pull).abs() < 1e-8 * by_pull.abs().max(1.0));
    assert!((stiffness_bar - by_stiffness).abs() < 1e-8 * by_stiffness.abs().max(1.0));

    // Energy is quadratic in the initial state (Euler's theorem): started from the pull alone, its
    // slope along the pull is twice the energy.
    assert!((positions_bar[0] - 2.0 * value).abs() < 1e-12);
}
