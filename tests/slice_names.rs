//! Names for parts of slices that are given other parts: where the function panics, so do its derivatives.

use std::panic::catch_unwind;

use chainrule::differentiable;

#[differentiable]
fn past_the_end(x: &[f64], n: usize) -> f64 {
    let mut part = &x[..2];
    part = &part[..n];
    part[n - 1] * part[0]
}

#[differentiable]
fn past_the_end_at_first(x: &[f64], n: usize) -> f64 {
    let mut rest = &x[..2][..n];
    let mut sum = 0.0;
    while !rest.is_empty() {
        sum += rest[0] * rest[0];
        rest = &rest[1..];
    }
    sum
}

#[differentiable]
fn behind_the_end(x: &[f64], n: usize) -> f64 {
    let mut rest = &x[..2];
    let first = rest[0];
    rest = &rest[n - 1..];
    first * first + rest.len() as f64
}

/// What is cut off too far and not read.
#[differentiable]
fn unread(x: &[f64], n: usize) -> f64 {
    let mut part = &x[..2];
    part = &part[1..n];
    let _ = part;
    x[0] * x[0]
}

#[test]
fn what_is_no_part_panics() {
    type Primal = fn(&[f64], usize) -> f64;
    type Gradient = fn(&[f64], usize) -> Vec<f64>;
    type Jvp = fn(&[f64], usize, &[f64]) -> (f64, f64);
    let functions: [(Primal, Gradient, Jvp); 4] = [
        (past_the_end, past_the_end::grad, past_the_end::jvp),
        (past_the_end_at_first, past_the_end_at_first::grad, past_the_end_at_first::jvp),
        (behind_the_end, behind_the_end::grad, behind_the_end::jvp),
        (unread, unread::grad, unread::jvp),
    ];
    let x = [1.0, 2.0, 3.0, 4.0];
    for (primal, gradient, jvp) in functions {
        assert_eq!(primal(&x, 2), jvp(&x, 2, &[1.0; 4]).0);
        assert_eq!(gradient(&x, 2).len(), 4);
        for n in [4, 5, 6] {
            assert!(catch_unwind(|| primal(&x, n)).is_err());
            assert!(catch_unwind(|| gradient(&x, n)).is_err());
            assert!(catch_unwind(|| jvp(&x, n, &[1.0; 4])).is_err());
        }
    }
}
