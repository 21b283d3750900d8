use chainrule::Differentiable;

#[derive(Differentiable)]
union Number {
    float: f64,
    bits: u64,
}

fn main() {}
