use chainrule::differentiable;

trait Model {
    fn value(x: f64) -> f64;
}

struct Linear;

impl Model for Linear {
    fn value(x: f64) -> f64 {
        2.0 * x
    }
}

#[differentiable]
fn twice(x: f64) -> f64 {
    2.0 * <Linear as Model>::value(x)
}

fn main() {}
