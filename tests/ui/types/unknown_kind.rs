use chainrule::differentiable;

fn factor(name: &str) -> f32 {
    name.len() as f32
}

#[differentiable]
fn mixed(x: f32, y: f64, name: &str) -> f64 {
    let foo = factor(name);
    let squared = foo * foo;
    x as f64 * y + f64::from(squared)
}

fn main() {}
