use chainrule::differentiable;

#[differentiable]
fn quantised(x: f64) -> f64 {
    let steps = (x * 16.0) as i64;
    x + steps as f64 / 16.0
}

fn main() {}
