//! What code without derivatives gives by reference: entries of maps, the largest of a list.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::collections::BTreeMap;

    use chainrule::differentiable;

    #[differentiable]
    #[at(0.7, 1.3)]
    fn in_all_forms(x: f64, y: f64) -> f64 {
        let table = BTreeMap::from([("a".to_string(), 2.0), ("b".to_string(), -0.5)]);
        let mut sum = by_pattern(x, &table) + by_method(y, &table);
        sum += matched(x * y, &table) + else_returned(x, &table);
        sum + chained(y, &table) + in_a_loop(x * x, &table) + counted(x)
    }

    #[differentiable]
    fn by_pattern(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        let mut y = x;
        if let Some(v) = table.get("a") {
            y *= v;
        }
        if let Some(&v) = table.get("b") {
            y += x * x * v;
        }
        if let Some(v) = table.get("z") {
            y *= v + 100.0;
        }
        y
    }

    #[differentiable]
    fn by_method(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        let known = table.get("a").unwrap();
        let mapped = table.get("b").map_or(x, |v| x * x * v);
        x * known * table.get("z").unwrap_or(&2.5)
            + mapped
            + table.get("z").map_or(x * x, |v| v + x)
    }

    #[differentiable]
    fn matched(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        let first = match table.get("a") {
            Some(v) if *v > 3.0 => x * v,
            Some(v) => x * x * v,
            None => x,
        };
        match table.get("b") {
            Some(v) if *v < 0.0 => first * x * v,
            Some(_) => first,
            None => x,
        }
    }

    #[differentiable]
    fn else_returned(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        let Some(v) = table.get("a") else {
            return x;
        };
        let Some(w) = table.get("z") else {
            return x * x * v * *v;
        };
        x * w
    }

    #[differentiable]
    fn chained(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        if let Some(v) = table.get("a")
            && *v > 1.0
            && x > 0.0
        {
            return x * x * v;
        }
        x
    }

    #[differentiable]
    fn in_a_loop(x: f64, #[constant] table: &BTreeMap<String, f64>) -> f64 {
        let mut y = x;
        for key in ["a", "b", "c"] {
            if let Some(v) = table.get(key) {
                y = (y * v).sin() + x;
            }
        }
        y
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_lists(x: f64, y: f64) -> f64 {
        let table = BTreeMap::from([(1, vec![2.0, 3.0]), (2, vec![-0.5])]);
        let mut sum = 0.0;
        for key in 0..3 {
            sum += weighed(x, y, &table, key);
        }
        sum
    }

    #[differentiable]
    fn weighed(x: f64, y: f64, #[constant] table: &BTreeMap<i32, Vec<f64>>, key: i32) -> f64 {
        if let Some(row) = table.get(&key) {
            let mut product = x;
            for i in 0..row.len() {
                product *= y * row[i];
            }
            product
        } else {
            y * y
        }
    }

    #[differentiable]
    #[at(0.7, 1.3, 0)]
    #[at(0.7, 1.3, 1)]
    fn of_places(x: f64, y: f64, i: usize) -> f64 {
        let places = BTreeMap::from([(0, 1), (1, 2)]);
        let list = [x, y, x * y];
        let mut sum = list[0];
        if let Some(at) = places.get(&i) {
            sum += list[*at] * list[*at];
        }
        sum
    }

    #[differentiable]
    fn counted(x: f64) -> f64 {
        let counts = [3, 1, 2];
        let most = counts.iter().max().unwrap();
        x.powi(*most) * x
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn or_nothing(x: f64, y: f64) -> f64 {
        let table = BTreeMap::from([("a".to_string(), 2.0)]);
        found(x, &table, "a").unwrap_or(y) * found(x, &table, "b").unwrap_or(y)
    }

    #[differentiable]
    fn found(x: f64, #[constant] table: &BTreeMap<String, f64>, key: &str) -> Option<f64> {
        let v = table.get(key)?;
        Some(x * x * v)
    }

    /// `filter` lends what a range gives as well.
    #[differentiable]
    #[at(0.75, [0.5, 1.5, -2.0, 3.0])]
    fn filtered(x: f64, v: [f64; 4]) -> f64 {
        let set: std::collections::HashSet<usize> = [1, 3].into_iter().collect();
        let list = [0usize, 2];
        let mut sum: f64 = (0..4).filter(|i| set.contains(i)).map(|i| x * v[i]).sum();
        sum += (0..4usize)
            .filter(|i| list.binary_search(i).is_ok())
            .map(|i| x * v[i] * v[i])
            .sum::<f64>();
        for i in (0..3).map(|i| i + 1).filter(|i| !set.contains(i)) {
            sum *= v[i];
        }
        let of_pairs = v.iter().enumerate().filter(|(i, _)| set.contains(i)).map(|(_, v)| v * x);
        let found = (0..9).find(|i| set.contains(i)).unwrap();
        let lent: usize = list.into_iter().filter(|i| set.contains(&(i + 1))).sum();
        sum + of_pairs.fold(1.0, |product, v| product * v) * (found + lent) as f64
    }

    /// What a look-up gives goes to closures that make active values of it.
    #[differentiable]
    #[at([0.75, 1.5, -0.5], 0.25)]
    fn by_closures(v: [f64; 3], k: f64) -> f64 {
        let table = BTreeMap::from([(1, 2usize), (5, 0)]);
        let mut queue = std::collections::VecDeque::from([1usize, 2]);
        let mut sum = table.get(&1).map(|j| v[*j] * v[0]).unwrap_or(k);
        sum += table.get(&7).copied().map(|j| v[j] * v[0]).unwrap_or(k * k);
        sum += queue.pop_front().map(|j| v[j] * k).unwrap_or(k);
        sum += queue.front().and_then(|j| v.get(*j)).map_or(k, |value| value * value);
        sum *= "a2".find('2').map(|j| v[j] * v[0]).unwrap_or(k);
        sum + "12".parse::<usize>().ok().map(|j| v[j - 10] * k).unwrap_or(k)
    }

    #[differentiable]
    #[at([0.75, 1.5, -0.5])]
    fn neighbours(v: [f64; 3]) -> f64 {
        let mut sum = 0.0;
        for i in 0..v.len() {
            let left = i.checked_sub(1).map(|j| v[j] * v[i]).unwrap_or(v[2]);
            let right = i.checked_add(1).filter(|j| *j < 3).map_or(v[0], |j| v[j] * v[j]);
            let first = i.checked_sub(1).and_then(|j| v.get(j)).copied().unwrap_or(v[i]);
            match i.checked_sub(1) {
                Some(0) => sum += left * right,
                Some(j) => sum *= v[j] + first,
                None => sum += first,
            }
        }
        sum
    }
}
