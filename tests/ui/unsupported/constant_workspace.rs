//! Active values that are put into a value of a type without derivatives.

use chainrule::differentiable;

#[derive(Clone, Debug)]
pub struct Workspace {
    v: Vec<f64>,
    k: f64,
}

#[differentiable]
fn pushed(x: f64, #[constant] ws: &mut Workspace) -> f64 {
    ws.v.push(x);
    ws.v[0] * x
}

#[differentiable]
fn assigned(x: f64, #[constant] ws: &mut Workspace, n: usize) -> f64 {
    for i in 0..n {
        ws.v[i] = x;
    }
    ws.k += x;
    ws.k * x
}

#[differentiable]
fn by_name(x: f64, #[constant] ws: &mut Workspace) -> f64 {
    let r = &mut ws.k;
    *r = x;
    ws.k * x
}

#[differentiable]
fn whole(x: f64, #[constant] ws: &mut Workspace) -> f64 {
    *ws = Workspace { v: vec![x], k: x };
    ws.k * x
}

#[differentiable]
fn accepted(x: f64, #[constant] ws: &mut Workspace) -> f64 {
    ws.k = chainrule::detach(x);
    ws.v.push(2.0);
    ws.k * x * ws.v[0]
}

fn main() {}
