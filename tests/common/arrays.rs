//! Comparing arrays.

use chainrule::ndarray::{Array, Dimension};

/// Equal to rounding.
pub fn assert_close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let scale = 1.0_f64.max(expected.abs());
        assert!((found - expected).abs() <= 1e-12 * scale, "{what}: {found} for {expected}");
    }
}

/// The elements in the order of iteration.
pub fn flat<D: Dimension>(array: &Array<f64, D>) -> Vec<f64> {
    array.iter().copied().collect()
}
