use chainrule::differentiable;

#[differentiable(order)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
