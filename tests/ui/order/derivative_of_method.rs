use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable(order = 2)]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

#[differentiable(order = 2)]
fn force(spring: &Spring, x: f64) -> f64 {
    let (_, by_x) = spring.energy_grad(x);
    by_x
}

fn main() {}
