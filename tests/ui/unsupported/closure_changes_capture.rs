use chainrule::{differentiable, differentiate};

#[differentiable]
fn scaled(x: f64, by: impl Fn(f64) -> f64) -> f64 {
    x * by(2.0)
}

#[differentiable]
fn counting(x: f64) -> f64 {
    let mut calls = 0;
    let y = scaled(x, |t| {
        calls += 1;
        t
    });
    y * calls as f64
}

#[differentiable]
fn counting_derivatives(x: &[f64]) -> f64 {
    let mut calls = 0;
    let g = differentiate!(|t: f64| -> f64 {
        calls += 1;
        t * t * x[0]
    });
    g.grad(x[1])
}

fn main() {
    let mut log = Vec::new();
    let _ = differentiate!(|x: f64| -> f64 {
        log.push(1.0_f64);
        x * x
    });
}
