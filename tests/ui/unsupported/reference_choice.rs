use chainrule::differentiable;

#[differentiable]
fn longer(x: &[f64], y: &[f64]) -> f64 {
    let longer = if x.len() > y.len() { x } else { y };
    longer[0] * longer[1]
}

fn main() {}
