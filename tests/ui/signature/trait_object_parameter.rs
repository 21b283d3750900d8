use chainrule::differentiable;

trait Model {
    fn value(&self, x: f64) -> f64;
}

#[differentiable]
fn twice(model: &dyn Model, x: f64) -> f64 {
    2.0 * model.value(x)
}

fn main() {}
