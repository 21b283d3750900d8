//! The diagonal of a Hessian, from products with sums of basis vectors.
//!
//! In the product with `Σ e_k` over some columns `k`, the component `i` is the diagonal entry if `i` is
//! among the columns and none of the others meets row `i`. So columns that pairwise do not meet go
//! together: a colouring of the Hessian's graph in which neighbours differ. A separable function takes
//! one product, a band two or a few, a dense Hessian one for each column; each sweep makes as many products as it has lanes.

use alloc::vec;
use alloc::vec::Vec;

use super::{Dot, Entries, hessian};
use crate::Differentiable;
use crate::lanes::{Bits, Lanes, each_lane, numbered_lanes};
use crate::sparse::colour_graph;

/// Up to so many sweeps the pattern of the Hessian is not asked for: that takes some as well.
const FEW: usize = 4;

/// The diagonal by lanes. `products` are those of the Hessian with as many directions as there are
/// lanes, `pattern` the same for patterns.
pub fn hessian_diagonal_by_lanes<K: Lanes, I: Differentiable>(
    inputs: I,
    mut products: impl FnMut(&Dot<K, I>) -> Dot<K, I>,
    pattern: impl FnMut(&Dot<Bits<16>, I>) -> Dot<Bits<16>, I>,
) -> I::Tangent {
    let mut zeros = inputs.zero_tangent();
    let (columns, mut dots) = (inputs.count_components(), inputs.zero_in::<K>());
    let (colours, count) = match columns.div_ceil(K::COUNT) <= FEW {
        true => ((0..columns).collect(), columns),
        false => {
            let pattern = hessian::<Bits<16>, I, Entries>(inputs, pattern).pattern();
            let colouring = colour_graph(&pattern);
            (colouring.colours().to_vec(), colouring.count())
        }
    };
    let colours: Vec<usize> = colours;
    let mut diagonal = vec![0.0; columns];
    for first in (0..count).step_by(K::COUNT) {
        numbered_lanes::<K, I>(&mut dots, |component| colours[component], first);
        let put = |row: usize, lane, value| {
            if colours[row] == first + lane {
                diagonal[row] = value;
            }
        };
        each_lane::<K, I>(&products(&dots), put, K::COUNT.min(count - first));
    }
    let mut found = diagonal.into_iter();
    zeros.update_components(&mut |_| found.next().unwrap_or_default());
    zeros
}
