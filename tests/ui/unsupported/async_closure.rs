use chainrule::differentiable;

#[differentiable]
fn delayed(x: f64) -> f64 {
    let _later = async |y: f64| x * y;
    x
}

fn main() {}
