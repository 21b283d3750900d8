use chainrule::differentiable;

#[differentiable]
fn corner(rows: &[&[f64]]) -> f64 {
    rows[0][0] * rows[1][1]
}

fn main() {}
