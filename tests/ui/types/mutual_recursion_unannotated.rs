use chainrule::differentiable;

#[differentiable]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x.sin(), n - 1) }
}

fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { 0.0 } else { even(x.cos(), n - 1) }
}

fn main() {}
