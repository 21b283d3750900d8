use chainrule::differentiable;

#[differentiable]
fn scaled(x: f64) -> f64 {
    static SCALE: f64 = 2.0;
    SCALE * x
}

fn main() {}
