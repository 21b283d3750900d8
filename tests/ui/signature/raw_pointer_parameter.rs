use chainrule::differentiable;

#[differentiable]
fn first(_start: *const f64, x: f64) -> f64 {
    x * x
}

fn main() {}
