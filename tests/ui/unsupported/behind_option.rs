//! What is changed, in the arguments of a macro, behind a reference that a map gives in an `Option`.

use std::collections::HashMap;

use chainrule::differentiable;

#[differentiable]
fn in_a_macro(x: &[f64], #[constant] places: &mut HashMap<usize, usize>) -> f64 {
    if let Some(place) = places.get_mut(&0) {
        assert!({
            *place = 2;
            true
        });
    }
    x[places[&0]]
}

fn main() {}
