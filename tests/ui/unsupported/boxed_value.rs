use chainrule::differentiable;

#[differentiable]
fn boxed(x: f64) -> f64 {
    let square = Box::new(x * x);
    *square * x
}

fn main() {}
