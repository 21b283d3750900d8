use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
enum Shape {
    Disc(f64),
    Square(f64),
}

#[differentiable]
fn size(shape: &Shape, scale: f64) -> f64 {
    let (Shape::Disc(size) | Shape::Square(size)) = shape;
    size * scale
}

fn main() {}
