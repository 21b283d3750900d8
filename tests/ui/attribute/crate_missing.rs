use chainrule::differentiable;

#[differentiable(crate = elsewhere)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
