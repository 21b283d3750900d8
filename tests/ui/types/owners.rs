use std::borrow::Cow;

use chainrule::differentiable;

#[differentiable]
fn of_a_cow(x: Cow<'_, [f64]>) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn of_a_box(x: Box<[f64]>) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn of_a_reference_to_a_box(x: &Box<[f64]>) -> f64 {
    x[0] * x[1]
}

fn main() {}
