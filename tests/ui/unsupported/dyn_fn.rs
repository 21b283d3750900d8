use chainrule::differentiable;

#[differentiable]
fn integrate(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    0.5 * x * (f(0.0) + f(x))
}

fn main() {}
