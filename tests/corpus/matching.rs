//! `match`: literals, ranges, guards, bindings, tuples, slices, enums with active payloads.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Shape {
        Point,
        Circle(f64),
        Rectangle { width: f64, height: f64 },
        Regular(usize, f64),
    }

    #[differentiable]
    #[at(Shape::Point)]
    #[at(Shape::Circle(1.5))]
    #[at(Shape::Rectangle { width: 2.0, height: 0.5 })]
    #[at(Shape::Regular(5, 1.5))]
    fn area(shape: Shape) -> f64 {
        match shape {
            Shape::Point => 0.0,
            Shape::Circle(radius) => std::f64::consts::PI * radius * radius,
            Shape::Rectangle { width, height } => width * height,
            Shape::Regular(n, side) => {
                let n = n as f64;
                n * side * side / (4.0 * (std::f64::consts::PI / n).tan())
            }
        }
    }

    #[differentiable]
    #[at(Shape::Circle(1.5), 2.0)]
    #[at(Shape::Rectangle { width: 2.0, height: 0.5 }, 2.0)]
    #[at(Shape::Point, 2.0)]
    fn by_reference(shape: &Shape, scale: f64) -> f64 {
        match shape {
            Shape::Circle(r) => r * scale,
            Shape::Rectangle { width, .. } => width * scale * scale,
            _ => scale,
        }
    }

    #[differentiable]
    #[at(0, 0.5)]
    #[at(1, 0.5)]
    #[at(7, 0.5)]
    #[at(100, 0.5)]
    fn integer_literals_and_ranges(n: usize, x: f64) -> f64 {
        match n {
            0 => x,
            1 | 2 => x * x,
            3..=9 => x.sin(),
            10.. => x.exp(),
        }
    }

    #[differentiable]
    #[at(-0.5)]
    #[at(0.5)]
    #[at(1.5)]
    #[at(4.0)]
    fn float_ranges(x: f64) -> f64 {
        match x {
            ..0.0 => -x,
            0.0..1.0 => x * x,
            1.0..=2.0 => x.sqrt(),
            other => other.ln(),
        }
    }

    #[differentiable]
    #[at(-0.5)]
    #[at(0.5)]
    #[at(2.5)]
    fn guards(x: f64) -> f64 {
        match x * x {
            y if x < 0.0 => y * 2.0,
            y if y > 4.0 => y.sqrt(),
            y => y * x,
        }
    }

    #[differentiable]
    #[at(Shape::Circle(1.5))]
    #[at(Shape::Circle(0.5))]
    #[at(Shape::Rectangle { width: 2.0, height: 0.5 })]
    #[at(Shape::Rectangle { width: 0.5, height: 2.0 })]
    fn guards_over_payloads(shape: Shape) -> f64 {
        match shape {
            Shape::Circle(r) if r > 1.0 => r.powi(3),
            Shape::Circle(r) => r,
            Shape::Rectangle { width: w, height: h } if w > h => w / h,
            Shape::Rectangle { width, height } => height * width * width,
            Shape::Point | Shape::Regular(..) => 1.0,
        }
    }

    #[differentiable]
    #[at(true, 0.5)]
    #[at(false, 0.5)]
    fn booleans(flag: bool, x: f64) -> f64 {
        match flag {
            true => x * x,
            false => -x,
        }
    }

    #[differentiable]
    #[at(0.5, 2.0)]
    #[at(-0.5, 2.0)]
    #[at(-0.5, -2.0)]
    fn tuple_of_conditions(x: f64, y: f64) -> f64 {
        match (x > 0.0, y > 0.0) {
            (true, true) => x * y,
            (true, false) => x,
            (false, true) => y * y,
            (false, false) => x * x * y,
        }
    }

    #[differentiable]
    #[at((0.5, 2.0), 0)]
    #[at((0.5, 2.0), 1)]
    #[at((0.5, 2.0), 2)]
    fn tuple_with_payload(pair: (f64, f64), which: u8) -> f64 {
        match (pair, which) {
            ((a, _), 0) => a * a,
            ((_, b), 1) => b,
            ((a, b), _) => a * b,
        }
    }

    #[differentiable]
    #[at(Some(0.5), Some(2.0))]
    #[at(Some(0.5), None)]
    #[at(None, Some(2.0))]
    #[at(None, None)]
    fn two_options(a: Option<f64>, b: Option<f64>) -> f64 {
        match (a, b) {
            (Some(a), Some(b)) => a * b,
            (Some(x), None) | (None, Some(x)) => x * x,
            (None, None) => 1.0,
        }
    }

    #[differentiable]
    #[at(Vec::new())]
    #[at([0.5])]
    #[at([0.5, 2.0])]
    #[at([0.5, 2.0, 3.0])]
    fn slice_patterns(v: &[f64]) -> f64 {
        match v {
            [] => 0.0,
            [x] => x * x,
            [x, y] => x * y,
            [first, .., last] => first - last * last,
        }
    }

    #[differentiable]
    #[at(2, 0.5)]
    #[at(5, 0.5)]
    #[at(50, 0.5)]
    fn bindings_with_subpatterns(n: i32, x: f64) -> f64 {
        match n {
            k @ 0..=3 => x * k as f64,
            k @ (4 | 5) => x.powi(k),
            k => x + k as f64 * x * x,
        }
    }

    #[differentiable]
    #[at("linear", 0.5)]
    #[at("square", 0.5)]
    #[at("cubic", 0.5)]
    fn strings(kind: &str, x: f64) -> f64 {
        match kind {
            "linear" => x,
            "square" => x * x,
            _ => x * x * x,
        }
    }

    #[differentiable]
    #[at(0, 0.5)]
    #[at(1, 0.5)]
    #[at(2, 0.5)]
    fn statement_position(n: usize, x: f64) -> f64 {
        let mut y = x;
        match n {
            0 => y += 1.0,
            1 => {
                y *= y;
                y += x;
            }
            _ => {}
        }
        y * x
    }

    #[differentiable]
    #[at(0, 0.5)]
    #[at(1, 0.5)]
    #[at(2, 0.5)]
    fn arms_that_leave(n: usize, x: f64) -> f64 {
        let y = match n {
            0 => return x.cos(),
            1 => x * x,
            _ => {
                if x > 0.0 {
                    return x;
                }
                0.0
            }
        };
        y * 3.0
    }

    #[differentiable]
    #[at(Shape::Circle(1.5), 2.0)]
    #[at(Shape::Point, 2.0)]
    fn matches_macro(shape: Shape, x: f64) -> f64 {
        if matches!(shape, Shape::Circle(_)) { x * x } else { x }
    }

    #[differentiable]
    #[at(Shape::Circle(1.5), 2.0)]
    #[at(Shape::Rectangle { width: 2.0, height: 0.5 }, 2.0)]
    #[at(Shape::Regular(5, 1.5), 2.0)]
    fn enlarged(shape: Shape, factor: f64) -> Shape {
        match shape {
            Shape::Point => Shape::Point,
            Shape::Circle(r) => Shape::Circle(r * factor),
            Shape::Rectangle { width, height } => {
                Shape::Rectangle { width: width * factor, height: height * factor * factor }
            }
            Shape::Regular(n, side) => Shape::Regular(n, side * factor),
        }
    }

    #[differentiable]
    #[at(0.5)]
    #[at(2.0)]
    fn built_and_taken_apart(x: f64) -> f64 {
        let shape = if x > 1.0 { Shape::Circle(x) } else { Shape::Regular(4, x * x) };
        match shape {
            Shape::Circle(r) => r * r,
            Shape::Regular(n, s) => s * n as f64,
            Shape::Point | Shape::Rectangle { .. } => 0.0,
        }
    }

    #[differentiable]
    #[at(Shape::Circle(1.5))]
    #[at(Shape::Rectangle { width: 2.0, height: 0.5 })]
    fn if_let_variant(shape: Shape) -> f64 {
        if let Shape::Rectangle { width, height } = shape {
            width * height
        } else if let Shape::Circle(r) = shape {
            r * r
        } else {
            0.0
        }
    }

    #[differentiable]
    #[at(Shape::Circle(1.5))]
    #[at(Shape::Point)]
    fn let_else_variant(shape: Shape) -> f64 {
        let Shape::Circle(r) = shape else { return 1.0 };
        r * r
    }

    // Guards on what is bound by value: the tag is computed without moving it.
    #[differentiable]
    #[at(0.5, Some(2.0), 3)]
    #[at(2.5, Some(2.0), 3)]
    #[at(2.5, None, 3)]
    fn guard_on_moved_payload(k: f64, o: Option<f64>, n: usize) -> f64 {
        match (o, n) {
            (Some(v), 3) if v > k => v * k,
            (Some(v), _) if v.abs() > 100.0 || [v, k].len() == 3 => 1.0,
            (Some(ref v), _) if *v > 1e9 => 2.0,
            (Some(mut v), _) if v < 1e9 => {
                v *= k;
                v * v
            }
            (Some(v), _) => v,
            (None, n) => k * n as f64,
        }
    }
    #[differentiable]
    #[at(0.5, Some(vec![2.0, 1.0]))]
    #[at(2.5, Some(vec![3.0]))]
    #[at(2.5, None)]
    fn guard_on_vector(k: f64, o: Option<Vec<f64>>) -> f64 {
        match o {
            Some(v) if v.len() > 1 && v[0] > k => v[0] * v[1],
            Some(v) => v.iter().map(|a| a * k).sum(),
            None => k,
        }
    }
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Outline {
        Disc(f64),
        Poly(Vec<f64>),
        Named { w: f64, name: &'static str },
    }
    #[differentiable]
    #[at(Outline::Disc(2.0), Outline::Disc(1.0))]
    #[at(Outline::Disc(0.5), Outline::Disc(1.0))]
    #[at(Outline::Poly(vec![2.0, 3.0]), Outline::Disc(1.0))]
    #[at(Outline::Poly(vec![2.0, 3.0, 4.0]), Outline::Named { w: 1.0, name: "a" })]
    #[at(Outline::Disc(0.5), Outline::Named { w: 2.0, name: "a" })]
    fn guard_on_two_enums(a: Outline, b: Outline) -> f64 {
        match (a, &b) {
            (Outline::Disc(r), Outline::Disc(s)) if r > *s => r * s,
            (Outline::Poly(v), _) if v.len() == 2 => v[0] * v[1],
            (Outline::Poly(v), Outline::Named { w, name }) if v[0] < *w || name.is_empty() => {
                v[1] * w
            }
            (Outline::Poly(v), ..) => v[2],
            (.., Outline::Named { w, .. }) => w * w,
            (Outline::Disc(r), _) => r.sin(),
            _ => 0.0,
        }
    }
    #[differentiable]
    #[at(Outline::Disc(2.0), 1.0)]
    #[at(Outline::Disc(0.5), 1.0)]
    #[at(Outline::Named { w: 2.0, name: "a" }, 1.0)]
    #[at(Outline::Named { w: 2.0, name: "b" }, 1.0)]
    fn guard_on_one_enum(a: Outline, k: f64) -> f64 {
        match a {
            Outline::Disc(r) if r > k => r * r,
            Outline::Named { w, name: "a" } if w > k => w * k,
            Outline::Named { w, name } if name.len() == 1 => w + k,
            other if k > 100.0 => {
                let Outline::Disc(r) = other else { return k };
                r
            }
            Outline::Disc(r) => r * k,
            _ => k,
        }
    }
    #[differentiable]
    #[at(0.5, Some(2.0), 3)]
    #[at(2.5, Some(2.0), 3)]
    #[at(2.5, None, 3)]
    fn guard_in_matches(k: f64, o: Option<f64>, n: usize) -> f64 {
        if matches!((o, n), (Some(v), 3) if v > k) { k * k } else { k }
    }

    #[differentiable]
    #[at(Some(3.0), 2.0)]
    #[at(None, 2.0)]
    fn options_from_options(o: Option<f64>, k: f64) -> f64 {
        let other = o.or(Some(k * k)).unwrap_or_default();
        let computed = o.or_else(|| Some(k.sin())).unwrap_or(k);
        let large = o.filter(|v| *v * k > 5.0).map_or(k, |v| v * v);
        let either = o.map_or_else(|| k.exp(), |v| v * k);
        other * computed + large * either * o.unwrap_or_default()
    }

    #[differentiable]
    #[at(&[0.5, 3.0], 2.0)]
    #[at(&[2.5, 3.0], 2.0)]
    fn options_of_elements(x: &[f64], k: f64) -> f64 {
        let chosen = x.first().filter(|v| **v > k).or(x.last()).copied().unwrap_or(k);
        let third = x.get(2).or_else(|| x.get(1)).map_or(k, |v| v * k);
        chosen * chosen * third
    }

    #[differentiable]
    pub fn products(x: f64, y: f64) -> (f64, f64) {
        (x * y, x + y.sin())
    }

    /// Guards look at what a call has given.
    #[differentiable]
    #[at(1.0, 3.0)]
    #[at(0.5, 1.0)]
    #[at(-2.0, 0.25)]
    fn guards_on_results(x: f64, y: f64) -> f64 {
        let nested = match (products(x, y), x) {
            ((a, b), c) if a > 2.0 && c > 0.0 => a * b,
            ((a, _), _) => a * a,
        };
        match products(x, nested) {
            (a, b) if a > 2.0 => a * b,
            (a, b) if b < 0.0 => a - b,
            (a, b) => a * a + b,
        }
    }

    /// What may be there is `None` to begin with, and its parts are read before it is anything else.
    #[differentiable]
    #[at(&[1.0, 3.0, 2.0, 2.5])]
    #[at(&[])]
    fn best_so_far(x: &[f64]) -> f64 {
        let mut best: Option<(usize, f64)> = None;
        let mut least = None;
        let mut shape: Option<Shape> = None;
        for (i, &v) in x.iter().enumerate() {
            if best.is_none_or(|(_, b)| v > b) {
                best = Some((i, v));
            }
            if least.is_some_and(|(l, _)| v > l) {
                continue;
            }
            least = Some((v, i));
            match &shape {
                Some(Shape::Circle(r)) if *r < v => shape = Some(Shape::Point),
                _ => shape = Some(Shape::Circle(v)),
            }
        }
        let highest = best.map(|(i, v)| v * v * i as f64).unwrap_or_default();
        let lowest = least.map_or(1.0, |(v, i)| v * (i + 1) as f64);
        highest * lowest + shape.map_or(0.5, |s| area(s))
    }

    /// Texts are matched with guards, and `Result`s and `Option`s side by side.
    #[differentiable]
    #[at([0.5, 1.5, -0.75], 1.25)]
    fn of_texts(v: [f64; 3], k: f64) -> f64 {
        let mut sum = 0.0;
        for name in ["relu", "leaky", "identities"] {
            sum += match name {
                "relu" => v[0].max(0.0),
                long if long.len() > 9 => v[1] * k,
                _ => v[2] * v[2],
            };
        }
        let text = "1 2";
        if let (Ok(a), Ok(b)) = (text[..1].parse::<usize>(), text[2..].parse::<usize>()) {
            sum *= v[a] * v[b];
        }
        let table = std::collections::BTreeMap::from([(1usize, 2usize), (2, 0)]);
        for i in 0..3 {
            sum += match (table.get(&i), table.get(&(i + 1))) {
                (Some(a), Some(b)) => v[*a] * v[*b] * k,
                (Some(a), None) => v[*a],
                _ => k * k,
            };
        }
        sum
    }

    /// A `&String` for a `&str`.
    #[differentiable]
    #[at(0.625, 1.25)]
    fn by_names(x: f64, k: f64) -> f64 {
        let apply = |name: &str, v: f64| match name {
            "square" => v * v,
            other if other.starts_with('t') => v.tanh(),
            _ => v,
        };
        let names = vec![String::from("tanh"), String::from("square")];
        let one = String::from("other");
        let sum: f64 = names.iter().map(|name| apply(name, x)).sum();
        sum * apply(&names[1], k) + apply(&one, x) * apply("square", x)
    }
}
