//! Methods of a type's own with the name of a float's whose derivative is zero, of values whose type is not seen.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Leg {
    a: f64,
}

#[differentiable]
impl Leg {
    fn floor(&self) -> f64 {
        self.a * self.a
    }

    fn signum(&self) -> f64 {
        self.a * 2.0
    }
}

#[differentiable]
impl std::ops::Div<f64> for Leg {
    type Output = Leg;

    fn div(self, by: f64) -> Leg {
        Leg { a: self.a / by }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Horse {
    leg: Leg,
    legs: Vec<Leg>,
    left: Option<Leg>,
    step: f64,
}

#[differentiable]
impl Horse {
    fn own(&self) -> f64 {
        self.leg.floor()
    }
}

#[differentiable]
fn of_field(horse: &Horse) -> f64 {
    horse.leg.floor() + horse.step.floor()
}

#[differentiable]
fn of_elements(horse: &Horse) -> f64 {
    horse.legs.iter().map(|leg| leg.signum()).sum()
}

#[differentiable]
fn of_payload(horse: &Horse) -> f64 {
    if let Some(leg) = &horse.left { leg.floor() } else { 0.0 }
}

#[differentiable]
fn of_quotient(horse: &Horse) -> f64 {
    (horse.leg / 2.0).floor()
}

/// Where the type is seen it is its own.
#[differentiable]
fn typed(horse: &Horse) -> f64 {
    let leg: &Leg = &horse.leg;
    leg.floor()
}

fn main() {}
