use chainrule::differentiable;

#[differentiable]
fn scaled(x: f64) -> impl Fn(f64) -> f64 {
    move |y| x * y
}

fn main() {}
