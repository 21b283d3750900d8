use chainrule::differentiable;

#[differentiable]
fn table(x: f64) -> f64 {
    let pair = (|v: f64| v * x, 2.0);
    let steps = [pair];
    steps[0].1 * x
}

fn main() {}
