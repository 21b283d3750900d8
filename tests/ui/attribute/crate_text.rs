use chainrule::differentiable;

#[differentiable(crate = "chainrule")]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
