use chainrule::differentiable;

#[differentiable]
fn found_and_mapped(v: &mut [f64], x: f64) -> f64 {
    if let Some(a) = v.iter_mut().find_map(|a| if *a > 0.5 { Some(a) } else { None }) {
        *a *= x;
    }
    v[1]
}

#[differentiable]
fn collected(v: &mut [f64], x: f64) -> f64 {
    let all: Vec<&mut f64> = v.iter_mut().collect();
    for a in all {
        *a *= x;
    }
    v[1]
}

#[differentiable]
fn chosen(a: f64, b: f64, x: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    let one = if x > 0.0 { &mut a } else { &mut b };
    *one *= x;
    a * b
}

#[differentiable]
fn reduced(v: &mut [f64], x: f64) -> f64 {
    let a = v.iter_mut().reduce(|a, b| if *a > *b { a } else { b }).unwrap();
    *a *= x;
    v[1]
}

fn main() {}
