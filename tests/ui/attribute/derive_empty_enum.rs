use chainrule::Differentiable;

#[derive(Differentiable)]
enum Never {}

fn main() {}
