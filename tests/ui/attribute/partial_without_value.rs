use chainrule::differentiable;

#[differentiable(partials(x))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
