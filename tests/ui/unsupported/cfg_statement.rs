use chainrule::differentiable;

#[differentiable]
fn damped(x: f64) -> f64 {
    let mut y = x;
    y += 1.0;
    #[cfg(debug_assertions)]
    {
        y *= 0.5;
    }
    y * x
}

fn main() {}
