//! The types at `let`s decide what code gives that is kept as it stands: `collect()`, `parse()`, `try_into()`.

#![allow(missing_docs)]
#![allow(clippy::needless_late_init)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use chainrule::{Real, assert_gradients, differentiable};

#[differentiable(order = 2)]
fn numbers(x: f64, text: &str) -> f64 {
    let c: Vec<f64> = text.split(',').map(|s| s.trim().parse().unwrap()).collect();
    let mut y = x;
    for k in 0..c.len() {
        y = y.sin() * c[k] + x;
    }
    y * c[0]
}

#[differentiable(order = 2)]
fn branches(x: f64, text: &str, a: bool) -> f64 {
    let c: Vec<f64> = if a {
        text.split(',').map(|s| s.trim().parse().unwrap()).collect()
    } else {
        vec![2.0, 3.0]
    };
    let d: Vec<usize> = match c.len() {
        0 => Vec::new(),
        2 => text.split(',').map(|s| s.len()).collect(),
        _ => text.chars().map(|c| c.len_utf8()).collect(),
    };
    let e: Vec<f64> = {
        let text = text.trim();
        text.split(',').map(|s| s.trim().parse().unwrap()).collect()
    };
    c[0] * x * x + d[0] as f64 * x.sin() * e[1]
}

#[differentiable(order = 2)]
fn pairs(x: f64, text: &str) -> f64 {
    let (a, b): (Vec<usize>, Vec<usize>) =
        text.split(',').map(|s| s.trim().len()).partition(|n| *n > 2);
    let mut y = x;
    for i in a {
        y = y.sin() * i as f64;
    }
    for i in &b {
        y = y.sin() * *i as f64 + x;
    }
    y * b.len() as f64
}

#[differentiable(order = 2)]
fn references<T: Real>(x: T, text: &str) -> T {
    let mut words: Vec<&str> = text.split(',').collect();
    words.sort();
    let lengths: BTreeMap<&str, usize> = words.iter().map(|w| (*w, w.len())).collect();
    let mut y = x;
    for w in &words {
        y = (y * x).sin() + T::from_f64(lengths[w] as f64);
    }
    let number: Option<usize> = text.trim().parse().ok();
    if let Some(i) = number {
        y = y * x * T::from_f64(i as f64);
    }
    y * T::from_f64(words[0].len() as f64)
}

#[differentiable(order = 2)]
fn looked_up(x: &[f64], text: &str) -> f64 {
    let mut y = 1.0;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if words.len() < 2 {
            continue;
        }
        let k: usize = words[0].parse().unwrap();
        y = y * x[k] + words[1].len() as f64;
    }
    y
}

#[differentiable]
fn questioned(x: &[f64], text: &str) -> Result<f64, std::num::ParseIntError> {
    let places: Vec<usize> = text.split(',').map(|s| s.parse()).collect::<Result<_, _>>()?;
    let mut y = 1.0;
    for p in places {
        y *= x[p] + y;
    }
    Ok(y)
}

#[differentiable(order = 2)]
fn changed_later(x: f64, text: &str) -> f64 {
    let mut c: Vec<f64> = text.split(',').map(|s| s.trim().parse().unwrap()).collect();
    c.push(x * x);
    c[0] *= x;
    let mut y = x;
    for _ in 0..3 {
        let row: Vec<f64> = text.split(',').map(|s| s.trim().parse().unwrap()).collect();
        y = (y * row[0] + c[0]).sin();
    }
    c[0] * x + c[1] * y
}

#[differentiable(order = 2)]
fn declared_first(x: f64, text: &str) -> f64 {
    let c: Vec<f64>;
    c = text.split(',').map(|s| s.trim().parse().unwrap()).collect();
    c[0] * x * x
}

#[differentiable(order = 2)]
fn other_types(x: f64, text: &str) -> f64 {
    let v = vec![1.0, 2.0, 3.0];
    let a: [f64; 3] = v.try_into().unwrap();
    let Some(d): Option<Vec<f64>> = text.split(',').map(|s| s.trim().parse().ok()).collect() else {
        return x;
    };
    let e: Cow<'_, str> = text.into();
    (a[1] * x + d[1] * x * x).sin() * e.len() as f64
}

#[differentiable(order = 2)]
fn functions(x: &[f64]) -> f64 {
    let list: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(|t| t), Box::new(|t| t * t)];
    let pair: [Box<dyn Fn(f64) -> f64>; 2] = [Box::new(|t| t), Box::new(|t| t * t)];
    let last: Box<dyn Fn(usize) -> f64> = Box::new(|i| i as f64);
    let mut s = 0.0;
    for (i, g) in list.iter().enumerate() {
        s += g(i as f64 + 0.5) * x[i] * x[i] + pair[i](3.0) * x[1].sin();
    }
    s * last(3)
}

struct Halton {
    i: usize,
    base: usize,
}

impl Iterator for Halton {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.i += 1;
        Some(self.i as f64 / self.base as f64)
    }
}

#[differentiable(order = 2)]
fn own_iterators(x: f64) -> f64 {
    let points: Vec<(f64, f64)> =
        Halton { i: 0, base: 2 }.zip(Halton { i: 0, base: 3 }).take(5).collect();
    let random = std::iter::successors(Some(17u64), |s| Some(s.wrapping_mul(6364136223846793005)));
    let u: Vec<f64> = random.take(3).map(|s| (s >> 40) as f64).collect();
    points.iter().map(|(a, b)| (x * a).sin() * b).sum::<f64>() + u[2] * 1e-8 * x * x
}

#[test]
fn collections() {
    assert_gradients!(numbers(0.7, "1.5, 2"));
    assert_eq!(numbers::hessian(0.0, "1"), 0.0);
    assert_gradients!(branches(0.7, "1.5,2", true));
    assert_gradients!(branches(0.7, "1.5,2", false));
    // 1.5·x² + 3·2·sin x.
    assert_eq!(branches::grad(0.0, "1.5,2", true), 6.0);
    assert_eq!(branches::hessian(0.0, "1.5,2", true), 3.0);
    assert_gradients!(pairs(0.7, "1.5,2,3.25"));
    assert_gradients!(changed_later(0.7, "1.5,2"));
    assert_gradients!(declared_first(0.7, "1.5,2"));
    assert_eq!(declared_first::hessian(0.7, "1.5,2"), 3.0);
}

#[test]
fn collections_of_references() {
    assert_gradients!(references(0.7, "ab,c"));
    assert_gradients!(references(0.7, "3"));
    assert_eq!(references::grad(2.0f64, "3"), references::vjp(2.0f64, "3").1(1.0));
    assert_gradients!(looked_up(&[0.5, 1.5], "0 ab\n1 c\nend\n0 def"));
    // ((x₀ + 2)·x₁ + 1)·x₀ + 3.
    assert_eq!(looked_up::grad(&[0.5, 1.5], "0 ab\n1 c\nend\n0 def"), [5.5, 1.25]);
}

#[test]
fn lists_of_functions() {
    let x = [1.0, 0.0];
    // 3·(0.5·x₀² + 2.25·x₁² + 12·sin x₁).
    assert_eq!(functions::grad(&x), [3.0, 36.0]);
    assert_eq!(functions::vjp(&x).1(1.0), [3.0, 36.0]);
    assert_gradients!(functions(&[1.0, 2.0]));
}

#[test]
fn conversions() {
    let x = [0.5, 1.5];
    let jvp = questioned::jvp(&x, "0,1", &[1.0, 0.0]);
    // 1.5·(x₁ + 1.5) at x₀ = 0.5, whose derivative is 1·(3) + 1.5·1.
    assert_eq!(jvp, (Ok(4.5), Ok(4.5)));
    assert!(questioned::vjp(&x, "0,x").0.is_err());
    assert_gradients!(other_types(0.7, "1.5,2"));
    assert_gradients!(other_types(0.7, "1.5,a"));
    assert_gradients!(own_iterators(0.7));
}
