use chainrule::differentiable;

fn square_jvp(x: f64) -> f64 {
    2.0 * x
}

#[differentiable(jvp = square_jvp)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
