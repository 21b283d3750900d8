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
}
