use chainrule::differentiable;

#[differentiable]
fn norm(x: &[f64], y: f64) -> f64 {
    unsafe { *x.get_unchecked(0) + y }
}

#[differentiable]
fn loss(x: &[f64]) -> f64 {
    norm(x, 2.0) * norm(x, x[0])
}

fn main() {
    let (bar, y) = norm::grad(&[1.0, 2.0], 3.0);
    let (value, (_, _)) = norm::value_and_grad(&[1.0], y);
    let (_, pullback) = norm::vjp(&bar, value);
    let (_, _) = pullback(1.0);
    let _: (f64, f64) = norm::jvp(&bar, 1.0, &bar, 1.0);
    let _: Vec<f64> = loss::grad(&bar);
}
