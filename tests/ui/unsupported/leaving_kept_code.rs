use chainrule::differentiable;

use std::collections::HashMap;

#[differentiable]
fn table(x: &mut f64, names: &[&str]) -> Result<(), std::num::ParseIntError> {
    let mut table: HashMap<usize, usize> = HashMap::new();
    table.insert(names[0].parse()?, 1);
    *x *= table[&1] as f64;
    Ok(())
}

#[differentiable]
fn changed(x: f64) -> f64 {
    let mut table: HashMap<usize, f64> = HashMap::new();
    table.insert(1, 2.0);
    for value in table.values_mut() {
        *value += x;
    }
    x * table[&1]
}

fn main() {}
