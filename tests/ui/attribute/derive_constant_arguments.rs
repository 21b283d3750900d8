use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    #[constant(always)]
    name: String,
}

fn main() {}
