use chainrule::differentiable;

#[differentiable]
fn larger<'a>(x: &'a f64, y: &'a f64) -> &'a f64 {
    if x > y { x } else { y }
}

fn main() {}
