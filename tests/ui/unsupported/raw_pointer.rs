use chainrule::differentiable;

#[differentiable]
fn first(x: &[f64]) -> f64 {
    let _first = x.as_ptr();
    let _second = &raw const x[1];
    x[0] + x[1]
}

fn main() {}
