use chainrule::differentiable;

#[differentiable(dump, dump)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
