use chainrule::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
struct Polar {
    r: f64,
    t: f64,
}

#[derive(Clone, Copy, Differentiable)]
struct Cart {
    x: f64,
    y: f64,
}

#[differentiable]
impl From<Polar> for Cart {
    fn from(p: Polar) -> Cart {
        Cart { x: p.r * p.t.cos(), y: p.r * p.t.sin() }
    }
}

#[differentiable]
fn product(c: Cart) -> f64 {
    c.x * c.y
}

#[differentiable]
fn argument(r: f64, t: f64) -> f64 {
    let p = Polar { r, t };
    product(p.into())
}

#[differentiable]
fn all_or_none(x: &[f64]) -> f64 {
    let roots: Option<Vec<f64>> = x.iter().map(|v| (*v > 0.0).then(|| v.sqrt())).collect();
    roots.unwrap()[0]
}

fn main() {}
