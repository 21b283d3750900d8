use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
enum Shape {
    Disc(f64),
    Square(f64),
}

#[differentiable]
fn size(shape: Option<Shape>, scale: f64) -> f64 {
    match shape {
        Some(Shape::Disc(size) | Shape::Square(size)) => size * scale,
        None => scale,
    }
}

fn main() {}
