use chainrule::differentiable;

#[differentiable]
fn scale(x: f64, #[constant] factor: f64) -> f64 {
    x * factor
}

fn main() {
    let (dx, dfactor) = scale::grad(1.0, 2.0);
}
