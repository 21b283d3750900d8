use chainrule::{differentiable, differentiate};
use num_traits::Float;

#[differentiable]
fn tangent<T: Float>(x: T, k: T) -> T {
    let f = differentiate!(|y: T| -> T { y * y * k });
    f.grad(x) * x
}

fn main() {}
