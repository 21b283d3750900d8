use chainrule::{Differentiable, differentiable};
use std::ops::Add;

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y * other.y }
    }
}

#[differentiable(order = 2)]
fn norm(p: Point, x: f64) -> f64 {
    let q: Point = p + Point { x, y: x };
    q.x * q.x + q.y * q.y
}

fn main() {}
