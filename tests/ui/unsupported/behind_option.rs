//! What is changed behind a reference that a map or a queue gives in an `Option`.

use std::collections::{HashMap, VecDeque};

use chainrule::differentiable;

#[differentiable]
fn if_let(x: &[f64], #[constant] places: &mut HashMap<usize, usize>) -> f64 {
    if let Some(place) = places.get_mut(&0) {
        *place = 2;
    }
    x[places[&0]]
}

#[differentiable]
fn by_match(x: &[f64], #[constant] places: &mut HashMap<usize, usize>) -> f64 {
    match places.get_mut(&0) {
        Some(place) => *place += 2,
        None => {}
    }
    x[places[&0]]
}

#[differentiable]
fn let_else(x: &[f64], #[constant] places: &mut HashMap<usize, usize>) -> f64 {
    let Some(place) = places.get_mut(&0) else { return 0.0 };
    *place += 2;
    x[places[&0]]
}

#[differentiable]
fn while_let(x: &[f64]) -> f64 {
    let mut queue: VecDeque<usize> = VecDeque::from([0, 1]);
    while let Some(last) = queue.back_mut() {
        if *last == 0 {
            break;
        }
        *last -= 1;
    }
    x[queue[1]]
}

fn main() {}
