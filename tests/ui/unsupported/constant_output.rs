use chainrule::differentiable;

#[differentiable]
fn written(x: f64, #[constant] out: &mut f64) -> f64 {
    *out = x * x;
    *out * x
}

#[differentiable]
fn pushed(x: f64, #[constant] out: &mut Vec<f64>) -> f64 {
    out.push(x);
    out[0] * x
}

fn main() {}
