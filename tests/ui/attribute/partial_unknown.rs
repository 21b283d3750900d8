use chainrule::differentiable;

#[differentiable(partials(x = y, y = x, z = 1.0))]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
