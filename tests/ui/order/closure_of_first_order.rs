use chainrule::{Differentiable, differentiable, differentiate};

#[derive(Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn energy(&self, length: f64) -> f64 {
        self.stiffness * length * length
    }
}

fn main() {
    let spring = Spring { stiffness: 2.0 };
    let f = differentiate!(|length: f64| -> f64 { spring.energy(length) });
    println!("{}", f.grad(1.0));
    println!("{}", f.hessian(1.0));
    println!("{}", f.hvp(1.0, 1.0));
}
