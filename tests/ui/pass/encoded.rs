//! Text and bits of active values that no float is made of.

use std::collections::HashMap;

use chainrule::{detach, differentiable};

#[differentiable]
fn logged(x: f64) -> f64 {
    let text = format!("{x}");
    println!("{text} has {} letters", text.len());
    let width = text.len();
    if width > 3 { x } else { x * x }
}

#[differentiable]
fn refused(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("{x} is negative"));
    }
    Ok(x.sqrt())
}

#[differentiable]
fn from_text(x: f64, text: &str) -> f64 {
    let factor: f64 = text.parse().unwrap();
    let name = format!("{x}");
    println!("{name}");
    factor * x
}

#[differentiable]
fn cut(x: f64) -> (f64, String) {
    let copy: f64 = format!("{}", detach(x)).parse().unwrap();
    (copy * x, format!("{}", detach(x)))
}

#[differentiable]
fn counted(x: &[f64]) -> usize {
    x.iter().filter(|v| **v > 0.0).count()
}

#[differentiable]
fn by_count(x: &[f64], #[constant] table: &HashMap<usize, f64>) -> f64 {
    let n: usize = counted(x);
    table[&n] * x[0]
}

fn main() {
    assert_eq!(logged::grad(1.25), 1.0);
    assert_eq!(refused::vjp(4.0).0, Ok(2.0));
    assert_eq!(from_text::grad(2.0, "3"), 3.0);
    assert_eq!(cut::vjp(2.0).1((1.0, ())), 2.0);
    assert_eq!(by_count::grad(&[1.0, -2.0], &HashMap::from([(1, 5.0)])), vec![5.0, 0.0]);
}
