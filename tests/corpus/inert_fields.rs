//! Methods and elements of fields without derivatives, whose types the macro does not see: integers,
//! lists, maps, text.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use std::collections::{BTreeMap, BTreeSet};

    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Net {
        pub weights: Vec<f64>,
        pub order: Vec<usize>,
        pub count: usize,
        pub shift: i32,
        pub layers: Vec<Layer>,
        #[constant]
        pub places: BTreeMap<String, usize>,
        #[constant]
        pub scales: BTreeMap<usize, f64>,
        #[constant]
        pub seen: BTreeSet<usize>,
        #[constant]
        pub names: Vec<String>,
        pub name: String,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Layer {
        pub factor: f64,
        pub width: usize,
        pub kept: Vec<usize>,
    }

    /// Has a derivative, and methods that integers and lists have.
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Point {
        pub x: f64,
        pub y: f64,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Segment {
        pub from: Point,
        pub to: Point,
        pub count: usize,
    }

    #[differentiable]
    fn net(x: f64, y: f64, count: usize) -> Net {
        Net {
            weights: vec![x, y, x * y, 2.0, y * y],
            order: vec![2, 0, 1],
            count,
            shift: -3,
            layers: vec![
                Layer { factor: x, width: 5, kept: vec![1, 4] },
                Layer { factor: y, width: 7, kept: vec![0, 2] },
            ],
            places: BTreeMap::from([("a".to_string(), 1), ("b".to_string(), 2)]),
            scales: BTreeMap::from([(1, 0.5), (2, 1.5)]),
            seen: BTreeSet::from([0, 2]),
            names: vec!["abc".to_string(), "bcd".to_string()],
            name: "first net".to_string(),
        }
    }

    #[differentiable]
    impl Net {
        fn powers(&self) -> f64 {
            let squared = self.count.pow(2) as f64;
            let cubed = self.shift.pow(3);
            self.weights[0].powi(2) * squared + self.weights[1] * cubed as f64
        }

        fn counts(&self) -> f64 {
            let mut sum = 0.0;
            for i in 0..self.count.div_ceil(2) {
                sum += self.weights[i] * self.weights[i];
            }
            sum * self.weights[self.count.saturating_sub(9)] * self.count.count_ones() as f64
                + self.weights[2] * self.shift.unsigned_abs() as f64
        }

        fn listed(&self, i: usize) -> f64 {
            let sign = if self.order.contains(&i) { 1.0 } else { -2.0 };
            let found = self.order.binary_search(&self.count).unwrap_or_else(|place| place);
            let after = self.order.partition_point(|place| *place > 1);
            sign * self.weights[i] * self.weights[found] + self.weights[after] * self.weights[3]
        }

        fn sorted(&self) -> f64 {
            let mut order = self.order.clone();
            order.sort();
            let mut sum = 0.0;
            for (rank, place) in order.iter().enumerate() {
                sum += self.weights[*place] * self.weights[0] * (rank + 1) as f64;
            }
            sum
        }

        fn mapped(&self) -> f64 {
            let place = self.places.get("b").copied().unwrap_or(0);
            let missing = self.places.get("z").copied().unwrap_or(4);
            let scale = self.scales.get(&2).copied().unwrap_or(1.0);
            let indexed = self.weights[self.places["a"]] * self.scales[&1];
            self.weights[place] * scale * indexed * self.weights[missing]
        }

        fn asked(&self, i: usize) -> f64 {
            if self.places.contains_key("a") && !self.seen.contains(&i) {
                self.weights[i] * self.weights[i]
            } else {
                self.weights[0]
            }
        }

        fn named(&self) -> f64 {
            let mut sum = 0.0;
            if self.names.iter().any(|name| name.starts_with('b')) {
                sum += self.weights[0] * self.weights[1];
            }
            if self.name.trim().ends_with("net") {
                sum += self.weights[1] * self.weights[1];
            }
            for name in &self.names {
                sum += self.weights[2] * name.to_uppercase().len() as f64;
            }
            sum * self.name.split_whitespace().count() as f64
        }

        fn of_layers(&self) -> f64 {
            let mut sum = 0.0;
            for layer in &self.layers {
                if layer.kept.contains(&2) {
                    sum += layer.factor * layer.factor * layer.width.div_ceil(2) as f64;
                }
                sum += layer.factor * layer.width.pow(2) as f64;
            }
            sum * self.layers[1].factor * self.layers[0].width.next_power_of_two() as f64
        }
    }

    #[differentiable]
    impl Point {
        fn pow(&self, n: i32) -> f64 {
            self.x.powi(n) * self.y
        }

        fn contains(&self, bound: f64) -> bool {
            self.x < bound
        }
    }

    #[differentiable]
    impl Segment {
        /// The methods are those of a type with derivatives.
        fn of_points(&self) -> f64 {
            let inside = if self.from.contains(1.0) { 2.0 } else { 3.0 };
            inside * self.from.pow(2) * self.to.x * self.count.pow(2) as f64
        }
    }

    #[differentiable]
    #[at(0.7, 1.3, 3)]
    fn powers(x: f64, y: f64, count: usize) -> f64 {
        net(x, y, count).powers()
    }

    #[differentiable]
    #[at(0.7, 1.3, 3)]
    #[at(0.7, 1.3, 8)]
    fn counts(x: f64, y: f64, count: usize) -> f64 {
        net(x, y, count).counts()
    }

    #[differentiable]
    #[at(0.7, 1.3, 1)]
    #[at(0.7, 1.3, 4)]
    fn listed(x: f64, y: f64, i: usize) -> f64 {
        net(x, y, 1).listed(i)
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn sorted(x: f64, y: f64) -> f64 {
        net(x, y, 1).sorted()
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn mapped(x: f64, y: f64) -> f64 {
        net(x, y, 1).mapped()
    }

    #[differentiable]
    #[at(0.7, 1.3, 1)]
    #[at(0.7, 1.3, 2)]
    fn asked(x: f64, y: f64, i: usize) -> f64 {
        net(x, y, 1).asked(i)
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn named(x: f64, y: f64) -> f64 {
        net(x, y, 1).named()
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn of_layers(x: f64, y: f64) -> f64 {
        net(x, y, 1).of_layers()
    }

    #[differentiable]
    #[at(0.7, 1.3, 2)]
    fn of_points(x: f64, y: f64, count: usize) -> f64 {
        let from = Point { x, y };
        let to = Point { x: y * y, y: x };
        Segment { from, to, count }.of_points()
    }

    /// Not a method, but a function with the struct as argument.
    #[differentiable]
    #[at(0.7, 1.3, 5)]
    fn outside(x: f64, y: f64, count: usize) -> f64 {
        weighed(&net(x, y, count), 2)
    }

    #[differentiable]
    fn weighed(net: &Net, i: usize) -> f64 {
        let table = &net.places;
        let place = table.get("a").copied().unwrap_or(0);
        let half = net.count.div_ceil(2);
        let sign = if net.order.contains(&i) { -1.0 } else { 1.0 };
        sign * net.weights[place] * net.weights[half] * net.count.pow(2) as f64
    }
}
