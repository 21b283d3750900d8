//! References into maps and queues, which are kept as they stand, with names: what is changed by the name is changed
//! in the map.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::collections::{BTreeMap, HashMap, VecDeque};

    use chainrule::differentiable;

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn counted(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: HashMap<usize, usize> = HashMap::from([(0, 1)]);
        let place = places.entry(0).or_insert(0);
        *place += 1;
        values[places[&0]] * x
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn words(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for word in "a b a c a b".split_whitespace() {
            let count = counts.entry(word.to_string()).or_insert(0);
            *count += 1;
        }
        values[counts["a"]] * values[counts["b"]] + values[counts["c"]]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_floats(x: f64, y: f64) -> f64 {
        let mut scales: HashMap<usize, f64> = HashMap::new();
        for i in 0..4 {
            let scale = scales.entry(i % 2).or_insert(0.5);
            *scale *= 1.5;
        }
        x * scales[&0] + y * y * scales[&1]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn unwrapped(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 1), (1, 2)]);
        let place = places.get_mut(&0).unwrap();
        *place = 3;
        let found = *place - 1;
        values[places[&0]] * values[found] * values[places[&1]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn lists(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z];
        let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let list = neighbours.entry(0).or_default();
        list.push(2);
        list.push(1);
        values[neighbours[&0][0]] * values[neighbours[&0][1]] * values[neighbours[&0].len() - 2]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn queues(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut queue: VecDeque<usize> = VecDeque::from([0, 1, 2, 3]);
        queue.rotate_left(1);
        let front = queue.front_mut().unwrap();
        *front += 2;
        let second = &mut queue[1];
        *second = 0;
        queue.rotate_right(2);
        values[queue[0]] * values[queue[2]] * values[queue[3]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn pairs(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z];
        let mut ends: HashMap<usize, (usize, usize)> = HashMap::new();
        let pair = ends.entry(0).or_insert((0, 1));
        pair.1 += 1;
        values[ends[&0].0] * values[ends[&0].1] * values[ends[&0].1]
    }

    /// Read afterwards, in loops and branches, where the reverse sweep asks for what was there before.
    #[differentiable]
    #[at(0.7, 1.3)]
    #[at(-0.7, 1.3)]
    fn in_loops(x: f64, y: f64) -> f64 {
        let mut scales: BTreeMap<String, f64> = BTreeMap::from([("a".to_string(), 0.4)]);
        let mut product = if x > 0.0 { x * scales["a"] } else { y };
        for i in 0..4 {
            let scale = scales.get_mut("a").unwrap();
            *scale += 0.2;
            if i == 2 {
                *scale *= 2.0;
            }
            product = (product * y).sin() * scales["a"] + scales.len() as f64 * product;
        }
        let other = scales.entry("b".to_string()).or_insert(0.5);
        *other *= 0.5;
        product * product * scales["b"] * scales["a"]
    }

    /// Values seen through a reference, between changes: each is what it was then.
    #[differentiable]
    #[at(0.7, 1.3)]
    fn looked_at(x: f64, y: f64) -> f64 {
        let mut scales: BTreeMap<usize, f64> = BTreeMap::from([(0, 0.4), (1, 0.9)]);
        let mut product = x;
        for i in 0..4 {
            let scale = scales.entry(i % 2).or_insert(1.0);
            let before = *scale;
            *scale += 0.2;
            product = (product * y * before).sin() + *scale * product;
            *scale *= 1.5;
            product *= *scale;
        }
        product * product
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn indices(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y, y * z];
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut product = x + y;
        for i in 0..5 {
            let place = places.entry(i % 2).or_insert(0);
            product = product * values[*place] + values[i];
            *place += 1;
            product = (product * values[*place]).sin();
            if *place > 2 {
                product *= z;
            }
        }
        product * values[places[&0]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn lengths(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y, y * z];
        let mut lists: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut product = x + y;
        for i in 0..5 {
            let list = lists.entry(i % 2).or_default();
            product = product * values[list.len()] + values[i];
            list.push(i);
            product = (product * values[list.len()]).sin();
        }
        product * values[lists[&0].len()]
    }

    /// Of which type the items are comes out further down, after the map has changed.
    #[differentiable]
    #[at(0.7, 1.3)]
    fn items(x: f64, y: f64) -> f64 {
        let values = [x, y, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 1), (2, 4)]);
        let mut n = 1;
        for (key, place) in &places {
            n += (key * place) % 3;
        }
        *places.entry(n).or_insert(0) += 1;
        let mut product = x;
        while n > 0 {
            n -= 1;
            product = (product * values[n % 3]).sin() + y;
        }
        product * values[places[&2] - 3]
    }
}
