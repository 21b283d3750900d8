//! Methods with names of slices' of types that are not seen.

use std::ops::Deref;

use chainrule::{Differentiable, differentiable};

#[derive(Clone)]
pub struct FromOne(Vec<f64>);

impl Deref for FromOne {
    type Target = Vec<f64>;

    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}

impl FromOne {
    fn get(&self, i: usize) -> Option<f64> {
        self.0.get(i - 1).copied()
    }
}

#[derive(Clone, Differentiable)]
pub struct Model {
    x: f64,
    #[constant]
    table: FromOne,
    ring: Ring,
}

#[derive(Clone, Differentiable)]
pub struct Ring {
    items: Vec<f64>,
    taken: usize,
}

#[differentiable]
impl Ring {
    fn of(x: f64) -> Ring {
        Ring { items: vec![x], taken: 1 }
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn is_empty(&self) -> bool {
        self.taken == self.items.len()
    }
}

#[differentiable]
impl Model {
    fn of_a_field(&self) -> f64 {
        self.x * self.table.get(1).unwrap()
    }

    fn walked(&self) -> f64 {
        let mut sum = 0.0;
        for v in self.table.iter() {
            sum += v * self.x;
        }
        sum
    }

    fn empty(&self) -> f64 {
        if self.ring.is_empty() { self.x } else { self.x * 2.0 }
    }
}

#[differentiable]
fn of_a_result(x: f64) -> f64 {
    let ring = Ring::of(x);
    if ring.is_empty() { x } else { x * 2.0 }
}

fn from_one() -> FromOne {
    FromOne(vec![1.0])
}

#[differentiable]
fn of_kept_code(x: f64) -> f64 {
    let table = from_one();
    table.iter().map(|v| v * x).sum()
}

fn main() {}
