//! What code without derivatives gives: references that are followed, entries of maps, copies.
#![allow(missing_docs)]
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use chainrule::{Differentiable, assert_gradients, differentiable};

type Rows = BTreeMap<usize, Vec<(usize, f64)>>;

#[differentiable]
fn followed(x: &[f64], #[constant] at: &HashMap<&str, usize>) -> f64 {
    let mut sum = 0.0;
    if let Some(i) = at.get("a") {
        sum += x[*i] * (*i as f64 + 1.0);
    }
    if let Some(&i) = at.get("b") {
        sum *= x[i] * (i as f64 + 1.0);
    }
    let c = *at.get("c").expect("c is there");
    match at.get("d") {
        Some(&d) if d > 0 => sum * x[c],
        Some(d) => sum - x[*d],
        None => sum + x[c] * x[c],
    }
}

#[differentiable]
fn copied(x: &[f64], #[constant] at: &HashMap<&str, usize>) -> f64 {
    let mut product = 1.0;
    for name in ["a", "b", "x"] {
        let i = at.get(name).copied().unwrap_or(0);
        product *= x[i] + i as f64;
    }
    product * x[at["c"]]
}

#[differentiable]
fn maybe(x: f64, #[constant] factor: Option<&f64>) -> f64 {
    let mut y = x * x;
    if let Some(f) = factor {
        y *= f;
    }
    y * factor.map_or(x, |f| x + f) + factor.copied().unwrap_or(1.0) * x
}

#[differentiable]
fn shared(x: f64, n: usize) -> f64 {
    #[constant]
    let weights: Rc<Vec<f64>> = Rc::new((0..n).map(|i| i as f64).collect());
    let mut sum = 0.0;
    for i in 0..n {
        sum += weights[i] * x.powi(2);
    }
    sum * weights.len() as f64
}

#[differentiable]
fn weighted(x: &[f64], #[constant] weights: &HashMap<&str, f64>) -> f64 {
    let scale = weights.get("scale").unwrap();
    let offset = weights["offset"];
    let weighted = match weights.get("weight") {
        Some(weight) => x[0] * *weight,
        None => x[1],
    };
    weighted * x[1] * *scale + offset * x[0]
}

#[differentiable]
fn sparse(x: &[f64], #[constant] rows: &Rows) -> f64 {
    let mut sum = 0.0;
    if let Some(row) = rows.get(&1).cloned() {
        for &(column, value) in &row {
            sum += value * x[column] * x[column];
        }
        for (column, value) in row.iter() {
            sum += *value * x[*column];
        }
    }
    sum
}

/// A text that grows, and decides.
#[differentiable(order = 2)]
fn spelled(x: f64, n: u32) -> f64 {
    let mut text = String::new();
    let mut y = x;
    for i in 0..n {
        text.push_str(&format!("{i}"));
        y = if text.len() > 2 { y.sin() } else { y * y };
    }
    y
}

/// In reverse Polish notation.
#[differentiable(order = 2)]
fn evaluated(x: &[f64], code: &str) -> f64 {
    let mut stack = Vec::new();
    let mut next = 0;
    for symbol in code.chars() {
        match symbol {
            'x' => {
                stack.push(x[next]);
                next += 1;
            }
            's' => {
                let top: f64 = stack.pop().unwrap();
                stack.push(top.sin());
            }
            _ => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                stack.push(if symbol == '+' { a + b } else { a * b });
            }
        }
    }
    stack.pop().unwrap()
}

/// Rows that own their entries, in two loops.
#[differentiable]
fn quadratic(x: &[f64], #[constant] rows: &[(usize, Vec<(usize, f64)>)]) -> f64 {
    let mut sum = 0.0;
    for (row, entries) in rows.iter().cloned() {
        for (column, value) in entries.iter() {
            sum += *value * x[*column] * x[row];
        }
    }
    sum
}

/// References to what is to be changed are no copies of it.
#[differentiable]
fn changed_by_reference(x: f64) -> f64 {
    let mut table: HashMap<usize, Vec<usize>> = HashMap::new();
    let row = table.entry(0).or_default();
    row.push(3);
    row.push(5);
    row.swap(0, 1);
    table.get_mut(&0).expect("0 is there").push(7);
    x * x * table[&0].len() as f64 * table[&0][0] as f64
}

#[derive(Clone, Debug)]
struct Workspace {
    filled: Vec<f64>,
}

#[differentiable]
fn with_a_workspace(p: f64, n: usize) -> f64 {
    #[constant]
    let mut w = Workspace { filled: vec![0.5 * n as f64; n + 1] };
    w.filled.push(2.0);
    p * p * w.filled[n] + p * w.filled.len() as f64
}

#[test]
fn derivatives_are_those_of_the_floats() {
    let mut at = HashMap::from([("a", 1), ("b", 2), ("c", 0)]);
    let x = [0.3, 0.4, 1.2];
    for d in [None, Some(0), Some(1)] {
        d.map(|d| at.insert("d", d));
        assert_gradients!(followed(&x, &at));
        assert_gradients!(copied(&x, &at));
    }
    let weights = HashMap::from([("scale", 1.5), ("offset", 0.5)]);
    assert_gradients!(weighted(&x, &weights));
    assert_gradients!(weighted(
        &x,
        &HashMap::from([("weight", 2.0), ("scale", 1.0), ("offset", 0.0)])
    ));
    assert_gradients!(maybe(0.8, weights.get("scale")));
    assert_gradients!(maybe(0.8, None));
    assert_gradients!(shared(0.8, 3));
    let rows = Rows::from([(1, vec![(0, 2.0), (2, 3.0)]), (2, vec![])]);
    assert_gradients!(sparse(&x, &rows));
    assert_eq!(sparse::grad(&x, &rows), [2.0 * 2.0 * 0.3 + 2.0, 0.0, 2.0 * 3.0 * 1.2 + 3.0]);
    assert_gradients!(spelled(0.8, 5));
    assert_gradients!(evaluated(&x, "xsx*sx+"));
    let rows = [(1, vec![(0, 2.0), (2, 3.0)]), (2, vec![(2, -1.0)])];
    assert_gradients!(quadratic(&x, &rows));
    assert_gradients!(changed_by_reference(0.8));
    assert_eq!(changed_by_reference::value_and_grad(0.8).0, 0.8 * 0.8 * 3.0 * 5.0);
    assert_gradients!(with_a_workspace(0.8, 2));
}

#[derive(Clone)]
pub struct FromOne(Vec<f64>);

impl std::ops::Deref for FromOne {
    type Target = Vec<f64>;

    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}

impl FromOne {
    fn get(&self, i: usize) -> Option<f64> {
        self.0.get(i - 1).copied()
    }

    fn is_empty(&self) -> bool {
        self.0.len() < 2
    }
}

fn from_one() -> FromOne {
    FromOne(vec![2.0, 3.0])
}

#[derive(Clone, Differentiable)]
pub struct Tabled {
    x: f64,
    #[constant]
    table: FromOne,
}

/// Methods of types of one's own, with names of slices'.
#[differentiable]
fn own_get(x: f64, tabled: &Tabled) -> f64 {
    #[constant]
    let made = from_one();
    #[constant]
    let table = &tabled.table;
    let first = made.get(1).unwrap();
    #[constant]
    let typed: &FromOne = &tabled.table;
    let mut sum = 0.0;
    for v in typed.iter() {
        sum += v;
    }
    let empty = if made.is_empty() || table.is_empty() { 100.0 } else { 1.0 };
    x * x * first * empty + tabled.x * x * table.get(2).unwrap_or(0.0) * (sum - 4.0)
}

#[test]
fn methods_of_ones_own() {
    let tabled = Tabled { x: 0.5, table: from_one() };
    assert_eq!(own_get(1.5, &tabled), 6.75);
    let (value, (x, tabled_bar)) = own_get::value_and_grad(1.5, &tabled);
    assert_eq!((value, x, tabled_bar.x), (6.75, 7.5, 4.5));
    assert_eq!(own_get::vjp(1.5, &tabled).0, 6.75);
}
