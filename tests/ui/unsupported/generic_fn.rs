use chainrule::differentiable;

#[differentiable]
fn trapezium<F: Fn(f64) -> f64 + Copy>(f: F, x: f64) -> f64 {
    0.5 * x * (f(0.0) + f(x))
}

fn main() {}
