use chainrule::differentiable;

#[differentiable]
fn tail(x: &mut [f64]) -> &mut [f64] {
    &mut x[1..]
}

fn main() {}
