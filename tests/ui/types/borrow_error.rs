use chainrule::differentiable;

#[differentiable]
fn shifted(x: &mut [f64]) -> f64 {
    let first = &x[0];
    x[1] = 2.0;
    *first * x[1]
}

fn main() {}
