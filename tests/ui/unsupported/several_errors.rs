use chainrule::differentiable;

#[differentiable]
fn tangled(x: f64, y: &[f64]) -> Option<f64> {
    let a = Some(x).xor(None).unwrap();
    let b = unsafe { y.get_unchecked(0).sin() };
    let c = (x as i32) as f64;
    let d = y.first_chunk::<1>().unwrap();
    Some(a + b + c + d[0])
}

fn main() {}
