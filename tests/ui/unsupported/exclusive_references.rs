use chainrule::differentiable;

#[differentiable]
fn found(v: &mut [f64], x: f64) -> f64 {
    if let Some(a) = v.iter_mut().find(|a| **a > 0.5) {
        *a *= x;
    }
    v[1]
}

#[differentiable]
fn last(v: &mut [f64], x: f64) -> f64 {
    v.iter_mut().last().map(|a| *a += x);
    v[1]
}

#[differentiable]
fn next(v: &mut [f64], x: f64) -> f64 {
    let a = v.iter_mut().next().unwrap();
    *a *= x;
    v[1]
}

#[differentiable]
fn found_and_mapped(v: &mut [f64], x: f64) -> f64 {
    if let Some(a) = v.iter_mut().find_map(|a| if *a > 0.5 { Some(a) } else { None }) {
        *a *= x;
    }
    v[1]
}

#[differentiable]
fn largest(v: &mut [f64], x: f64) -> f64 {
    if let Some(a) = v.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *a *= x;
    }
    v[1]
}

#[differentiable]
fn with_its_index(v: &mut [f64], x: f64) -> f64 {
    if let Some((i, a)) = v.iter_mut().enumerate().find(|(_, a)| **a > 0.5) {
        *a *= x * i as f64;
    }
    v[1]
}

#[differentiable]
fn nth_of_each(rows: &mut [[f64; 2]], x: f64) -> f64 {
    for row in rows.iter_mut() {
        if let Some(a) = row.iter_mut().nth(1) {
            *a *= x;
        }
    }
    rows[0][1]
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

fn main() {}
