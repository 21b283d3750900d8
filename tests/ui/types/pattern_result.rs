use chainrule::differentiable;

#[differentiable]
fn either(x: Result<f64, f64>) -> f64 {
    match x {
        Ok(v) | Err(v) => v * v,
    }
}

fn main() {}
