use chainrule::differentiable;

use std::sync::OnceLock;

static FIRST: OnceLock<f64> = OnceLock::new();

#[differentiable]
fn remembered(x: f64) -> f64 {
    FIRST.get_or_init(|| x) * x
}

fn main() {}
