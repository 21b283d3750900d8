//! Items of inner blocks that the rest of the function has the names of.

use chainrule::differentiable;

const K: f64 = 0.5;

mod other {
    use chainrule::differentiable;

    #[differentiable]
    pub fn g(x: f64) -> f64 {
        x * 3.0
    }
}

#[differentiable]
fn g(x: f64) -> f64 {
    x * 7.0
}

#[differentiable]
fn function(p: f64) -> f64 {
    let a = {
        fn g(x: f64) -> f64 {
            x * 2.0
        }
        g(p)
    };
    a + g(p)
}

#[differentiable]
fn constant(p: f64) -> f64 {
    let a = {
        const K: f64 = 2.0;
        p * K
    };
    a + p * K
}

#[differentiable]
fn import(p: f64, n: usize) -> f64 {
    let mut a = g(p);
    for _ in 0..n {
        use other::g;
        a = g(a);
    }
    a
}

#[differentiable]
fn all(p: f64) -> f64 {
    let a = {
        use other::*;
        g(p)
    };
    a + g(p)
}

#[differentiable]
fn twice(p: f64) -> f64 {
    let a = {
        const C: f64 = 2.0;
        p * C
    };
    let b = {
        const C: f64 = 3.0;
        p * p * C
    };
    a + b
}

fn main() {}
