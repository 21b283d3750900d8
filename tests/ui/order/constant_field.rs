//! A constant field that is passed twice, at second order.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Clock {
    t: f64,
    #[constant]
    dt: f64,
}

#[differentiable(order = 2)]
fn grown(t: f64, dt: f64) -> f64 {
    t * t * dt
}

#[differentiable(order = 2)]
fn refused(clock: &Clock) -> f64 {
    grown(clock.dt, clock.dt)
}

#[differentiable(order = 2)]
fn bound(clock: &Clock) -> f64 {
    #[constant]
    let dt = clock.dt;
    grown(dt, dt)
}

fn main() {}
