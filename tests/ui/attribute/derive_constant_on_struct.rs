use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[constant]
struct Body {
    mass: f64,
}

fn main() {}
