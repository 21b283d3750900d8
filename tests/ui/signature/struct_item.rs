use chainrule::differentiable;

#[differentiable]
struct Body {
    mass: f64,
}

fn main() {}
