use chainrule::differentiable;

#[differentiable(dump = true)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
