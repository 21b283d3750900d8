use chainrule::differentiable;

fn bisect(f: &dyn Fn(f64) -> f64, high: f64) -> f64 {
    f(0.5 * high)
}

#[differentiable]
fn crossing(level: f64) -> f64 {
    bisect(&|x| x * x - level, 2.0) + level
}

fn main() {}
