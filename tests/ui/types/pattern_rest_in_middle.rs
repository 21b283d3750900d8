use chainrule::differentiable;

#[derive(Clone, chainrule::Differentiable)]
struct Triple(f64, f64, f64);

#[differentiable]
fn outer(t: Triple) -> f64 {
    let Triple(first, .., last) = t;
    first * last
}

fn main() {}
