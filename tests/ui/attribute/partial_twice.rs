use chainrule::differentiable;

#[differentiable(partials(x = y, x = y, y = x))]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
