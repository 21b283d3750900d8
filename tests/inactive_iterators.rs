//! Loops and chains over inactive values inside differentiated functions: characters, maps,
//! strings, index lists, named ranges. Gradients are exact by hand.

#![allow(missing_docs)]

use std::collections::BTreeMap;

use chainrule::differentiable;

#[differentiable]
pub fn characters(x: f64, text: &str) -> f64 {
    let mut r = x;
    for c in text.chars() {
        if c == 'a' {
            r *= x;
        } else {
            r += 1.0;
        }
    }
    for (i, c) in text.chars().enumerate() {
        if c == 'b' {
            r *= i as f64;
        }
    }
    r
}

#[test]
fn characters_of_a_string() {
    // "aba": x³ + x.
    assert_eq!(characters::value_and_grad(1.5, "aba"), (characters(1.5, "aba"), 7.75));
    assert_eq!(characters::vjp(1.5, "aba").1(2.0), 15.5);
    assert_eq!(characters::jvp(1.5, "aba", 1.0).1, 7.75);
}

#[differentiable]
pub fn sparse(x: &[f64], #[constant] weights: &BTreeMap<usize, f64>) -> f64 {
    let mut r = 0.0;
    for (&i, &w) in weights {
        r += x[i] * w;
    }
    for (i, w) in weights.iter() {
        r += x[*i] * w;
    }
    for _ in weights.keys() {
        r *= 0.5;
    }
    r
}

#[test]
fn entries_of_a_map() {
    let weights = BTreeMap::from([(0, 2.0), (2, 0.5)]);
    assert_eq!(sparse::grad(&[0.5, 1.25, 2.0], &weights), [1.0, 0.0, 0.25]);
    assert_eq!(sparse::vjp(&[0.5, 1.25, 2.0], &weights).1(1.0), [1.0, 0.0, 0.25]);
}

#[differentiable]
pub fn names(x: f64, names: &[String]) -> f64 {
    let n: usize = names.iter().map(|name| name.len()).sum();
    let any = names.iter().any(|name| name.starts_with("a"));
    let upper: Vec<String> = names.iter().map(|name| name.to_uppercase()).collect();
    if any { x * n as f64 * upper.len() as f64 } else { x }
}

#[test]
fn chains_over_strings() {
    assert_eq!(names::grad(1.0, &["ab".into(), "c".into()]), 6.0);
    assert_eq!(names::grad(1.0, &["b".into()]), 1.0);
}

#[differentiable]
pub fn gathered(x: &[f64], indices: &[usize]) -> f64 {
    let largest = indices.iter().copied().max().unwrap_or(0);
    let positive = indices.iter().filter(|&&i| i > 0).count();
    indices.iter().map(|&i| x[i]).sum::<f64>() * largest as f64 + positive as f64 * x[0]
}

#[test]
fn index_lists() {
    assert_eq!(gathered::grad(&[0.5, 1.25, 2.0], &[1, 2, 2]), [3.0, 2.0, 4.0]);
}

#[differentiable]
pub fn neighbours(x: &[f64]) -> f64 {
    let inner = 1..x.len();
    let mut s = 0.0;
    for i in inner.clone() {
        s += x[i] * x[i - 1];
    }
    s + x[inner].iter().sum::<f64>()
}

#[test]
fn named_ranges() {
    assert_eq!(neighbours::grad(&[0.5, 1.25, 2.0]), [1.25, 3.5, 2.25]);
}

#[differentiable]
pub fn printed(x: &[f64]) -> f64 {
    x.iter()
        .enumerate()
        .inspect(|(i, v)| println!("{i} {v}"))
        .map(|(_, v)| {
            println!("{v:?} {}", *v);
            v * 2.0
        })
        .sum()
}

#[test]
fn printing_in_closures() {
    assert_eq!(printed::grad(&[0.5, 1.25]), [2.0, 2.0]);
}

#[differentiable]
pub fn unsupported_where_active(x: f64, indices: &[usize]) -> f64 {
    let sorted = indices.iter().is_sorted();
    let distinct = indices.iter().copied().collect::<std::collections::HashSet<usize>>().len();
    let pairs = indices.chunks(2).collect::<Vec<_>>().len();
    if sorted { x * distinct as f64 } else { x * x * pairs as f64 }
}

#[test]
fn inactive_chains_may_do_what_they_like() {
    assert_eq!(unsupported_where_active::grad(1.5, &[1, 2, 2]), 2.0);
    assert_eq!(unsupported_where_active::grad(1.5, &[2, 1, 2]), 6.0);
}
