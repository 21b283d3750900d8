use chainrule::{HessianMode, differentiable};

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn squares(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v).collect()
}

fn main() {
    println!("{}", square::hessian(1.0));
    println!("{}", square::hessian_with(HessianMode::ReverseOverReverse, 1.0));
    println!("{:?}", squares::hessian(&[1.0]));
    println!("{:?}", squares::hessian_with(HessianMode::ReverseOverReverse, &[1.0]));
}
