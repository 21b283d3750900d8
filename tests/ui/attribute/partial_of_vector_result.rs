use chainrule::differentiable;

#[differentiable(partials(x = 1.0))]
fn pair(x: f64) -> [f64; 2] {
    [x, x]
}

fn main() {}
