use chainrule::differentiable;

#[differentiable]
fn outer(x: &[f64]) -> f64 {
    fn inner(x: &[f64]) -> f64 {
        unsafe { *x.get_unchecked(0) }
    }
    inner(x) + 1.0
}

fn main() {}
