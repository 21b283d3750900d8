//! Methods that integers and maps have, and a struct with a derivative: of a field their types must be
//! written.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Debug, Differentiable)]
pub struct Table {
    entries: Vec<f64>,
}

#[differentiable]
impl Table {
    fn get(&self, _name: &str) -> Option<f64> {
        self.entries.first().copied()
    }

    fn div_ceil(&self, k: f64) -> f64 {
        self.entries[0] / k
    }
}

#[derive(Clone, Debug, Differentiable)]
pub struct Model {
    table: Table,
    scale: f64,
}

#[differentiable]
fn of_a_key(model: &Model) -> f64 {
    model.table.get("a").unwrap() * model.scale
}

#[differentiable]
fn as_of_integers(model: &Model) -> f64 {
    model.table.div_ceil(2.0) * model.scale
}

#[differentiable]
fn with_its_type(model: &Model) -> f64 {
    let table: &Table = &model.table;
    table.get("a").unwrap() * table.div_ceil(model.scale)
}

fn main() {
    let _ = of_a_key::grad(&Model { table: Table { entries: vec![2.0] }, scale: 3.0 });
    let _ = with_its_type::grad(&Model { table: Table { entries: vec![2.0] }, scale: 3.0 });
}
