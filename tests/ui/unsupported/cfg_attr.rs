use chainrule::differentiable;

#[differentiable]
fn damped(x: f64) -> f64 {
    #[cfg_attr(not(test), cfg(debug_assertions))]
    let x = 0.5 * x;
    x * x
}

fn main() {}
