//! Code that touches inactive values only may be any Rust: collections, cells, text.
#![allow(missing_docs)]
#![deny(warnings)]
#![allow(clippy::for_kv_map, reason = "the form is what is tested")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::rc::Rc;

use chainrule::{assert_gradients, differentiable};

#[differentiable]
fn by_text(x: f64, mode: &Option<String>) -> f64 {
    let name = mode.as_deref().unwrap_or("none");
    let scaled = if name == "fast" { x * x } else { x };
    match mode.as_deref() {
        Some("fast") => scaled * x,
        Some(_) => scaled.sin(),
        None => 1.0,
    }
}

#[differentiable]
fn collected(x: f64, entries: &[(String, u32)]) -> f64 {
    let table: HashMap<&str, u32> = entries.iter().map(|(s, n)| (s.as_str(), *n)).collect();
    let numbers: BTreeSet<u32> = entries.iter().map(|(_, n)| *n).collect();
    let text: String = entries.iter().map(|(s, _)| s.as_str()).collect();
    let again = entries.iter().map(|(s, _)| s.as_str()).collect::<String>();
    let mut sum = x * *table.get("a").unwrap_or(&1) as f64;
    for k in &numbers {
        sum *= x * *k as f64;
    }
    sum + x * text.len() as f64 * again.len() as f64
}

#[differentiable]
fn distinct(x: &[f64], order: &[usize]) -> f64 {
    let mut seen = HashSet::new();
    let known: HashSet<usize> = order.iter().copied().collect();
    let mut sum = 0.0;
    for &n in order {
        if seen.insert(n) && known.contains(&n) {
            sum += x[n] * x[n];
        }
    }
    sum
}

#[differentiable]
fn queued(x: &[f64]) -> f64 {
    let mut heap = BinaryHeap::new();
    heap.push((1, 1));
    heap.push((0, 2));
    let mut sum = 0.0;
    while let Some((k, weight)) = heap.pop() {
        sum = sum * x[k] + x[k] * weight as f64;
    }
    let mut queue: VecDeque<usize> = VecDeque::new();
    queue.push_back(0);
    while let Some(k) = queue.pop_front() {
        sum *= x[k];
        if k + 1 < x.len() {
            queue.push_back(k + 1);
        }
    }
    sum
}

#[differentiable]
fn breadth_first(x: &[f64]) -> f64 {
    let mut queue = VecDeque::new();
    queue.push_back(0usize);
    let mut sum = 1.0;
    while let Some(k) = queue.pop_front() {
        sum = sum * x[k] + x[k];
        if k + 1 < x.len() {
            queue.push_back(k + 1);
        }
    }
    sum
}

#[differentiable]
fn counted(x: f64, text: &str) -> f64 {
    let mut count: BTreeMap<char, usize> = BTreeMap::new();
    for c in text.chars() {
        *count.entry(c).or_insert(0) += 1;
    }
    let mut sum = x * count[&'a'] as f64;
    for (_, n) in &count {
        sum *= x + *n as f64;
    }
    sum
}

#[differentiable]
fn numbered(x: &[f64], names: &[&str]) -> f64 {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut sum = 0.0;
    for name in names {
        let next = places.len();
        let i = *places.entry(name.to_string()).or_insert(next);
        sum += x[i] * x[i];
    }
    for name in names {
        sum *= x[places[*name]];
    }
    sum
}

#[differentiable]
fn joined(x: &[f64], names: &[String], rows: &[Vec<usize>], order: Vec<usize>) -> f64 {
    let mut sum = names.join("-").len() as f64 * x[0];
    for i in rows.concat() {
        sum += x[i] * sum;
    }
    let mut order = order;
    for i in order.drain(..) {
        sum *= x[i];
    }
    sum
}

struct Counter {
    calls: u32,
}

#[differentiable]
fn shared(x: f64) -> f64 {
    let counter = Rc::new(RefCell::new(Counter { calls: 3 }));
    counter.borrow_mut().calls += 1;
    counter.borrow().calls as f64 * x * x
}

#[differentiable]
fn changed(x: f64, text: &str) -> f64 {
    let mut count = BTreeMap::new();
    for c in text.chars() {
        count.insert(c, 1usize);
    }
    for (c, n) in &mut count {
        if *c == 'b' {
            continue;
        }
        *n += 2;
    }
    for n in count.values_mut() {
        *n *= 2;
    }
    let mut sum = x;
    for (_, n) in &count {
        sum *= x + *n as f64;
    }
    sum
}

#[differentiable]
fn words(x: f64, text: &str) -> f64 {
    let mut word = String::new();
    let mut sum = 0.0;
    for c in text.chars() {
        if c == ' ' {
            sum = sum * x + x * word.len() as f64;
            word.clear();
        } else {
            word.push(c);
        }
    }
    sum
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

#[test]
fn text_and_options() {
    for mode in [None, Some("fast"), Some("slow")] {
        let mode = mode.map(str::to_owned);
        assert_gradients!(by_text(0.8, &mode));
    }
    assert_eq!(by_text::grad(2.0, &Some("fast".to_owned())), 12.0);
    assert_gradients!(words(0.7, "ab c def "));
    assert_eq!(words::grad(2.0, "abc de "), 14.0);
}

#[test]
fn collections() {
    let entries = [("a".to_owned(), 3), ("bc".to_owned(), 2)];
    assert_gradients!(collected(0.7, &entries));
    let x = [0.4, 0.6, -0.3];
    assert_gradients!(distinct(&x, &[2, 0, 2, 1]));
    assert_eq!(distinct::grad(&x, &[2, 0, 2]), [0.8, 0.0, -0.6]);
    assert_gradients!(queued(&x));
    assert_gradients!(breadth_first(&x));
    assert_gradients!(counted(0.7, "abca"));
    assert_gradients!(changed(0.7, "abca"));
    assert_eq!(changed::grad(0.0, "ab"), 12.0);
    assert_gradients!(numbered(&x, &["u", "v", "u", "w"]));
    assert_gradients!(joined(&x, &strings(&["a", "b"]), &[vec![0, 1], vec![2]], vec![1, 2]));
}

#[test]
fn cells() {
    assert_gradients!(shared(0.7));
    assert_eq!(shared::grad(2.0), 16.0);
}
