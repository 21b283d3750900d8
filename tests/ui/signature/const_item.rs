use chainrule::differentiable;

#[differentiable]
const GRAVITY: f64 = 9.81;

fn main() {}
