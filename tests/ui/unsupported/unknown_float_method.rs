use chainrule::differentiable;

trait Special {
    fn sinn(self) -> f64;
}

impl Special for f64 {
    fn sinn(self) -> f64 {
        self.sin()
    }
}

#[differentiable]
fn wave(x: f64) -> f64 {
    2.0 * x.sinn()
}

fn main() {}
