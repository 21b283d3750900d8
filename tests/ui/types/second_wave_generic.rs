use chainrule::{Real, differentiable};

#[differentiable]
fn norm<T: Real, const N: usize>(x: &[T; N]) -> T {
    let first = unsafe { x.get_unchecked(0) };
    *first
}

#[differentiable]
fn loss(x: &[f64; 3]) -> f64 {
    norm(x) * 2.0
}

fn main() {
    let _: [f64; 3] = norm::grad(&[1.0, 2.0, 3.0]);
    let _: [f32; 2] = norm::grad(&[1.0f32, 2.0]);
    let _ = loss::grad(&[1.0; 3]);
}
