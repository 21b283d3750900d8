use chainrule::differentiable;

#[differentiable]
fn nested(x: f64, n: u32) -> f64 {
    fn twice(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
        f(f(x))
    }
    if n == 0 { x } else { twice(&|v| nested(v, n - 1), x) }
}

fn main() {}
