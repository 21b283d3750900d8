use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    #[constant]
    #[constant]
    name: String,
}

fn main() {}
