use chainrule::differentiable;

#[differentiable]
fn delayed(x: f64) -> f64 {
    let _later = async { x * x };
    x
}

fn main() {}
