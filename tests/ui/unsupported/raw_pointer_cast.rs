use chainrule::differentiable;

#[differentiable]
fn address(x: &f64) -> f64 {
    let _address = x as *const f64;
    *x
}

fn main() {}
