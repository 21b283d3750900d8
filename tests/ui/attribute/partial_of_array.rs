use chainrule::differentiable;

#[differentiable(partials(x = 1.0))]
fn first(x: [f64; 3]) -> f64 {
    x[0]
}

fn main() {}
