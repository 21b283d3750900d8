use chainrule::differentiable;

#[derive(Clone, Copy)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    #[differentiable]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }

    #[differentiable(order = 2)]
    fn new(stiffness: f64) -> Self {
        Spring { stiffness }
    }
}

fn main() {
    Spring::new(1.0).energy(2.0);
}
