use chainrule::differentiable;

#[differentiable]
fn scale(x: f64, #[constant] factor: f64) -> f64 {
    x * factor
}

#[differentiable]
fn square(x: f64) -> f64 {
    scale(x, x)
}

fn main() {}
