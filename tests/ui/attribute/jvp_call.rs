use chainrule::differentiable;

#[differentiable(jvp(square_jvp))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
