use chainrule::differentiable;

#[differentiable]
fn ordered(x: &mut [f64]) {
    x.select_nth_unstable_by(1, |a, b| a.total_cmp(b));
    x[0] *= 2.0;
}

fn main() {}
