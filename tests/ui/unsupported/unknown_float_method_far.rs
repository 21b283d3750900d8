use chainrule::differentiable;

trait Special {
    fn polygamma(self) -> f64;
}

impl Special for f64 {
    fn polygamma(self) -> f64 {
        self
    }
}

#[differentiable]
fn special(x: f64) -> f64 {
    x.polygamma() + x
}

fn main() {}
