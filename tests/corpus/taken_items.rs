//! Items of any type that are taken out of a list: the first, the last, the greatest.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Op {
        Push(f64),
        Multiply,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Point {
        pub weight: f64,
        pub rank: usize,
    }

    #[differentiable]
    fn ops(x: f64) -> Vec<Op> {
        vec![Op::Push(x * x), Op::Multiply, Op::Push(x)]
    }

    #[differentiable]
    fn points(x: f64) -> Vec<Point> {
        vec![Point { weight: x, rank: 1 }, Point { weight: x * x, rank: 2 }]
    }

    #[differentiable]
    #[at(0.5)]
    #[at(1.5)]
    fn variants_of_unwritten_type(x: f64) -> f64 {
        let list = ops(x);
        let first = if let Some(Op::Push(v)) = list.into_iter().next() { v * x } else { x };
        let last = match ops(x * x).into_iter().last() {
            Some(Op::Push(v)) => v.sin(),
            Some(Op::Multiply) | None => 1.0,
        };
        let popped = match ops(first).pop() {
            Some(Op::Push(v)) => v * last,
            _ => x,
        };
        first * last + popped
    }

    #[differentiable]
    #[at(0.5)]
    #[at(1.5)]
    fn structs_by_value(x: f64) -> f64 {
        let first = points(x).into_iter().next().unwrap();
        let list: Vec<Point> = points(first.weight * x);
        let (at, last) = list.into_iter().enumerate().last().unwrap();
        let found = points(x).into_iter().find(|point| point.rank > 1);
        found.map_or(x, |point| point.weight * last.weight * (at + last.rank) as f64)
    }

    /// What was taken does not change with the list.
    #[differentiable]
    #[at(0.5)]
    #[at(1.5)]
    fn copies_of_what_changes(x: f64) -> f64 {
        let mut list: Vec<Point> = points(x);
        let by_weight = |a: &Point, b: &Point| a.weight.partial_cmp(&b.weight).unwrap();
        let heaviest = list.iter().copied().max_by(by_weight).unwrap();
        list[0].weight = 7.0 * x;
        list[1].weight = 3.0;
        let mut array = [list[0], list[1]];
        let first = array.into_iter().next();
        array[0].weight = 5.0;
        heaviest.weight * first.map_or(x, |point| point.weight * x) * array[0].weight
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn longest_row(x: f64, y: f64) -> f64 {
        let rows = vec![vec![x * y], vec![x, y.sin()], vec![y]];
        let longest: Vec<f64> = rows.into_iter().max_by_key(|row| row.len()).unwrap();
        longest[0] * longest[1] * x
    }
}
