use chainrule::differentiable;

#[differentiable(order = 0)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
