use chainrule::differentiable;

#[differentiable]
fn late(x: f64) -> f64 {
    let [a, b]: [f64; 2];
    (a, b) = (x, x * x);
    a * b
}

fn main() {}
