use chainrule::differentiable;

const SCALE: f64 = 2.0;

#[differentiable]
fn mixed(x: f32, y: f64) -> f64 {
    let doubled = SCALE + SCALE;
    doubled as f64 * y + x as f64
}

fn main() {}
