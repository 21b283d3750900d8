use chainrule::differentiable;

#[differentiable]
fn cut(x: &[f64]) -> f64 {
    x.iter().rfold(0.0, |sum, v| sum * v + v)
}

fn main() {}
