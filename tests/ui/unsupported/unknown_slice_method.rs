use chainrule::differentiable;

#[differentiable]
fn ordered(x: &mut [f64]) {
    x.sort_by(|a, b| a.total_cmp(b));
    x[0] *= 2.0;
}

fn main() {}
