use chainrule::differentiable;

#[differentiable]
fn printed(x: f64) -> f64 {
    let text = format!("{x:.3}");
    let rounded: f64 = text.parse().unwrap();
    rounded * x
}

fn main() {}
