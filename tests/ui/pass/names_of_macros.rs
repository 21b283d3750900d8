//! Functions of a macro whose variables have other names than those of its caller, and items of inner blocks.

use chainrule::differentiable;

const K: f64 = 0.5;

macro_rules! sum {
    ($name:ident, $p:ident, $n:expr, $b:expr) => {
        #[differentiable]
        fn $name($p: f64, point: [f64; 2]) -> f64 {
            let mut sum = 0.0;
            for i in 0..$n {
                assert!(sum < 1e9 && $b < 1e9);
                sum += $b * (i as f64 + 1.0);
            }
            sum * point[0] + K
        }
    };
}

sum!(of_squares, x, 3, x * x);
sum!(of_sums, y, 2 + 1, y + K);

#[differentiable]
fn inner(p: f64) -> f64 {
    let a = {
        const FACTOR: f64 = 2.0;
        fn counted(n: usize) -> f64 {
            n as f64
        }
        p * FACTOR * counted(3)
    };
    let b = {
        use std::f64::consts::PI;
        p * PI
    };
    a + p * K + b
}

fn main() {
    assert_eq!(of_squares::grad(2.0, [1.0, 0.0]).0, 24.0);
    assert_eq!(of_sums::grad(2.0, [1.0, 0.0]).0, 6.0);
    assert_eq!(inner::grad(1.0), 6.5 + std::f64::consts::PI);
}
