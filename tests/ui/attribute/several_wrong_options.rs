use chainrule::differentiable;

#[differentiable(wrt, orders = 2, order = 7, dump, dump, jvp(f))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
