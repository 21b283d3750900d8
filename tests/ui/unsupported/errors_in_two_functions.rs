use chainrule::differentiable;

#[differentiable]
fn first(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) }
}

#[differentiable]
fn second(x: Option<f64>) -> Option<f64> {
    let x = x.xor(None).unwrap();
    Some(x * x)
}

#[differentiable]
fn both(x: &[f64]) -> f64 {
    first(x) * second(Some(x[1])).unwrap()
}

fn main() {
    let _: Vec<f64> = both::grad(&[1.0, 2.0]);
}
