use chainrule::differentiable;

#[differentiable(companion = a::Square)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
