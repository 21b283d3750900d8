use chainrule::differentiable;

#[differentiable]
fn inside(x: f64) -> f64 {
    let ok = true & (let Some(_) = Some(x));
    if ok { x } else { 0.0 }
}

fn main() {}
