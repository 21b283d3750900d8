use chainrule::differentiable;

fn square_jvp(x: f64, dx: f64) -> (f64, f64) {
    (x * x, 2.0 * x * dx)
}

#[differentiable(partials(x = 2.0 * x), jvp = square_jvp)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
