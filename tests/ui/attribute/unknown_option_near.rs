use chainrule::differentiable;

#[differentiable(partial(x = 2.0 * x))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
