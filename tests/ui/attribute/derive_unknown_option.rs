use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(tangents = Velocity)]
struct Body {
    mass: f64,
}

fn main() {}
