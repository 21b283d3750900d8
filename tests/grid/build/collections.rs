//! Collections without derivative, and active values around them.
//!
//! What such code gives and changes is kept as it stands: each statement alone is tested in the corpus, here they
//! follow each other, in loops and branches, where the reverse sweep asks for what was there before.

use crate::sequences::Theme;

pub const COLLECTIONS: Theme = Theme {
    name: "collections",
    items: "use std::collections::{BTreeMap, BTreeSet, VecDeque};\n\n",
    before: "let mut v = [x, y, z, x * y];
    let mut w = vec![x, z];
    let mut p = x + y;
    let mut n = $i;
    let mut at = Some($i);
    let mut list = vec![$i, 1, $i, 3];
    let mut map: BTreeMap<usize, usize> = BTreeMap::from([(0, $i), (2, 1)]);
    let mut queue: VecDeque<usize> = VecDeque::from([$i, 2]);
    let mut set: BTreeSet<usize> = BTreeSet::from([1, $i]);
    let mut text = String::from(\"ab\");
",
    result: "p + v.iter().sum::<f64>() + w.iter().sum::<f64>() * z + n as f64 * x + \
                      (map.len() + queue.len() + set.len() + list.len() + text.len()) as f64 * y",
    method: None,
    statements: &[
        "map.insert(n % 4, n + $i);",
        "*map.entry(n % 3).or_insert($i) += 1;",
        "let count = map.entry($i).or_insert(0); *count += 1; p *= v[*count % 4];",
        "if let Some(k) = map.get_mut(&($i % 4)) { *k += 1; }",
        "if let Some(k) = map.get_mut(&(n % 4)) { p = (p * v[*k % 4]).cos(); *k += $i; }",
        "match map.get_mut(&$i) { Some(k) => *k += n, None => { map.insert($i, 1); } }",
        "if let Some(k) = map.get(&(n % 4)) { n = *k + 1; }",
        "n = map.get(&$i).copied().unwrap_or(n + 1);",
        "n += map.remove(&(n % 4)).unwrap_or(0);",
        "if !map.contains_key(&$i) { n += 1; }",
        "for (k, c) in &map { n += (k * c) % 3; }",
        "for (k, c) in &map { p = (p * v[k % 4] + v[c % 4]).sin(); }",
        "for (_, c) in map.iter_mut() { *c = (*c + 1) % 5; }",
        "for c in map.values_mut() { *c = (*c + $i) % 5; p = (p * v[*c % 4]).sin(); }",
        "n = map.values().sum::<usize>() % 9;",
        "n = map.keys().max().copied().unwrap_or(0);",
        "map.retain(|k, _| k % 2 == 0);",
        "queue.push_back(n % 5);",
        "queue.push_front($i);",
        "if let Some(k) = queue.pop_front() { n += k; p += v[k % 4]; }",
        "while let Some(k) = queue.pop_back() { p = (p * v[k % 4] + x).sin(); }",
        "n = queue.iter().sum::<usize>() % 7;",
        "let turn = queue.len().min(1); queue.rotate_left(turn);",
        "for k in queue.iter_mut() { *k = (*k + 1) % 4; p *= v[*k]; }",
        "for k in &queue { p = (p + v[*k % 4]).sin(); }",
        "let last = queue.back().copied().unwrap_or(2); p *= v[last % 4];",
        "if let Some(k) = queue.front_mut() { *k += 1; }",
        "set.insert(n % 6);",
        "if set.insert($i) { n += 1; p *= y; }",
        "if set.contains(&n) { p = p * y + x; }",
        "for k in set.iter() { p += v[*k % 4] * x; }",
        "n = set.iter().next().copied().unwrap_or(1);",
        "set.retain(|k| k % 2 == 0);",
        "list.push(n % 4);",
        "n += list.pop().unwrap_or(2);",
        "list.sort();",
        "list.dedup();",
        "list.reverse();",
        "list.insert(0, $i);",
        "for k in list.iter_mut() { *k = (*k + n) % 4; }",
        "for k in &list { p = (p * v[k % 4]).sin() + v[$i % 4]; }",
        "if let Some(k) = list.last_mut() { *k = $i; }",
        "if let Some(k) = list.first() { p *= v[k % 4]; }",
        "n = list.iter().position(|k| *k == $i).unwrap_or(3);",
        "let total: usize = list.iter().sum(); p = (p + total as f64).sin();",
        "text.push('a');",
        "n += text.len();",
        "text = format!(\"{n}\");",
        "if text.contains('1') { p += z; } else { text.clear(); }",
        "for c in text.chars() { if c == 'a' { p *= 0.9; } }",
        "at = Some(n % 4);",
        "if let Some(k) = at { p += v[k]; at = None; }",
        "at = at.map(|k| (k + 1) % 4);",
        "n += at.take().unwrap_or(1);",
        "at = list.first().map(|k| k % 4);",
        "p = (p * v[n % 4]).sin();",
        "v[n % 4] *= y;",
        "w.push(p);",
        "p = w.pop().unwrap_or(z);",
        "p += w.iter().sum::<f64>();",
        "for a in w.iter_mut() { *a *= x; }",
        "p = if n % 2 == 0 { p * x } else { p + y };",
        "let old = p; p = old * old.cos() + v[$i % 4];",
        "v.swap(0, n % 4);",
        "if p > 0.5 { n += 1; }",
    ],
    blocks: &[
        "for i in 0..3 { n += i; $B }",
        "for k in [$i, 1, 2] { n += k; $B }",
        "if n % 2 == 0 { $B } else { $B }",
        "if p > 0.3 { $B }",
        "match n % 3 { 0 => { $B } 1 => { $B } _ => {} }",
        "let mut fuel = 3; while n % 4 != 0 && fuel > 0 { fuel -= 1; n += 1; $B }",
        "let mut turns = 0; loop { turns += 1; if turns > 2 { break; } $B if n % 5 == 4 { continue; } $B }",
    ],
};
