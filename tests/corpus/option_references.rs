//! References into maps and queues in an `Option`, and loops over them: what is changed by a pattern's name is changed
//! in the map.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

    use chainrule::differentiable;

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn if_let(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: HashMap<usize, usize> = HashMap::from([(0, 1)]);
        if let Some(place) = places.get_mut(&0) {
            *place += 1;
        }
        if let Some(place) = places.get_mut(&1) {
            *place += 1;
        } else {
            places.insert(1, 3);
        }
        values[places[&0]] * values[places[&1]]
    }

    /// Several times, with active values around it that ask for what was there before.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn in_loops(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y, y * z];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 0), (2, 1)]);
        let mut product = x + y;
        for i in 0..6 {
            if let Some(place) = places.get_mut(&(i % 3)) {
                product = (product * values[*place]).sin() + x;
                *place += 1;
                product *= values[*place];
            } else {
                product *= z;
            }
        }
        product * values[places[&0]] * values[places[&2]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn by_match(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for word in ["a", "b", "a", "a"] {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word, 0);
                }
            }
        }
        values[counts["a"]] * values[counts["b"] + 1]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn guards(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut queue: VecDeque<usize> = VecDeque::from([0, 1, 2]);
        let mut product = x;
        for i in 0..5 {
            match queue.get_mut(i % 4) {
                Some(place) if *place > 1 => {
                    *place = 0;
                    product = product.sin() * y;
                }
                Some(place) => {
                    *place += 1;
                    product *= values[*place];
                }
                None => product += z,
            }
        }
        product * values[queue[0]] * values[queue[1]] * values[queue[2]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn let_else(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 1), (1, 0)]);
        let mut sum = x * z;
        for i in 0..4 {
            let Some(place) = places.get_mut(&(i % 3)) else {
                sum *= y;
                continue;
            };
            sum += values[*place] * sum;
            *place += 1;
        }
        sum * values[places[&0]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn while_let(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z];
        let mut queue: VecDeque<usize> = VecDeque::from([2, 1, 2]);
        let mut product = x;
        while let Some(last) = queue.back_mut() {
            if *last == 0 {
                break;
            }
            *last -= 1;
            product = (product * values[*last]).cos();
        }
        product * values[queue[0]] * values[queue[2]]
    }

    /// Collections and text in maps.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn collections(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y, y * z];
        let mut sets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::from([(0, BTreeSet::new())]);
        let mut lists: HashMap<usize, Vec<usize>> = HashMap::from([(1, vec![2])]);
        let mut texts: HashMap<usize, String> = HashMap::from([(1, "a".to_string())]);
        let mut product = x;
        for i in 0..4 {
            if let Some(set) = sets.get_mut(&0) {
                set.insert(i % 3);
                product *= values[set.len()];
            }
            if let Some(list) = lists.get_mut(&(i % 2)) {
                list.push(i);
                list[0] = (list[0] + 1) % 4;
                product += values[list[0]];
            }
            if let Some(text) = texts.get_mut(&1) {
                text.push_str("bc");
            }
        }
        let lengths = sets[&0].len() + texts[&1].len();
        product * lengths as f64 * values[lists[&1].len()]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn parts(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut ends: HashMap<usize, (usize, usize)> = HashMap::from([(0, (0, 1))]);
        let mut queue: VecDeque<[usize; 2]> = VecDeque::from([[0, 1], [1, 2]]);
        if let Some(pair) = ends.get_mut(&0) {
            pair.1 += 2;
        }
        if let Some((first, _)) = ends.get_mut(&0) {
            *first += 1;
        }
        if let Some(pair) = queue.front_mut() {
            pair[0] = 3;
        }
        values[ends[&0].0] * values[ends[&0].1] * values[queue[0][0]] * values[queue[1][0]]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_floats(x: f64, y: f64) -> f64 {
        let mut scales: HashMap<usize, f64> = HashMap::from([(0, 0.5), (1, 1.5)]);
        let mut product = x;
        for i in 0..4 {
            if let Some(scale) = scales.get_mut(&(i % 3)) {
                product = (product * y * *scale).sin();
                *scale *= 1.25;
            }
        }
        product * scales[&0] + y * y * scales[&1]
    }

    /// In a chain of conditions, and of a name for the `Option`.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn chains(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 1), (1, 2)]);
        if x > 0.0
            && let Some(place) = places.get_mut(&0)
            && *place == 1
        {
            *place = 3;
        }
        let found = places.get_mut(&1);
        if let Some(place) = found {
            *place -= 2;
        }
        values[places[&0]] * values[places[&1]] * z
    }

    /// What is taken out of a queue is no reference.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn taken_out(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut queue: VecDeque<(usize, usize)> = VecDeque::from([(0, 1), (2, 3)]);
        let mut lists: Vec<Vec<usize>> = vec![vec![1, 2], vec![3]];
        let mut product = x;
        while let Some(pair) = queue.pop_front() {
            product = (product * values[pair.0]).sin() * values[pair.1];
        }
        while let Some(mut list) = lists.pop() {
            list.push(0);
            product *= values[list[0]] * values[list.len()];
        }
        product
    }

    fn place_of(places: &mut BTreeMap<usize, usize>, key: usize) -> Result<&mut usize, String> {
        places.get_mut(&key).ok_or_else(|| format!("no {key}"))
    }

    enum Found<'a> {
        At { place: &'a mut usize, key: usize },
        Nowhere,
    }

    fn find(places: &mut BTreeMap<usize, usize>, key: usize) -> Found<'_> {
        match places.get_mut(&key) {
            Some(place) => Found::At { place, key },
            None => Found::Nowhere,
        }
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn other_variants(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 0), (1, 1)]);
        let mut product = x;
        for i in 0..4 {
            if let Ok(place) = place_of(&mut places, i) {
                *place += 1;
                product = (product * values[*place]).sin();
            }
            match find(&mut places, i % 3) {
                Found::At { place, key } => {
                    *place = (*place + 1) % 4;
                    product *= values[key];
                }
                Found::Nowhere => product += z,
            }
        }
        product * values[places[&0]] * values[places[&1]]
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn pairs_of_references(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut queue: VecDeque<usize> = VecDeque::from([0, 1, 2]);
        let (first, _) = queue.as_mut_slices();
        first[0] = 3;
        first[1] += 1;
        if let Some((first, rest)) = queue.make_contiguous().split_first_mut() {
            *first -= 1;
            rest[0] = 1;
        }
        values[queue[0]] * values[queue[1]] * values[queue[2]]
    }

    /// Loops over what is in a collection, to be changed.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn map_loop(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 0), (1, 1)]);
        let mut product = x;
        for (key, place) in places.iter_mut() {
            *place += 1;
            product = (product * values[*place]).sin() + values[*key];
        }
        product * values[places[&0]] * values[places[&1]]
    }
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn queue_loop(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut queue: VecDeque<usize> = VecDeque::from([0, 1, 2]);
        let mut product = x;
        for place in queue.iter_mut() {
            *place += 1;
            product = (product * values[*place]).sin();
        }
        product * values[queue[0]]
    }
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn values_loop(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: HashMap<usize, usize> = HashMap::from([(0, 0)]);
        let mut product = x;
        for place in places.values_mut() {
            product = (product * values[*place]).sin();
            *place += 1;
        }
        product * values[places[&0]]
    }
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn lists_loop(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut lists: BTreeMap<usize, Vec<usize>> = BTreeMap::from([(0, vec![1]), (1, vec![])]);
        let mut product = x;
        for list in lists.values_mut() {
            list.push(2);
            product = (product * values[list[0]]).sin();
        }
        product * values[lists[&0].len()]
    }
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn borrowed_loop(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 0), (1, 1)]);
        let mut product = x;
        for (_, place) in &mut places {
            *place += 1;
            product = (product * values[*place]).sin();
        }
        product * values[places[&0]] * values[places[&1]]
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn left_early(x: f64, y: f64) -> f64 {
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 1), (1, 2), (3, 0)]);
        let mut product = x * y;
        for (key, place) in places.iter_mut().rev() {
            if *place == 1 {
                return product.sin();
            }
            if *key == 3 {
                continue;
            }
            *place -= 1;
            product = product * y + *key as f64;
        }
        product * places.len() as f64
    }

    fn count(place: &mut usize) {
        *place += 1;
    }

    /// Given to functions, and to those of `mem`.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn passed_on(x: f64, y: f64, z: f64) -> f64 {
        let values = [x, y, z, x * y];
        let mut places: BTreeMap<usize, usize> = BTreeMap::from([(0, 0), (1, 1)]);
        let mut other = 2;
        let mut product = x;
        for i in 0..4 {
            if let Some(place) = places.get_mut(&(i % 3)) {
                product = (product * values[*place % 4]).sin();
                count(place);
            }
            if let Some(place) = places.get_mut(&1) {
                std::mem::swap(place, &mut other);
                product *= values[other % 4];
            }
            if let Some(place) = places.get_mut(&0) {
                let before = std::mem::replace(place, i % 2);
                product += values[before % 4];
            }
            let first = places.entry(3).or_insert(0);
            let last = std::mem::take(first);
            *places.entry(3).or_insert(0) += last + 1;
        }
        product * values[places[&1] % 4] * values[places[&3] % 4]
    }
}
