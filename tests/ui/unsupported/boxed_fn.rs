use chainrule::differentiable;

#[differentiable]
fn twice(x: f64) -> f64 {
    let square: Box<dyn Fn(f64) -> f64> = Box::new(|v| v * v);
    square(square(x))
}

fn main() {}
