use chainrule::differentiable;

#[differentiable(partials(x = 2.0))]
fn twice(x: &mut f64) -> f64 {
    *x *= 2.0;
    *x
}

fn main() {}
