//! Loops and chains over inactive values inside differentiated functions: characters, maps,
//! strings, index lists, named ranges. Gradients are exact by hand.

#![allow(missing_docs)]

use std::collections::{BTreeMap, HashMap};

use chainrule::{Differentiable, assert_gradients, differentiable};

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

type Groups = BTreeMap<usize, Vec<usize>>;

#[differentiable(order = 2)]
pub fn grouped(x: &[f64]) -> f64 {
    let mut groups: BTreeMap<usize, Vec<usize>> = Default::default();
    for i in 0..x.len() {
        groups.entry(i % 2).or_default().push(i);
    }
    let mut total = 0.0;
    for (k, members) in &groups {
        let s: f64 = members.iter().map(|&i| x[i]).sum();
        total += s * s * (*k as f64 + 1.0);
    }
    for members in groups.values() {
        for &i in members {
            total *= x[i] + 1.0;
        }
    }
    total
}

#[differentiable(order = 2)]
pub fn graph(x: &[f64], #[constant] edges: &BTreeMap<usize, Vec<(usize, f64)>>) -> f64 {
    let mut y = 1.0;
    for (&from, row) in edges {
        for &(to, weight) in row {
            if y > 1e3 {
                return y;
            }
            y += weight * x[from] * x[to] * y;
        }
        if row.is_empty() {
            y *= x[from];
        }
        if row.len() > 1 {
            y *= x[row[0].0];
        }
    }
    y
}

#[differentiable(order = 2)]
pub fn nested_lists(x: &[f64], #[constant] rows: &BTreeMap<char, Vec<Vec<usize>>>) -> f64 {
    let mut y = 0.0;
    for (name, lists) in rows {
        for list in lists {
            let product: f64 = list.iter().map(|&i| x[i]).product();
            y += if *name == 'a' { product * product } else { product };
        }
    }
    y
}

fn least(list: &[usize]) -> usize {
    list.iter().copied().min().unwrap_or(0)
}

#[differentiable(order = 2)]
pub fn lists_in_code(x: &[f64], #[constant] groups: &Groups) -> f64 {
    let mut y = 1.0;
    for list in groups.values() {
        y = y * x[least(list)] + x[least(list)];
    }
    y
}

#[test]
fn maps_of_lists() {
    let x = [1.0, 2.0, 3.0];
    // (16 + 8)·2·4·3, of which x₁ has 3·(16 + 8)·2·4·3/((x₁ + 1)·3) + 2·2·x₁·24.
    assert_eq!(grouped(&x), 576.0);
    assert_eq!(grouped::grad(&x)[1], 192.0 + 192.0);
    assert_gradients!(grouped(&x));
    let edges = BTreeMap::from([(0, vec![(1, 0.5), (2, 0.25)]), (1, vec![]), (2, vec![(0, 2.0)])]);
    assert_gradients!(graph(&x, &edges));
    assert_gradients!(graph(&[10.0, 20.0, 30.0], &edges));
    assert_eq!(graph::vjp(&x, &edges).1(1.0), graph::grad(&x, &edges));
    let rows = BTreeMap::from([('a', vec![vec![0, 1], vec![2]]), ('b', vec![vec![1, 2]])]);
    assert_eq!(nested_lists::grad(&x, &rows), [8.0, 7.0, 8.0]);
    assert_gradients!(nested_lists(&x, &rows));
    let groups = BTreeMap::from([(0, vec![2, 1]), (5, vec![0])]);
    assert_eq!(lists_in_code::grad(&x, &groups), [5.0, 2.0, 0.0]);
    assert_gradients!(lists_in_code(&x, &groups));
}

#[differentiable(order = 2)]
pub fn parsed(x: &[f64], text: &str) -> f64 {
    let mut y = 1.0;
    for line in text.lines() {
        let mut it = line.split_whitespace();
        let a: usize = it.next().unwrap().parse().unwrap();
        let Some(word) = it.next() else {
            y *= x[a];
            continue;
        };
        let l: f64 = word.parse().unwrap();
        y = y * l * x[a] + x[0];
    }
    y
}

#[differentiable(order = 2)]
pub fn tokens(x: f64, text: String) -> f64 {
    let mut chars = text.trim().chars().peekable();
    let mut y = x;
    while let Some(c) = chars.next() {
        if c == '+' {
            y += x;
        } else if c == '*' {
            y *= x;
        } else {
            let mut n = c.to_digit(10).unwrap_or(0);
            while let Some(&d) = chars.peek() {
                if !d.is_ascii_digit() {
                    break;
                }
                n = 10 * n + d.to_digit(10).unwrap();
                chars.next();
            }
            y = y * n as f64 + x * x;
        }
    }
    y
}

#[differentiable(order = 2)]
pub fn taken_keys(x: &[f64], #[constant] m: &BTreeMap<usize, usize>, words: &[String]) -> f64 {
    let mut keys = m.keys().copied();
    let first = keys.next().unwrap();
    let rest: usize = keys.sum();
    let mut parts = words[0].splitn(2, '=');
    let name = parts.next().unwrap_or("");
    let k: usize = parts.next().map(|v| v.trim().parse().unwrap()).unwrap_or(0);
    x[first] * x[k] * name.len() as f64 + x[1] * rest as f64
}

#[test]
fn items_taken_one_by_one() {
    let x = [0.5, 1.5];
    assert_gradients!(parsed(&x, "0 2\n1 0.5\n1\n0 3"));
    // 4.5·x₀²·x₁² + 3·x₀²·x₁ + x₀.
    assert_eq!(parsed::grad(&x, "0 2\n1 0.5\n1\n0 3"), [15.625, 4.125]);
    assert_gradients!(tokens(0.7, "12*+3".to_string()));
    // 12·x² + x³ + x.
    assert_eq!(tokens::grad(1.0, "12*+".to_string()), 28.0);
    let map = BTreeMap::from([(0, 1), (1, 2), (3, 4)]);
    assert_eq!(taken_keys::grad(&x, &map, &["ab=1".to_string()]), [3.0, 5.0]);
    assert_gradients!(taken_keys(&x, &map, &["ab=1".to_string()]));
}

#[differentiable(order = 2)]
pub fn sorted_keys(x: &[f64], #[constant] places: &HashMap<String, usize>) -> f64 {
    let mut keys: Vec<_> = places.keys().collect();
    keys.sort();
    let mut p = 1.0;
    for k in keys {
        p = p * 2.0 + x[places[k]] * p;
    }
    p
}

#[differentiable(order = 2)]
pub fn sorted_references(x: &[f64], #[constant] places: &HashMap<String, usize>) -> f64 {
    let mut keys: Vec<&String> = places.keys().collect();
    keys.sort();
    let mut p = 1.0;
    for k in &keys {
        p = p * 2.0 + x[places[*k]] * p;
    }
    for k in keys {
        p = p * 2.0 + x[places[k]];
    }
    p
}

#[differentiable(order = 2)]
pub fn sorted_words(x: &[f64], text: &str) -> f64 {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut words: Vec<_> = text.split(' ').collect();
    words.sort_unstable();
    words.dedup();
    for (i, w) in words.iter().enumerate() {
        places.entry(w.to_string()).or_default().push(i % x.len());
    }
    let mut names: Vec<String> = places.keys().cloned().collect();
    names.reverse();
    let mut y = 1.0;
    for name in &names {
        y = y * x[places[name][0]] + name.len() as f64;
    }
    y
}

#[differentiable(order = 2)]
pub fn entries(x: &[f64], text: &str, #[constant] groups: &HashMap<String, Vec<usize>>) -> f64 {
    let mut y = 1.0;
    for name in text.split(' ') {
        for &i in &groups[name] {
            y = y * x[i] + name.len() as f64;
        }
        let squares = groups[name].iter().map(|&i| x[i] * x[i]).sum::<f64>();
        y += squares * groups[name].len() as f64;
    }
    y
}

#[test]
fn keys_in_order() {
    let x = [2.0, 3.0];
    let places = HashMap::from([("b".to_string(), 0), ("a".to_string(), 1)]);
    // (2 + x₁)·(2 + x₀).
    assert_eq!(sorted_keys::grad(&x, &places), [5.0, 4.0]);
    assert_gradients!(sorted_keys(&x, &places));
    // (4·(2 + x₁)·(2 + x₀)) + 2·x₁ + x₀.
    assert_eq!(sorted_references::vjp(&x, &places).1(1.0), [21.0, 18.0]);
    assert_gradients!(sorted_references(&x, &places));
    // ((x₀ + 2)·x₁ + 1)·x₀ + 1 for the words `cd`, `b` and `a`.
    assert_eq!(sorted_words::grad(&x, "a b cd a"), [19.0, 8.0]);
    assert_gradients!(sorted_words(&x, "a b cd a"));
    let groups = HashMap::from([("a".to_string(), vec![0, 1]), ("b".to_string(), vec![1])]);
    assert_gradients!(entries(&x, "a b a", &groups));
    assert_eq!(entries::grad(&x, "b", &groups), [0.0, 7.0]);
    assert_eq!(entries::vjp(&x, "a b a", &groups).1(1.0), entries::grad(&x, "a b a", &groups));
}

/// What text gives may be part of what is active later.
#[differentiable(order = 2)]
pub fn active_later(x: &[f64], text: &str) -> f64 {
    let mut numbers = text.split(',').map(|s| s.trim().parse::<f64>().unwrap());
    let mut k = numbers.next().unwrap();
    k *= x[0];
    let mut rest: Vec<f64> = numbers.collect();
    rest[0] *= x[1];
    rest.push(k);
    rest.iter().map(|a| a * a).sum::<f64>() * k
}

#[test]
fn numbers_that_become_active() {
    // ((2·x₁)² + 9 + (1.5·x₀)²)·1.5·x₀.
    assert_eq!(active_later::grad(&[2.0, 1.0], "1.5, 2, 3"), [60.0, 24.0]);
    assert_gradients!(active_later(&[0.5, 1.5], "1.5, 2, 3"));
}

/// Closures that use active values, of items that are inactive.
#[differentiable(order = 2)]
pub fn weighed(x: f64, #[constant] weights: &BTreeMap<u8, f64>) -> f64 {
    weights.values().map(|w| w * x * x).sum::<f64>()
}

#[differentiable(order = 2)]
pub fn digits(x: f64) -> f64 {
    "12".bytes().map(|b| (b - b'0') as f64 * x.powi(3)).sum()
}

#[differentiable(order = 2)]
pub fn filtered_later(x: f64, #[constant] weights: &BTreeMap<u8, f64>) -> f64 {
    weights.iter().map(|(k, w)| *k as f64 * w * x).filter(|v| *v > 1.0).map(|v| v * v).sum()
}

#[differentiable(order = 2)]
pub fn horner(x: f64, #[constant] weights: &BTreeMap<u8, f64>) -> f64 {
    weights.iter().fold(x, |sum, (k, w)| sum * x + *k as f64 * w)
}

#[differentiable(order = 2)]
pub fn each(x: f64, #[constant] weights: &BTreeMap<u8, f64>) -> f64 {
    let mut sum = 0.0;
    weights.iter().for_each(|(k, w)| sum += x.powi(*k as i32) * w);
    let keys: Vec<f64> = weights.keys().map(|k| x * *k as f64).collect();
    sum + keys[1] * x
}

#[differentiable(order = 2)]
pub fn largest_word(x: f64, text: &str) -> f64 {
    let largest = text
        .split(',')
        .map(|word| word.trim().parse::<f64>().unwrap() * x)
        .fold(f64::NEG_INFINITY, f64::max);
    let mut calls = 0;
    let counted: f64 = text
        .split(',')
        .map(|word| {
            calls += 1;
            word.len() as f64 * x * x * calls as f64
        })
        .sum();
    largest * counted
}

#[test]
fn active_closures_of_inactive_items() {
    let weights = BTreeMap::from([(1u8, 2.0), (3, 0.5)]);
    assert_eq!(weighed::value_and_grad(1.5, &weights), (5.625, 7.5));
    assert_eq!(weighed::hessian(1.5, &weights), 5.0);
    assert_eq!(digits::value_and_grad(2.0), (24.0, 36.0));
    assert_eq!(digits::hessian(2.0), 36.0);
    // (2·x)² + (1.5·x)², but for what is not above one.
    assert_eq!(filtered_later::value_and_grad(1.5, &weights), (14.0625, 18.75));
    assert_eq!(filtered_later::value_and_grad(0.6, &weights), (1.2 * 1.2, 8.0 * 0.6));
    // (x² + 2)·x + 1.5.
    assert_eq!(horner::value_and_grad(1.5, &weights), (7.875, 8.75));
    assert_eq!(horner::hessian(1.5, &weights), 9.0);
    // 2·x + 0.5·x³ + 3·x².
    assert_eq!(each::value_and_grad(1.5, &weights), (11.4375, 14.375));
    assert_gradients!(each(1.5, &weights));
    // 3·x·(1·1 + 1·2 + 2·3)·x².
    assert_eq!(largest_word::value_and_grad(1.5, "1,2, 3"), (27.0 * 3.375, 81.0 * 2.25));
    assert_eq!(largest_word::hessian(1.5, "1,2, 3"), 162.0 * 1.5);
}

#[derive(Clone, Debug, Differentiable)]
pub struct Market {
    #[constant]
    tickers: BTreeMap<String, usize>,
    spots: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
pub enum Holding {
    Stock {
        shares: f64,
        #[constant]
        ticker: String,
    },
    Cash(f64),
}

/// A map in a field, by keys that are text for all that can be seen.
#[differentiable(order = 2)]
pub fn held(holdings: &[Holding], market: &Market, best: &str) -> f64 {
    let mut sum = 0.0;
    for holding in holdings {
        sum += match holding {
            Holding::Stock { shares, ticker } => {
                shares * market.spots[market.tickers[ticker.as_str()]]
            }
            Holding::Cash(value) => value * value,
        };
    }
    sum * market.spots[market.tickers[best]]
}

#[test]
fn keys_in_variables() {
    let tickers = BTreeMap::from([("a".to_string(), 1), ("b".to_string(), 0)]);
    let market = Market { tickers, spots: vec![3.0, 5.0] };
    let holdings = [Holding::Stock { shares: 2.0, ticker: "a".into() }, Holding::Cash(4.0)];
    assert_eq!(held(&holdings, &market, "b"), 78.0);
    let (holdings_bar, market_bar) = held::grad(&holdings, &market, "b");
    assert_eq!(market_bar.spots, [26.0, 6.0]);
    let [HoldingTangent::Stock { shares, .. }, HoldingTangent::Cash(value)] = &holdings_bar[..]
    else {
        panic!("other variants")
    };
    assert_eq!((*shares, *value), (15.0, 24.0));
    assert_gradients!(held(&holdings, &market, "b"));
}
