use chainrule::differentiable;

#[differentiable]
fn integral(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    (b - a) * f(0.5 * (a + b))
}

fn main() {
    let _: (f64, f64) = integral::grad(|x| x * x, 1.0, 2.0);
}
