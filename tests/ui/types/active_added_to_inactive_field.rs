use chainrule::{Differentiable, differentiable};

#[derive(Clone)]
struct Settings {
    gravity: f64,
    table: Vec<f64>,
}

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
    #[constant]
    gravity: f64,
    #[constant]
    settings: Settings,
}

#[differentiable]
fn fall(body: &mut Body, x: f64) -> f64 {
    body.gravity += x;
    body.mass * body.gravity
}

#[differentiable]
fn set(body: &mut Body, x: f64) -> f64 {
    for value in &mut body.settings.table {
        *value += x;
    }
    body.settings.gravity -= x;
    body.mass * body.settings.gravity
}

fn main() {}
