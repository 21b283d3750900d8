use chainrule::differentiable;

#[differentiable]
fn apply(activation: fn(f64) -> f64, x: f64) -> f64 {
    activation(x) + x
}

fn main() {}
