use chainrule::differentiable;

#[differentiable(order = "two")]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
