use chainrule::differentiable;

#[differentiable]
fn first(x: &[f64]) -> f64 {
    let first = |i: usize| {
        let v = x.get(i)?;
        Some(v * v)
    };
    first(0).unwrap() + first(1).unwrap()
}

fn main() {}
