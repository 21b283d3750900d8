use chainrule::differentiable;

#[differentiable]
fn counted(x: f64) -> f64 {
    let steps = x as i32;
    let half = f64::from(steps / 2);
    half * x
}

fn main() {}
