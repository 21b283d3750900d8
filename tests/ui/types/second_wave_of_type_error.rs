use chainrule::differentiable;

#[differentiable]
fn half(x: f64, y: f32) -> f64 {
    if x < y { x } else { 0.5 * x }
}

#[differentiable]
fn quarter(x: f64) -> f64 {
    half(half(x, 1.0), 2.0)
}

fn main() {
    println!("{}", quarter::grad(1.0));
}
