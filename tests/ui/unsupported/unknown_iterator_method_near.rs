use chainrule::differentiable;

#[differentiable]
fn cut(x: &[f64]) -> f64 {
    x.iter().map_while(|v| (*v < 1.0).then(|| v * v)).sum()
}

fn main() {}
