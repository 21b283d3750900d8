use chainrule::differentiable;

fn twice_jvp(x: &mut f64, dx: &mut f64) -> (f64, f64) {
    *x *= 2.0;
    (*x, 2.0 * *dx)
}

#[differentiable(jvp = twice_jvp, vjp = twice_jvp)]
fn twice(x: &mut f64) -> f64 {
    *x *= 2.0;
    *x
}

fn main() {}
