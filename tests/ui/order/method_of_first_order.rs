use chainrule::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

#[differentiable(order = 2)]
fn twice(spring: &Spring, x: f64) -> f64 {
    spring.energy(x) * x
}

fn main() {
    let spring = Spring { k: 2.0 };
    println!("{}", twice::grad(&spring, 1.0).1);
}
