//! What touches no active value may be any Rust.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chainrule::differentiable;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[allow(non_upper_case_globals)]
const gravity: f64 = 9.81;

/// Statics, locks and text.
#[differentiable]
fn counted(x: f64, name: &str) -> f64 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    NAMES.lock().unwrap().push(name.to_owned());
    x * x
}

/// A constant in small letters.
#[differentiable]
fn weight(mass: f64) -> f64 {
    mass * gravity
}

/// Numbers read from text, with the type at the name and at the call.
#[differentiable]
fn scaled(x: f64, text: &str) -> f64 {
    let factor: f64 = text.parse().unwrap();
    let other = text.parse::<f64>().unwrap_or(1.0);
    x * factor * other
}

/// Interior mutability that holds no active value.
#[differentiable]
fn cached(x: f64, #[constant] cache: &RefCell<HashMap<usize, f64>>, n: usize) -> f64 {
    let hits = Cell::new(0);
    hits.set(hits.get() + 1);
    let factor = cache.borrow().get(&n).copied().unwrap_or(1.0);
    x * factor
}

/// A function known at run time only, of inactive arguments.
#[differentiable]
fn weighted(weight: fn(usize) -> f64, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += weight(i) * x[i];
    }
    sum
}

/// An index made from an active value: piecewise constant.
#[differentiable]
fn looked_up(x: f64, table: &[f64]) -> f64 {
    let at = (x * 2.0) as usize;
    table[at] * x
}

/// An iterator of constants, in a loop.
#[differentiable]
fn total(x: f64, #[constant] weights: &HashMap<String, f64>) -> f64 {
    let mut sum = 0.0;
    for (_, weight) in weights {
        sum += weight * x;
    }
    sum
}

fn main() {
    assert_eq!(counted::grad(3.0, "a"), 6.0);
    assert!(CALLS.load(Ordering::Relaxed) > 0);
    assert_eq!(weight::grad(3.0), gravity);
    assert_eq!(scaled::grad(3.0, "2.0"), 4.0);
    let cache = RefCell::new(HashMap::from([(1, 5.0)]));
    assert_eq!(cached::grad(3.0, &cache, 1), 5.0);
    assert_eq!(weighted::grad(|i| i as f64, &[1.0, 2.0]), [0.0, 1.0]);
    assert_eq!(looked_up::grad(1.0, &[0.0, 0.0, 7.0]), (7.0, vec![0.0, 0.0, 1.0]));
    assert_eq!(total::grad(3.0, &HashMap::from([("a".to_owned(), 5.0)])), 5.0);
}
